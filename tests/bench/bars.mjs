// SPDX-License-Identifier: MIT
// What Tokenwatt wants to reach, as ratios to the best exact peer of the same run, and how the
// measured compares. Bars are goals to see, not tests: a machine's noise must not fail a build.

import { printTable } from './numbers.mjs';

/**
 * @typedef {object} Verdict
 * @property {string} what was measured
 * @property {string} measured
 * @property {string} bar
 * @property {string} note why the bar is there, where that is not its usual place
 * @property {boolean} met
 */

/** Counting hot, against the fastest exact path of any peer; by kind of text. */
export const HOT_COUNT = {
  English: 10,
  code: 10,
  markdown: 10,
  'chat markdown': 10,
  CJK: 6,
  'mixed scripts': 6,
  'short messages': 6,
};
export const COLD = 12;
export const HOT_ENCODE = 8;
/** Ours to the best peer's. */
export const START = 1 / 4;
export const MEMORY = 1 / 4;
/** Bytes, by gzip -9 and by brotli 11. */
export const DOWNLOAD = 760_000;
export const CL100K = 400_000;
/** An endless input's time a byte to that of English, and 1 M to 100 k of it. */
export const ENDLESS_TO_ENGLISH = 10;
export const MILLION_TO_100_K = 12;
/** Streaming token by token, and an update, to one count of the whole. */
export const APPENDING = 5;
export const UPDATE = 0.05;
/** A call of the calculate API to the parse of its own payload by cJSON. */
export const CALCULATE = 5;
/** Native, to quicktok. */
export const NATIVE = 1.5;

const times = (ratio) => `${ratio >= 100 ? ratio.toFixed(0) : Number(ratio.toPrecision(3))}×`;
const kb = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;

/**
 * @param {string} what @param {number} ratio @param {number} bar
 * @param {string} [note]
 * @returns {Verdict}
 */
export function atLeast(what, ratio, bar, note = '') {
  return { what, measured: times(ratio), bar: `≥ ${times(bar)}`, note, met: ratio >= bar };
}

/** @param {string} what @param {number} ratio @param {number} bar @returns {Verdict} */
export function atMost(what, ratio, bar) {
  return { what, measured: times(ratio), bar: `≤ ${times(bar)}`, note: '', met: ratio <= bar };
}

/** @param {string} what @param {number} bytes @param {number} bar @returns {Verdict} */
export function atMostBytes(what, bytes, bar) {
  return { what, measured: kb(bytes), bar: `≤ ${kb(bar)}`, note: '', met: bytes <= bar };
}

const word = ({ met }) => (met ? 'met' : 'short');

/** Two rows of a table: the ratios, and the bars. @param {string} label @param {Verdict[]} verdicts */
export const verdictRows = (label, verdicts) => [
  [label, ...verdicts.map(({ measured }) => measured)],
  ['bar', ...verdicts.map((verdict) => `${verdict.bar} ${word(verdict)}`)],
];

/** @param {Verdict[]} verdicts */
export function printSum(verdicts) {
  const met = verdicts.filter((verdict) => verdict.met).length;
  console.log(`${met} of ${verdicts.length} bars are met.\n`);
}

/** @param {Verdict[]} verdicts */
export function printVerdicts(verdicts) {
  printTable(
    ['', 'measured', 'bar', '', ''],
    verdicts.map((verdict) => [
      verdict.what,
      verdict.measured,
      verdict.bar,
      word(verdict),
      verdict.note,
    ]),
  );
  printSum(verdicts);
}
