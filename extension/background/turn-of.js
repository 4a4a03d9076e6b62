// SPDX-License-Identifier: MIT
import { dayOf } from '../shared/days.js';

/**
 * A row of the history.
 * @param {{ turnKey: string, site: string, chat: string, answerId: string, atMs: number }} about
 *   `atMs`: when it was counted
 * @param {import('../store/turns.js').Turn['usage']} usage
 * @param {import('../../web/src/estimate.js').Footprint} footprint
 * @returns {import('../store/turns.js').Turn}
 */
export function turnOf({ atMs: countedMs, ...about }, usage, footprint) {
  const { energy_wh, co2_grams, water_ml, details } = footprint;
  const atMs = usage.startTimeMs ?? countedMs;
  const { range } = details;
  return {
    ...about,
    atMs,
    day: dayOf(new Date(atMs)),
    model: usage.model ?? '',
    usage,
    footprint: {
      energy: { value: energy_wh, ...range.energy_wh },
      co2: { value: co2_grams, ...range.co2_grams },
      water: { value: water_ml, ...range.water_ml },
    },
    contextIncomplete: details.contextIncomplete === true,
  };
}
