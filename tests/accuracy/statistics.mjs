// SPDX-License-Identifier: MIT

/**
 * @typedef {object} Accuracy of rebuilt texts against their sources, in tokens
 * @property {number} count messages
 * @property {number} bias sum of the rebuilt over sum of the sources, minus 1
 * @property {number} median of the absolute relative errors
 * @property {number} p95
 * @property {number} exact share of messages with as many tokens as the source
 */

/** @param {{ source: number, rebuilt: number }[]} messages token counts @returns {Accuracy} */
export function accuracyOf(messages) {
  const errors = messages
    .map(({ source, rebuilt }) => Math.abs(rebuilt - source) / source)
    .sort((a, b) => a - b);
  const sum = (/** @type {'source' | 'rebuilt'} */ side) =>
    messages.reduce((total, message) => total + message[side], 0);
  return {
    count: messages.length,
    bias: sum('rebuilt') / sum('source') - 1,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
    exact: errors.filter((error) => error === 0).length / messages.length,
  };
}

/** Nearest rank. @param {number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
