// SPDX-License-Identifier: MIT
// What each tab shows, as long as the browser runs: site, health, and the turns of its chats.
// It lies in storage.session, because the background is stopped whenever it is idle.

import { stored } from './stored.js';

/** @typedef {import('../shared/messages.js').Health} Health */
/** @typedef {import('../shared/messages.js').Amounts} Amounts */
/** @typedef {import('../shared/messages.js').Estimate} Estimate */

/**
 * @typedef {object} CountedTurn numbers only
 * @property {string} chat
 * @property {number} promptTokens @property {number} completionTokens
 * @property {number} reasoningTokens
 * @property {Record<'energy' | 'co2' | 'water', Estimate>} footprint
 * @property {boolean} contextIncomplete
 */

/**
 * @typedef {object} TabState
 * @property {string} site '' where no watched page is
 * @property {Health} health
 * @property {string} chat which conversation is shown; '' for one that has no name yet
 * @property {Record<string, CountedTurn>} turns by turnKey, so that counting twice changes nothing
 */

const prefix = 'tab:';

/** @param {number} tabId @returns {Promise<TabState>} */
export function readTab(tabId) {
  /** @type {TabState} */
  const blank = { site: '', health: 'empty', chat: '', turns: {} };
  return stored(chrome.storage.session, nameOf(tabId), blank);
}

/**
 * The page of a tab said where it is. A chat that gets its name keeps the turns it had without.
 * @param {number} tabId @param {{ site: string, health: Health, chat: string }} page
 */
export function pageSeen(tabId, { site, health, chat }) {
  return change(tabId, (state) => {
    if (state.chat === '' && chat !== '' && state.site === site) {
      for (const turn of Object.values(state.turns)) if (turn.chat === '') turn.chat = chat;
    }
    Object.assign(state, { site, health, chat });
  });
}

/** @param {number} tabId @param {string} turnKey @param {CountedTurn} turn */
export function turnCounted(tabId, turnKey, turn) {
  return change(tabId, (state) => {
    state.turns[turnKey] = turn;
  });
}

/** @returns {Promise<{ tabId: number, state: TabState }[]>} */
export async function allTabs() {
  const all = await chrome.storage.session.get(null);
  return Object.entries(all)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, state]) => ({
      tabId: Number(name.slice(prefix.length)),
      state: /** @type {TabState} */ (state),
    }));
}

/** @param {number} tabId */
export function forgetTab(tabId) {
  return chrome.storage.session.remove(nameOf(tabId));
}

/** The sum of the turns of the chat that is shown. @param {TabState} state */
export function chatTotals({ chat, turns }) {
  /** @type {Amounts | null} */
  let totals = null;
  for (const turn of Object.values(turns)) {
    if (turn.chat !== chat) continue;
    totals ??= {
      turns: 0,
      promptTokens: 0,
      completionTokens: 0,
      reasoningTokens: 0,
      footprint: { energy: nothing(), co2: nothing(), water: nothing() },
      contextIncomplete: false,
    };
    totals.turns += 1;
    totals.promptTokens += turn.promptTokens;
    totals.completionTokens += turn.completionTokens;
    totals.reasoningTokens += turn.reasoningTokens;
    totals.contextIncomplete ||= turn.contextIncomplete;
    for (const quantity of /** @type {const} */ (['energy', 'co2', 'water'])) {
      for (const part of /** @type {const} */ (['value', 'low', 'high'])) {
        totals.footprint[quantity][part] += turn.footprint[quantity][part];
      }
    }
  }
  return totals;
}

/** @returns {Estimate} */
function nothing() {
  return { value: 0, low: 0, high: 0 };
}

/** @type {Promise<unknown>} one change at a time: reading and writing are two steps */
let changes = Promise.resolve();

/** @param {number} tabId @param {(state: TabState) => void} edit @returns {Promise<TabState>} */
function change(tabId, edit) {
  const changed = changes.then(async () => {
    const state = await readTab(tabId);
    edit(state);
    await chrome.storage.session.set({ [nameOf(tabId)]: state });
    return state;
  });
  changes = changed.catch(() => undefined);
  return changed;
}

/** @param {number} tabId */
function nameOf(tabId) {
  return `${prefix}${tabId}`;
}
