// SPDX-License-Identifier: MIT
// tokenwatt models, tokenwatt regions
import assert from 'node:assert/strict';
import test from 'node:test';
import { run } from './program.mjs';

/** @param {string[]} args */
function rows(...args) {
  const { code, stdout, stderr } = run([...args, '--json']);
  assert.deepEqual([code, stderr], [0, '']);
  const { data, meta } = JSON.parse(stdout);
  assert.equal(meta.total, data.length);
  return data;
}

test('models: every one with its confidence and source, as the API has them', () => {
  const all = rows('models');
  assert.ok(all.length > 300, `${all.length}`);
  for (const { id, params_confidence, source } of all) {
    assert.ok(source.length > 0, id);
    assert.match(params_confidence, /^(published|unverified|estimated|unknown)$/, id);
  }
  assert.deepEqual(all, JSON.parse(run(['api', 'GET', '/api/v1/models']).stdout).data);
});

test('models: the table has a line for each, in aligned columns', () => {
  const { code, stdout } = run(['models']);
  const [title = '', ...lines] = stdout.trimEnd().split('\n');
  assert.equal(code, 0);
  assert.equal(lines.length, rows('models').length);
  assert.match(title, /^MODEL +TOTAL B +ACTIVE B +CONFIDENCE +ENCODING +SOURCE$/);
  const at = title.indexOf('CONFIDENCE');
  for (const line of lines) {
    assert.match(line.slice(at - 1), /^ (published|unverified|estimated|unknown) /, line);
    assert.equal(line, line.trimEnd());
  }
});

test('models: a filter, and a name that means one', () => {
  const mistral = rows('models', 'MISTRAL');
  assert.ok(mistral.length > 5 && mistral.length < 100);
  assert.ok(mistral.some((/** @type {any} */ { id }) => id === 'mistralai/mistral-large'));
  const meant = rows('models', 'Claude 3.5 Sonnet');
  assert.deepEqual(
    meant.map((/** @type {any} */ { id }) => id),
    ['anthropic/claude-3.5-sonnet'],
  );
  assert.equal(run(['models', 'Claude 3.5 Sonnet']).stdout.trimEnd().split('\n').length, 2);
  assert.deepEqual(rows('models', 'Claude 3.5'), rows('models', 'claude-3.5'));
  assert.deepEqual(rows('regions', 'us west 2'), rows('regions', 'us-west-2'));
});

test('regions: every one with numbers and sources, as the API has them', () => {
  const all = rows('regions');
  assert.ok(all.length > 100, `${all.length}`);
  for (const { code, grid_gco2e_per_kwh, grid_source, site_source } of all) {
    assert.ok(grid_gco2e_per_kwh > 0 && grid_source && site_source, code);
  }
  assert.deepEqual(all, JSON.parse(run(['api', 'GET', '/api/v1/regions']).stdout).data);
});

test('regions: a filter on code, cloud, place or zone', () => {
  const frankfurt = rows('regions', 'frankfurt');
  assert.ok(frankfurt.some((/** @type {any} */ { code }) => code === 'eu-central-1'));
  assert.ok(rows('regions', 'azure').every((/** @type {any} */ { cloud }) => cloud === 'Azure'));
  assert.ok(rows('regions', 'US-NW-PACW').length > 0);
  const { stdout } = run(['regions', 'us-west-2']);
  assert.match(
    stdout,
    /^REGION +CLOUD .* SOURCE\nus-west-2 +AWS +Oregon +US +US-NW-PACW +20\d\d +\d+ /,
  );
});

test('nothing found is exit 1; two filters are a usage error', () => {
  for (const command of ['models', 'regions']) {
    const none = run([command, 'zzz-none']);
    assert.deepEqual([none.code, none.stdout], [1, '']);
    assert.equal(
      none.stderr,
      `tokenwatt ${command}: nothing fits 'zzz-none'; 'tokenwatt ${command}' prints all\n`,
    );
    assert.equal(run([command, 'a', 'b']).code, 2);
  }
});

/** @param {string} path @param {number} [code] */
function api(path, code = 0) {
  const answer = run(['api', 'GET', path]);
  assert.equal(answer.code, code, answer.stderr);
  return JSON.parse(answer.stdout);
}

test('leaderboard, recommend: offers of the table, at the time of the request', () => {
  const { data, meta } = api('/api/leaderboard?model=llama&provider=aws,groq&sortBy=cost&limit=3');
  assert.equal(data.length, 3);
  assert.ok(meta.totalRows > 3 && meta.totalProviders >= 6 && meta.totalModels >= 85);
  for (const row of data) {
    assert.equal(row.family, 'llama');
    assert.ok(['aws', 'groq'].includes(row.provider));
    assert.ok(row.carbonPerMTokens > 0 && row.costPerMTokens > 0);
    assert.ok(Math.abs(Date.parse(row.calculatedAt) - Date.now()) < 60_000);
  }
  const { recommendation, alternatives, insight, constraints } = api(
    '/api/recommend?model=Llama+3.3+70B&maxCostPerMTokens=1',
  );
  assert.equal(recommendation.displayName, 'Llama 3.3 70B');
  assert.ok(recommendation.costPerMTokens <= 1 && alternatives.length <= 4);
  assert.match(insight, /is the lowest-carbon option for Llama 3\.3 70B .* gCO2\/M tokens,/);
  assert.deepEqual(constraints, {
    ...{ model: 'Llama 3.3 70B', maxLatencyMs: null, maxCostPerMTokens: 1 },
  });
  assert.equal(api('/api/recommend', 1).error.details.field, 'model');
});

test('the leaderboard has the families, clouds and regions that the table aims at', () => {
  const families = ['llama', 'gpt', 'claude', 'mistral', 'gemma', 'qwen', 'deepseek', 'phi'];
  for (const family of families) {
    assert.ok(api(`/api/leaderboard?model=${family}`).data.length > 0, family);
  }
  const regions = new Set();
  for (const provider of ['aws', 'gcp', 'azure', 'together', 'groq', 'fireworks']) {
    const { data } = api(`/api/leaderboard?provider=${provider}&limit=200`);
    assert.ok(data.length > 0, provider);
    for (const { regionCode } of data) regions.add(regionCode);
  }
  assert.ok(regions.size > 9, `${regions.size}`);
});

test('carbon: the years of a region, zone or country; an unknown one is named', () => {
  const { data, meta } = api('/api/carbon/us-west-2');
  assert.equal(meta.zone, 'US-NW-PACW');
  assert.equal(meta.latestValue, data.at(-1).value);
  assert.equal(Date.parse(meta.latestAt), data.at(-1).time * 1000);
  assert.equal(api('/api/carbon/South%20Korea').meta.regionCode, 'KR');
  assert.equal(api('/api/carbon/atlantis', 1).error.details.region, 'atlantis');
  assert.equal(api('/api/carbon/all').data.length, rows('regions').length);
});
