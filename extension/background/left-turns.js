// SPDX-License-Identifier: MIT
// Turns whose page was left in the middle: counted as far as they came, and recorded unless a page
// takes them up again. Only numbers are kept.
import { knownTurns } from './known-turns.js';
import * as outbox from './outbox.js';

/**
 * @typedef {object} LeftTurn
 * @property {import('../../web/src/estimate.js').Usage} usage
 */

const prefix = 'left:';
export const leftAlarm = 'leftTurns';

/** @param {string} turnKey @param {LeftTurn['usage']} usage */
export async function keepLeft(turnKey, usage) {
  await chrome.storage.local.set({ [prefix + turnKey]: { usage } });
  await chrome.alarms.create(leftAlarm, { delayInMinutes: 1.1 });
}

/** What was counted of a turn when its page was left. @param {string} turnKey @returns {Promise<LeftTurn | null>} */
export async function leftTurn(turnKey) {
  const { [prefix + turnKey]: left } = await chrome.storage.local.get(prefix + turnKey);
  return /** @type {LeftTurn | undefined} */ (left) ?? null;
}

/** @param {string} turnKey */
export function forgetLeft(turnKey) {
  return chrome.storage.local.remove(prefix + turnKey);
}

/** Records the turns that no page has taken up in time. */
export async function recordAbandoned() {
  const { drafts, nextMs } = await knownTurns.abandoned();
  for (const { turnKey } of drafts) await recordLeft(turnKey);
  if (nextMs !== null) await chrome.alarms.create(leftAlarm, { when: nextMs + 1000 });
}

/** After a start of the browser no page is there to take anything up. */
export async function recordAllLeft() {
  const all = await chrome.storage.local.get(null);
  for (const name of Object.keys(all)) {
    if (name.startsWith(prefix)) await recordLeft(name.slice(prefix.length));
  }
}

/** @param {string} turnKey */
async function recordLeft(turnKey) {
  const left = await leftTurn(turnKey);
  if (left !== null) await outbox.record(turnKey, left.usage);
  await knownTurns.end(turnKey);
  await forgetLeft(turnKey);
}
