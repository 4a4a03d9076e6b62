// SPDX-License-Identifier: MIT
// Encoding and counting natively, one thread, beside quicktok; and the cost of more cores.
// tests/bench/native.sh builds what runs here.
//
//   QUICKTOK=/path/to/checkout node tests/bench/native.mjs [--rounds 5] [--kilobytes 1000]
//     [--held-out]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atLeast, NATIVE, printSum, verdictRows } from './bars.mjs';
import { measureCores } from './cores.mjs';
import { ROOT } from './engines.mjs';
import { Driver } from './native/driver.mjs';
import { machine, median, printTable } from './numbers.mjs';
import { benchTexts } from './texts.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    kilobytes: { type: 'string', default: '1000' },
    'held-out': { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(values.rounds);
const BUILT = join(ROOT, 'build');
const OURS = 'tokenwatt';
const HERE = 'tokenwatt -march=native';
const PEER = 'quicktok -march=native';
const VOCABULARY = join(ROOT, 'data', 'o200k_base.twv');

/** @typedef {{ bytes: number, path: string }} TextFile */

/** Writes each kind of text to a file for the drivers. @returns {Record<string, TextFile>} */
function writeTexts() {
  const folder = join(BUILT, 'bench', 'texts');
  mkdirSync(folder, { recursive: true });
  const texts = benchTexts(Number(values.kilobytes) * 1000, values['held-out']);
  return Object.fromEntries(
    Object.entries(texts).map(([kind, text]) => {
      const path = join(folder, `${kind.replace(' ', '-')}.txt`);
      const data = Buffer.from(typeof text === 'string' ? text : text.join('\n'));
      writeFileSync(path, data);
      return [kind, { path, bytes: data.length }];
    }),
  );
}

/**
 * MB/s of all engines at one task and text, taking turns; the first round warms up.
 * @param {Record<string, Driver>} drivers @param {string} task @param {TextFile} text
 */
async function measure(drivers, task, text) {
  const names = Object.keys(drivers);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      const [ns] = await drivers[name].ask(`${task} ${text.path}`);
      if (round > 0) samples[name].push((text.bytes * 1000) / Number(ns));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}

const texts = writeTexts();
const kinds = Object.keys(texts);
const drivers = {
  [OURS]: new Driver(join(BUILT, 'native', 'tests', 'bench', 'native_tokenwatt'), VOCABULARY),
  [HERE]: new Driver(
    join(BUILT, 'bench', 'march-native', 'tests', 'bench', 'native_tokenwatt'),
    VOCABULARY,
  ),
  [PEER]: new Driver(
    join(BUILT, 'bench', 'native_quicktok'),
    join(process.env.QUICKTOK ?? '', 'data'),
  ),
};

console.log(
  `${machine()}; ${values['held-out'] ? 'held-out' : 'tuning'} half of the texts\n\n## Natively, one thread\n`,
);
const verdicts = [];
for (const task of ['encode', 'count']) {
  const speeds = {};
  for (const kind of kinds) speeds[kind] = await measure(drivers, task, texts[kind]);
  const rows = Object.keys(drivers).map((name) => [
    name,
    ...kinds.map((kind) => speeds[kind][name].toFixed(0)),
  ]);
  for (const name of [OURS, HERE]) {
    const toPeer = kinds.map((kind) => {
      const ratio = speeds[kind][name] / speeds[kind][PEER];
      return atLeast(`${task}, ${kind}: ${name} to quicktok`, ratio, NATIVE);
    });
    rows.push(...verdictRows(`${name} to quicktok`, toPeer));
    verdicts.push(...toPeer);
  }
  printTable([`${task}, MB/s`, ...kinds], rows);
}
const splitters = { [OURS]: drivers[OURS], [HERE]: drivers[HERE] };
const splitting = {};
for (const kind of kinds) splitting[kind] = await measure(splitters, 'pieces', texts[kind]);
printTable(
  ['splitting alone, MB/s', ...kinds],
  Object.keys(splitters).map((name) => [name, ...kinds.map((k) => splitting[k][name].toFixed(0))]),
);

const different = [];
for (const kind of kinds) {
  const answers = [];
  for (const driver of Object.values(drivers)) {
    answers.push((await driver.ask(`ids ${texts[kind].path}`)).join(' '));
  }
  if (new Set(answers).size > 1) different.push(kind);
}
console.log(
  different.length === 0
    ? 'On these texts all ids are equal.\n'
    : `The ids are not equal on: ${different.join(', ')}.\n`,
);
for (const driver of Object.values(drivers)) driver.close();
printSum(verdicts);

console.log('## More cores\n');
const cores = measureCores(ROUNDS, Object.values(texts));
if (cores === undefined) console.log('This tokenwatt knows no `count -t`.');
else {
  printTable(
    ['threads', 'MB/s', 'to one thread'],
    cores.map(({ threads, speed }) => [
      threads,
      speed.toFixed(0),
      `${(speed / cores[0].speed).toFixed(2)}×`,
    ]),
  );
}
