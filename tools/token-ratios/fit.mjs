// SPDX-License-Identifier: MIT
// Least squares without negative coefficients: a text never has fewer tokens for having more in it.

const WEIGHT = 1.2; // a message's squared error counts by its tokens to the power of minus this
const ROUNDS = 20_000;
const SMALLEST_CHANGE = 1e-9;

/**
 * @typedef {object} Point
 * @property {number[]} counts features
 * @property {number} tokens what is to be estimated, more than 0
 * @property {number} [weight] 1 if not given
 */

/**
 * Coordinate descent on the normal equations: exact, small, and the same everywhere.
 * @param {readonly Point[]} points
 * @returns {number[]} a coefficient for each feature
 */
export function fit(points) {
  const size = points[0]?.counts.length ?? 0;
  const products = Array.from({ length: size }, () => new Float64Array(size));
  const targets = new Float64Array(size);
  for (const { counts, tokens, weight: own = 1 } of points) {
    const weight = own / tokens ** WEIGHT;
    for (let i = 0; i < size; i++) {
      if (counts[i] === 0) continue;
      targets[i] += weight * counts[i] * tokens;
      for (let j = 0; j < size; j++) products[i][j] += weight * counts[i] * counts[j];
    }
  }
  const values = new Float64Array(size);
  for (let round = 0; round < ROUNDS; round++) {
    let change = 0;
    for (let i = 0; i < size; i++) {
      if (products[i][i] === 0) continue;
      let rest = targets[i];
      for (let j = 0; j < size; j++) if (j !== i) rest -= products[i][j] * values[j];
      const value = Math.max(0, rest / products[i][i]);
      change = Math.max(change, Math.abs(value - values[i]));
      values[i] = value;
    }
    if (change < SMALLEST_CHANGE) break;
  }
  return [...values];
}

/** The estimate for a text, as the C core makes it: of thousandths. @param {number[]} values */
export const apply = (values, counts) =>
  Math.max(
    1,
    Math.floor(
      (values.reduce((sum, v, i) => sum + Math.round(v * 1000) * counts[i], 0) + 500) / 1000,
    ),
  );

/** @param {number[]} errors @returns {number} what 95 % of them do not exceed */
export const p95 = (errors) => {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN;
};

/**
 * @param {readonly { estimate: number, tokens: number }[]} messages
 * @returns {{ n: number, biasPercent: number, p95Percent: number }}
 */
export function errorsOf(messages) {
  const sum = (key) => messages.reduce((total, message) => total + message[key], 0);
  return {
    n: messages.length,
    biasPercent: 100 * (sum('estimate') / sum('tokens') - 1),
    p95Percent: 100 * p95(messages.map(({ estimate, tokens }) => estimate / tokens - 1)),
  };
}
