// SPDX-License-Identifier: MIT
// What the turns of a chat cost, each and together.

/** @typedef {import('../src/index.js').Tokenwatt} Tokenwatt */
/** @typedef {import('./numbers.js').Amount} Amount */
/** @typedef {import('./numbers.js').Quantity} Quantity */

/**
 * @typedef {object} Cost
 * @property {number} last id of the turn's last message
 * @property {import('../src/index.js').Usage} usage
 * @property {import('../src/index.js').Footprint} footprint
 * @property {Record<Quantity, Amount>} amounts
 */

/**
 * @typedef {object} Settings
 * @property {string} provider
 * @property {string} model '' where it is not known
 * @property {string} region '' where it is not known
 */

/**
 * @param {Tokenwatt} tw
 * @param {(import('./conversation.js').Exchange | import('./text-view.js').TextExchange)[]} exchanges
 * @param {Settings} settings
 * @param {'text' | 'page'} origin
 * @returns {Cost[]}
 */
export function costsOf(tw, exchanges, { provider, model, region }, origin) {
  const known = { ...(model !== '' && { model }), ...(region !== '' && { region }) };
  return exchanges.map(({ last, ...counts }) => {
    const { usage, footprint } = tw.estimate({ provider, ...known, ...counts, origin });
    return { last, usage, footprint, amounts: amountsOf(footprint) };
  });
}

/** @param {import('../src/index.js').Footprint} footprint @returns {Record<Quantity, Amount>} */
function amountsOf({ energy_wh, co2_grams, water_ml, details }) {
  const { range } = details;
  return {
    energy: { value: energy_wh, ...range.energy_wh },
    co2: { value: co2_grams, ...range.co2_grams },
    water: { value: water_ml, ...range.water_ml },
  };
}

/** @param {Cost[]} costs */
export function totalOf(costs) {
  const total = {
    sent: 0,
    cached: 0,
    answered: 0,
    energy: { value: 0, low: 0, high: 0 },
    co2: { value: 0, low: 0, high: 0 },
    water: { value: 0, low: 0, high: 0 },
  };
  for (const { usage, amounts } of costs) {
    total.sent += usage.prompt_tokens;
    total.cached += usage.cached_tokens;
    total.answered += usage.completion_tokens + usage.reasoning_tokens;
    for (const quantity of /** @type {const} */ (['energy', 'co2', 'water'])) {
      total[quantity].value += amounts[quantity].value;
      total[quantity].low += amounts[quantity].low;
      total[quantity].high += amounts[quantity].high;
    }
  }
  return total;
}

/** What the estimates want to be said, each once. @param {Cost[]} costs @returns {string[]} */
export function warningsOf(costs) {
  return [...new Set(costs.flatMap(({ footprint }) => footprint.details.warnings ?? []))];
}
