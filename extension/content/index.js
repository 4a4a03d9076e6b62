// SPDX-License-Identifier: MIT
// On a chat page: watches it and passes finished turns to the background, which counts them.
// Holds no key, no policy and no tokenizer.
import { addressReader } from '../../web/dom/address.js';
import { watchChat } from '../../web/dom/index.js';
import { siteOfUrl } from '../../web/sites/index.js';
import { ask } from '../shared/messages.js';
import { deliver } from './deliver.js';
import { createLines } from './lines.js';
import { structureOf } from './structure.js';
import { backgroundTurnStore } from './turn-store.js';

/** @typedef {import('../../web/dom/events.js').ChatEvent} ChatEvent */

const routeCheckMs = 1000;
/** Nobody sees the text grow: it is read for what the page may take away again. */
const updateMs = 10_000;

const addressNow = addressReader(document, location.href);
let address = addressNow();
const site = siteOfUrl(address);
const watching = new AbortController();
/** @type {import('../shared/messages.js').Health} */
let health = 'empty';
let chat = chatOf(address);
/** The chat each unfinished turn belongs to: its end may come when the tab shows another. */
/** @type {Map<string, string>} */
const chatOfTurn = new Map();
const lines = createLines({
  textsOf: (ids) => ask({ type: 'answers', site: site?.site ?? '', ids }).catch(() => ({})),
  moved: (place) => tell({ type: 'line-moved', site: site?.site ?? '', place }),
  off: () => tell({ type: 'line-off' }),
  signal: watching.signal,
});

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  if (sender.id !== chrome.runtime.id || watching.signal.aborted) return;
  if (message.type === 'line') lines.set(message);
  if (message.type === 'history-changed') lines.forget();
  if (message.type === 'structure') sendResponse(structureOf(document.documentElement));
});

if (site !== null) {
  report();
  const store = backgroundTurnStore((turnKey) => chatOfTurn.get(turnKey) ?? chat);
  watchChat(document, location.href, {
    onEvent,
    signal: watching.signal,
    store,
    updateMs,
    onLook: lines.found,
  });
  // Chat sites change their address without loading a page, and no event says so everywhere.
  const routeCheck = setInterval(followRoute, routeCheckMs);
  watching.signal.addEventListener('abort', () => clearInterval(routeCheck));
}

/** @param {ChatEvent} event */
function onEvent(event) {
  if (event.type === 'health') {
    health = event.health.state;
    report();
    return;
  }
  if (event.type === 'replaced' || event.type === 'dropped') return;
  const { turnKey } = event;
  const interrupted = event.type === 'done' && event.interrupted;
  followRoute();
  if (!interrupted || !chatOfTurn.has(turnKey)) chatOfTurn.set(turnKey, chat);
  if (event.type !== 'done') return;
  const { type: _, ...turn } = event;
  const carried = chatOfTurn.get(turnKey) ?? '';
  chatOfTurn.delete(turnKey);
  deliver({ type: 'turn', chat: carried, turn }, watching).then((text) => {
    if (text !== null && turn.answerId !== null) lines.show(turn.answerId, text);
  });
}

function followRoute() {
  if (addressNow() === address) return;
  address = addressNow();
  const before = chat;
  chat = chatOf(address);
  if (chat !== before) report();
}

/** Tells the background what this tab shows. */
function report() {
  ask({ type: 'health', site: site?.site ?? '', health, chat }).then(lines.set, stopIfOrphaned);
}

/** @type {(...message: Parameters<typeof ask>) => Promise<void>} */
async function tell(message) {
  try {
    await ask(message);
  } catch {
    stopIfOrphaned();
  }
}

/** After an update of the extension its old content scripts have nobody to talk to. */
function stopIfOrphaned() {
  if (chrome.runtime?.id === undefined) watching.abort();
}

/** @param {URL | null} shown */
function chatOf(shown) {
  return (shown && site?.conversationOf(shown)) ?? '';
}
