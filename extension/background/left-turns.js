// SPDX-License-Identifier: MIT
// Turns that have not come to their end: counted as far as they came, and recorded unless a page goes
// on with them. Only numbers are kept.
import { leftKeys, mostOf, putLeft, putLive } from '../store/left.js';
import { knownTurns, pageOf } from './known-turns.js';
import { record } from './record.js';

/** @typedef {import('../store/turns.js').Turn} Turn */

const leftAlarm = 'leftTurns';
/** By then a live turn's page has said more, or is asked after; see silenceMs of the turn store. */
const liveMinutes = 31;

/** The page of a turn was left. @param {Turn} turn */
export async function keepLeft(turn) {
  await putLeft(turn);
  await chrome.alarms.create(leftAlarm, { delayInMinutes: 1.1 });
}

/** A turn goes on. @param {Turn} turn */
export async function keepLive(turn) {
  await putLive(turn);
  // It comes again and again, and must not put off what another turn waits for.
  if ((await chrome.alarms.get(leftAlarm)) !== undefined) return;
  await chrome.alarms.create(leftAlarm, { delayInMinutes: liveMinutes });
}

/** A tab was closed. Firefox lets its page say nothing of that any more. @param {number} tabId */
export async function leaveTab(tabId) {
  const isLeft = await knownTurns.gone((page) => page.startsWith(pageOf(tabId, '')));
  if (isLeft) await chrome.alarms.create(leftAlarm, { delayInMinutes: 1.1 });
}

/**
 * Records the turns that no page has taken up in time, and those that were about to be recorded when
 * the background was stopped. Of one that is over already nothing but the row here is deleted.
 */
export async function recordAbandoned() {
  const { nextMs } = await knownTurns.abandoned();
  for (const turnKey of await leftKeys()) {
    if ((await knownTurns.whoseEnd(turnKey, '')) === 'over') await recordLeft(turnKey);
  }
  if (nextMs !== null) await chrome.alarms.create(leftAlarm, { when: nextMs + 1000 });
}

/** After a start of the browser no page is there to take anything up. */
export async function recordAllLeft() {
  for (const turnKey of await leftKeys()) await recordLeft(turnKey);
}

/** @param {string} turnKey */
async function recordLeft(turnKey) {
  const turn = await mostOf(turnKey);
  if (turn !== null) await record(turn);
  await knownTurns.end(turnKey);
}
