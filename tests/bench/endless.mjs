// SPDX-License-Identifier: MIT
// Inputs that are one piece without end, or nothing but white space: what hangs tokenizers whose cost
// is the square of a piece's length. Counted in Node.

import { ENGINES, loadEngine } from './engines.mjs';
import { median } from './numbers.mjs';
import { bestOf, meanOf } from './speed.js';

const SHORT = 100_000;
const LONG = 1_000_000;
const FOR_PEERS = 10_000; // most would take minutes for more
const PATIENCE_MS = 5000; // some take minutes for these

/** Numbers below 2^32 from a fixed seed: xorshift. */
function* random() {
  for (let state = 2463534242; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    yield state;
  }
}

/** Random bytes as numbers. @param {number} size */
function randomBytes(size) {
  const numbers = random();
  return Uint8Array.from({ length: size }, () => Number(numbers.next().value) >>> 11);
}

/** @type {Record<string, (size: number) => string>} */
const INPUTS = {
  "'a'": (size) => 'a'.repeat(size),
  "' '": (size) => ' '.repeat(size),
  "'\\n'": (size) => '\n'.repeat(size),
  "'😀'": (size) => '😀'.repeat(size),
  "'中'": (size) => '中'.repeat(size),
  "'ab'": (size) => 'ab'.repeat(size),
  base64: (size) => Buffer.from(randomBytes((size * 3) / 4)).toString('base64'),
  'random letters': (size) =>
    Buffer.from(randomBytes(size).map((byte) => 97 + (byte % 26))).toString(),
};

/**
 * @typedef {object} Endless
 * @property {number} english nanoseconds a byte of English, hot
 * @property {{ input: string, short: number, long: number, shortNs: number, longNs: number }[]} ours
 *   milliseconds of 100 k and 1 M, and nanoseconds a byte
 * @property {{ input: string, ms: Record<string, number> }[]} all 10,000 repeats, by engine;
 *   without those for which the engine's last was too slow already
 */

/**
 * @param {number} rounds
 * @param {string} english
 * @returns {Promise<Endless>}
 */
export async function measureEndless(rounds, english) {
  const engine = await loadEngine('tokenwatt');
  const inputs = Object.entries(INPUTS).map(([input, of]) => ({
    input,
    texts: [of(SHORT), of(LONG)],
    times: [[], []],
  }));
  const englishTimes = [];
  for (const { texts } of inputs) engine.count(texts[0]);
  for (let round = 0; round < rounds; round++) {
    englishTimes.push(bestOf(() => engine.count(english), 1));
    for (const { texts, times } of inputs) {
      texts.forEach((text, i) => {
        times[i].push(meanOf(() => engine.count(text), i === 0 ? 3 : 1));
      });
    }
  }
  return {
    english: (median(englishTimes) * 1e6) / Buffer.byteLength(english),
    ours: inputs.map(({ input, texts, times }) => {
      const [short, long] = times.map(median);
      const [shortNs, longNs] = [short, long].map(
        (ms, i) => (ms * 1e6) / Buffer.byteLength(texts[i]),
      );
      return { input, short, long, shortNs, longNs };
    }),
    all: await measureAll(),
  };
}

/** All engines, once: with so few repeats the differences are of orders of magnitude. */
async function measureAll() {
  const rows = Object.keys(INPUTS).map((input) => ({ input, ms: {} }));
  for (const { name } of ENGINES) {
    const engine = await loadEngine(name);
    engine.count('Hello, world! 你好，世界！');
    for (const { input, ms } of rows) {
      const text = INPUTS[input](FOR_PEERS);
      ms[name] = meanOf(() => engine.count(text), 1);
      if (ms[name] > PATIENCE_MS) break;
    }
  }
  return rows;
}
