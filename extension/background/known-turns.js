// SPDX-License-Identifier: MIT
// Which turns the chat pages follow, so that two tabs, a reload or a page that comes back report each
// once. Numbers and identifiers only; it lasts as long as the browser runs.
import { createTurnStore, whoseEnd } from '../../web/dom/turn-store.js';
import { stored } from './stored.js';

/** @typedef {import('../../web/dom/turn-store.js').TurnRecord} TurnRecord */

const name = 'knownTurns';
/** A page that was left may come back within this time. */
const graceMs = 60_000;

/**
 * @template T
 * @param {(records: TurnRecord[]) => T} change
 * @returns {Promise<T>}
 */
function transact(change) {
  return navigator.locks.request(name, async () => {
    /** @type {TurnRecord[]} */
    const records = await stored(chrome.storage.session, name, []);
    const result = change(records);
    await chrome.storage.session.set({ [name]: records });
    return result;
  });
}

export const knownTurns = createTurnStore(transact, { graceMs });

/**
 * Whether this tab is to report the turn's end. Only the report itself ends the turn, since the
 * page may be gone before it.
 * @param {string} turnKey @param {string} tab
 */
export function mayFinish(turnKey, tab) {
  return transact((records) =>
    whoseEnd(records.find((record) => record.turnKey === turnKey) ?? null, tab, Date.now()),
  );
}

/** The turn is recorded. @param {string} turnKey */
export function turnEnded(turnKey) {
  return transact((records) => {
    const record = records.find((known) => known.turnKey === turnKey);
    if (record !== undefined)
      Object.assign(record, { owner: '', endedMs: Date.now(), draft: null });
  });
}
