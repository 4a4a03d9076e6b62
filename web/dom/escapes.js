// SPDX-License-Identifier: MIT
// Backslashes that a model must have written: a mark that the page shows as a character, where
// markdown would have read it as a mark. Where that is not certain nothing is added.

/** Words between one to three * or _ that nothing keeps from being emphasis. */
const emphasis =
  /(?<![\p{L}\p{N}\\*_])([*_]{1,3})(?=[\p{L}\p{N}])([^*_\n]*[\p{L}\p{N}])\1(?![\p{L}\p{N}*_])/gu;

/** @param {string} text of a text node */
export function escapeEmphasis(text) {
  if (!text.includes('*') && !text.includes('_')) return text;
  return text.replace(emphasis, (_, /** @type {string} */ mark, /** @type {string} */ inner) => {
    const escaped = `\\${[...mark].join('\\')}`;
    return escaped + inner + escaped;
  });
}

/** A paragraph that would have been a heading, a list or a quote. @param {string} paragraph */
export const escapeStart = (paragraph) =>
  paragraph.replace(/^(?=(?:#{1,6}|[-+>]) )/, '\\').replace(/^(\d{1,9})(?=[.)] )/, '$1\\');
