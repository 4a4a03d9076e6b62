// SPDX-License-Identifier: MIT
// Sums of turns.

/** @typedef {{ value: number, low: number, high: number }} Estimate */
/** @typedef {'energy' | 'co2' | 'water'} Quantity */

/**
 * @typedef {object} Amounts
 * @property {number} turns
 * @property {number} promptTokens @property {number} completionTokens
 * @property {number} reasoningTokens @property {number} cachedTokens part of the prompt's
 * @property {Record<Quantity, Estimate>} footprint Wh, g, mL
 * @property {boolean} contextIncomplete of any of them
 */

/** @type {readonly Quantity[]} */
export const quantities = ['energy', 'co2', 'water'];

const counts = /** @type {const} */ ([
  'turns',
  'promptTokens',
  'completionTokens',
  'reasoningTokens',
  'cachedTokens',
]);

/** @returns {Amounts} */
export function nothing() {
  const none = () => ({ value: 0, low: 0, high: 0 });
  return {
    turns: 0,
    promptTokens: 0,
    completionTokens: 0,
    reasoningTokens: 0,
    cachedTokens: 0,
    footprint: { energy: none(), co2: none(), water: none() },
    contextIncomplete: false,
  };
}

/** @param {import('./turns.js').Turn} turn @returns {Amounts} */
export function amountsOf({ usage, footprint, contextIncomplete }) {
  return {
    turns: 1,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    reasoningTokens: usage.reasoning_tokens,
    cachedTokens: usage.cached_tokens,
    footprint,
    contextIncomplete,
  };
}

/** Adds to a sum. @template {Amounts} T @param {T} sum @param {Amounts} more @returns {T} */
export function add(sum, more) {
  for (const name of counts) sum[name] += more[name];
  for (const quantity of quantities) {
    for (const part of /** @type {const} */ (['value', 'low', 'high'])) {
      sum.footprint[quantity][part] += more.footprint[quantity][part];
    }
  }
  sum.contextIncomplete ||= more.contextIncomplete;
  return sum;
}

/** All tokens that a model worked on. @param {Amounts} amounts */
export function tokensOf({ promptTokens, completionTokens, reasoningTokens }) {
  return promptTokens + completionTokens + reasoningTokens;
}

/**
 * @template T
 * @param {T[]} parts @param {(part: T) => string} nameOf @returns {Map<string, Amounts>}
 */
export function sumsBy(parts, nameOf) {
  /** @type {Map<string, Amounts>} */
  const sums = new Map();
  for (const part of parts) {
    const name = nameOf(part);
    const sum = sums.get(name) ?? nothing();
    sums.set(name, add(sum, /** @type {any} */ (part)));
  }
  return sums;
}
