// SPDX-License-Identifier: MIT
// What is known of a tab, for the badge and the popup.
import { readChat, sumOf } from '../store/turns.js';

/**
 * @typedef {object} TabState
 * @property {string} site '' where no watched page is
 * @property {import('./messages.js').Health} health
 * @property {string} chat which conversation is shown; '' for one that has no name yet
 * @property {string[]} unnamed keys of the turns of a chat without a name
 */

export const tabPrefix = 'tab:';

/** @type {TabState} */
export const blankTab = { site: '', health: 'empty', chat: '', unnamed: [] };

/** @param {number} tabId @returns {Promise<TabState>} */
export async function readTab(tabId) {
  const name = `${tabPrefix}${tabId}`;
  const { [name]: state } = await chrome.storage.session.get(name);
  return { ...structuredClone(blankTab), .../** @type {TabState | undefined} */ (state) };
}

/**
 * What the chat that a tab shows has cost so far.
 * @param {TabState} state
 * @returns {Promise<import('../store/amounts.js').Amounts | null>} null before its first turn
 */
export async function chatAmounts({ site, chat, unnamed }) {
  if (chat === '') return sumOf(unnamed);
  return (await readChat(site, chat)) ?? null;
}
