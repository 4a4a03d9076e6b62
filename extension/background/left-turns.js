// SPDX-License-Identifier: MIT
// Turns whose page was left in the middle: counted as far as they came, and recorded unless a page
// takes them up again. Only numbers are kept.
import { got, read, write } from '../store/database.js';
import { knownTurns } from './known-turns.js';
import { record } from './record.js';

/** @typedef {import('../store/turns.js').Turn} Turn */

const leftAlarm = 'leftTurns';

/** @param {Turn} turn */
export async function keepLeft(turn) {
  await write(['left'], (store) => got(store('left').put({ turnKey: turn.turnKey, turn })));
  await chrome.alarms.create(leftAlarm, { delayInMinutes: 1.1 });
}

/** What was counted of a turn when its page was left. @param {string} turnKey @returns {Promise<Turn | null>} */
export async function leftTurn(turnKey) {
  const left = await read(['left'], (store) => got(store('left').get(turnKey)));
  return left?.turn ?? null;
}

/**
 * Records the turns that no page has taken up in time, and those that were about to be recorded when
 * the background was stopped.
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

/** @returns {Promise<string[]>} */
async function leftKeys() {
  const keys = await read(['left'], (store) => got(store('left').getAllKeys()));
  return keys.map(String);
}

/** @param {string} turnKey */
async function recordLeft(turnKey) {
  const turn = await leftTurn(turnKey);
  if (turn !== null) await record(turn);
  await knownTurns.end(turnKey);
}
