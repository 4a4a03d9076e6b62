// SPDX-License-Identifier: MIT
// How fast one engine takes one text. The same code runs in Node and in a page.

/**
 * @typedef {string | string[]} Text messages are an array, taken one by one
 * @typedef {Record<string, number>} Speeds MB/s of UTF-8: 'count, cold', 'count, hot',
 *   'encode, cold', 'encode, hot'
 */

const HOT_BATCHES = 5;
const BATCH_MS = 10; // a page's clock ticks ten times a millisecond, or less often

/** @param {(text: string) => number} run @param {Text} text */
function over(run, text) {
  if (typeof text === 'string') return run(text);
  let sum = 0;
  for (const message of text) sum += run(message);
  return sum;
}

/**
 * Cold is the first pass over a text that the engine has not seen; hot the best of those after it,
 * taken in batches that are long enough for the clock.
 * @param {(text: string) => number} run
 * @param {Text} text
 */
function passes(run, text) {
  const batch = (size) => {
    const start = performance.now();
    for (let pass = 0; pass < size; pass++) over(run, text);
    return (performance.now() - start) / size;
  };
  const cold = batch(1);
  const size = Math.max(1, Math.ceil(BATCH_MS / Math.max(cold, 0.1)));
  let hot = Infinity;
  for (let i = 0; i < HOT_BATCHES; i++) hot = Math.min(hot, batch(size));
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
