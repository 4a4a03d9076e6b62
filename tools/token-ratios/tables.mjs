// SPDX-License-Identifier: MIT
// data/token_ratios.csv and data/tokenizers.csv, checked, as the arrays of src/tables.h.

import { join } from 'node:path';
import { number, oneOf, text, unique } from '../cells.mjs';
import { readCsv } from '../csv.mjs';
import { FEATURES, KINDS, kindOf } from './features.mjs';

/** @typedef {import('../csv.mjs').Row} Row */

export const RATIO_COLUMNS = [
  ...['family', 'feature', 'kind', 'value', 'unit', 'year', 'source', 'n'],
  ...['bias_percent', 'p95_percent'],
];
const TOKENIZER_COLUMNS = ['tokenizer', 'family', 'stand_in', 'year', 'source'];

/** The whole text by one number. */
export const FLAT = 'flat';

/** C has thousandths. @param {number} value */
const thousandths = (value) => Math.round(value * 1000);

/** C has a byte of fiftieths. @param {Row} row */
function steps(row) {
  const value = number(row, 'value', 0, 5.1) * 50;
  if (Math.abs(value - Math.round(value)) > 1e-6)
    throw row.error('value', 'must be in steps of 0.02');
  return Math.round(value);
}

/** @param {string} value */
const cText = (value) => JSON.stringify(value);

/** @param {Row} row */
function checkRow(row) {
  const feature = oneOf(row, 'feature', [FLAT, ...FEATURES]);
  const kind = feature === FLAT ? 'chat' : kindOf(feature);
  if (row.cells.kind !== kind) throw row.error('kind', `must be ${kind} for ${feature}`);
  number(row, 'value', 0.001, 60);
  text(row, 'unit');
  number(row, 'year', 2020, 2100);
  text(row, 'source');
  number(row, 'n', 1, 1e6);
  number(row, 'bias_percent', -100, 100);
  number(row, 'p95_percent', 0, 100);
}

/** @param {Row[]} rows of one family */
function cRatios(rows) {
  const [first] = rows;
  if (first === undefined) throw new Error('a family without rows');
  const of = (/** @type {string} */ feature) => rows.find((row) => row.cells.feature === feature);
  const flat = of(FLAT);
  if (flat === undefined) throw first.error('feature', `there is no '${FLAT}' of this family`);
  const values = FEATURES.map((feature) => {
    const row = of(feature);
    return row === undefined ? 0 : steps(row);
  });
  const p95 = KINDS.map((kind) => {
    const row = rows.find((one) => one.cells.kind === kind && one.cells.feature !== FLAT);
    if (row === undefined) throw first.error('kind', `there is no '${kind}' of this family`);
    return thousandths(number(row, 'p95_percent', 0, 100) / 100);
  });
  return `{${cText(text(first, 'family'))}, {${values.join(', ')}}, ${thousandths(number(flat, 'value', 0, 60))}, ${thousandths(number(flat, 'p95_percent', 0, 100) / 100)}, {${p95.join(', ')}}}`;
}

/**
 * @param {string} data the folder
 * @param {Row[]} models
 * @returns {string[]} C
 */
export function tokenRatioArrays(data, models) {
  const rows = readCsv(join(data, 'token_ratios.csv'), RATIO_COLUMNS);
  rows.forEach(checkRow);
  unique(rows, 'feature', (row) => `${row.cells.feature} of ${text(row, 'family')}`);
  const families = [...new Set(rows.map((row) => text(row, 'family')))];
  const tokenizers = readCsv(join(data, 'tokenizers.csv'), TOKENIZER_COLUMNS);
  unique(tokenizers, 'tokenizer');
  const entries = tokenizers.map((row) => {
    const family = oneOf(row, 'family', ['exact', 'unknown', 'none', ...families]);
    number(row, 'year', 2020, 2100);
    text(row, 'source');
    const standIn = row.cells.stand_in ?? '';
    const index = families.indexOf(family);
    if (index < 0 && standIn !== '') throw row.error('stand_in', 'is for families only');
    const ratios = index < 0 ? 'NULL' : `&ratios[${index}]`;
    const why = standIn === '' ? 'NULL' : cText(standIn);
    const name = text(row, 'tokenizer');
    // What has no family yet is called as its tokenizer is.
    const vocabulary = index < 0 ? (family === 'none' ? 'NULL' : cText(name)) : cText(family);
    return `{${cText(name)}, ${vocabulary}, ${ratios}, ${why}, ${family === 'exact'}}`;
  });
  const familyOf = new Map(tokenizers.map((row) => [row.cells.tokenizer, row.cells.family]));
  for (const row of models) {
    const family = familyOf.get(text(row, 'tokenizer'));
    if (family === undefined) {
      throw row.error('tokenizer', `'${row.cells.tokenizer}' is not in tokenizers.csv`);
    }
    if (row.cells.encoding !== (family === 'exact' ? row.cells.tokenizer : '')) {
      throw row.error('encoding', `must be the tokenizer where that is exact, else empty`);
    }
  }
  const byFamily = families.map((family) => cRatios(rows.filter((r) => r.cells.family === family)));
  const kinds = FEATURES.map((feature) => `TW_TOKEN_KIND_${kindOf(feature).toUpperCase()}`);
  return [
    `static const tw_token_ratios ratios[] = {\n${byFamily.map((one) => `    ${one},\n`).join('')}};\n`,
    `const tw_tokenizer tw_tokenizers[] = {\n${entries.map((one) => `    ${one},\n`).join('')}};\n` +
      `const size_t tw_tokenizers_count = ${entries.length};\n`,
    `const uint8_t tw_token_kinds[TW_TOKEN_FEATURE_COUNT] = {\n    ${kinds.join(', ')}};\n`,
  ];
}
