// SPDX-License-Identifier: MIT
// The tables of single methods, checked, as the arrays of src/tables.h: what EcoLogits 0.9.1 knows
// (data/ecologits_*.csv), carbon-llm's coefficients and the classes of hardware.

import { join } from 'node:path';
import { number, oneOf, text, unique } from '../cells.mjs';
import { readCsv } from '../csv.mjs';
import { cArray, cNumber, compare, cText } from './c-code.mjs';

/** @typedef {import('../csv.mjs').Row} Row */
/** @typedef {{ models: Row[], providers: Row[], countries: Row[] }} Tables in their order in C */

/** @param {string} data @param {string} name @param {string} columns */
function readTable(data, name, columns) {
  const rows = readCsv(join(data, name), `${columns} year source`.split(' '));
  for (const row of rows) {
    number(row, 'year', 2020, 2100);
    text(row, 'source');
  }
  return rows;
}

/** @param {Row} row @param {string} low @param {string} high @param {number} least @param {number} most */
function bounds(row, low, high, least, most) {
  const values = [number(row, low, least, most), number(row, high, least, most)];
  if (/** @type {number} */ (values[0]) > /** @type {number} */ (values[1])) {
    throw row.error(high, `is less than ${low}`);
  }
  return `{${values.map(cNumber).join(', ')}}`;
}

/**
 * The models of data/models.csv that a row names, each in one row of the table at most.
 * @param {Row[]} rows @param {Row[]} models
 * @returns {{ model: number, row: number }[]} in the order of models
 */
function links(rows, models) {
  /** @type {Map<number, number>} */
  const found = new Map();
  rows.forEach((row, index) => {
    for (const id of (row.cells.models ?? '').split(';').filter((name) => name !== '')) {
      const model = models.findIndex(({ cells }) => cells.id === id);
      if (model < 0) throw row.error('models', `'${id}' is not in models.csv`);
      if (found.has(model)) throw row.error('models', `'${id}' is in another row too`);
      found.set(model, index);
    }
  });
  return [...found].map(([model, row]) => ({ model, row })).sort((a, b) => a.model - b.model);
}

/** @param {string} type @param {string} name @param {{ model: number, row: number }[]} found */
const linkArray = (type, name, found) =>
  cArray(
    type,
    name,
    found.map(({ model, row }) => `{${model}, ${row}}`),
  );

/**
 * Names one after another: a pointer to each would cost a page more bytes.
 * @param {string} name @param {Row[]} rows
 */
function nameList(name, rows) {
  const names = rows.map((row) => `    ${cText(text(row, 'name'))} "\\0"\n`);
  return `const char ${name}[] =\n${names.join('')};\n`;
}

/** @param {string} data @param {Row[]} countries */
function mixes(data, countries) {
  const zones = new Set(['WOR', ...countries.map((row) => text(row, 'code3'))]);
  const rows = readTable(
    data,
    'ecologits_mixes.csv',
    'zone grid_gco2e_per_kwh primary_energy_mj_per_kwh adpe_ugsbeq_per_kwh water_offsite_l_per_kwh',
  );
  unique(rows, 'zone');
  const entries = rows.map((row) => {
    if (!zones.has(text(row, 'zone'))) throw row.error('zone', 'is not in countries.csv');
    return `{${[
      cText(text(row, 'zone')),
      cNumber(number(row, 'grid_gco2e_per_kwh', 1, 2000)),
      cNumber(number(row, 'primary_energy_mj_per_kwh', 0, 100)),
      cNumber(number(row, 'adpe_ugsbeq_per_kwh', 0, 1000)),
      cNumber(number(row, 'water_offsite_l_per_kwh', 0, 50)),
    ].join(', ')}}`;
  });
  return { entries, zones: new Set(rows.map((row) => text(row, 'zone'))) };
}

/** @param {Row} row @param {Row[]} providers @param {ReadonlySet<string>} zones */
function cProvider(row, providers, zones) {
  const slug = text(row, 'provider');
  if (!providers.some(({ cells }) => cells.slug === slug)) {
    throw row.error('provider', 'is not in providers.csv');
  }
  text(row, 'name');
  if (!zones.has(text(row, 'zone'))) throw row.error('zone', 'is not in ecologits_mixes.csv');
  return `{${[
    cText(slug),
    cText(text(row, 'zone')),
    bounds(row, 'pue_low', 'pue_high', 1, 3),
    bounds(row, 'wue_onsite_low_l_per_kwh', 'wue_onsite_high_l_per_kwh', 0, 10),
  ].join(', ')}}`;
}

/** @param {Row} row */
const cParams = (row) =>
  `{${bounds(row, 'params_total_low_b', 'params_total_high_b', 0.01, 1e5)}, ` +
  `${bounds(row, 'params_active_low_b', 'params_active_high_b', 0.01, 1e5)}}`;

/** Parameters that many models share are there once. @param {string} data @param {Tables} tables */
function ecologits(data, { models, providers, countries }) {
  const sites = readTable(
    data,
    'ecologits_providers.csv',
    'provider name zone pue_low pue_high wue_onsite_low_l_per_kwh wue_onsite_high_l_per_kwh',
  );
  const rows = readTable(
    data,
    'ecologits_models.csv',
    'provider name params_total_low_b params_total_high_b params_active_low_b ' +
      'params_active_high_b is_released models',
  );
  const { entries: mixEntries, zones } = mixes(data, countries);
  unique(sites, 'provider');
  unique(rows, 'name', (row) => `${text(row, 'provider')} ${text(row, 'name')}`);
  const params = [...new Set(rows.map(cParams))].sort(compare);
  const entries = rows.map((row) => {
    const provider = sites.findIndex(({ cells }) => cells.provider === row.cells.provider);
    if (provider < 0) throw row.error('provider', 'is not in ecologits_providers.csv');
    return `{${[
      provider,
      params.indexOf(cParams(row)),
      oneOf(row, 'is_released', ['0', '1']) === '1',
    ].join(', ')}}`;
  });
  return [
    cArray('tw_ecologits_mix', 'tw_ecologits_mixes', mixEntries),
    cArray(
      'tw_ecologits_provider',
      'tw_ecologits_providers',
      sites.map((row) => cProvider(row, providers, zones)),
    ),
    cArray('tw_ecologits_params', 'tw_ecologits_params_table', params),
    cArray('tw_ecologits_model', 'tw_ecologits_models', entries),
    nameList('tw_ecologits_names', rows),
    linkArray('tw_ecologits_link', 'tw_ecologits_links', links(rows, models)),
  ];
}

/** @param {string} data @param {Row[]} models */
function coefficients(data, models) {
  const rows = readTable(data, 'carbon_llm.csv', 'name models gco2e_per_1k_tokens confidence');
  unique(rows, 'name');
  const entries = rows.map(
    (row) =>
      `{${[
        cText(text(row, 'name')),
        cText(text(row, 'source')),
        cNumber(number(row, 'gco2e_per_1k_tokens', 0.001, 1000)),
        `TW_CONFIDENCE_${oneOf(row, 'confidence', ['measured', 'estimated']).toUpperCase()}`,
      ].join(', ')}}`,
  );
  return [
    cArray('tw_coefficient', 'tw_coefficients', entries),
    linkArray('tw_coefficient_model', 'tw_coefficient_models', links(rows, models)),
  ];
}

/** In the order of sizes, the last without an end. @param {string} data */
function hardwareClasses(data) {
  const rows = readTable(
    data,
    'hardware_classes.csv',
    'class params_total_below_b gpus gpu_draw_low gpu_draw_high',
  );
  let before = 0;
  const entries = rows.map((row, index) => {
    const isLast = index === rows.length - 1;
    const below = isLast ? Infinity : number(row, 'params_total_below_b', 0.01, 1e5);
    if (isLast && row.cells.params_total_below_b !== '') {
      throw row.error('params_total_below_b', 'must be empty in the last row');
    }
    if (below <= before) throw row.error('params_total_below_b', 'must be more than above');
    before = below;
    return `{${[
      isLast ? 'INFINITY' : cNumber(below),
      cNumber(number(row, 'gpus', 1, 1000)),
      bounds(row, 'gpu_draw_low', 'gpu_draw_high', 0, 1),
    ].join(', ')}}`;
  });
  return [cArray('tw_hardware_class', 'tw_hardware_classes', entries)];
}

/** @param {string} data folder @param {Tables} tables @returns {string[]} the arrays */
export function methodArrays(data, tables) {
  return [
    ...ecologits(data, tables),
    ...coefficients(data, tables.models),
    ...hardwareClasses(data),
  ];
}
