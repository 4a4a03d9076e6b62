// SPDX-License-Identifier: MIT
// What an amount is as much as, each with where its number is from.
import { estimate } from './format.js';
import { text } from './i18n.js';

/**
 * @type {{ quantity: import('../store/amounts.js').Quantity, one: number, name: string,
 *   source: string, url: string }[]}
 */
export const comparisons = [
  {
    quantity: 'energy',
    one: 19, // Wh to charge a smartphone: 0.019 kWh
    name: 'compare_phone',
    source: 'EPA',
    url: 'https://www.epa.gov/energy/greenhouse-gas-equivalencies-calculator-calculations-and-references',
  },
  {
    quantity: 'co2',
    one: 0.1081, // g a metre: 108.1 g/km, new cars in Europe in 2022
    name: 'compare_car',
    source: 'EEA',
    url: 'https://www.eea.europa.eu/en/analysis/indicators/co2-performance-of-new-passenger/',
  },
  {
    quantity: 'water',
    one: 0.052, // mL a drop: Google calls 0.26 mL five
    name: 'compare_drops',
    source: 'Google',
    url: 'https://cloud.google.com/blog/products/infrastructure/measuring-the-environmental-impact-of-ai-inference/',
  },
];

/** @param {import('../store/amounts.js').Amounts} amounts */
export function comparisonsOf({ footprint }) {
  return comparisons.map(({ quantity, one, name, source, url }) => {
    const count = footprint[quantity].value / one;
    const shown = name === 'compare_phone' ? estimate(count * 100) : estimate(count);
    return { sentence: text(name, shown), source, url };
  });
}
