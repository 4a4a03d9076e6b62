// SPDX-License-Identifier: MIT
// What each tab shows, as long as the browser runs: site, health, and the chat. It lies in
// storage.session, because the background is stopped whenever it is idle.
import { nameChat } from '../store/turns.js';
import { blankTab, readTab, tabPrefix } from '../shared/tab.js';

/** @typedef {import('../shared/messages.js').Health} Health */
/** @typedef {import('../shared/tab.js').TabState} TabState */

/**
 * The page of a tab said where it is. A chat that gets its name keeps the turns it had without.
 * @param {number} tabId @param {{ site: string, health: Health, chat: string }} page
 */
export async function pageSeen(tabId, { site, health, chat }) {
  /** @type {string[]} */
  let named = [];
  const state = await change(tabId, (state) => {
    if (chat !== '' || state.site !== site) {
      if (state.chat === '' && state.site === site) named = state.unnamed;
      state.unnamed = [];
    }
    Object.assign(state, { site, health, chat });
  });
  if (named.length > 0) await nameChat(named, site, chat);
  return state;
}

/** @param {number} tabId @param {string} turnKey @param {string} chat */
export async function turnCounted(tabId, turnKey, chat) {
  if (chat !== '') return;
  await change(tabId, ({ unnamed }) => {
    if (!unnamed.includes(turnKey)) unnamed.push(turnKey);
  });
}

/** @returns {Promise<{ tabId: number, state: TabState }[]>} */
export async function allTabs() {
  const all = await chrome.storage.session.get(null);
  return Object.entries(all)
    .filter(([name]) => name.startsWith(tabPrefix))
    .map(([name, state]) => ({
      tabId: Number(name.slice(tabPrefix.length)),
      state: { ...blankTab, .../** @type {TabState} */ (state) },
    }));
}

/** @param {number} tabId */
export function forgetTab(tabId) {
  return chrome.storage.session.remove(`${tabPrefix}${tabId}`);
}

/** @type {Promise<unknown>} one change at a time: reading and writing are two steps */
let changes = Promise.resolve();

/** @param {number} tabId @param {(state: TabState) => void} edit @returns {Promise<TabState>} */
function change(tabId, edit) {
  const changed = changes.then(async () => {
    const state = await readTab(tabId);
    edit(state);
    await chrome.storage.session.set({ [`${tabPrefix}${tabId}`]: state });
    return state;
  });
  changes = changed.catch(() => undefined);
  return changed;
}
