// SPDX-License-Identifier: MIT
// What goes into a store and out of it by the command line: export, import, readings.
import assert from 'node:assert/strict';
import test from 'node:test';
import { run, temporaryFolder } from '../cli/program.mjs';
import { addKey, collect, newStore, usage } from './collector.mjs';
import { request } from './server.mjs';

const { file } = temporaryFolder();

/** @param {string} store @param {string[]} [args] */
function lines(store, args = []) {
  const { code, stdout, stderr } = run(['export', '--store', store, ...args]);
  assert.equal(code, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

test('what was exported can be imported, again and again', async () => {
  const server = await collect();
  await server.calculate({
    ...usage,
    model: 'a "quoted"\\\u0007\u00e9😀',
    startTimeMs: Date.now(),
  });
  const key = addKey(server.store, 'Key of "Ada"', ['--test']);
  for (let i = 0; i < 5; i += 1) {
    await server.calculate({ ...usage, prompt_tokens: i }, server.bearer(key));
  }
  const exported = lines(server.store);
  assert.equal(exported.length, 6);
  const copy = newStore();
  const first = run(['import', '--store', copy], { input: `${exported.join('\n')}\n` });
  assert.deepEqual([first.code, first.stderr], [0, '6 added, 0 there already, 0 in conflict\n']);
  const second = run(['import', '--store', copy, file('again.jsonl', exported.join('\r\n'))]);
  assert.deepEqual([second.code, second.stderr], [0, '0 added, 6 there already, 0 in conflict\n']);
  assert.deepEqual(lines(copy), exported, 'byte by byte');
  const other = await collect([], copy);
  const asked = await other.history('', key);
  assert.equal(asked.status, 401, 'the key itself was not in it');
  assert.match(
    run(['keys', 'list', '--store', copy]).stdout,
    /Key of "Ada".* eco_|isv_test_sk_\.\.\./,
  );
});

test('export: some of the records', async () => {
  const server = await collect();
  await server.calculate({ ...usage, tenant_id: 'acme' });
  await server.calculate({ ...usage, startTimeMs: Date.now() - 3 * 86_400_000 });
  const key = addKey(server.store, 'k');
  await server.calculate(usage, server.bearer(key));
  const today = new Date().toISOString().slice(0, 10);
  assert.equal(lines(server.store).length, 3);
  assert.equal(lines(server.store, ['--tenant', 'acme']).length, 1);
  assert.equal(lines(server.store, ['--key', 'k']).length, 1);
  assert.equal(lines(server.store, ['--from', today]).length, 2);
  assert.equal(lines(server.store, ['--to', '2020-01-01']).length, 0);
  assert.ok(Date.parse(today) > JSON.parse(lines(server.store)[0]).time_ms, 'the oldest first');
  for (const [args, code, message] of /** @type {[string[], number, RegExp][]} */ ([
    [['--from', 'soon'], 2, /needs a day or time/],
    [['--key', 'nobody'], 1, /there is no key 'nobody'/],
    [['file.jsonl'], 2, /go to standard output/],
  ])) {
    const result = run(['export', '--store', server.store, ...args]);
    assert.equal(result.code, code);
    assert.match(result.stderr, message);
  }
});

test('import: a bad line is named, what came before it is stored', async () => {
  const server = await collect();
  await server.calculate();
  const [line] = lines(server.store);
  const good = JSON.parse(line);
  /** @param {object} change */
  const changed = (change) => JSON.stringify({ ...good, ...change });
  for (const [bad, message] of /** @type {[string, RegExp][]} */ ([
    ['{"id":', /standard input:2: the line is not valid JSON: .*/],
    ['[]', /2: id is missing/],
    ['7', /2: id is missing/],
    [changed({ id: 'x' }), /2: id must be a UUID/],
    [changed({ model: 5 }), /2: model must be a string/],
    [changed({ model: 'x'.repeat(201) }), /2: model must be a string of at most 200 bytes/],
    [changed({ prompt_tokens: -1 }), /2: prompt_tokens must be a whole number/],
    [changed({ prompt_tokens: 1.5 }), /2: prompt_tokens must be a whole number/],
    [changed({ time_ms: null }), /2: time_ms must be a whole number/],
    [changed({ time_ms: 9e15 }), /2: time_ms is after the year 9999/],
    [changed({ energy_wh: 'x' }), /2: energy_wh must be a number/],
    [changed({ energy_wh: -1 }), /2: energy_wh must be a number/],
    [line.replace(/"energy_wh":[^,]*/, '"energy_wh":1e999'), /2: energy_wh must be a number/],
    // Finite, but not if there are two of them.
    [changed({ energy_wh: 1.7e308 }), /2: energy_wh must be a number from 0 to 1e18/],
    [changed({ route: 'x' }), /2: route must be/],
    [changed({ cached_tokens: 1e9 }), /2: cached_tokens must not be more/],
    [changed({ prompt_tokens: 1 }), /2: there is another record with the id/],
    [changed({ key_id: 5, key_name: 'x'.repeat(101) }), /2: key_name must be/],
    [changed({ key_id: 5, key_name: '\u001b[31mred' }), /2: key_name and key_masked must have/],
    [changed({ key_id: 5, key_masked: 'x'.repeat(40) }), /2: key_masked must be/],
    ['x'.repeat(2 << 20), /2: the line is longer than 1 MiB/],
    ['{"a":"\0"}', /2: a NUL byte/],
  ])) {
    const store = newStore();
    const { code, stderr } = run(['import', '--store', store], { input: `${line}\n${bad}\n` });
    assert.equal(code, 1, bad.slice(0, 80));
    assert.match(stderr, message);
    assert.match(stderr, /^1 added/m);
    assert.equal(lines(store).length, 1);
  }
  assert.equal(run(['import', '--store', newStore(), file('none.jsonl', '')]).code, 0);
  assert.equal(run(['import', '--store', newStore(), '/no/such/file']).code, 1);
});

test('readings are imported, and the route of the region answers with them', async () => {
  const server = await collect();
  const csv = file(
    'nl.csv',
    [
      'Datetime (UTC),Country,Zone name,Zone id,"Carbon intensity gCO₂eq/kWh (direct)",Carbon intensity gCO₂eq/kWh (Life cycle)',
      '2026-04-17 13:00:00,Netherlands,Netherlands,NL,200.5,253.5',
      '2026-04-17 14:00:00,Netherlands,"Nether, ""lands""",NL,199,260',
      '2026-04-17 15:00:00,Netherlands,Netherlands,NL,,',
    ].join('\r\n'),
  );
  const before = await request(`${server.url}/api/carbon/europe-west4`);
  assert.equal(before.json.meta.resolution, 'year');
  const imported = run(['grid', 'import', '--store', server.store, '--source=Meter', csv]);
  assert.deepEqual([imported.code, imported.stderr], [0, '2 readings\n']);
  for (const region of ['europe-west4', 'NL']) {
    const { json, headers } = await request(`${server.url}/api/carbon/${region}`);
    assert.deepEqual(json.data, [
      { time: Date.UTC(2026, 3, 17, 13) / 1000, value: 253.5 },
      { time: Date.UTC(2026, 3, 17, 14) / 1000, value: 260 },
    ]);
    assert.deepEqual(
      [json.meta.latestValue, json.meta.latestAt, json.meta.source, json.meta.resolution],
      [260, '2026-04-17T14:00:00.000Z', 'Meter', 'reading'],
    );
    assert.equal(headers['access-control-allow-origin'], '*');
  }
  const all = await request(`${server.url}/api/carbon/all`);
  for (const { data, meta } of all.json.data) {
    assert.equal(meta.resolution, meta.zone === 'NL' ? 'reading' : 'year', meta.regionCode);
    assert.ok(data.length > 0);
  }
  const other = await request(`${server.url}/api/carbon/DE`);
  assert.equal(other.json.meta.resolution, 'year');
  assert.equal((await request(`${server.url}/api/carbon/nowhere`)).status, 404);
  assert.equal((await server.health()).json.data.readings, 2);

  // Ours, with the later reading of the same hour in the place of the older.
  const ours = 'region,time,gco2e_per_kwh,source\neurope-west4,2026-04-17T14:00:00Z,111,Operator\n';
  const later = run(['grid', 'import', '--store', server.store], { input: ours });
  assert.deepEqual([later.code, later.stderr], [0, '1 reading\n']);
  const { json } = await request(`${server.url}/api/carbon/europe-west4`);
  assert.deepEqual([json.data.length, json.meta.source], [1, 'Operator'], "the region's own");
});

test('readings: a bad file is refused whole', async () => {
  const store = newStore();
  const head = 'region,time,gco2e_per_kwh\n';
  for (const [text, message] of /** @type {[string, RegExp][]} */ ([
    ['', /the file is empty/],
    ['a,b,c\n', /1: region is no column/],
    ['region,time\n', /1: gco2e_per_kwh is no column/],
    [`${head}NL,2026-01-01,5\nXX-YY,2026-01-01,5\n`, /3: XX-YY is no known region/],
    [`${head}NL,yesterday,5\n`, /2: yesterday is no time/],
    [`${head}NL,2026-01-01,much\n`, /2: much is no carbon intensity/],
    [`${head}NL,2026-01-01,-5\n`, /2: -5 is no carbon intensity/],
    [`${head}NL,2026-01-01,nan\n`, /2: nan is no carbon intensity/],
    [`${head}"NL,2026-01-01,5\n`, /2: a quote is not closed/],
  ])) {
    const { code, stderr } = run(['grid', 'import', '--store', store], { input: text });
    assert.equal(code, 1, text);
    assert.match(stderr, message);
  }
  assert.equal(run(['grid', '--store', store]).code, 2);
  assert.equal(run(['grid', 'export', '--store', store]).code, 2);
});

test('backup: what is wrong is said', () => {
  assert.match(run(['backup', '--store', newStore()]).stderr, /one FILE is needed/);
  assert.match(run(['backup', '--store', newStore(), 'x']).stderr, /No such file/);
  const store = newStore();
  addKey(store);
  const { code, stderr } = run(['backup', '--store', store, '/no/such/folder/copy.db']);
  assert.equal(code, 1);
  assert.match(stderr, /\/no\/such\/folder\/copy\.db\.part-\w+: No such file/);
});
