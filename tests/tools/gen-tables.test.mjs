// SPDX-License-Identifier: MIT
// The table generator: what it makes of the tables, and how it refuses bad ones.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the generator on a copy of the tables in which one was changed.
 * @param {string} [name]
 * @param {(text: string) => string} [change]
 */
function run(name, change) {
  const folder = mkdtempSync(join(tmpdir(), 'tokenwatt-tables-'));
  try {
    const data = join(folder, 'data');
    cpSync(join(root, 'data'), data, {
      recursive: true,
      filter: (file) => !file.endsWith('.twv'),
    });
    if (name !== undefined && change !== undefined) {
      const text = readFileSync(join(data, name), 'utf8');
      const changed = change(text);
      assert.notEqual(changed, text, 'the test must change something');
      writeFileSync(join(data, name), changed);
    }
    const output = join(folder, 'generated');
    const generator = join(root, 'tools/gen-tables.mjs');
    const child = spawnSync(process.execPath, [generator, data, output], { encoding: 'utf8' });
    const tables = child.status === 0 ? readFileSync(join(output, 'tables.c'), 'utf8') : '';
    return { status: child.status, message: child.stderr.replaceAll(data, 'data').trim(), tables };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {number} line @param {(line: string) => string} change */
const onLine = (line, change) => (/** @type {string} */ text) =>
  text
    .split('\n')
    .map((each, i) => (i === line - 1 ? change(each) : each))
    .join('\n');

test('the tables of the project pass, twice the same', () => {
  const first = run();
  assert.equal(first.message, '');
  assert.equal(first.status, 0);
  assert.match(first.tables, /\{"openai\/gpt-4o", "openai", "GPT-4o", "o200k_base"/);
  assert.equal(run().tables, first.tables);
});

/** @type {[string, string, (text: string) => string, RegExp][]} */
const bad = [
  [
    'a tokenizer that is not mapped',
    'tokenizers.csv',
    (text) => text.replace(/^grok,.*\n/m, ''),
    /models\.csv:\d+:\d+: tokenizer 'grok' is not in tokenizers\.csv/,
  ],
  [
    'a family without ratios',
    'tokenizers.csv',
    (text) => text.replace('llama3,llama3', 'llama3,llama9'),
    /tokenizers\.csv:\d+:\d+: family is 'llama9'/,
  ],
  [
    'a ratio that the core cannot hold',
    'token_ratios.csv',
    (text) => text.replace(/^(gemma3,digit,chat),[\d.]+/m, '$1,1.013'),
    /token_ratios\.csv:\d+:\d+: value must be in steps of 0\.02/,
  ],
  [
    'a number that is none',
    'regions.csv',
    onLine(3, (line) => line.replace(/,(\d+),/, ',many,')),
    /^data\/regions\.csv:3:\d+: grid_2025_gco2e_per_kwh is 'many', must be a number$/,
  ],
  [
    'a number out of bounds',
    'countries.csv',
    onLine(2, (line) => line.replace('467.51', '46751')),
    /^data\/countries\.csv:2:\d+: grid_gco2e_per_kwh is 46751, must lie between 1 and 2000$/,
  ],
  [
    'an unknown word',
    'models.csv',
    onLine(2, (line) => line.replace(',published,', ',rumoured,')),
    /^data\/models\.csv:2:\d+: params_confidence is 'rumoured', must be one of: published/,
  ],
  [
    'a missing cell',
    'providers.csv',
    onLine(4, (line) => line.slice(line.indexOf(',') + 1)),
    /^data\/providers\.csv:4:1: 8 cells, not 9$/,
  ],
  [
    'another header',
    'constants.csv',
    (text) => text.replace('name,value', 'value,name'),
    /^data\/constants\.csv:1:1: the header must be name,value,unit,year,source$/,
  ],
  [
    'a row twice',
    'models.csv',
    (text) => `${text}${text.split('\n')[1]}\n`,
    /^data\/models\.csv:\d+:1: id 'ai21\/jamba-large-1\.7' is there twice$/,
  ],
  [
    'a model without its source',
    'models.csv',
    onLine(2, (line) => line.slice(0, line.lastIndexOf(',') + 1)),
    /^data\/models\.csv:2:\d+: source is empty$/,
  ],
  [
    'an alias of nothing',
    'model_aliases.csv',
    onLine(2, (line) => line.replace(/\/[^,]*/, '/nothing')),
    /^data\/model_aliases\.csv:2:\d+: model '.*\/nothing' is not in models\.csv$/,
  ],
  [
    'a spelling of two countries',
    'countries.csv',
    (text) => text.replace(',Burma,', ',BIRMANIA;south korea,'),
    /^data\/countries\.csv:\d+:\d+: aliases 'south-korea' is another row's too$/,
  ],
  [
    'an alias that hides a row',
    'model_aliases.csv',
    (text) => `${text}GPT 4o,,openai/gpt-4,wrong\n`,
    /^data\/model_aliases\.csv:\d+:1: alias is the name of a row of models\.csv$/,
  ],
  [
    'bounds that do not enclose the value',
    'models.csv',
    (text) => text.replace(',440,440,440,76.21,44,132,', ',440,440,440,76.21,80,132,'),
    /^data\/models\.csv:\d+:\d+: params_active_low_b is more than params_active_b$/,
  ],
  [
    'two numbers for one zone',
    'regions.csv',
    (text) => text.replace(/^(us-east-2,.*?US-MIDA-PJM),418/m, '$1,419'),
    /^data\/regions\.csv:\d+:\d+: grid_2025_gco2e_per_kwh differs from that of another region/,
  ],
  [
    'a hosting of no model',
    'hostings.csv',
    onLine(2, (line) => line.replace('amazon/', 'amazon/no-')),
    /^data\/hostings\.csv:2:1: model 'amazon\/no-.*' is in no row of its table$/,
  ],
  [
    "a hosting in another cloud's region",
    'hostings.csv',
    onLine(2, (line) => line.replace(/,aws,[^,]*/, ',aws,westeurope')),
    /^data\/hostings\.csv:2:\d+: regions 'westeurope' is no region of AWS$/,
  ],
  [
    'regions in no order',
    'hostings.csv',
    (text) => text.replace(/^(amazon\/nova-premier-v1,aws),[^,]*/m, '$1,us-west-2;us-east-1'),
    /^data\/hostings\.csv:\d+:\d+: regions must be codes in byte order/,
  ],
  [
    'two prices of one hosting',
    'hostings.csv',
    (text) => {
      const row = /^amazon\/nova-premier-v1,aws,.*$/m.exec(text)?.[0];
      return `${text}${row?.replace(/,aws,[^,]*/, ',aws,us-east-1')}\n`;
    },
    /^data\/hostings\.csv:\d+:\d+: regions '.* aws us-east-1' is there twice$/,
  ],
  [
    'half a price',
    'hostings.csv',
    onLine(2, (line) => line.replace(/,(\d+\.\d+),(\d+\.\d+),/, ',$1,,')),
    /^data\/hostings\.csv:2:\d+: output_usd_per_mtok and input_usd_per_mtok must both be given/,
  ],
  [
    'a quotation without an end',
    'models.csv',
    (text) => `${text}"x,y\n`,
    /^data\/models\.csv:\d+:1: the quotation has no end$/,
  ],
  [
    'text after a quotation',
    'models.csv',
    (text) => `${text}"x"y\n`,
    /^data\/models\.csv:\d+:4: unexpected "y"$/,
  ],
  [
    "an EcoLogits model that is ours, and isn't",
    'ecologits_models.csv',
    (text) => text.replace('openai/gpt-4o-mini,', 'openai/gpt-4o-mino,'),
    /ecologits_models\.csv:\d+:\d+: models 'openai\/gpt-4o-mino' is not in models\.csv/,
  ],
  [
    'a model that is two of EcoLogits',
    'ecologits_models.csv',
    (text) => text.replace('0,openai/gpt-5-mini,', '0,openai/gpt-5-nano,'),
    /ecologits_models\.csv:\d+:\d+: models 'openai\/gpt-5-nano' is in another row too/,
  ],
  [
    'bounds that are turned round',
    'ecologits_models.csv',
    (text) => text.replace('gpt-4o-mini,8,28,', 'gpt-4o-mini,28,8,'),
    /ecologits_models\.csv:\d+:\d+: params_total_high_b is less than params_total_low_b/,
  ],
  [
    'a provider that EcoLogits has no site of',
    'ecologits_providers.csv',
    (text) => text.replace(/^cohere,.*\n/m, ''),
    /ecologits_models\.csv:\d+:\d+: provider is not in ecologits_providers\.csv/,
  ],
  [
    'a site whose mix is missing',
    'ecologits_mixes.csv',
    (text) => text.replace(/^SWE,.*\n/m, ''),
    /ecologits_providers\.csv:\d+:\d+: zone is not in ecologits_mixes\.csv/,
  ],
  [
    'a mix of no country',
    'ecologits_mixes.csv',
    (text) => text.replace('FRA,', 'FRX,'),
    /ecologits_mixes\.csv:\d+:\d+: zone is not in countries\.csv/,
  ],
  [
    'a coefficient of unknown confidence',
    'carbon_llm.csv',
    (text) => text.replace(',measured,', ',certain,'),
    /carbon_llm\.csv:\d+:\d+: confidence is 'certain', must be one of: measured, estimated/,
  ],
  [
    'classes of hardware out of order',
    'hardware_classes.csv',
    (text) => text.replace('small,40,', 'small,4,'),
    /hardware_classes\.csv:\d+:\d+: params_total_below_b must be more than above/,
  ],
  [
    'a largest class with an end',
    'hardware_classes.csv',
    (text) => text.replace('large,,', 'large,500,'),
    /hardware_classes\.csv:\d+:\d+: params_total_below_b must be empty in the last row/,
  ],
];
for (const [what, name, change, message] of bad) {
  test(`refuses ${what}`, () => {
    const result = run(name, change);
    assert.equal(result.status, 1);
    assert.match(result.message, message);
  });
}

test('says how it is called, and what it cannot read', () => {
  const generator = join(root, 'tools/gen-tables.mjs');
  const none = spawnSync(process.execPath, [generator], { encoding: 'utf8' });
  assert.equal(none.status, 2);
  assert.match(none.stderr, /usage/);
  const lost = spawnSync(process.execPath, [generator, '/nowhere', '/tmp'], { encoding: 'utf8' });
  assert.equal(lost.status, 1);
  assert.match(lost.stderr, /no such file.*models\.csv/);
});
