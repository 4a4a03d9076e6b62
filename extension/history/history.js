// SPDX-License-Identifier: MIT
// The history page: every counted turn, to be searched, deleted, exported and imported.
import { sites } from '../../web/sites/index.js';
import { dayOf } from '../shared/days.js';
import { showFigures } from '../shared/figures.js';
import { amount, momentText, wholeNumber } from '../shared/format.js';
import { byId, counted, localizePage, text } from '../shared/i18n.js';
import { ask } from '../shared/messages.js';
import { isSure } from '../shared/sure.js';
import { add, amountsOf, nothing, quantities } from '../store/amounts.js';
import { onChanged } from '../store/changes.js';
import {
  deleteTurns,
  eachTurn,
  hasWords,
  readDays,
  readTurns,
  restoreTurns,
} from '../store/turns.js';
import { ForeignFile, fromText, toCsv, toJson } from './transfer.js';

/** @typedef {import('../store/turns.js').Turn} Turn */
/** @typedef {import('../store/turns.js').Filter} Filter */

const pageSize = 100;
const anything = '*';

/** @type {(id: string) => HTMLInputElement} */
const input = byId;
const table = byId('turns');
/** The last turn that is shown. @type {Turn | undefined} */
let last;
/** What the last deletion took, until the page is left. @type {Turn[]} */
let deleted = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** Counts the searches, so that the answer of an older one is not shown. */
let search = 0;

localizePage();
await fillChoices();
await showFirst();
onChanged(showSoon);
byId('filter').addEventListener('input', showSoon);
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('more').addEventListener('click', showMore);
table.addEventListener('change', showChosen);
input('every').addEventListener('change', () => {
  for (const box of boxes()) box.checked = input('every').checked;
  showChosen();
});
byId('export-csv').addEventListener('click', async () =>
  save(await toCsv(eachTurn(filter())), 'csv'),
);
byId('export-json').addEventListener('click', async () =>
  save(await toJson(eachTurn(filter())), 'json'),
);
byId('import').addEventListener('click', () => input('file').click());
input('file').addEventListener('change', importFile);
byId('delete').addEventListener('click', () => remove(chosen()));
byId('delete-all').addEventListener('click', async () => {
  const keys = [];
  for await (const turns of eachTurn(filter())) keys.push(...turns.map(({ turnKey }) => turnKey));
  await remove(keys);
});
byId('undo').addEventListener('click', undo);

/** The sites and models that there are. */
async function fillChoices() {
  const rows = await readDays('', '\uffff');
  const names = [...new Set(rows.map(({ model }) => model))].sort();
  fill(
    'site',
    [...new Set(rows.map(({ site }) => site))].map((id) => [id, siteName(id)]),
  );
  fill(
    'model',
    names.map((name) => [name, name === '' ? text('model_unknown') : name]),
  );
}

/** @param {string} id @param {string[][]} options */
function fill(id, options) {
  const select = /** @type {HTMLSelectElement} */ (byId(id));
  const { value } = select;
  const [all, ...before] = select.options;
  // What is chosen stays chosen, though no turn of it may be left.
  const chosen = before.find((option) => option.value === value);
  select.replaceChildren(
    ...(all === undefined ? [] : [all]),
    ...options.map(([choice = '', name]) => new Option(name, choice)),
    ...(chosen === undefined || options.some(([choice]) => choice === value) ? [] : [chosen]),
  );
  select.value = value;
}

/** @returns {Filter} */
function filter() {
  const value = (/** @type {string} */ id) => input(id).value;
  const words = value('search').toLowerCase().split(/\s+/).filter(Boolean);
  return {
    ...(value('from') !== '' && { from: value('from') }),
    ...(value('to') !== '' && { to: value('to') }),
    ...(value('site') !== anything && { site: value('site') }),
    ...(value('model') !== anything && { model: value('model') }),
    ...(words.length > 0 && { words }),
  };
}

function showSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    await fillChoices();
    await showFirst();
  }, 150);
}

async function showFirst() {
  search += 1;
  const mine = search;
  const wanted = filter();
  const [turns, rows] = await Promise.all([readTurns(wanted, pageSize), matchingDays(wanted)]);
  if (mine !== search) return;
  const sum = rows.reduce(add, nothing());
  byId('sum-title').textContent = counted('popup_turns', sum.turns, wholeNumber(sum.turns));
  showFigures(byId('figures'), sum);
  for (const id of ['delete-all', 'export-csv', 'export-json']) {
    byId(id).toggleAttribute('disabled', sum.turns === 0);
  }
  const isFiltered = Object.keys(wanted).length > 0;
  byId('none').hidden = sum.turns > 0;
  byId('none').textContent = text(isFiltered ? 'history_no_match' : 'state_empty');
  table.replaceChildren();
  append(turns);
  // For tests/bench/extension.mjs.
  performance.mark('shown');
}

/** The sums of what matches: every part of a filter is about days, sites and models. @param {Filter} wanted */
async function matchingDays({ from = '', to = '\uffff', site, model, words = [] }) {
  const rows = await readDays(from, to);
  return rows.filter(
    (row) =>
      (site === undefined || row.site === site) &&
      (model === undefined || row.model === model) &&
      hasWords(row, words),
  );
}

async function showMore() {
  const mine = search;
  const after = last && /** @type {[number, string]} */ ([last.atMs, last.turnKey]);
  const turns = await readTurns(filter(), pageSize, after);
  if (mine === search) append(turns);
}

/** @param {Turn[]} turns */
function append(turns) {
  table.append(...turns.map(row));
  last = turns.at(-1) ?? last;
  byId('more').hidden = turns.length < pageSize;
  showChosen();
}

/** @param {Turn} turn */
function row(turn) {
  const { promptTokens, completionTokens, reasoningTokens, footprint } = amountsOf(turn);
  const when = momentText(new Date(turn.atMs));
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.value = turn.turnKey;
  box.setAttribute('aria-label', text('choose_turn', when));
  const tr = document.createElement('tr');
  tr.append(
    cell(box),
    cell(when),
    cell(siteName(turn.site)),
    cell(turn.model === '' ? text('model_unknown') : turn.model, 'model'),
    cell(wholeNumber(promptTokens), 'number'),
    cell(wholeNumber(completionTokens + reasoningTokens), 'number'),
    ...quantities.map((quantity) => {
      const { value, unit, range } = amount(quantity, footprint[quantity]);
      const td = cell(`≈ ${value} ${unit}`, 'number');
      td.title = `${range} ${unit}`;
      return td;
    }),
  );
  return tr;
}

/** @param {Node | string} content @param {string} [className] */
function cell(content, className = '') {
  const td = document.createElement('td');
  td.className = className;
  td.append(content);
  return td;
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...table.querySelectorAll('input')];
}

function chosen() {
  return boxes()
    .filter(({ checked }) => checked)
    .map(({ value }) => value);
}

function showChosen() {
  const all = boxes();
  const count = chosen().length;
  byId('delete').toggleAttribute('disabled', count === 0);
  input('every').checked = count > 0 && count === all.length;
  input('every').indeterminate = count > 0 && count < all.length;
}

/** @param {string[]} turnKeys */
async function remove(turnKeys) {
  if (turnKeys.length === 0) return;
  const many = wholeNumber(turnKeys.length);
  const question = counted('delete_sure', turnKeys.length, many);
  if (!(await isSure(question, text('delete')))) return;
  deleted = await deleteTurns(turnKeys);
  await changedHere();
  say(counted('deleted', deleted.length, wholeNumber(deleted.length)), true);
}

async function undo() {
  const count = await restoreTurns(deleted);
  deleted = [];
  await changedHere();
  say(counted('restored', count, wholeNumber(count)));
}

async function importFile() {
  const [file] = input('file').files ?? [];
  if (file === undefined) return;
  input('file').value = '';
  try {
    const count = await restoreTurns(fromText(await file.text()));
    await changedHere();
    say(count === 0 ? text('imported_none') : counted('imported', count, wholeNumber(count)));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    say(text('import_failed', error instanceof ForeignFile ? text('import_foreign') : said));
  }
}

async function changedHere() {
  await fillChoices();
  await showFirst();
  await ask({ type: 'history-changed' });
}

/** @param {string} message @param {boolean} [canUndo] */
function say(message, canUndo = false) {
  byId('said-text').textContent = message;
  byId('undo').hidden = !canUndo;
}

/** @param {Blob} file @param {string} ending */
function save(file, ending) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `tokenwatt-${dayOf(new Date())}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string} id */
function siteName(id) {
  return sites.find(({ site }) => site === id)?.name ?? id;
}
