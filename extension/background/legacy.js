// SPDX-License-Identifier: MIT
// What version 0.1.0 kept in chrome.storage moves into the database.
import { sites } from '../../web/sites/index.js';
import { got, write } from '../store/database.js';
import { recordTurn } from '../store/turns.js';
import { tokenwatt } from './engine.js';
import { turnOf } from './turn-of.js';

const prefixes = { turn: 'turn:', post: 'outbox:', left: 'left:' };
const singles = ['key', 'outboxProgress'];

/**
 * Stopped in the middle it begins anew: what was moved already is known by its key.
 */
export async function moveLegacy() {
  const names = (await storedNames()).filter(
    (name) =>
      singles.includes(name) || Object.values(prefixes).some((prefix) => name.startsWith(prefix)),
  );
  if (names.length === 0) return;
  const stored = await chrome.storage.local.get(names);
  const entries = (/** @type {string} */ prefix) =>
    names
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ id: name.slice(prefix.length), value: /** @type {any} */ (stored[name]) }));
  for (const { id, value } of entries(prefixes.post)) {
    const turn = await turnOfPayload(`post:${id}`, value.payload, value.recordedMs);
    const state = value.refused ? 'refused' : 'waiting';
    const { turnKey, usage } = turn;
    await recordTurn(turn, { id, turnKey, usage, state, order: value.recordedMs });
  }
  for (const { id, value } of entries(prefixes.left)) {
    const turn = await turnOfPayload(id, value.usage, Date.now());
    await write(['left'], (store) => got(store('left').put({ turnKey: id, turn })));
  }
  await write(['known', 'values'], async (store) => {
    for (const { id, value } of entries(prefixes.turn)) {
      store('known').put({ turnKey: id, atMs: value });
    }
    if (typeof stored.key === 'string') store('values').put(stored.key, 'key');
  });
  await chrome.storage.local.remove(names);
}

/** What chrome.storage holds. Newer browsers tell it without reading all of it. */
async function storedNames() {
  const { local } = chrome.storage;
  const tells = typeof local.getKeys === 'function';
  return tells ? local.getKeys() : Object.keys(await local.get(null));
}

/** @param {string} turnKey @param {any} payload @param {number} recordedMs */
async function turnOfPayload(turnKey, payload, recordedMs) {
  const tw = await tokenwatt();
  const { status, body } = tw.request('POST', '/api/v1/calculate', payload);
  // It was the same estimator that made the payload, so this is a fault of the program.
  if (status !== 200) throw new Error(`a record of 0.1.0 is not understood: ${body.error.message}`);
  // It was not said which site a turn was of; each site has its provider.
  const site = sites.find(({ provider }) => provider === payload.provider)?.site ?? '';
  return turnOf({ turnKey, site, chat: '', answerId: '', atMs: recordedMs }, payload, body);
}
