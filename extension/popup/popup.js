// SPDX-License-Identifier: MIT
// The popup: what this chat and the last days cost, whether the page is understood, and what became
// of the posts. It reads the database itself, so that it is there before the background has started.
import { sites } from '../../web/sites/index.js';
import { bars, columns } from '../shared/charts.js';
import { dateOf, lastDays } from '../shared/days.js';
import { showComparisons, showFigures } from '../shared/figures.js';
import { dayText, wholeNumber } from '../shared/format.js';
import { byId, counted, localizePage, text } from '../shared/i18n.js';
import { ask, askPage } from '../shared/messages.js';
import { readSettings } from '../shared/settings.js';
import { isSure } from '../shared/sure.js';
import { chatAmounts, readTab } from '../shared/tab.js';
import { add, nothing, sumsBy, tokensOf } from '../store/amounts.js';
import { onChanged } from '../store/changes.js';
import { database } from '../store/database.js';
import { outboxStatus } from '../store/progress.js';
import { readDays } from '../store/turns.js';

/** @typedef {import('../store/amounts.js').Amounts} Amounts */
/** @typedef {import('../store/turns.js').DayRow} DayRow */

/** @type {Promise<void>} one refresh after the other: an older answer must not come last */
let refreshed = Promise.resolve();

// It opens while the page is made ready.
database();
localizePage();
const tabId = await shownTab();
// Beside a page that is no chat, the day says more.
if ((await readTab(tabId)).site === '') choosePeriod('1');
// Before the first look, so that no change falls between the two.
onChanged(refresh);
chrome.storage.onChanged.addListener(refresh);
refresh();
byId('period').addEventListener('change', refresh);
byId('options').addEventListener('click', () => chrome.runtime.openOptionsPage());
byId('history').addEventListener('click', () => {
  chrome.tabs.create({ url: chrome.runtime.getURL('history/history.html') });
});
byId('report').addEventListener('click', report);
for (const [id, type] of /** @type {const} */ ([
  ['retry', 'outbox-retry'],
  ['unknown-send', 'outbox-send-unknown'],
  ['unknown-drop', 'outbox-drop-unknown'],
])) {
  byId(id).addEventListener('click', () => ask({ type }).then(refresh));
}

byId('discard').addEventListener('click', discard);

/** The tab in front, or the one named in the address when the popup is opened as a page. */
async function shownTab() {
  const named = new URLSearchParams(location.search).get('tab');
  if (named !== null) return Number(named);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? -1;
}

function refresh() {
  refreshed = refreshed.then(update).catch(showTrouble);
  return refreshed;
}

/** The database can't be read: the disk is full, say. @param {unknown} error */
function showTrouble(error) {
  say(text('state_unreadable', error instanceof Error ? error.message : String(error)), 'notice');
  showAmounts(null, '');
  showParts([], []);
}

async function update() {
  const period = chosenPeriod();
  const days = period === 'chat' ? [] : lastDays(Number(period));
  const [tab, settings, outbox, rows] = await Promise.all([
    readTab(tabId),
    readSettings(),
    outboxStatus(),
    days.length === 0 ? [] : readDays(days[0] ?? '', days.at(-1) ?? ''),
  ]);
  if (period === 'chat') {
    const amounts = await chatAmounts(tab);
    showState(tab, settings, amounts);
    showAmounts(
      amounts,
      counted('popup_chat', amounts?.turns ?? 0, wholeNumber(amounts?.turns ?? 0)),
    );
    showParts([], []);
  } else {
    const amounts = rows.length === 0 ? null : rows.reduce(add, nothing());
    say(amounts === null ? `${text('state_no_turns')} ${whereToChat()}` : '');
    const turns = amounts?.turns ?? 0;
    showAmounts(amounts, counted('popup_turns', turns, wholeNumber(turns)));
    showParts(rows, days);
  }
  showPosting(settings, outbox);
  // For tests/bench/extension.mjs.
  performance.mark('shown');
}

/** @param {string} value */
function choosePeriod(value) {
  const radio = /** @type {HTMLInputElement | null} */ (
    document.querySelector(`[name=period][value="${value}"]`)
  );
  if (radio !== null) radio.checked = true;
}

function chosenPeriod() {
  const chosen = /** @type {HTMLInputElement | null} */ (
    document.querySelector('[name=period]:checked')
  );
  return chosen?.value ?? 'chat';
}

/**
 * @param {import('../shared/tab.js').TabState} tab
 * @param {import('../shared/settings.js').Settings} settings @param {Amounts | null} amounts
 */
function showState({ site, health }, settings, amounts) {
  const name = siteName(site);
  if (site === '') return say(whereToChat());
  if (settings.sites[site] === false) return say(text('state_off', name));
  if (health === 'not-understood') {
    say(text('state_unknown', name), 'notice');
    byId('report').hidden = false;
    return;
  }
  say(amounts === null ? text('state_empty') : '');
}

function whereToChat() {
  return text('state_no_site', sites.map(({ name }) => name).join(', '));
}

/** @param {string} message '' for none @param {'hint' | 'notice'} [kind] a notice is of something wrong */
function say(message, kind = 'hint') {
  byId('state').hidden = message === '';
  byId('state').className = kind;
  byId('state-text').textContent = message;
  byId('report').hidden = true;
}

/** @param {Amounts | null} amounts @param {string} scope */
function showAmounts(amounts, scope) {
  byId('totals').hidden = amounts === null;
  if (amounts === null) return;
  const { promptTokens, completionTokens, reasoningTokens } = amounts;
  byId('scope').textContent = scope;
  byId('tokens').textContent = wholeNumber(tokensOf(amounts));
  byId('split').textContent =
    reasoningTokens === 0
      ? text('popup_split', wholeNumber(promptTokens), wholeNumber(completionTokens))
      : text(
          'popup_split_reasoning',
          wholeNumber(promptTokens),
          wholeNumber(completionTokens),
          wholeNumber(reasoningTokens),
        );
  showFigures(byId('figures'), amounts);
  showComparisons(/** @type {HTMLElement} */ (document.querySelector('#comparisons ul')), amounts);
  byId('incomplete').hidden = !amounts.contextIncomplete;
}

/** @param {DayRow[]} rows @param {string[]} days */
function showParts(rows, days) {
  const sum = (/** @type {Amounts[]} */ parts) => parts.reduce(add, nothing());
  const partsBy = (/** @type {(row: DayRow) => string} */ nameOf) =>
    [...sumsBy(rows, nameOf)].map(([name, amounts]) => ({ name, amounts }));
  const byDay = sumsBy(rows, ({ day }) => day);
  const ofDays = days.map((day) => ({
    name: dayText(dateOf(day)),
    amounts: byDay.get(day) ?? nothing(),
  }));
  const charts = {
    'by-day': rows.length > 0 && days.length > 1 ? columns(ofDays) : null,
    'by-site':
      rows.length > 0
        ? bars(
            partsBy(({ site }) => siteName(site)),
            sum,
          )
        : null,
    'by-model':
      rows.length > 0
        ? bars(
            partsBy(({ model }) => (model === '' ? text('model_unknown') : model)),
            sum,
          )
        : null,
  };
  for (const [id, chart] of Object.entries(charts)) {
    byId(id).hidden = chart === null;
    byId(id)
      .querySelector('div')
      ?.replaceChildren(...(chart === null ? [] : [chart]));
  }
}

/** @param {string} id */
function siteName(id) {
  return sites.find(({ site }) => site === id)?.name ?? id;
}

/**
 * @param {import('../shared/settings.js').Settings} settings
 * @param {Awaited<ReturnType<typeof outboxStatus>>} outbox
 */
function showPosting({ posting: on, endpoint }, { pending, refused, unknown, error }) {
  const host = endpoint === '' ? '' : new URL(endpoint).host;
  const waiting = pending + refused > 0;
  const state = refused > 0 ? 'posting_refused' : waiting ? 'posting_waiting' : 'posting_on';
  byId('posting').textContent = on
    ? text(state, host, wholeNumber(pending), wholeNumber(refused))
    : text(waiting ? 'posting_paused' : 'posting_off', wholeNumber(pending + refused));
  byId('error').hidden = error === '';
  byId('error').textContent = error;
  byId('actions').hidden = !waiting;
  byId('retry').hidden = !on;
  byId('discard').hidden = refused === 0 && on;
  byId('unknown').hidden = unknown === 0;
  byId('unknown-text').textContent = text('unknown_text', wholeNumber(unknown), host);
}

async function discard() {
  const { pending, refused, unknown } = await outboxStatus();
  const count = pending + refused + unknown;
  if (count === 0) return;
  const question = counted('popup_discard_sure', count, wholeNumber(count));
  if (!(await isSure(question, text('popup_discard')))) return;
  await ask({ type: 'outbox-discard' });
  await refresh();
}

/** Saves the structure of the page, which holds none of its words, as a file to be looked at. */
async function report() {
  const structure = await askPage(tabId, { type: 'structure' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([structure], { type: 'text/plain' }));
  link.download = 'tokenwatt-page-structure.txt';
  link.click();
  URL.revokeObjectURL(link.href);
  byId('state-text').textContent = text('report_saved');
  byId('report').hidden = true;
}
