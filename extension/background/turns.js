// SPDX-License-Identifier: MIT
// A finished turn becomes numbers: counted, estimated, recorded for posting, added to its tab.
import { contextOf, keepCounts } from './chats.js';
import { tokenwatt } from './engine.js';
import { knownTurns } from './known-turns.js';
import { forgetLeft, keepLeft, leftTurn } from './left-turns.js';
import * as outbox from './outbox.js';
import { readSettings } from './settings.js';
import { turnCounted } from './tabs.js';

/** @typedef {Omit<import('../shared/messages.js').TurnMessage, 'type'>} FinishedTurn */

/**
 * Doing this twice for the same turnKey has the effect of doing it once, so that a page can repeat
 * a turn that the background was stopped over.
 *
 * @param {number} tabId @param {FinishedTurn} finished
 */
export async function countTurn(tabId, finished) {
  const { chat, turn } = finished;
  const { sites } = await readSettings();
  if (sites[turn.site] === false) return null;
  const { usage, footprint } = await estimateOf(finished);
  const left = await leftTurn(turn.turnKey);
  // A page that came back may show less than there was.
  const isLess = left !== null && left.usage.completion_tokens > usage.completion_tokens;
  await outbox.record(turn.turnKey, isLess ? left.usage : usage);
  await knownTurns.end(turn.turnKey);
  if (left !== null) await forgetLeft(turn.turnKey);
  return turnCounted(tabId, turn.turnKey, {
    chat,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    reasoningTokens: usage.reasoning_tokens,
    footprint: estimates(footprint),
    contextIncomplete: footprint.details.contextIncomplete === true,
  });
}

/** A turn whose page is left before its end. @param {FinishedTurn} left */
export async function countLeft(left) {
  const { sites } = await readSettings();
  if (sites[left.turn.site] === false) return;
  const { usage } = await estimateOf(left);
  await keepLeft(left.turn.turnKey, usage);
}

/** @param {FinishedTurn} finished */
async function estimateOf({ chat, turn }) {
  const { region } = await readSettings();
  const tw = await tokenwatt();
  // Some pages do not name the model. Then the payload has none either: no name is made up.
  const { model, provider } = turn;
  if (model !== null) await tw.loadEncoding(tw.encodingOf(model, provider));
  const known = await contextOf(chat, turn);
  // Once each, as the model counts: the numbers go into the estimate, and into the next turn's context.
  const count = (/** @type {string} */ text) => tw.estimateTokens(text, { model, provider });
  const counts = {
    context: known.context.map((text) => (typeof text === 'string' ? count(text) : text)),
    prompt: count(turn.prompt),
    completion: count(turn.completion),
  };
  const estimate = tw.estimate({
    provider,
    model,
    modelFoundBy: turn.modelFoundBy,
    ...counts,
    reasoning: count(turn.reasoning),
    cachedMessages: known.cachedMessages,
    contextIncomplete: known.contextIncomplete,
    startTimeMs: turn.startTimeMs,
    firstTokenTimeMs: turn.firstTokenTimeMs,
    lastTokenTimeMs: turn.lastTokenTimeMs,
    origin: 'page',
    region: region === '' ? undefined : region,
  });
  await keepCounts(chat, turn, counts, known.contextIncomplete);
  return estimate;
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
