// SPDX-License-Identifier: MIT
// Our figures beside what vendors and papers state, as the tables of docs/accuracy.md. Each row of
// data/disclosures.csv has the scenario that it is compared in, and why.
//
//   node tools/disclosures.mjs

import { fileURLToPath } from 'node:url';
import { readCsv } from './csv.mjs';

const FILE = fileURLToPath(new URL('../data/disclosures.csv', import.meta.url));
const QUANTITIES = ['energy_wh', 'co2_grams', 'water_ml', 'water_onsite_ml'];
const COLUMNS = [
  ...['who', 'date', 'case', 'quantity', 'unit', 'stated', 'stated_low', 'stated_high'],
  ...['boundary', 'is_comparable'],
  ...['provider', 'model', 'prompt_tokens', 'completion_tokens', 'batch', 'region', 'method'],
  ...['reason', 'year', 'source'],
];

/**
 * @typedef {object} Comparison
 * @property {Record<string, string>} row of the table
 * @property {boolean} isComparable whether both mean the same boundary
 * @property {number} stated
 * @property {{ value: number, low: number, high: number }} ours
 * @property {any} footprint the whole answer
 */

/**
 * @param {import('../web/src/api.js').Api} api
 * @returns {Comparison[]}
 */
export function compareAll(api) {
  return readCsv(FILE, COLUMNS).map((row) => {
    const { cells } = row;
    const stated = Number(cells.stated);
    if (!(stated > 0)) throw row.error('stated', 'must be a positive number');
    if (!QUANTITIES.includes(cells.quantity ?? '')) throw row.error('quantity', 'is unknown');
    if (!/^(yes|no)$/.test(cells.is_comparable ?? '')) {
      throw row.error('is_comparable', 'must be yes or no');
    }
    for (const name of ['who', 'unit', 'boundary', 'model', 'reason', 'year', 'source']) {
      if (cells[name] === '') throw row.error(name, 'must not be empty');
    }
    const { status, body } = api.request('POST', '/api/v1/calculate', payloadOf(cells));
    if (status !== 200) throw row.error('model', body.error.message);
    return {
      row: cells,
      isComparable: cells.is_comparable === 'yes',
      stated,
      ours: rangeOf(body, cells.quantity ?? ''),
      footprint: body,
    };
  });
}

/** @param {Record<string, string>} cells */
function payloadOf({ provider, model, prompt_tokens, completion_tokens, region, method }) {
  return {
    provider,
    model,
    prompt_tokens: Number(prompt_tokens),
    completion_tokens: Number(completion_tokens),
    detected_region: region === '' ? null : region,
    method,
  };
}

/** @param {any} footprint @param {string} quantity */
function rangeOf(footprint, quantity) {
  const { range, water } = footprint.details;
  if (quantity !== 'water_onsite_ml') return { value: footprint[quantity], ...range[quantity] };
  // It is in proportion to all of the water, so its bounds are too.
  const share = water.onsite_ml / footprint.water_ml;
  const { low, high } = range.water_ml;
  return { value: water.onsite_ml, low: low * share, high: high * share };
}

/** @param {number} number */
const digits = (number) => String(Number(number.toPrecision(number < 100 ? 2 : 3)));

/** @param {number} factor */
const times = (factor) => (factor < 0.1 ? `1/${digits(1 / factor)}` : `${factor.toFixed(2)}×`);

/** @param {string[]} heads @param {string[][]} rows */
function table(heads, rows) {
  const lines = [heads, heads.map((_, i) => (i < 1 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {Comparison[]} comparisons @returns {string} markdown */
export function report(comparisons) {
  const compared = (/** @type {boolean} */ isComparable) =>
    table(
      ['', 'stated', 'ours', 'our range', 'ours to stated'],
      comparisons
        .filter((one) => one.isComparable === isComparable)
        .map(({ row, stated, ours }) => {
          const span = row.stated_low === '' ? '' : ` (${row.stated_low}–${row.stated_high})`;
          const where = row.quantity === 'water_onsite_ml' ? ' on-site' : '';
          return [
            `${row.who} ${row.date}: ${row.case}`,
            `${row.stated}${span} ${row.unit}`,
            `${digits(ours.value)} ${row.unit}${where}`,
            `${digits(ours.low)}–${digits(ours.high)}`,
            times(ours.value / stated),
          ];
        }),
    );
  const scenarios = comparisons.map(({ row }) => {
    const tokens = `${row.prompt_tokens} in, ${row.completion_tokens} out`;
    return `- **${row.who}: ${row.case}, ${row.unit}**. Stated: ${row.boundary}. Scenario: ${row.model}, ${tokens}; ${row.reason}.`;
  });
  return [
    'The same boundary:\n',
    compared(true),
    '\nOther boundaries:\n',
    compared(false),
    '\nThe scenarios, all with 256 requests at once, as the method has them:\n',
    ...scenarios,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { createApi } = await import('tokenwatt/fetch');
  console.log(report(compareAll(await createApi())));
}
