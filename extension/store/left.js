// SPDX-License-Identifier: MIT
// What was counted of turns that are not over: should nothing more be heard of one, this is recorded.
import { got, read, write } from './database.js';

/** @typedef {import('./turns.js').Turn} Turn */

/**
 * @typedef {object} LeftRow
 * @property {string} turnKey
 * @property {Turn} [turn] when its page was left
 * @property {Turn} [live] while its page streamed, after that or overtaken by it
 */

/** The page of a turn was left. That is its last word for now. @param {Turn} turn */
export async function putLeft(turn) {
  await write(['left'], (store) => got(store('left').put({ turnKey: turn.turnKey, turn })));
}

/**
 * A turn goes on. What its page showed when it was left stays: this may have been counted late, or
 * the page may have come back with less.
 * @param {Turn} live
 */
export async function putLive(live) {
  await write(['left'], async (store) => {
    const { turnKey } = live;
    const row = await got(store('left').get(turnKey));
    await got(store('left').put({ ...row, turnKey, live }));
  });
}

/** What was counted of a turn when its page was left. @param {string} turnKey @returns {Promise<Turn | null>} */
export async function leftTurn(turnKey) {
  return (await rowOf(turnKey))?.turn ?? null;
}

/** The most that was counted of a turn. @param {string} turnKey @returns {Promise<Turn | null>} */
export async function mostOf(turnKey) {
  const { turn, live } = (await rowOf(turnKey)) ?? {};
  if (turn === undefined || live === undefined) return turn ?? live ?? null;
  return live.usage.completion_tokens > turn.usage.completion_tokens ? live : turn;
}

/** @returns {Promise<string[]>} keys of the turns that something was counted of */
export async function leftKeys() {
  const keys = await read(['left'], (store) => got(store('left').getAllKeys()));
  return keys.map(String);
}

/** @param {string} turnKey */
export async function forgetLeft(turnKey) {
  await write(['left'], (store) => got(store('left').delete(turnKey)));
}

/** @param {string} turnKey @returns {Promise<LeftRow | undefined>} */
function rowOf(turnKey) {
  return read(['left'], (store) => got(store('left').get(turnKey)));
}
