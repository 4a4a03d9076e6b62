// SPDX-License-Identifier: MIT
// Assertions for code that runs in browsers too.

/** @param {unknown} actual @param {unknown} expected @param {string} what */
export function equal(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${shorten(a)} instead of ${shorten(b)}`);
}

/** @param {unknown} condition @param {string} what */
export function ok(condition, what) {
  if (!condition) throw new Error(what);
}

/**
 * The error that something raises, which has to be a TokenwattError with this code.
 * @param {() => unknown} run @param {string} code @param {RegExp} [message]
 */
export async function fails(run, code, message) {
  let result;
  try {
    result = await run();
  } catch (error) {
    if (error.name !== 'TokenwattError') throw error;
    equal(error.code, code, `the code of "${error.message}"`);
    if (message && !message.test(error.message)) {
      throw new Error(`"${error.message}" does not match ${message}`);
    }
    return error;
  }
  throw new Error(`no error ${code}, but ${shorten(JSON.stringify(result))}`);
}

/** @param {string | undefined} text */
function shorten(text) {
  return text !== undefined && text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Reproducible random numbers. @param {number} seed */
export function randomizer(seed) {
  let state = seed >>> 0;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
