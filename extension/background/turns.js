// SPDX-License-Identifier: MIT
// A finished turn becomes numbers: counted, estimated, recorded.
import { amountsOf } from '../store/amounts.js';
import { contextOf, keepCounts } from './chats.js';
import { tokenwatt } from './engine.js';
import { knownTurns } from './known-turns.js';
import { forgetLeft, leftTurn } from '../store/left.js';
import { keepLeft, keepLive } from './left-turns.js';
import { record } from './record.js';
import { readSettings } from '../shared/settings.js';
import { turnCounted } from './tabs.js';
import { turnOf } from './turn-of.js';

/** @typedef {Omit<import('../shared/messages.js').TurnMessage, 'type'>} FinishedTurn */

/**
 * Doing this twice for the same turnKey has the effect of doing it once, so that a page can repeat
 * a turn that the background was stopped over.
 *
 * @param {number} tabId @param {FinishedTurn} finished
 * @returns {Promise<import('../store/amounts.js').Amounts | null>} null where it is not to be counted
 */
export async function countTurn(tabId, finished) {
  const { chat, turn } = finished;
  const { sites } = await readSettings();
  if (sites[turn.site] === false) {
    // It may have been switched off while the answer streamed.
    await forgetLeft(turn.turnKey);
    return null;
  }
  const counted = await counts(finished);
  const left = await leftTurn(turn.turnKey);
  // A page that came back may show less than there was.
  const isLess = left !== null && left.usage.completion_tokens > counted.usage.completion_tokens;
  const recorded = isLess ? { ...left, chat, answerId: counted.answerId } : counted;
  await record(recorded);
  await knownTurns.end(turn.turnKey);
  await turnCounted(tabId, turn.turnKey, chat);
  return amountsOf(recorded);
}

/** A turn whose page is left before its end. @param {FinishedTurn} left */
export async function countLeft(left) {
  const { sites } = await readSettings();
  if (sites[left.turn.site] === false) return;
  await keepLeft(await counts(left));
}

/** A turn that goes on, as far as it has come. @param {FinishedTurn} live */
export async function countLive(live) {
  const { sites } = await readSettings();
  if (sites[live.turn.site] === false) return;
  await keepLive(await counts(live, true));
}

/** @param {FinishedTurn} finished @param {boolean} [isLive] */
async function counts({ chat, turn }, isLive = false) {
  const { region, method } = await readSettings();
  const tw = await tokenwatt();
  // Some pages do not name the model. Then the payload has none either: no name is made up.
  const { model, provider, turnKey, site, answerId } = turn;
  const known = await contextOf(chat, turn);
  // Once each, as the model counts: the numbers go into the estimate, and into the next turn's context.
  const count = (/** @type {string} */ text) => tw.estimateTokens(text, { model, provider });
  const counted = {
    context: known.context.map((text) => (typeof text === 'string' ? count(text) : text)),
    prompt: count(turn.prompt),
    completion: count(turn.completion),
  };
  const { usage, footprint } = tw.estimate({
    provider,
    model,
    modelFoundBy: turn.modelFoundBy,
    ...counted,
    reasoning: count(turn.reasoning),
    cachedMessages: known.cachedMessages,
    contextIncomplete: known.contextIncomplete,
    startTimeMs: turn.startTimeMs,
    firstTokenTimeMs: turn.firstTokenTimeMs,
    lastTokenTimeMs: turn.lastTokenTimeMs,
    origin: 'page',
    region: region === '' ? undefined : region,
    method: method === '' ? undefined : method,
  });
  // These lie elsewhere than the history: where they can't be kept, only later turns know less.
  // Those of a part of an answer must not come after those of all of it.
  if (!isLive) {
    await keepCounts(chat, turn, counted, known.contextIncomplete).catch((error) => {
      console.warn('Tokenwatt could not keep the counts of a chat:', error);
    });
  }
  const about = { turnKey, site, chat, answerId: answerId ?? '', atMs: Date.now() };
  return turnOf(about, usage, footprint);
}
