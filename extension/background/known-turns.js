// SPDX-License-Identifier: MIT
// Which turns the chat pages follow, so that two tabs, a reload or a page that comes back report each
// once. Numbers and identifiers only; it lasts as long as the browser runs.
import { createTurnStore } from '../../web/dom/turn-store.js';
import { stored } from '../shared/stored.js';

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

/** What a page is called there. @param {number} tabId @param {string} page as it calls itself */
export const pageOf = (tabId, page) => `${tabId}:${page}`;

export const knownTurns = createTurnStore(transact, { graceMs });
