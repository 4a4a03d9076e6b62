// SPDX-License-Identifier: MIT
// A finished turn becomes numbers: counted, estimated, recorded for posting, added to its tab.
import { tokenwatt } from './engine.js';
import * as outbox from './outbox.js';
import { readSettings } from './settings.js';
import { turnCounted } from './tabs.js';

/**
 * Doing this twice for the same turnKey has the effect of doing it once, so that a page can repeat
 * a turn that the background was stopped over.
 *
 * @param {number} tabId @param {Omit<import('../shared/messages.js').TurnMessage, 'type'>} message
 */
export async function countTurn(tabId, { chat, turn }) {
  const { region, sites } = await readSettings();
  if (sites[turn.site] === false) return null;
  const tw = await tokenwatt();
  // Some pages do not name the model. Then the payload has none either: no name is made up.
  if (turn.model !== null) await tw.loadEncoding(tw.encodingOf(turn.model));
  const { usage, footprint } = tw.estimate({
    provider: turn.provider,
    model: turn.model,
    prompt: turn.prompt,
    completion: turn.completion,
    reasoning: turn.reasoning,
    context: turn.context,
    startTimeMs: turn.startTimeMs,
    firstTokenTimeMs: turn.firstTokenTimeMs,
    origin: 'page',
    region: region === '' ? undefined : region,
  });
  await outbox.record(turn.turnKey, usage);
  return turnCounted(tabId, turn.turnKey, {
    chat,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    reasoningTokens: usage.reasoning_tokens,
    footprint: estimates(footprint),
    contextIncomplete: footprint.details.contextIncomplete === true,
  });
}

/**
 * The three values with their ranges.
 * @param {any} footprint the calculate response
 * @returns {Record<'energy' | 'co2' | 'water', import('../shared/messages.js').Estimate>}
 */
function estimates({ energy_wh, co2_grams, water_ml, details: { range } }) {
  return {
    energy: { value: energy_wh, ...range.energy_wh },
    co2: { value: co2_grams, ...range.co2_grams },
    water: { value: water_ml, ...range.water_ml },
  };
}
