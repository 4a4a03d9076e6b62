// SPDX-License-Identifier: MIT
// Sizes, cold start, memory and speed beside other tokenizers, o200k_base, in one run on one
// machine. Machines are noisy: read the ratios. docs/performance.md says how it is measured.
//
//   node tests/bench/run.mjs [--rounds 5] [--kilobytes 150] [--only sizes|start|node|chromium]

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureInChromium } from './browser.mjs';
import { ENGINES } from './engines.mjs';
import { printTable } from './numbers.mjs';
import { measureSizes } from './sizes.mjs';
import { measureStarts } from './start.mjs';
import { measureThroughput } from './throughput.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    kilobytes: { type: 'string', default: '150' },
    only: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds);
const PART = Number(values.kilobytes) * 1000; // characters an engine gets at a time
const OURS = 'tokenwatt';
const IN_CHROMIUM = ['English', 'code', 'CJK', 'mixed scripts'];

const kb = (bytes) => (bytes / 1000).toFixed(0);
const mb = (bytes) => (bytes / 1e6).toFixed(0);

/** One figure for all engines and kinds of text, and our ratio to the best of the others. */
function printSpeeds(speeds, figure) {
  const kinds = Object.keys(speeds);
  const of = (kind, name) => speeds[kind][name][figure];
  const others = ENGINES.map((engine) => engine.name).filter((name) => name !== OURS);
  const ratio = (kind) => of(kind, OURS) / Math.max(...others.map((name) => of(kind, name)));
  printTable(
    [`${figure}, MB/s`, ...kinds],
    [
      ...ENGINES.map(({ name }) => [name, ...kinds.map((kind) => of(kind, name).toFixed(1))]),
      [`${OURS} to the best peer`, ...kinds.map((kind) => `${ratio(kind).toFixed(1)}×`)],
    ],
  );
}

const PARTS = {
  async sizes() {
    console.log('## Download\n\nWhat a page needs for exact o200k_base counts, in KB.\n');
    const rows = await measureSizes();
    printTable(
      ['', 'raw', 'gzip 9', 'brotli 11'],
      rows.map((row) => [row.name, kb(row.raw), kb(row.gzip), kb(row.brotli)]),
    );
  },
  async start() {
    console.log(
      '## Start\n\nLoad and first count in a new Node process; memory above an empty one.\n',
    );
    const rows = measureStarts(ROUNDS);
    printTable(
      ['', 'ms', 'RSS, MB'],
      rows.map((row) => [row.name, row.ms.toFixed(0), mb(row.bytes)]),
    );
  },
  async node() {
    console.log('## Speed in Node\n');
    const { speeds, inexact } = await measureThroughput(ROUNDS, PART * 2 * (ROUNDS + 1));
    for (const figure of ['count, hot', 'count, cold', 'encode, hot', 'encode, cold']) {
      printSpeeds(speeds, figure);
    }
    console.log(
      inexact.length === 0
        ? 'On these texts all ids are equal to those of tiktoken.\n'
        : `Ids other than those of tiktoken: ${inexact.join('; ')}.\n`,
    );
  },
  async chromium() {
    const { version, starts, speeds } = await measureInChromium(3, 2 * PART, IN_CHROMIUM);
    console.log(`## In a page, ${version}\n`);
    console.log('Download from this machine, load and first count.\n');
    printTable(
      ['', 'ms'],
      Object.entries(starts).map(([name, ms]) => [name, ms.toFixed(0)]),
    );
    for (const figure of ['count, hot', 'encode, hot']) printSpeeds(speeds, figure);
  },
};

if (values.only !== undefined && !(values.only in PARTS)) {
  console.error(`--only takes one of ${Object.keys(PARTS).join(', ')}, not '${values.only}'`);
  process.exit(2);
}
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
for (const [name, part] of Object.entries(PARTS)) {
  if (values.only === undefined || values.only === name) await part();
}
