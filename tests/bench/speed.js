// SPDX-License-Identifier: MIT
// How fast one engine takes one text. The same code runs in Node and in a page.

/**
 * @typedef {string | string[]} Text messages are an array, taken one by one
 * @typedef {{ 'count, cold': number, 'count, hot': number, 'encode, cold': number, 'encode, hot': number }} Speeds
 */

const HOT_MS = 60; // enough passes to see a fast engine over the clock's grain
const HOT_PASSES = 8;

/** @param {(text: string) => number} run @param {Text} text */
function over(run, text) {
  if (typeof text === 'string') return run(text);
  let sum = 0;
  for (const message of text) sum += run(message);
  return sum;
}

/**
 * Cold is the first pass over a text that the engine has not seen; hot the best of those after it.
 * @param {(text: string) => number} run
 * @param {Text} text
 */
function passes(run, text) {
  const once = () => {
    const start = performance.now();
    over(run, text);
    return performance.now() - start;
  };
  const cold = once();
  let hot = Infinity;
  for (let pass = 0, spent = 0; pass < HOT_PASSES && spent < HOT_MS; pass++) {
    const ms = once();
    hot = Math.min(hot, ms);
    spent += ms;
  }
  return { cold, hot };
}

/**
 * MB/s of UTF-8. Counting and encoding each get a text of their own, so that both are cold once.
 * @param {import('./engines.mjs').Engine} engine
 * @param {{ text: Text, bytes: number }} toCount
 * @param {{ text: Text, bytes: number }} toEncode
 * @returns {Speeds}
 */
export function measureSpeeds(engine, toCount, toEncode) {
  const count = passes(engine.count, toCount.text);
  const encode = passes((text) => engine.encode(text).length, toEncode.text);
  return {
    'count, cold': toCount.bytes / 1000 / count.cold,
    'count, hot': toCount.bytes / 1000 / count.hot,
    'encode, cold': toEncode.bytes / 1000 / encode.cold,
    'encode, hot': toEncode.bytes / 1000 / encode.hot,
  };
}
