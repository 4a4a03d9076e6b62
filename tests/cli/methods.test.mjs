// SPDX-License-Identifier: MIT
// The methods of the footprint, from the command line; and what others publish of theirs, where
// TOKENWATT_SAMPLES names a folder that has it: EcoLogits' results, carbon-llm's table.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCsv } from '../../tools/csv.mjs';
import { run, temporaryFolder } from './program.mjs';

const METHODS = ['tokenwatt', 'ecologits', 'carbon-llm', 'carbonbench', 'hardware'];
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} name */
function sample(name) {
  const file = join(process.env.TOKENWATT_SAMPLES ?? '', name);
  return process.env.TOKENWATT_SAMPLES !== undefined && existsSync(file) ? file : undefined;
}

/** @param {Record<string, unknown>} payload @returns {any} */
function calculate(payload) {
  const { code, stdout, stderr } = run(['calculate'], { input: JSON.stringify(payload) });
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout);
}

const { file } = temporaryFolder();
const prompt = file('prompt.md', 'Why is the sky blue?');
const answer = file('answer.md', 'Because air scatters blue light more than red. '.repeat(20));
const turn = [
  'estimate',
  '-p',
  'OpenAI',
  '-m',
  'gpt-4o',
  '--prompt',
  prompt,
  '--completion',
  answer,
];

for (const method of METHODS) {
  test(`estimate --method ${method}: its own numbers, and its name beside them`, () => {
    const report = run([...turn, '--method', method]);
    assert.equal(report.code, 0, report.stderr);
    assert.match(report.stdout, new RegExp(`^method +${method}, confidence: `, 'm'));
    const { usage, footprint } = JSON.parse(run([...turn, '--method', method, '--json']).stdout);
    assert.equal(footprint.details.method, method);
    const posted = calculate({ ...usage, method });
    assert.equal(posted.energy_wh, footprint.energy_wh);
    assert.deepEqual(posted.details.factors, footprint.details.factors);
  });
}

const results = sample('data/ecologits_0.9.1_400_tokens.csv');
/** The columns of the sample (low and high), and where the answer has them. */
const CELLS = {
  'gpus_lo gpus_hi': ['factors', 'gpus'],
  'dt_lo_s dt_hi_s': ['factors', 'latency_s'],
  'Wh_lo Wh_hi': ['range', 'energy_wh'],
  'gCO2e_lo gCO2e_hi': ['range', 'co2_grams'],
  'g_embodied_lo g_embodied_hi': ['impacts', 'embodied_co2_grams'],
  'mL_lo mL_hi': ['range', 'water_ml'],
  'mgSb_lo mgSb_hi': ['impacts', 'abiotic_depletion_mg_sbeq'],
  'PE_MJ_lo PE_MJ_hi': ['impacts', 'primary_energy_mj'],
};

/** @param {string} path of a table without quotes in it */
function readSample(path) {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])),
  );
}

test('ecologits: every cell of its own results for 400 tokens, within 0.1 %', {
  skip: results === undefined && 'TOKENWATT_SAMPLES names no folder with data/',
}, () => {
  const rows = readSample(/** @type {string} */ (results));
  assert.ok(rows.length >= 27);
  for (const row of rows) {
    const { details } = calculate({
      provider: row.provider,
      model: row.model,
      prompt_tokens: 0,
      completion_tokens: 400,
      detected_region: row.zone === 'WOR' ? 'world' : row.zone,
      method: 'ecologits',
    });
    for (const [columns, [group, key]] of Object.entries(CELLS)) {
      const { low, high } = details[/** @type {string} */ (group)][/** @type {string} */ (key)];
      columns.split(' ').forEach((column, i) => {
        const actual = i === 0 ? low : high;
        const at = `${row.model} ${row.zone} ${column}: ${actual}, not ${row[column]}`;
        assert.ok(Math.abs(actual / Number(row[column]) - 1) <= 1e-3, at);
      });
    }
  }
});

const landing = sample('spec/carbon-llm-landing.txt');
test("carbon-llm: the eight coefficients of its landing page's table", {
  skip: landing === undefined && 'TOKENWATT_SAMPLES names no folder with spec/',
}, () => {
  const names = readCsv(
    join(ROOT, 'data/carbon_llm.csv'),
    'name models gco2e_per_1k_tokens confidence year source'.split(' '),
  ).map(({ cells }) => /** @type {string} */ (cells.name));
  const lines = readFileSync(/** @type {string} */ (landing), 'utf8').split('\n');
  let found = 0;
  for (const model of names) {
    // The cells of the page's table run into each other: "gpt-4o0.3Estimated…".
    const rest = lines
      .filter((line) => line.startsWith(model))
      .map((line) => /^(\d+(?:\.\d+)?)(Estimated|Measured)/.exec(line.slice(model.length)))
      .find((match) => match !== null);
    assert.ok(rest, model);
    const { stdout } = run(['api', 'POST', '/api/v1/estimate', '-'], {
      input: JSON.stringify({ model, prompt_tokens: 400, completion_tokens: 600 }),
    });
    const answered = JSON.parse(stdout);
    assert.equal(answered.estimated_co2_grams, Number(rest[1]), model);
    assert.equal(answered.confidence, rest[2]?.toLowerCase(), model);
    found += 1;
  }
  assert.equal(found, 8);
});
