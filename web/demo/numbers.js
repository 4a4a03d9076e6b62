// SPDX-License-Identifier: MIT
// Numbers as people read them: counts in full, estimates with two significant digits.

const whole = new Intl.NumberFormat('en');
const rough = new Intl.NumberFormat('en', {
  minimumSignificantDigits: 2,
  maximumSignificantDigits: 2,
});

/** @param {number} count */
export function wholeNumber(count) {
  return whole.format(count);
}

/** What was sent, and how much of it earlier turns had sent before. */
export function sentText(/** @type {number} */ sent, /** @type {number} */ repeated) {
  return `${wholeNumber(sent)} sent${repeated > 0 ? ` (${wholeNumber(repeated)} repeated)` : ''}`;
}

/** @typedef {{ value: number, low: number, high: number }} Amount */
/** @typedef {'energy' | 'co2' | 'water'} Quantity */

/**
 * What is measured, with its units (the usual one between those for very small and large amounts)
 * and what follows the unit within a line.
 */
export const quantities = /** @type {const} */ ([
  { quantity: 'energy', name: 'Energy', units: ['mWh', 'Wh', 'kWh'], of: '' },
  { quantity: 'co2', name: 'CO₂e', units: ['mg', 'g', 'kg'], of: ' CO₂e' },
  { quantity: 'water', name: 'Water', units: ['µL', 'mL', 'L'], of: ' water' },
]);

/**
 * Value and range in one unit.
 * @param {Amount} amount in Wh, g or mL
 * @param {readonly [string, string, string]} units
 */
export function shownAmount({ value, low, high }, units) {
  const step = value >= 1000 ? 2 : value > 0 && value < 0.001 ? 0 : 1;
  const scale = 1000 ** (1 - step);
  return {
    value: value === 0 ? '0' : rough.format(value * scale),
    unit: units[step],
    range: high > low ? `${rough.format(low * scale)}–${rough.format(high * scale)}` : '',
  };
}
