// SPDX-License-Identifier: MIT
// Least squares without negative coefficients: a text never has fewer tokens for having more in it.

/** What a coefficient is a multiple of. */
export const STEP = 0.02;
export const MOST_STEPS = 255;

const WEIGHT = 1.2; // a message's squared error counts by its tokens to the power of minus this
const ROUNDS = 2000;
const SMALLEST_CHANGE = 1e-7;

/**
 * @typedef {object} Point
 * @property {number[]} counts features
 * @property {number} tokens what is to be estimated, more than 0
 * @property {number} [weight] 1 if not given
 */

/**
 * The sums that a fit needs of its points.
 * @param {readonly Point[]} points
 */
function normalEquations(points) {
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
  return { products, targets };
}

/**
 * Coordinate descent: exact, small, and the same everywhere. Changes `values`, those of `fixed`
 * excepted.
 * @param {ReturnType<typeof normalEquations>} equations
 * @param {Float64Array} values @param {ReadonlySet<number>} fixed
 */
function descend({ products, targets }, values, fixed) {
  for (let round = 0; round < ROUNDS; round++) {
    let change = 0;
    for (let i = 0; i < values.length; i++) {
      if (products[i][i] === 0 || fixed.has(i)) continue;
      let rest = targets[i];
      for (let j = 0; j < values.length; j++) if (j !== i) rest -= products[i][j] * values[j];
      const value = Math.max(0, rest / products[i][i]);
      change = Math.max(change, Math.abs(value - values[i]));
      values[i] = value;
    }
    if (change < SMALLEST_CHANGE) break;
  }
}

/** @param {readonly Point[]} points @returns {number[]} a coefficient for each feature */
export function fit(points) {
  const values = new Float64Array(points[0]?.counts.length ?? 0);
  descend(normalEquations(points), values, new Set());
  return [...values];
}

/**
 * The same in multiples of STEP, as the C core has them in a byte each: those that matter most are
 * rounded first, and the others make up for it.
 * @param {readonly Point[]} points @returns {number[]}
 */
export function fitInSteps(points) {
  const equations = normalEquations(points);
  const values = new Float64Array(equations.targets.length);
  const fixed = new Set();
  const weight = (/** @type {number} */ i) => equations.products[i][i];
  const order = [...values.keys()].sort((a, b) => weight(b) - weight(a));
  for (const i of order) {
    descend(equations, values, fixed);
    values[i] = Math.min(Math.round(values[i] / STEP), MOST_STEPS) * STEP;
    fixed.add(i);
  }
  return [...values].map((value) => Number(value.toFixed(2)));
}

/** The estimate for a text, as the C core makes it: of steps. @param {number[]} values */
export const apply = (values, counts) => {
  const steps = values.reduce((sum, value, i) => sum + Math.round(value / STEP) * counts[i], 0);
  return Math.max(1, Math.floor((steps + 0.5 / STEP) * STEP + 1e-9));
};

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
