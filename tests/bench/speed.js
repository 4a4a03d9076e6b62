// SPDX-License-Identifier: MIT
// How fast one engine takes one text. The same code runs in Node and in a page.

/**
 * @typedef {import('./texts.mjs').Text} Text
 * @typedef {{ text: Text, bytes: number }} Part of a kind of text, with its size in UTF-8
 * @typedef {Record<string, number>} Speeds MB/s of UTF-8: 'count, cold', 'count, hot',
 *   'encode, cold', 'encode, hot'
 */

const HOT_BATCHES = { least: 2, most: 5 };
const BATCH_MS = 10; // a page's clock ticks ten times a millisecond, or less often
const ENOUGH_MS = 250; // slow engines need no more to be known as slow
const CALLS = 20_000;

/** @param {(text: string) => number} run @param {Text} text */
function over(run, text) {
  if (typeof text === 'string') return run(text);
  let sum = 0;
  for (const message of text) sum += run(message);
  return sum;
}

/** Milliseconds of one of `size` runs. @param {() => unknown} run @param {number} size */
export function meanOf(run, size) {
  const start = performance.now();
  for (let i = 0; i < size; i++) run();
  return (performance.now() - start) / size;
}

/**
 * Milliseconds of a run: the best of some batches, each long enough for the clock.
 * @param {() => unknown} run
 * @param {number} estimate milliseconds
 */
export function bestOf(run, estimate) {
  const size = Math.max(1, Math.ceil(BATCH_MS / Math.max(estimate, 0.0001)));
  const start = performance.now();
  let best = Infinity;
  for (let i = 0; i < HOT_BATCHES.most; i++) {
    best = Math.min(best, meanOf(run, size));
    if (i + 1 >= HOT_BATCHES.least && performance.now() - start > ENOUGH_MS) break;
  }
  return best;
}

/**
 * Cold is the first pass over a text that the engine has not seen; hot the best of those after it.
 * @param {(text: string) => number} run
 * @param {Part} part
 */
function speedsOf(run, { text, bytes }) {
  const cold = meanOf(() => over(run, text), 1);
  const hot = bestOf(() => over(run, text), cold);
  return { cold: bytes / 1000 / cold, hot: bytes / 1000 / hot };
}

/**
 * MB/s of UTF-8. Counting and encoding each get a text of their own, so that both are cold once.
 * @param {import('./engines.mjs').Engine} engine
 * @param {Part} toCount
 * @param {Part} toEncode
 * @returns {Speeds}
 */
export function measureSpeeds(engine, toCount, toEncode) {
  const count = speedsOf(engine.count, toCount);
  const encode = speedsOf((text) => engine.encode(text).length, toEncode);
  return {
    'count, cold': count.cold,
    'count, hot': count.hot,
    'encode, cold': encode.cold,
    'encode, hot': encode.hot,
  };
}

/**
 * MB/s of splitting alone, of text that is in the module's memory already.
 * @param {import('./splitter.js').Splitter} splitter
 * @param {Part} part
 */
export function measureSplitting(splitter, { text, bytes }) {
  const run = splitter.prepare(text);
  const first = meanOf(run, 1);
  return bytes / 1000 / bestOf(run, first);
}

/**
 * What a call costs before it has anything to do: nanoseconds of counting no text and one character.
 * @param {import('./engines.mjs').Engine} engine
 * @returns {Record<string, number>}
 */
export function measureCalls(engine) {
  const nanoseconds = (text) => {
    const run = () => engine.count(text);
    return bestOf(run, meanOf(run, CALLS)) * 1e6;
  };
  return { 'no text': nanoseconds(''), 'one character': nanoseconds('a') };
}
