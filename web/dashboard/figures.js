// SPDX-License-Identifier: MIT
// Amounts as people read them. Each is a <data> element, whose value is exact.
import { element } from '../demo/elements.js';
import { shownAmount, wholeNumber } from '../demo/numbers.js';
import { tokensOf } from './collector.js';

/** @typedef {import('./collector.js').Sums} Sums */
/** @typedef {'energyWh' | 'co2Grams' | 'waterMl' | 'tokens'} Quantity */

/** @type {{ id: Quantity, name: string, units: [string, string, string] | null }[]} */
export const quantities = [
  { id: 'energyWh', name: 'Energy', units: ['mWh', 'Wh', 'kWh'] },
  { id: 'co2Grams', name: 'CO₂e', units: ['mg', 'g', 'kg'] },
  { id: 'waterMl', name: 'Water', units: ['µL', 'mL', 'L'] },
  { id: 'tokens', name: 'Tokens', units: null },
];

/**
 * @param {Sums} sums @param {Quantity} id
 * @returns {{ value: number, low: number, high: number }} of tokens without a range
 */
export function amountOf(sums, id) {
  if (id === 'tokens') {
    const value = tokensOf(sums);
    return { value, low: value, high: value };
  }
  return { value: sums[id], low: sums[`${id}Low`], high: sums[`${id}High`] };
}

/** @param {{ value: number, low: number, high: number }} amount @param {Quantity} id */
export function shown(amount, id) {
  const units = quantities.find((quantity) => quantity.id === id)?.units;
  if (!units) return { text: wholeNumber(amount.value), range: '' };
  const { value, unit, range } = shownAmount(amount, units);
  return { text: `${value} ${unit}`, range: range === '' ? '' : `${range} ${unit}` };
}

/** @param {Sums} sums @param {Quantity} id */
export function figure(sums, id) {
  const amount = amountOf(sums, id);
  return element('data', { value: amount.value }, shown(amount, id).text);
}
