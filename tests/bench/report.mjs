// SPDX-License-Identifier: MIT
// What was measured as tables that docs/performance.md can take as they are, and as verdicts.

import * as bars from './bars.mjs';
import { ENGINES } from './engines.mjs';
import { printTable } from './numbers.mjs';

/**
 * @typedef {import('./bars.mjs').Verdict} Verdict
 * @typedef {import('./throughput.mjs').Throughput} Throughput
 */

const OURS = 'tokenwatt';
const NAMES = ENGINES.map((engine) => engine.name);
const PEERS = NAMES.filter((name) => name !== OURS);

const kb = (bytes) => (bytes / 1000).toFixed(0);
const mb = (bytes) => (bytes / 1e6).toFixed(0);
const least = (numbers) => Math.min(...numbers);

const toBest = (verdicts, label = 'the best peer') =>
  bars.verdictRows(`${OURS} to ${label}`, verdicts);

/** @param {import('./sizes.mjs').Size[]} rows @param {import('./sizes.mjs').Size} cl100k */
export function reportSizes(rows, cl100k) {
  const cells = [...rows, cl100k].map((row) => [
    row.name,
    ...[row.raw, row.gzip, row.brotli].map(kb),
  ]);
  printTable(['KB', 'raw', 'gzip 9', 'brotli 11'], cells);
  const ours = rows.find(({ name }) => name.startsWith(OURS));
  return ['gzip', 'brotli'].flatMap((pack) => [
    bars.atMostBytes(`download for o200k_base, ${pack}`, ours[pack], bars.DOWNLOAD),
    bars.atMostBytes(`the vocabulary cl100k_base, ${pack}`, cl100k[pack], bars.CL100K),
  ]);
}

/** @param {Record<string, number>} ms by engine @param {string} where */
function startVerdict(ms, where) {
  const best = least(PEERS.map((name) => ms[name]));
  return bars.atMost(`load and first count, ${where}`, ms[OURS] / best, bars.START);
}

/** @param {{ name: string, ms: number, bytes: number }[]} rows */
export function reportStarts(rows) {
  const ms = Object.fromEntries(rows.map((row) => [row.name, row.ms]));
  const bytes = Object.fromEntries(rows.map((row) => [row.name, row.bytes]));
  const leanest = least(PEERS.map((name) => bytes[name]));
  const verdicts = [
    startVerdict(ms, 'Node'),
    bars.atMost('memory in Node', bytes[OURS] / leanest, bars.MEMORY),
  ];
  const cells = rows.map((row) => [row.name, row.ms.toFixed(0), mb(row.bytes)]);
  printTable(['', 'ms', 'RSS, MB'], [...cells, ...toBest(verdicts)]);
  return verdicts;
}

/** @param {Record<string, number>} starts */
export function reportPageStarts(starts) {
  const verdict = startVerdict(starts, 'Chromium');
  const cells = NAMES.map((name) => [name, starts[name].toFixed(0)]);
  printTable(['', 'ms'], [...cells, ...toBest([verdict])]);
  return [verdict];
}

/**
 * Each figure for all engines and kinds of text. An engine whose ids differ on a kind is no peer on
 * it.
 * @param {Pick<Throughput, 'speeds' | 'splitting' | 'calls'>} measured
 * @param {Record<string, string[]>} inexact engines, by kind
 * @param {string} where
 */
export function reportSpeeds({ speeds, splitting, calls }, inexact, where) {
  const kinds = Object.keys(speeds);
  const peersOf = (kind) => PEERS.filter((name) => !inexact[kind]?.includes(name));
  const bestOf = (kind, ...figures) =>
    Math.max(...peersOf(kind).flatMap((name) => figures.map((key) => speeds[kind][name][key])));

  /** Our ratio in a figure to the peers' best of some. @type {Record<string, (kind: string) => Verdict>} */
  const verdictOf = {
    'count, hot': (kind) => {
      const best = bestOf(kind, 'count, hot', 'encode, hot');
      const half = splitting[kind] / 2 / best;
      const bar = Math.min(bars.HOT_COUNT[kind], half);
      const note = bar === half ? 'half the splitter' : '';
      const ratio = speeds[kind][OURS]['count, hot'] / best;
      return bars.atLeast(`count, hot, ${kind}, ${where}`, ratio, bar, note);
    },
    'count, cold': (kind) => {
      const ratio = speeds[kind][OURS]['count, cold'] / bestOf(kind, 'count, cold', 'encode, cold');
      return bars.atLeast(`count, cold, ${kind}, ${where}`, ratio, bars.COLD);
    },
    'encode, hot': (kind) => {
      const ratio = speeds[kind][OURS]['encode, hot'] / bestOf(kind, 'encode, hot');
      return bars.atLeast(`encode, hot, ${kind}, ${where}`, ratio, bars.HOT_ENCODE);
    },
    'encode, cold': (kind) => {
      const ratio = speeds[kind][OURS]['encode, cold'] / bestOf(kind, 'encode, cold');
      return bars.atLeast(`encode, cold, ${kind}, ${where}`, ratio, bars.COLD);
    },
  };
  const all = [];
  for (const [figure, verdict] of Object.entries(verdictOf)) {
    const verdicts = kinds.map(verdict);
    const row = (name) => [name, ...kinds.map((kind) => speeds[kind][name][figure].toFixed(1))];
    const splitter = ['our splitter alone', ...kinds.map((kind) => splitting[kind].toFixed(0))];
    printTable(
      [`${figure}, MB/s`, ...kinds],
      [
        ...NAMES.map(row),
        ...(figure === 'count, hot' ? [splitter] : []),
        ...toBest(
          verdicts,
          figure.startsWith('count') ? 'the best of count and encode' : undefined,
        ),
      ],
    );
    all.push(...verdicts);
  }
  console.log('What a call costs before there is anything to count:\n');
  printTable(
    ['count, ns', 'no text', 'one character'],
    NAMES.map((name) => [
      name,
      calls[name]['no text'].toFixed(0),
      calls[name]['one character'].toFixed(0),
    ]),
  );
  return all;
}

/** @param {Record<string, string[]>} inexact engines, by kind */
export function reportExactness(inexact) {
  const pairs = Object.entries(inexact).flatMap(([kind, names]) =>
    names.map((name) => `${name} on ${kind}`),
  );
  console.log(
    pairs.length === 0
      ? 'On these texts all ids are equal to those of tiktoken.\n'
      : `Ids other than those of tiktoken: ${pairs.join('; ')}.\n`,
  );
}

/** @param {import('./endless.mjs').Endless} measured */
export function reportEndless({ english, ours, all }) {
  printTable(
    ['', '100 k, ms', '1 M, ms', '1 M to 100 k', 'a byte, to English'],
    ours.map((row) => [
      row.input,
      row.short.toFixed(1),
      row.long.toFixed(1),
      `${(row.long / row.short).toFixed(1)}×`,
      `${(Math.max(row.shortNs, row.longNs) / english).toFixed(1)}×`,
    ]),
  );
  console.log('10,000 repeats, once, in ms:\n');
  printTable(
    ['', ...all.map(({ input }) => input)],
    NAMES.map((name) => [name, ...all.map(({ ms }) => ms[name]?.toFixed(1) ?? '—')]),
  );
  return ours.flatMap(({ input, short, long, shortNs, longNs }) => [
    bars.atMost(
      `a byte of endless ${input}, to English`,
      Math.max(shortNs, longNs) / english,
      bars.ENDLESS_TO_ENGLISH,
    ),
    bars.atMost(`1 M of ${input} to 100 k`, long / short, bars.MILLION_TO_100_K),
  ]);
}

/** @param {import('./streaming.mjs').Streaming} measured */
export function reportStreaming({ steps, count, append, copy, update, edit }) {
  const beyond = (ms) => Math.max(0, ms - copy) / count;
  const row = (what, ms, ratio) => [what, ms.toFixed(3), ratio];
  const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
  printTable(
    ['', 'ms', 'to one count'],
    [
      row('one count', count, ''),
      row('its copy into WebAssembly', copy, percent(copy / count)),
      row(`append, ${steps} tokens one by one`, append, `${(append / count).toFixed(1)}×`),
      row('update, a token more', update, `${percent(beyond(update))} beyond the copy`),
      row('update, a word more in the middle', edit, `${percent(beyond(edit))} beyond the copy`),
    ],
  );
  return [
    bars.atMost('100 KB appended token by token, to one count', append / count, bars.APPENDING),
    bars.atMost('an update beyond the copy, to one count', beyond(update), bars.UPDATE),
  ];
}

/** @param {{ bytes: number, count: number, encode: number }[]} rows */
export function reportGrowth(rows) {
  printTable(
    ['size, KB', 'count, MB/s', 'encode, MB/s'],
    rows.map(({ bytes, count, encode }) => [kb(bytes), count.toFixed(1), encode.toFixed(1)]),
  );
  return [];
}

/** @param {import('./calculate.mjs').Cost[]} costs */
export function reportCalculate(costs) {
  printTable(
    ['µs', 'parse', 'calculate', 'to the parse'],
    costs.map(({ where, model, parse, calculate }) => [
      `${where}, ${model}`,
      (parse / 1000).toFixed(2),
      (calculate / 1000).toFixed(2),
      `${(calculate / parse).toFixed(1)}×`,
    ]),
  );
  return costs.map(({ where, model, parse, calculate }) =>
    bars.atMost(
      `a calculate call ${where}, ${model}, to the parse of its payload`,
      calculate / parse,
      bars.CALCULATE,
    ),
  );
}
