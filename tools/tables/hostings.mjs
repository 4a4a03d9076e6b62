// SPDX-License-Identifier: MIT
// data/hostings.csv, checked, as the arrays of src/tables.h: who serves which model, and where.

import { join } from 'node:path';
import { number, numberOrUnknown, oneOf, text, unique } from '../cells.mjs';
import { readCsv } from '../csv.mjs';
import { cArray, cNumber, compare, cText } from './c-code.mjs';

/** @typedef {import('../csv.mjs').Row} Row */

const COLUMNS = [
  ...['model', 'provider', 'regions', 'listed_as', 'input_usd_per_mtok', 'output_usd_per_mtok'],
  ...['output_tokens_per_s', 'first_token_s', 'confidence', 'year', 'source'],
];

/** The regions a row names. @param {Row} row */
const codesOf = (row) => (row.cells.regions ?? '').split(';').filter((code) => code !== '');

/** @param {Row} row */
const keyOf = (row) => `${text(row, 'model')} ${text(row, 'provider')} ${row.cells.regions}`;

/**
 * Prices may differ from region to region, so a model may have several rows at one provider; but no
 * region in two of them.
 * @param {Row[]} rows
 */
function checkTwins(rows) {
  const seen = new Set();
  for (const row of rows) {
    const codes = codesOf(row);
    for (const code of codes.length === 0 ? ['no region'] : codes) {
      const key = `${row.cells.model} ${row.cells.provider} ${code}`;
      if (seen.has(key)) throw row.error('regions', `'${key}' is there twice`);
      seen.add(key);
    }
  }
}

/** @param {Row} row @param {string} column @param {Row[]} table @param {string} key */
function indexIn(row, column, table, key) {
  const index = table.findIndex(({ cells }) => cells[key] === row.cells[column]);
  if (index < 0) throw row.error(column, `'${row.cells[column]}' is in no row of its table`);
  return index;
}

/** @param {Row} row @param {Row[]} regions @param {string} cloud */
function regionIndexes(row, regions, cloud) {
  const codes = codesOf(row);
  if ([...codes].sort(compare).join(';') !== row.cells.regions) {
    throw row.error('regions', "must be codes in byte order with ';' between them");
  }
  return codes.map((code) => {
    const index = regions.findIndex(({ cells }) => cells.code === code);
    if (index < 0) throw row.error('regions', `'${code}' is not in regions.csv`);
    if (regions[index]?.cells.cloud !== cloud) {
      throw row.error('regions', `'${code}' is no region of ${cloud || 'this provider'}`);
    }
    return index;
  });
}

/** @param {Row} row */
function prices(row) {
  const names = ['input_usd_per_mtok', 'output_usd_per_mtok'];
  const [input, output] = names.map((name) => numberOrUnknown(row, name, 0, 1e4));
  if (Number.isNaN(input) !== Number.isNaN(output)) {
    throw row.error('output_usd_per_mtok', 'and input_usd_per_mtok must both be given or empty');
  }
  return [input, output].map((price) => cNumber(/** @type {number} */ (price)));
}

/**
 * @param {string} data folder
 * @param {{ models: Row[], providers: Row[], regions: Row[] }} tables each in the order it has in C
 * @returns {string[]} the arrays
 */
export function hostingArrays(data, { models, providers, regions }) {
  const rows = readCsv(join(data, 'hostings.csv'), COLUMNS);
  unique(rows, 'model', keyOf);
  checkTwins(rows);
  rows.sort((a, b) => compare(keyOf(a), keyOf(b)));
  /** @type {number[]} */
  const places = [];
  const entries = rows.map((row) => {
    const provider = indexIn(row, 'provider', providers, 'slug');
    const own = regionIndexes(row, regions, providers[provider]?.cells.cloud ?? '');
    const first = places.length;
    text(row, 'listed_as'); // lets a reader find the row's numbers in its source; C has no use for it
    places.push(...own);
    return `{${[
      `&tw_models[${indexIn(row, 'model', models, 'id')}]`,
      `&tw_providers[${provider}]`,
      cText(text(row, 'source')),
      ...prices(row),
      cNumber(numberOrUnknown(row, 'output_tokens_per_s', 0.1, 1e5)),
      cNumber(numberOrUnknown(row, 'first_token_s', 0, 3600)),
      number(row, 'year', 2020, 2100),
      first,
      own.length,
      oneOf(row, 'confidence', ['published', 'unverified']) === 'published',
    ].join(', ')}}`;
  });
  return [
    cArray('tw_hosting', 'tw_hostings', entries),
    cArray('uint8_t', 'tw_hosting_regions', places.map(String)),
  ];
}
