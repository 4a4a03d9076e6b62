// SPDX-License-Identifier: MIT
// The collector's dashboard: asks for the sums of a period and shows them.
import { byId, element, setText } from '../demo/elements.js';
import { wholeNumber } from '../demo/numbers.js';
import { drawChart } from './chart.js';
import { askUsage, CollectorError, isKey } from './collector.js';
import { saveFile, toCsv } from './export.js';
import { amountOf, figure, quantities, shown } from './figures.js';
import { customPeriod, isPeriodName, namedPeriod, spanName, spansOf } from './period.js';
import { createReportForm } from './report.js';
import { partsCard, timeTable } from './tables.js';

/** @typedef {import('./collector.js').Usage} Usage */
/** @typedef {import('./collector.js').Sums} Sums */
/** @typedef {import('./period.js').Period} Period */

const KEY_ITEM = 'tokenwatt-dashboard-key';
const groups = /** @type {const} */ (['model', 'provider', 'key', 'tenant']);

/**
 * What is shown.
 * @type {{ period: Period, series: Usage, parts: Record<(typeof groups)[number], Usage>,
 *   spans: { start: string, sums: Sums }[] } | null}
 */
let current = null;
let asking = new AbortController();

const main = byId('content');
const keyForm = byId('key-form');
const periodForm = /** @type {HTMLFormElement} */ (byId('period-form'));
const keyField = /** @type {HTMLInputElement} */ (byId('key'));
const fromField = /** @type {HTMLInputElement} */ (byId('from'));
const toField = /** @type {HTMLInputElement} */ (byId('to'));
const quantityField = /** @type {HTMLSelectElement} */ (byId('quantity'));

/**
 * A link may bring a key behind its "#", which no server sees. It goes from the address into this
 * tab's memory, so that it is on no picture of the screen.
 */
function takeAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const key = parameters.get('key');
  const period = parameters.get('period');
  if (key !== null) {
    if (isKey(key)) sessionStorage.setItem(KEY_ITEM, key);
    parameters.delete('key');
    history.replaceState(null, '', `#${parameters}`);
  }
  if (period !== null && isPeriodName(period)) choosePeriod(period);
  fromField.value = parameters.get('from') ?? fromField.value;
  toField.value = parameters.get('to') ?? toField.value;
}

/** @param {string} name */
function choosePeriod(name) {
  /** @type {RadioNodeList} */ (periodForm.elements.namedItem('period')).value = name;
}

const storedKey = () => sessionStorage.getItem(KEY_ITEM) ?? '';

const reportForm = createReportForm(storedKey);

const periodName = () => String(new FormData(periodForm).get('period'));

/** @returns {Period | null} null if the days that were entered are none */
function chosenPeriod() {
  const name = periodName();
  if (!isPeriodName(name) || name === 'custom') {
    return customPeriod(fromField.value, toField.value);
  }
  return namedPeriod(name, Date.now());
}

function rememberPeriod() {
  const parameters = new URLSearchParams({ period: periodName() });
  if (periodName() === 'custom') {
    parameters.set('from', fromField.value);
    parameters.set('to', toField.value);
  }
  history.replaceState(null, '', `#${parameters}`);
}

async function load() {
  byId('custom').hidden = periodName() !== 'custom';
  const period = chosenPeriod();
  if (period === null) {
    setText(byId('period-text'), 'Enter two days, the earlier one first.');
    return;
  }
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const options = { key: storedKey(), signal };
  main.setAttribute('aria-busy', 'true');
  try {
    const [series, ...parts] = await Promise.all([
      askUsage(period, period.by, 'none', options),
      ...groups.map((group) => askUsage(period, 'all', group, options)),
    ]);
    const [model, provider, key, tenant] = /** @type {[Usage, Usage, Usage, Usage]} */ (parts);
    show(period, series, { model, provider, key, tenant });
  } catch (error) {
    if (signal.aborted) return;
    showError(error);
  }
  main.setAttribute('aria-busy', 'false');
}

/** @param {unknown} error */
function showError(error) {
  const status = error instanceof CollectorError ? error.status : 0;
  const message = error instanceof Error ? error.message : String(error);
  const wantsKey = status === 401 || status === 403;
  current = null;
  byId('figures').hidden = true;
  keyForm.hidden = !wantsKey;
  byId('problem').hidden = wantsKey;
  byId('forget').hidden = storedKey() === '';
  if (wantsKey) {
    // Without a key there is nothing wrong yet.
    setText(byId('key-problem'), storedKey() === '' ? '' : message);
    keyField.focus();
  } else {
    setText(byId('problem-text'), message);
  }
}

/** @type {Sums} */
const nothing = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  cachedTokens: 0,
  energyWh: 0,
  energyWhLow: 0,
  energyWhHigh: 0,
  co2Grams: 0,
  co2GramsLow: 0,
  co2GramsHigh: 0,
  waterMl: 0,
  waterMlLow: 0,
  waterMlHigh: 0,
};

/**
 * @param {Period} period @param {Usage} series
 * @param {Record<(typeof groups)[number], Usage>} parts
 */
function show(period, series, parts) {
  const found = new Map(series.data.map((row) => [row.start, row]));
  const spans = spansOf(period).map((start) => ({ start, sums: found.get(start) ?? nothing }));
  current = { period, series, parts, spans };
  keyForm.hidden = true;
  byId('problem').hidden = true;
  byId('figures').hidden = false;
  byId('forget').hidden = storedKey() === '';
  const { tenant } = series.meta;
  setText(byId('whose'), tenant === null ? 'What was used' : `What ${tenant} used`);
  const days = period.from === period.to ? period.from : `${period.from} to ${period.to}`;
  setText(byId('period-text'), `${days}, UTC`);
  reportForm.setTenants(parts.tenant.data.flatMap(({ name }) => name ?? []));
  const isEmpty = series.total.requests === 0;
  byId('empty').hidden = !isEmpty;
  byId('filled').hidden = isEmpty;
  for (const id of ['csv', 'json']) byId(id).toggleAttribute('disabled', isEmpty);
  const energy = shown(amountOf(series.total, 'energyWh'), 'energyWh').text;
  const words = `${wholeNumber(series.total.requests)} requests, ${energy}`;
  setText(byId('announce'), isEmpty ? 'Nothing was used in this time' : `${days}: ${words}`);
  if (isEmpty) return;
  showTotals(series.total);
  const named = spans
    .filter(({ sums }) => sums.requests > 0)
    .map(({ start, sums }) => ({ name: spanName(start, period.by), sums }));
  byId('time-table').replaceChildren(timeTable(named));
  const shownGroups = groups.filter((group) => group !== 'tenant' || parts.tenant.data.length > 1);
  byId('parts').replaceChildren(...shownGroups.map((group) => partsCard(group, parts[group])));
  draw();
}

/** @param {Sums} total */
function showTotals(total) {
  const cards = quantities.map(({ id, name }) => {
    const { range } = shown(amountOf(total, id), id);
    const { inputTokens, outputTokens, reasoningTokens } = total;
    const split = `${wholeNumber(inputTokens)} in · ${wholeNumber(outputTokens + reasoningTokens)} out`;
    return element(
      'div',
      { id: `total-${id}` },
      element('dt', {}, name),
      element('dd', {}, figure(total, id)),
      element('dd', { class: 'range' }, id === 'tokens' ? split : range),
    );
  });
  const requests = element(
    'div',
    { id: 'total-requests' },
    element('dt', {}, 'Requests'),
    element('dd', {}, element('data', { value: total.requests }, wholeNumber(total.requests))),
  );
  byId('totals').replaceChildren(...cards, requests);
}

function draw() {
  if (current === null || current.series.total.requests === 0) return;
  const quantity = quantities.find(({ id }) => id === quantityField.value);
  drawChart(byId('chart'), current.spans, quantity?.id ?? 'energyWh', current.period.by);
}

/** @param {'csv' | 'json'} kind */
function save(kind) {
  if (current === null) return;
  const { period, series, parts } = current;
  const name = `tokenwatt-${period.from}-${period.to}.${kind}`;
  if (kind === 'json') {
    const byGroup = Object.fromEntries(groups.map((group) => [group, parts[group].data]));
    const { from, to } = period;
    const all = { from, to, total: series.total, [`by-${period.by}`]: series.data, ...byGroup };
    saveFile(name, `${JSON.stringify(all, null, 2)}\n`, 'application/json');
    return;
  }
  const rows = groups.map((group) => ({ kind: String(group), rows: parts[group].data }));
  const total = { kind: 'total', rows: [series.total] };
  saveFile(name, toCsv([total, { kind: period.by, rows: series.data }, ...rows]), 'text/csv');
}

keyForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const key = keyField.value.trim();
  keyField.value = '';
  if (!isKey(key)) {
    setText(byId('key-problem'), 'That is no key: it has no spaces, and only plain characters.');
    return;
  }
  sessionStorage.setItem(KEY_ITEM, key);
  load();
});
periodForm.addEventListener('submit', (event) => event.preventDefault());
periodForm.addEventListener('change', () => {
  if (periodName() === 'custom' && fromField.value === '') {
    const { from, to } = current?.period ?? namedPeriod('days', Date.now());
    fromField.value = from;
    toField.value = to;
  }
  rememberPeriod();
  load();
});
byId('forget').addEventListener('click', () => {
  sessionStorage.removeItem(KEY_ITEM);
  setText(byId('key-problem'), '');
  load();
});
byId('retry').addEventListener('click', load);
quantityField.addEventListener('change', draw);
byId('csv').addEventListener('click', () => save('csv'));
byId('json').addEventListener('click', () => save('json'));
window.addEventListener('hashchange', () => {
  takeAddress();
  load();
});
new ResizeObserver(draw).observe(byId('chart'));
takeAddress();
load();
