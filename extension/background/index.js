// SPDX-License-Identifier: MIT
// The background. A browser stops it whenever it is idle and starts it for an event, so every
// listener is registered here, at once, and nothing is kept in variables that must last.
import { showBadge, showTrouble } from './badge.js';
import { forgetOldChats } from './chats.js';
import { testEndpoint } from './endpoint.js';
import * as outbox from './outbox.js';
import { knownTurns } from './known-turns.js';
import { leftAlarm, recordAbandoned, recordAllLeft } from './left-turns.js';
import { regions } from './regions.js';
import { changeSettings, publicSettings, readSettings } from './settings.js';
import { summary } from './summary.js';
import { allTabs, forgetTab, pageSeen } from './tabs.js';
import { countLeft, countTurn } from './turns.js';

/** @typedef {import('../shared/messages.js').Protocol} Protocol */
/** @typedef {chrome.runtime.MessageSender} Sender */

/**
 * Who may send what: `fromPage` is a chat page's content script, the rest our own pages.
 * @type {{ [T in keyof Protocol]: {
 *   fromPage?: boolean,
 *   answer: (message: Protocol[T]['carries'], tabId: number) => Promise<Protocol[T]['answer']>,
 * } }}
 */
const handlers = {
  turn: {
    fromPage: true,
    async answer(message, tabId) {
      try {
        const state = await countTurn(tabId, message);
        if (state !== null) await showBadge(tabId, state, true);
      } catch (error) {
        await showTrouble(tabId, error);
        throw error;
      }
      outbox.deliver();
      return null;
    },
  },
  'turn-claim': { fromPage: true, answer: ({ facts, tab }) => knownTurns.claim(facts, tab) },
  'turn-resume': {
    fromPage: true,
    answer: ({ prompt, answer, tab }) => knownTurns.resume(prompt, answer, tab),
  },
  'turn-touch': {
    fromPage: true,
    async answer({ turnKey, tab, seen }) {
      await knownTurns.touch(turnKey, tab, seen);
      return null;
    },
  },
  'turn-leave': {
    fromPage: true,
    async answer({ chat, turn, tab }) {
      // Before it is counted: a page that comes back at once must find the turn free.
      const empty = { prompt: '', completion: '', reasoning: '', context: [], contextIds: [] };
      await knownTurns.leave(turn.turnKey, tab, { type: 'done', ...turn, ...empty });
      await countLeft({ chat, turn });
      return null;
    },
  },
  // Only the report itself ends the turn, since the page may be gone before it.
  'turn-finish': {
    fromPage: true,
    answer: ({ turnKey, tab }) => knownTurns.whoseEnd(turnKey, tab),
  },
  health: {
    fromPage: true,
    async answer(page, tabId) {
      const { sites } = await readSettings();
      await showBadge(tabId, await pageSeen(tabId, page), sites[page.site] !== false);
      return null;
    },
  },
  'settings-get': { answer: publicSettings },
  'settings-set': {
    async answer({ change }) {
      await changeSettings(change);
      outbox.retry();
      const settings = await publicSettings();
      for (const { tabId, state } of await allTabs()) {
        await showBadge(tabId, state, settings.sites[state.site] !== false);
      }
      return settings;
    },
  },
  'endpoint-test': { answer: testEndpoint },
  regions: { answer: regions },
  summary: { answer: ({ tabId }) => summary(tabId) },
  'outbox-retry': { answer: () => outbox.retry() },
  'outbox-discard': { answer: () => outbox.discard() },
};

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  const type = /** @type {keyof Protocol} */ (message?.type);
  const handler = handlers[type];
  if (handler === undefined || !mayAsk(sender, handler.fromPage === true)) return false;
  const answer = /** @type {(message: any, tabId: number) => Promise<any>} */ (handler.answer);
  answer(message, sender.tab?.id ?? -1).then(
    (value) => sendResponse({ answer: value }),
    (error) => sendResponse({ error: String(error?.message ?? error) }),
  );
  return true;
});

chrome.alarms.onAlarm.addListener(async ({ name }) => {
  if (name === leftAlarm) await recordAbandoned();
  outbox.deliver();
});

chrome.runtime.onStartup.addListener(async () => {
  outbox.forgetOldTurns();
  forgetOldChats();
  await recordAllLeft();
  outbox.deliver();
});

chrome.tabs.onRemoved.addListener((tabId) => {
  forgetTab(tabId);
});

// Whatever the background was started for: something may wait since it was last stopped.
outbox.deliver();

// Content scripts have no business in the storage; where a browser can, it is closed to them.
chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });

/** @param {Sender} sender @param {boolean} fromPage */
function mayAsk(sender, fromPage) {
  if (sender.id !== chrome.runtime.id) return false;
  const own = sender.url?.startsWith(chrome.runtime.getURL('')) === true;
  return fromPage ? !own && sender.tab !== undefined : own;
}
