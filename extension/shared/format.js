// SPDX-License-Identifier: MIT
// Numbers as people read them: compact for the badge, two significant digits for estimates.

/**
 * Fits a count into a toolbar badge: 950, 1.2k, 34k, 3.4M.
 * @param {number} count
 */
export function compactCount(count) {
  if (count < 1000) return String(Math.round(count));
  for (const [unit, suffix] of /** @type {const} */ ([
    [1e3, 'k'],
    [1e6, 'M'],
    [1e9, 'G'],
  ])) {
    const scaled = count / unit;
    if (scaled < 9.95) return `${scaled.toFixed(1).replace('.0', '')}${suffix}`;
    if (scaled < 999.5) return `${Math.round(scaled)}${suffix}`;
  }
  return '999G';
}

/** @param {number} count */
export function wholeNumber(count) {
  return numbers().format(count);
}

/** @param {Date} date */
export function dayText(date) {
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short' }).format(date);
}

/** @param {Date} date */
export function momentText(date) {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    date,
  );
}

/**
 * Each quantity's unit, and the larger one that takes over from 1000.
 * @type {Record<'energy' | 'co2' | 'water', [string, string]>}
 */
const units = { energy: ['Wh', 'kWh'], co2: ['g', 'kg'], water: ['mL', 'L'] };

/**
 * An estimated amount: value and range in one unit.
 * @param {keyof typeof units} quantity
 * @param {import('../store/amounts.js').Estimate} amounts in Wh, g or mL
 */
export function amount(quantity, { value, low, high }) {
  const large = value >= 1000 ? 1 : 0;
  const divisor = large ? 1000 : 1;
  return {
    value: estimate(value / divisor),
    unit: units[quantity][large],
    range: `${estimate(low / divisor)}–${estimate(high / divisor)}`,
  };
}

/** Two significant digits: an estimate has no more, and no fewer. @param {number} value */
export function estimate(value) {
  return value === 0 ? '0' : estimates().format(value);
}

/** Made once: the first of a language takes milliseconds. */
const numbers = once(() => new Intl.NumberFormat(language()));
const estimates = once(
  () =>
    new Intl.NumberFormat(language(), { minimumSignificantDigits: 2, maximumSignificantDigits: 2 }),
);

/** @template {{}} T @param {() => T} make @returns {() => T} */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}

function language() {
  return globalThis.chrome?.i18n?.getUILanguage() ?? 'en';
}
