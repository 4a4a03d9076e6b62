// SPDX-License-Identifier: MIT
// The popup: what this chat cost, whether the page is understood, and what became of the posts.
import { sites } from '../../web/sites/index.js';
import { amount, wholeNumber } from '../shared/format.js';
import { byId, localizePage, text } from '../shared/i18n.js';
import { ask } from '../shared/messages.js';

/** @typedef {import('../shared/messages.js').Summary} Summary */

/** @type {Promise<void>} one refresh after the other: an older answer must not come last */
let refreshed = Promise.resolve();

localizePage();
const tabId = await shownTab();
// Before the first look, so that no change falls between the two.
chrome.storage.onChanged.addListener(refresh);
refresh();
byId('options').addEventListener('click', () => chrome.runtime.openOptionsPage());
byId('retry').addEventListener('click', () => ask({ type: 'outbox-retry' }).then(refresh));
byId('discard').addEventListener('click', () => ask({ type: 'outbox-discard' }).then(refresh));

/** The tab in front, or the one named in the address when the popup is opened as a page. */
async function shownTab() {
  const named = new URLSearchParams(location.search).get('tab');
  if (named !== null) return Number(named);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? -1;
}

function refresh() {
  refreshed = refreshed.then(update, update);
  return refreshed;
}

async function update() {
  const summary = await ask({ type: 'summary', tabId });
  showState(summary);
  showTotals(summary);
  showPosting(summary.posting);
}

/** @param {Summary} summary */
function showState({ site, counting, health, totals }) {
  const name = sites.find((adapter) => adapter.site === site)?.name ?? '';
  let message = '';
  if (name === '') message = text('state_no_site', sites.map((s) => s.name).join(', '));
  else if (!counting) message = text('state_off', name);
  else if (health === 'not-understood') message = text('state_unknown', name);
  else if (totals === null) message = text('state_empty');
  const state = byId('state');
  state.hidden = message === '';
  state.textContent = message;
}

/** @param {Summary} summary */
function showTotals({ totals }) {
  byId('totals').hidden = totals === null;
  if (totals === null) return;
  const { promptTokens, completionTokens, reasoningTokens, footprint } = totals;
  byId('scope').textContent =
    totals.turns === 1 ? text('popup_chat_one') : text('popup_chat', wholeNumber(totals.turns));
  byId('tokens').textContent = wholeNumber(promptTokens + completionTokens + reasoningTokens);
  byId('split').textContent =
    reasoningTokens === 0
      ? text('popup_split', wholeNumber(promptTokens), wholeNumber(completionTokens))
      : text(
          'popup_split_reasoning',
          wholeNumber(promptTokens),
          wholeNumber(completionTokens),
          wholeNumber(reasoningTokens),
        );
  for (const quantity of /** @type {const} */ (['energy', 'co2', 'water'])) {
    const { value, unit, range } = amount(quantity, footprint[quantity]);
    byId(quantity).textContent = value;
    byId(`${quantity}-unit`).textContent = unit;
    byId(`${quantity}-range`).textContent = range;
  }
  byId('estimated').textContent = text('popup_estimated');
  byId('incomplete').hidden = !totals.contextIncomplete;
}

/** @param {Summary['posting']} posting */
function showPosting({ on, host, pending, failed, error }) {
  const waiting = pending + failed > 0;
  const state = failed > 0 ? 'posting_refused' : waiting ? 'posting_waiting' : 'posting_on';
  byId('posting').textContent = on
    ? text(state, host, pending, failed)
    : text(waiting ? 'posting_paused' : 'posting_off', pending + failed);
  byId('error').hidden = error === '';
  byId('error').textContent = error;
  byId('actions').hidden = !waiting;
  byId('retry').hidden = !on;
  byId('discard').hidden = failed === 0 && on;
}
