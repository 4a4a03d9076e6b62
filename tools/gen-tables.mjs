// SPDX-License-Identifier: MIT
// Checks the tables in data/*.csv and writes them as C: tables.c, which src/tables.h declares, and
// constants.h. The build runs it; what it writes is never committed.
//
//   node tools/gen-tables.mjs data build/generated
//
// A cell that is not as it should be stops it with file:line:column and the reason.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit, stderr } from 'node:process';
import { number, numberOrUnknown, oneOf, text, unique } from './cells.mjs';
import { CsvError, readCsv } from './csv.mjs';
import { cArray, cNumber, compare, cText } from './tables/c-code.mjs';
import { hostingArrays } from './tables/hostings.mjs';
import { methodArrays } from './tables/methods.mjs';
import { displayName, familySlug, regionName } from './tables/names.mjs';
import { tokenRatioArrays } from './token-ratios/tables.mjs';

/** @typedef {import('./csv.mjs').Row} Row */

const CLASSES = ['small', 'medium', 'large', 'any'];
const CONFIDENCES = ['published', 'unverified', 'estimated', 'unknown'];
const ENCODINGS = ['o200k_base', 'cl100k_base'];
const CLOUDS = ['AWS', 'Azure', 'GCP'];

/** As src/names.c normalizes a name. @param {string} name */
function normalize(name) {
  return name
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('+', '-plus')
    .replace(/(?<=\d)p(?=\d)/g, '-')
    .replace(/[-_ .,@()]+/g, '-')
    .replace(/-(?=[/:])|(?<=[/:])-/g, '')
    .replace(/^-|-$/g, '');
}

/** As src/names.c compares names: what joins a letter and a number is no difference. @param {string} key */
const unjoined = (key) => key.replace(/(?<=[a-z])-v?(?=\d)|(?<=-)v(?=\d)/g, '');

/** @typedef {{ value: number, low: number, high: number }} Range */

/** @param {Range} range */
const cRange = ({ value, low, high }) => `{${[value, low, high].map(cNumber).join(', ')}}`;

/** @param {Row} row @param {string} column @returns {Range} */
function range(row, column) {
  const [stem, unit] = [column.slice(0, -2), column.slice(-2)];
  const names = { value: column, low: `${stem}_low${unit}`, high: `${stem}_high${unit}` };
  if (row.cells[names.value] === '') {
    for (const name of [names.low, names.high]) {
      if (row.cells[name] !== '') throw row.error(name, `is given, ${column} is not`);
    }
    return { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  }
  const value = number(row, names.value, 0.01, 1e5);
  const low = number(row, names.low, 0.01, 1e5);
  const high = number(row, names.high, 0.01, 1e5);
  if (low > value) throw row.error(names.low, `is more than ${column}`);
  if (high < value) throw row.error(names.high, `is less than ${column}`);
  return { value, low, high };
}

/**
 * @param {Row} row
 * @param {ReadonlySet<string>} providers
 */
function readModel(row, providers) {
  const model = {
    row,
    id: text(row, 'id'),
    provider: text(row, 'provider'),
    isText: oneOf(row, 'kind', ['text', 'music', 'router', 'client']) === 'text',
    sizeClass: oneOf(row, 'size_class', CLASSES),
    total: range(row, 'params_total_b'),
    active: range(row, 'params_active_b'),
    confidence: oneOf(row, 'params_confidence', CONFIDENCES),
    encoding: oneOf(row, 'encoding', ['', ...ENCODINGS]),
    canReason: oneOf(row, 'can_reason', ['0', '1']) === '1',
  };
  number(row, 'accessed_year', 2020, 2100);
  if (!/^[a-z0-9._:/-]+$/.test(model.id)) throw row.error('id', 'has an unexpected character');
  if (!providers.has(model.provider)) throw row.error('provider', 'is not in providers.csv');
  const known = !Number.isNaN(model.total.value);
  if (known !== !Number.isNaN(model.active.value)) {
    throw row.error('params_active_b', 'and params_total_b must both be given or both be empty');
  }
  if (known === (model.confidence === 'unknown')) {
    throw row.error('params_confidence', 'is unknown just when there are no parameters');
  }
  if (model.active.low > model.total.low || model.active.high > model.total.high) {
    throw row.error('params_active_b', 'is more than params_total_b');
  }
  const { value } = model.total;
  const measured = value < 50 ? 'small' : value < 250 ? 'medium' : 'large';
  if (known && model.sizeClass !== measured) {
    throw row.error('size_class', `must be ${measured} for ${value} billion parameters`);
  }
  return model;
}

/** @typedef {ReturnType<typeof readModel>} Model */

/** @param {Model} model @param {ReadonlySet<string>} ids */
function cModel(model, ids) {
  const { row } = model;
  const encoding = model.encoding === '' ? 'NULL' : cText(model.encoding);
  return `{${[
    cText(model.id),
    cText(model.provider),
    cText(text(row, 'family')),
    cText(text(row, 'tokenizer')),
    encoding,
    cText(text(row, 'source')),
    cText(displayName(model.id, ids)),
    cText(familySlug(text(row, 'family'))),
    cRange(model.total),
    cRange(model.active),
    cNumber(numberOrUnknown(row, 'output_tokens_per_s', 0.1, 1e5)),
    cNumber(numberOrUnknown(row, 'first_token_s', 0, 3600)),
    cNumber(numberOrUnknown(row, 'output_usd_per_mtok', 0, 1e4)),
    `TW_PARAMS_${model.confidence.toUpperCase()}`,
    `TW_CLASS_${model.sizeClass.toUpperCase()}`,
    model.canReason,
    model.isText,
  ].join(', ')}}`;
}

/** In the order in which src/model_rows.c looks ids up. @param {Model[]} models */
function byBase(models) {
  const bases = models.map(({ id }) =>
    id.slice(id.lastIndexOf('/') + 1).replace(/[^a-uw-z0-9]/g, ''),
  );
  return [...bases.keys()].sort((a, b) => compare(bases[a] ?? '', bases[b] ?? '') || a - b);
}

/** @param {number[]} values not empty */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (/** @type {number} */ i) => /** @type {number} */ (sorted[i]);
  return sorted.length % 2 === 1 ? at(middle - 0.5) : (at(middle - 1) + at(middle)) / 2;
}

/** @param {Range[]} ranges @returns {Range} */
const spanOf = (ranges) => ({
  value: median(ranges.map((range) => range.value)),
  low: Math.min(...ranges.map((range) => range.low)),
  high: Math.max(...ranges.map((range) => range.high)),
});

/**
 * What stands in for unknown parameters, for each provider and class, and for all providers ("").
 * A tagged id (":free") is the same model once more and does not count twice.
 * @param {Model[]} models
 */
function standIns(models) {
  const known = models.filter(
    ({ id, isText, total }) => isText && !id.includes(':') && !Number.isNaN(total.value),
  );
  const providers = ['', ...new Set(known.map((model) => model.provider))].sort(compare);
  return providers.flatMap((provider) =>
    CLASSES.flatMap((sizeClass) => {
      const members = known.filter(
        (model) =>
          (provider === '' || model.provider === provider) &&
          (sizeClass === 'any' || model.sizeClass === sizeClass),
      );
      if (members.length === 0) return [];
      const total = spanOf(members.map((model) => model.total));
      const active = spanOf(members.map((model) => model.active));
      return `{${cText(provider)}, TW_CLASS_${sizeClass.toUpperCase()}, ${members.length}, ${cRange(total)}, ${cRange(active)}}`;
    }),
  );
}

/**
 * Aliases must not hide a row, or each other. One without a model keeps a name from its relatives.
 * @param {Row[]} rows @param {Model[]} models @param {ReadonlySet<string>} providers
 */
function aliases(rows, models, providers) {
  const bare = new Set(
    models.map(({ id }) => unjoined(normalize(id.slice(id.lastIndexOf('/') + 1)))),
  );
  unique(
    rows,
    'alias',
    (row) => `${unjoined(normalize(text(row, 'alias')))} ${row.cells.provider}`,
  );
  return rows
    .map((row) => {
      const provider = row.cells.provider ?? '';
      const key = normalize(text(row, 'alias'));
      text(row, 'source');
      if (bare.has(unjoined(key))) throw row.error('alias', 'is the name of a row of models.csv');
      if (key.includes('/') || key.includes(':')) throw row.error('alias', 'has a prefix or a tag');
      if (provider !== '' && !providers.has(provider)) {
        throw row.error('provider', 'is not in providers.csv');
      }
      if (row.cells.model === '') {
        return { key, entry: `{${cText(key)}, ${cText(provider)}, TW_MODEL_ALIAS_OF_NONE}` };
      }
      const index = models.findIndex(({ id }) => id === row.cells.model);
      if (index < 0) throw row.error('model', `'${row.cells.model}' is not in models.csv`);
      return { key, entry: `{${cText(key)}, ${cText(provider)}, ${index}}` };
    })
    .sort((a, b) => compare(a.key, b.key))
    .map(({ entry }) => entry);
}

/** @param {Row} row @param {ReadonlySet<string>} countries */
function cRegion(row, countries) {
  const country = text(row, 'country');
  if (!countries.has(country)) throw row.error('country', 'is not in countries.csv');
  const [code, cloud] = [text(row, 'code'), oneOf(row, 'cloud', CLOUDS)];
  return `{${[
    cText(code),
    cText(regionName(code, cloud, text(row, 'location'))),
    cText(cloud),
    cText(text(row, 'location')),
    cText(country),
    cText(text(row, 'zone')),
    cText(text(row, 'grid_source')),
    cText(text(row, 'site_source')),
    cText(text(row, 'water_offsite_source')),
    cNumber(number(row, 'grid_2025_gco2e_per_kwh', 1, 2000)),
    cNumber(number(row, 'grid_2024_gco2e_per_kwh', 1, 2000)),
    cNumber(numberOrUnknown(row, 'grid_operator_2024_gco2e_per_kwh', 0, 2000)),
    cNumber(number(row, 'pue', 1, 3)),
    cNumber(number(row, 'wue_onsite_l_per_kwh', 0, 10)),
    cNumber(number(row, 'water_offsite_l_per_kwh', 0, 50)),
    number(row, 'year', 2020, 2100),
  ].join(', ')}}`;
}

/**
 * A zone's carbon is its regions' (one grid, one number); its water is their median.
 * @param {Row[]} regions sorted by code
 */
function zones(regions) {
  const codes = [...new Set(regions.map((row) => text(row, 'zone')))].sort(compare);
  return codes.map((code) => {
    const members = regions.filter((row) => row.cells.zone === code);
    const [first] = members;
    for (const row of members) {
      if (row.cells.grid_2025_gco2e_per_kwh !== first?.cells.grid_2025_gco2e_per_kwh) {
        throw row.error(
          'grid_2025_gco2e_per_kwh',
          `differs from that of another region of ${code}`,
        );
      }
    }
    const water = median(members.map((row) => number(row, 'water_offsite_l_per_kwh', 0, 50)));
    return `{${cText(code)}, ${cNumber(water)}, ${regions.indexOf(/** @type {Row} */ (first))}}`;
  });
}

/** @param {Row} row */
function cCountry(row) {
  const water = numberOrUnknown(row, 'water_offsite_l_per_kwh', 0, 50);
  if (!Number.isNaN(water)) text(row, 'water_offsite_source');
  return `{${[
    cText(text(row, 'code')),
    cText(text(row, 'code3')),
    cText(text(row, 'name')),
    cText(text(row, 'grid_source')),
    cText(row.cells.water_offsite_source ?? ''),
    cNumber(number(row, 'grid_gco2e_per_kwh', 1, 2000)),
    cNumber(water),
    number(row, 'year', 2015, 2100),
  ].join(', ')}}`;
}

/** @param {Row} row @param {ReadonlySet<string>} countries */
function cProvider(row, countries) {
  const country = row.cells.country ?? '';
  if (country !== '' && !countries.has(country)) {
    throw row.error('country', 'is not in countries.csv');
  }
  const pue = numberOrUnknown(row, 'pue', 1, 3);
  const wue = numberOrUnknown(row, 'wue_onsite_l_per_kwh', 0, 10);
  if (country !== '' || !Number.isNaN(pue) || !Number.isNaN(wue)) text(row, 'source');
  return `{${[
    cText(text(row, 'slug')),
    cText(text(row, 'name')),
    cText(oneOf(row, 'cloud', ['', ...CLOUDS])),
    cText(country),
    cNumber(pue),
    cNumber(wue),
    cText(row.cells.source ?? ''),
  ].join(', ')}}`;
}

/**
 * The aliases of all rows, and what `own` has of each; none may mean two rows.
 * @param {Row[]} rows sorted as in their table
 * @param {string[]} own columns whose cells are spellings, too
 * @param {string[]} [others] columns that are searched without this list
 */
function spellings(rows, own, others = []) {
  /** @type {Map<string, number>} */
  const names = new Map();
  const isTaken = new Map(
    rows.flatMap((row, i) => others.map((column) => [normalize(text(row, column)), i])),
  );
  rows.forEach((row, index) => {
    const all = [
      ...own.map((column) => text(row, column)),
      ...(row.cells.aliases ?? '').split(';'),
    ];
    for (const name of new Set(all.filter((spelling) => spelling !== '').map(normalize))) {
      if ((isTaken.get(name) ?? index) !== index || names.has(name)) {
        throw row.error('aliases', `'${name}' is another row's too`);
      }
      names.set(name, index);
    }
  });
  return [...names]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, index]) => `{${cText(name)}, ${index}}`);
}

/** @param {Row} row @param {ReadonlySet<string>} tokenizers of models.csv */
function cChatTemplate(row, tokenizers) {
  const tokenizer = text(row, 'tokenizer');
  if (tokenizer !== 'any' && !tokenizers.has(tokenizer)) {
    throw row.error('tokenizer', 'is that of no row of models.csv');
  }
  oneOf(row, 'unit', ['tokens']);
  number(row, 'year', 2020, 2100);
  text(row, 'source');
  return `{${[
    cText(tokenizer),
    number(row, 'user_tokens', 0, 100),
    number(row, 'assistant_tokens', 0, 100),
    number(row, 'reply_tokens', 0, 100),
    number(row, 'start_tokens', 0, 100),
    oneOf(row, 'status', ['published', 'estimated']) === 'published',
  ].join(', ')}}`;
}

/** @param {Row} row */
function cConstant(row) {
  const name = text(row, 'name');
  if (!/^[A-Z0-9_]+$/.test(name)) throw row.error('name', 'must be of capitals, digits and _');
  const value = cNumber(number(row, 'value', -1e6, 1e6));
  text(row, 'unit');
  const year = numberOrUnknown(row, 'year', 2015, 2100);
  return [
    `#define TW_CONST_${name} (${value})\n`,
    Number.isNaN(year) ? '' : `#define TW_YEAR_${name} ${year}\n`,
    `#define TW_SOURCE_${name} ${cText(text(row, 'source'))}\n`,
  ].join('');
}

/** @param {string} folder @param {string} name @param {string} columns @param {string} [order] */
function table(folder, name, columns, order) {
  const rows = readCsv(join(folder, name), columns.split(' '));
  if (order === undefined) return rows;
  unique(rows, order);
  return rows.sort((a, b) => compare(text(a, order), text(b, order)));
}

/** @param {string} data @param {string} output */
function generate(data, output) {
  const modelRows = table(
    data,
    'models.csv',
    'id provider family kind size_class params_total_b params_total_low_b params_total_high_b ' +
      'params_active_b params_active_low_b params_active_high_b params_confidence tokenizer ' +
      'encoding can_reason output_tokens_per_s first_token_s output_usd_per_mtok accessed_year source',
    'id',
  );
  const aliasRows = table(data, 'model_aliases.csv', 'alias provider model source');
  const regions = table(
    data,
    'regions.csv',
    'code cloud location country zone grid_2025_gco2e_per_kwh grid_2024_gco2e_per_kwh ' +
      'grid_operator_2024_gco2e_per_kwh pue wue_onsite_l_per_kwh water_offsite_l_per_kwh year ' +
      'grid_source site_source water_offsite_source',
    'code',
  );
  const countries = table(
    data,
    'countries.csv',
    'code code3 name aliases grid_gco2e_per_kwh year grid_source water_offsite_l_per_kwh ' +
      'water_offsite_source',
    'code',
  );
  const providers = table(
    data,
    'providers.csv',
    'slug name aliases cloud country pue wue_onsite_l_per_kwh year source',
    'slug',
  );
  const templates = table(
    data,
    'chat_templates.csv',
    'tokenizer user_tokens assistant_tokens reply_tokens start_tokens unit status year source',
    'tokenizer',
  );
  const constants = table(data, 'constants.csv', 'name value unit year source', 'name');

  const countryCodes = new Set(countries.map((row) => text(row, 'code')));
  const slugs = new Set(providers.map((row) => text(row, 'slug')));
  const models = modelRows.map((row) => readModel(row, slugs));
  const ids = new Set(models.map(({ id }) => id));
  const tokenizers = new Set(modelRows.map((row) => text(row, 'tokenizer')));
  unique(modelRows, 'id', (row) => normalize(text(row, 'id')));
  unique(countries, 'code3');

  const head = '/* Made by tools/gen-tables.mjs from data/: do not edit. */\n';
  const arrays = [
    cArray(
      'tw_model',
      'tw_models',
      models.map((model) => cModel(model, ids)),
    ),
    cArray('uint16_t', 'tw_models_by_base', byBase(models).map(String)),
    cArray('tw_model_alias', 'tw_model_aliases', aliases(aliasRows, models, slugs)),
    cArray('tw_model_stand_in', 'tw_model_stand_ins', standIns(models)),
    cArray(
      'tw_region',
      'tw_regions',
      regions.map((row) => cRegion(row, countryCodes)),
    ),
    cArray('tw_zone', 'tw_zones', zones(regions)),
    cArray('tw_country', 'tw_countries', countries.map(cCountry)),
    cArray(
      'tw_provider',
      'tw_providers',
      providers.map((row) => cProvider(row, countryCodes)),
    ),
    cArray('tw_spelling', 'tw_provider_spellings', spellings(providers, ['slug', 'name'])),
    cArray(
      'tw_spelling',
      'tw_country_aliases',
      spellings(countries, [], ['code', 'code3', 'name']),
    ),
    cArray(
      'tw_chat_template',
      'tw_chat_templates',
      templates.map((row) => cChatTemplate(row, tokenizers)),
    ),
    ...hostingArrays(data, { models: modelRows, providers, regions }),
    ...tokenRatioArrays(data, modelRows),
    ...methodArrays(data, { models: modelRows, providers, countries }),
  ];
  mkdirSync(output, { recursive: true });
  writeFileSync(
    join(output, 'tables.c'),
    `${head}#include "tables.h"\n\n#include <math.h>\n\n${arrays.join('\n')}`,
  );
  const guard = 'TW_CONSTANTS_H';
  writeFileSync(
    join(output, 'constants.h'),
    `${head}#ifndef ${guard}\n#define ${guard}\n\n${constants.map(cConstant).join('')}\n#endif\n`,
  );
}

const [data, output] = argv.slice(2);
if (data === undefined || output === undefined) {
  stderr.write('usage: node tools/gen-tables.mjs DATA-FOLDER OUTPUT-FOLDER\n');
  exit(2);
}
try {
  generate(data, output);
} catch (error) {
  if (!(error instanceof CsvError || (error instanceof Error && 'code' in error))) throw error;
  stderr.write(`${error.message}\n`);
  exit(1);
}
