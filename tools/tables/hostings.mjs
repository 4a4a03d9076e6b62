// SPDX-License-Identifier: MIT
// data/hostings.csv, checked, as the arrays of src/tables.h: who serves which model, and where.

import { join } from 'node:path';
import { number, numberOrUnknown, oneOf, text, unique } from '../cells.mjs';
import { CsvError, readCsv } from '../csv.mjs';
import { cArray, compare, cText } from './c-code.mjs';

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

/**
 * As a whole number of a small unit, in few bytes of C; `most` stands for what is unknown.
 * @param {Row} row @param {string} column @param {number} unit @param {number} most
 */
function whole(row, column, unit, most) {
  const value = numberOrUnknown(row, column, 0, (most - 1) * unit);
  if (Number.isNaN(value)) return most;
  const units = Math.round(value / unit);
  if (Math.abs(units * unit - value) > unit * 1e-6) {
    throw row.error(column, `must be a multiple of ${unit}`);
  }
  return units;
}

const UINT32_MAX = 2 ** 32 - 1;
const UINT16_MAX = 2 ** 16 - 1;

/** @param {Row} row */
function prices(row) {
  const columns = ['input_usd_per_mtok', 'output_usd_per_mtok'];
  const [input, output] = columns.map((column) => whole(row, column, 1e-6, UINT32_MAX));
  if ((input === UINT32_MAX) !== (output === UINT32_MAX)) {
    throw row.error('output_usd_per_mtok', 'and input_usd_per_mtok must both be given or empty');
  }
  return [`${input}u`, `${output}u`];
}

/** Where a list stands in all of them, at whose end it is added if it is new.
 * @param {number[]} all @param {number[]} list */
function place(all, list) {
  for (let at = 0; at + list.length <= all.length; at += 1) {
    if (list.every((value, i) => all[at + i] === value)) return at;
  }
  return all.push(...list) - list.length;
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
  const sources = [...new Set(rows.map((row) => text(row, 'source')))].sort(compare);
  /** @type {number[]} */
  const places = [];
  const entries = rows.map((row) => {
    const provider = indexIn(row, 'provider', providers, 'slug');
    const own = regionIndexes(row, regions, providers[provider]?.cells.cloud ?? '');
    text(row, 'listed_as'); // lets a reader find the row's numbers in its source; C has no use for it
    const isPublished = oneOf(row, 'confidence', ['published', 'unverified']) === 'published';
    return `{${[
      ...prices(row),
      indexIn(row, 'model', models, 'id'),
      whole(row, 'output_tokens_per_s', 0.1, UINT16_MAX),
      whole(row, 'first_token_s', 1e-3, UINT16_MAX),
      place(places, own),
      own.length,
      provider,
      sources.indexOf(text(row, 'source')),
      number(row, 'year', 2020, 2100) - 2000,
      isPublished,
    ].join(', ')}}`;
  });
  if (Math.max(sources.length, regions.length, providers.length) > 256) {
    throw new CsvError(`${data}/hostings.csv: C has one byte for a source, region or provider`);
  }
  return [
    cArray('tw_hosting_row', 'tw_hosting_rows', entries),
    cArray('uint8_t', 'tw_hosting_regions', places.map(String)),
    cArray('char *const', 'tw_hosting_sources', sources.map(cText)),
  ];
}
