// SPDX-License-Identifier: MIT
// Sizes, start, memory and speed beside other exact tokenizers, o200k_base, in one run on one
// machine, each with the bar it should reach. Machines are noisy: read the ratios.
// docs/performance.md says how it is measured.
//
//   node tests/bench/run.mjs [--rounds 5] [--kilobytes 150] [--held-out] [--kinds English,CJK]
//     [--only sizes,start,node,chromium,endless,streaming,growth,calculate]

import { parseArgs } from 'node:util';
import { printVerdicts } from './bars.mjs';
import { measureInChromium } from './browser.mjs';
import { measureCalculate } from './calculate.mjs';
import { measureEndless } from './endless.mjs';
import { measureGrowth } from './growth.mjs';
import { machine } from './numbers.mjs';
import * as report from './report.mjs';
import { measureSizes, sizeOfFile } from './sizes.mjs';
import { measureStarts } from './start.mjs';
import { measureStreaming } from './streaming.mjs';
import { benchTexts } from './texts.mjs';
import { measureThroughput } from './throughput.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    kilobytes: { type: 'string', default: '150' },
    'held-out': { type: 'boolean', default: false },
    kinds: { type: 'string' },
    only: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds);
const PART = Number(values.kilobytes) * 1000; // characters an engine gets at a time
/** All kinds of the half that is asked for, enough for two parts a round. */
const all = benchTexts(PART * 2 * (ROUNDS + 1), values['held-out']);
const texts = chosen();
/** What is most like an answer. */
const prose = /** @type {string} */ (all['chat markdown'] ?? all.English);

/** Engines whose ids differ, by kind: what the part `node` finds holds in a page too. */
let inexact = {};

/** Each part measures, prints and says how it did. */
const PARTS = {
  async sizes() {
    console.log('## Download\n\nWhat a page needs for exact o200k_base counts, in KB.\n');
    return report.reportSizes(await measureSizes(), sizeOfFile('data/cl100k_base.twv'));
  },
  async start() {
    console.log(
      '## Start in Node\n\nLoad and first count in a new process; memory above an empty one.\n',
    );
    return report.reportStarts(measureStarts(ROUNDS));
  },
  async node() {
    console.log('## Speed in Node\n');
    const measured = await measureThroughput(ROUNDS, texts);
    inexact = measured.inexact;
    const verdicts = report.reportSpeeds(measured, inexact, 'Node');
    report.reportExactness(inexact);
    return verdicts;
  },
  async chromium() {
    const measured = await measureInChromium(ROUNDS, texts);
    console.log(`## In a page, ${measured.version}\n`);
    console.log('Download from this machine, load and first count.\n');
    return [
      ...report.reportPageStarts(measured.starts),
      ...report.reportSpeeds(measured, inexact, 'Chromium'),
    ];
  },
  async endless() {
    console.log('## Endless inputs\n');
    return report.reportEndless(await measureEndless(ROUNDS, prose.slice(0, PART)));
  },
  async streaming() {
    console.log('## A text that grows\n\n100 KB of an answer, in Node.\n');
    return report.reportStreaming(await measureStreaming(ROUNDS, prose));
  },
  async growth() {
    console.log('## Larger texts\n');
    return report.reportGrowth(await measureGrowth(ROUNDS, prose));
  },
  async calculate() {
    console.log('## A calculate call\n\nBeside the parse of its own payload by cJSON.\n');
    return report.reportCalculate(await measureCalculate(ROUNDS));
  },
};

/** Those of the kinds that are asked for. */
function chosen() {
  const kinds = values.kinds?.split(',') ?? Object.keys(all);
  for (const kind of kinds) if (!(kind in all)) fail('kinds', kind, Object.keys(all));
  return Object.fromEntries(kinds.map((kind) => [kind, all[kind]]));
}

/** @param {string} option @param {string} given @param {string[]} known @returns {never} */
function fail(option, given, known) {
  console.error(`--${option} takes some of ${known.join(', ')}, not '${given}'`);
  process.exit(2);
}

const parts = values.only?.split(',') ?? Object.keys(PARTS);
for (const part of parts) if (!(part in PARTS)) fail('only', part, Object.keys(PARTS));

console.log(`${machine()}; ${values['held-out'] ? 'held-out' : 'tuning'} half of the texts\n`);
if (!('chat markdown' in all)) {
  console.log('No chat markdown: TOKENWATT_SAMPLES names no folder with chats/.\n');
}
const verdicts = [];
for (const part of parts) verdicts.push(...(await PARTS[part]()));
console.log('## Bars\n');
printVerdicts(verdicts);
