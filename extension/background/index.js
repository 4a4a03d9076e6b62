// SPDX-License-Identifier: MIT
// The background. A browser stops it whenever it is idle and starts it for an event, so every
// listener is registered here, at once, and nothing is kept in variables that must last.
import { askPage } from '../shared/messages.js';
import { readSettings } from '../shared/settings.js';
import { readTab } from '../shared/tab.js';
import { amountsOf } from '../store/amounts.js';
import { turnsOfAnswers } from '../store/turns.js';
import { showBadge, showTrouble } from './badge.js';
import { deleteEverything, tidy, tidyAlarm } from './care.js';
import { testEndpoint } from './endpoint.js';
import { tokenwatt } from './engine.js';
import { knownTurns, pageOf } from './known-turns.js';
import { leaveTab, recordAbandoned, recordAllLeft } from './left-turns.js';
import { lineText } from './line-text.js';
import { moveLegacy } from './legacy.js';
import * as outbox from './outbox.js';
import { regions } from './regions.js';
import { changeSettings, publicSettings } from './settings.js';
import { allTabs, forgetTab, pageSeen } from './tabs.js';
import { countLeft, countLive, countTurn } from './turns.js';

/** @typedef {import('../shared/messages.js').Protocol} Protocol */
/** @typedef {chrome.runtime.MessageSender} Sender */
/** @typedef {import('../../web/dom/events.js').DoneEvent} DoneEvent */

/**
 * Who may send what: `fromPage` is a chat page's content script, the rest our own pages. `counts`:
 * the estimator is needed for it, or soon will be, and is loaded at once.
 * @type {{ [T in keyof Protocol]: {
 *   fromPage?: boolean,
 *   counts?: boolean,
 *   answer: (message: Protocol[T]['carries'], tabId: number) => Promise<Protocol[T]['answer']>,
 * } }}
 */
const handlers = {
  turn: {
    fromPage: true,
    counts: true,
    async answer(message, tabId) {
      try {
        const amounts = await countTurn(tabId, message);
        if (amounts !== null) await showBadge(tabId, await readTab(tabId), true);
        catchUp();
        return amounts && lineText(amounts);
      } catch (error) {
        await showTrouble(tabId, error);
        throw error;
      }
    },
  },
  'turn-claim': {
    fromPage: true,
    counts: true,
    answer: ({ facts, tab }, tabId) => knownTurns.claim(facts, pageOf(tabId, tab)),
  },
  'turn-resume': {
    fromPage: true,
    answer: ({ prompt, answer, tab }, tabId) =>
      knownTurns.resume(prompt, answer, pageOf(tabId, tab)),
  },
  'turn-touch': {
    fromPage: true,
    async answer({ turnKey, tab, seen }, tabId) {
      await knownTurns.touch(turnKey, pageOf(tabId, tab), seen);
      return null;
    },
  },
  'turn-leave': {
    fromPage: true,
    counts: true,
    async answer({ chat, turn, tab }, tabId) {
      // Before it is counted: a page that comes back at once must find the turn free.
      await knownTurns.leave(turn.turnKey, pageOf(tabId, tab), withoutText(turn));
      await countLeft({ chat, turn });
      return null;
    },
  },
  'turn-keep': {
    fromPage: true,
    counts: true,
    async answer({ chat, turn, tab }, tabId) {
      const page = pageOf(tabId, tab);
      const isKept = await knownTurns.keep(turn.turnKey, page, withoutText(turn));
      if (isKept) await countLive({ chat, turn });
      return isKept;
    },
  },
  // Only the report itself ends the turn, since the page may be gone before it.
  'turn-finish': {
    fromPage: true,
    answer: ({ turnKey, tab }, tabId) => knownTurns.whoseEnd(turnKey, pageOf(tabId, tab)),
  },
  health: {
    fromPage: true,
    async answer(page, tabId) {
      const settings = await readSettings();
      const counting = settings.sites[page.site] !== false;
      await showBadge(tabId, await pageSeen(tabId, page), counting);
      return lineOf(settings, page.site);
    },
  },
  answers: {
    fromPage: true,
    async answer({ site, ids }) {
      const turns = await turnsOfAnswers(site, ids);
      return Object.fromEntries(turns.map((turn) => [turn.answerId, lineText(amountsOf(turn))]));
    },
  },
  'line-moved': {
    fromPage: true,
    async answer({ site, place }) {
      const { linePlaces } = await readSettings();
      await changeSettings({ linePlaces: { ...linePlaces, [site]: place } });
      return showEverywhere();
    },
  },
  'line-off': {
    fromPage: true,
    async answer() {
      await changeSettings({ line: false });
      return showEverywhere();
    },
  },
  'settings-get': { answer: publicSettings },
  'settings-set': {
    async answer({ change }) {
      await changeSettings(change);
      outbox.retry();
      tidy();
      await showEverywhere();
      return publicSettings();
    },
  },
  'endpoint-test': { answer: testEndpoint },
  regions: { counts: true, answer: regions },
  'history-changed': { answer: historyChanged },
  'delete-everything': {
    async answer() {
      await deleteEverything();
      return historyChanged();
    },
  },
  'outbox-retry': { answer: outbox.retry },
  'outbox-discard': { answer: outbox.discard },
  'outbox-send-unknown': { answer: outbox.sendUnknown },
  'outbox-drop-unknown': { answer: outbox.dropUnknown },
};

/** What an earlier version kept is moved before anything else is done. */
const ready = moveLegacy();

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  const type = /** @type {keyof Protocol} */ (message?.type);
  const handler = handlers[type];
  if (handler === undefined || !mayAsk(sender, handler.fromPage === true)) return false;
  if (handler.counts) tokenwatt();
  const answer = /** @type {(message: any, tabId: number) => Promise<any>} */ (handler.answer);
  ready
    .then(() => answer(message, sender.tab?.id ?? -1))
    .then(
      (value) => sendResponse({ answer: value }),
      (error) => sendResponse({ error: String(error?.message ?? error) }),
    );
  return true;
});

chrome.alarms.onAlarm.addListener(async ({ name }) => {
  await ready;
  if (name === tidyAlarm) await tidy();
  await catchUp();
});

chrome.runtime.onStartup.addListener(async () => {
  await ready;
  await recordAllLeft();
  outbox.deliver();
  tidy();
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === 'install') chrome.tabs.create({ url: 'welcome/welcome.html' });
});

chrome.tabs.onRemoved.addListener((tabId) => {
  forgetTab(tabId);
  ready.then(() => leaveTab(tabId));
});

/**
 * Whatever the background was started for: something may wait since it was last stopped. Alarms alone
 * would not do, since a clock that is set may put one off for as long.
 */
async function catchUp() {
  await recordAbandoned();
  await outbox.deliver();
}

ready.then(catchUp);
ready.then(keepTidying);

// Content scripts have no business in the storage; where a browser can, it is closed to them.
chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });

/** What may be kept of a turn that is not over. @param {Omit<DoneEvent, 'type'>} turn @returns {DoneEvent} */
function withoutText(turn) {
  const empty = { prompt: '', completion: '', reasoning: '', context: [], contextIds: [] };
  return { type: 'done', ...turn, ...empty };
}

/** @param {Sender} sender @param {boolean} fromPage */
function mayAsk(sender, fromPage) {
  if (sender.id !== chrome.runtime.id) return false;
  const own = sender.url?.startsWith(chrome.runtime.getURL('')) === true;
  return fromPage ? !own && sender.tab !== undefined : own;
}

/** Once a day; an alarm that is made anew at each start of the background would never be due. */
async function keepTidying() {
  if ((await chrome.alarms.get(tidyAlarm)) !== undefined) return;
  await chrome.alarms.create(tidyAlarm, { periodInMinutes: 24 * 60, delayInMinutes: 60 });
}

/** Badges and lines of all tabs, after a change that may concern them. */
async function showEverywhere() {
  const settings = await readSettings();
  for (const { tabId, state } of await allTabs()) {
    await showBadge(tabId, state, settings.sites[state.site] !== false);
    // A tab that shows another page by now has nobody to tell.
    askPage(tabId, { type: 'line', ...lineOf(settings, state.site) }).catch(() => {});
  }
  return null;
}

/** Lines of turns that are gone go, too. */
async function historyChanged() {
  await showEverywhere();
  for (const { tabId } of await allTabs()) {
    askPage(tabId, { type: 'history-changed' }).catch(() => {});
  }
  return null;
}

/** @param {import('../shared/settings.js').Settings} settings @param {string} site */
function lineOf({ line, linePlaces, sites }, site) {
  return { on: line && sites[site] !== false, place: linePlaces[site] ?? { x: 0, y: 0 } };
}
