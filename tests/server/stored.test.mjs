// SPDX-License-Identifier: MIT
// The routes for stored data, and what goes in comes out.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { run } from '../cli/program.mjs';
import { addKey, collect, usage } from './collector.mjs';
import { post, request } from './server.mjs';

/** @type {import('./collector.mjs').Collector} */
let server;

before(async () => {
  server = await collect();
});

test('calculate answers as without a store, and the record is in the history', async () => {
  const before = Date.now();
  const { status, json, headers } = await server.calculate(usage);
  assert.equal(status, 200);
  assert.deepEqual(json, JSON.parse(run(['calculate'], { input: JSON.stringify(usage) }).stdout));
  assert.match(String(headers['x-response-time']), /^\d+ms$/);
  assert.equal(headers['x-recorded'], undefined);

  const { json: page } = await server.history();
  assert.deepEqual(Object.keys(page), ['status', 'data', 'pagination']);
  assert.equal(page.status, 'success');
  const [row] = page.data;
  assert.match(row.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(row.logDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Date.parse(row.logDate) >= before && Date.parse(row.logDate) <= Date.now());
  assert.deepEqual(
    [row.provider, row.model, row.inputTokens, row.outputTokens, row.keyName, row.maskedKey],
    ['OpenAI', 'gpt-4o', 800, 300, null, null],
  );
  assert.deepEqual([row.energyWh, row.co2Grams], [json.energy_wh, json.co2_grams]);
  assert.deepEqual(page.pagination, {
    totalElements: 1,
    totalPages: 1,
    currentPage: 1,
    limit: 100,
  });
});

test('what calculate refuses is not recorded', async () => {
  const records = await server.count();
  for (const body of [
    { ...usage, prompt_tokens: -1 },
    { ...usage, prompt_tokens: 1.5 },
    { ...usage, prompt_tokens: '800' },
    { ...usage, prompt_tokens: 1e300 },
    { ...usage, cached_tokens: 801 },
    { ...usage, provider: undefined },
    { ...usage, developer_id: 7 },
    { ...usage, session_id: 'x'.repeat(201) },
    { ...usage, tenant_id: '' },
    { ...usage, event_id: ['x'] },
    { ...usage, source: 'x'.repeat(201) },
    '{"provider":"OpenAI","model":"\ud800"}',
    '[]',
    '',
  ]) {
    const { status, json } = await server.calculate(body);
    assert.deepEqual([status, json.error.code], [400, 'validation_error'], JSON.stringify(body));
  }
  assert.equal(await server.count(), records);
});

test('a time is believed within reason', async () => {
  const day = 86_400_000;
  const cases = /** @type {[number, boolean][]} */ ([
    [-1000, true],
    [-30 * day, true],
    [-40 * day, false],
    [60_000, true],
    [day, false],
  ]);
  for (const [offset, believed] of cases) {
    const now = Date.now();
    const startTimeMs = now + offset;
    await server.calculate({ ...usage, model: `at ${offset}`, startTimeMs });
    const { json } = await server.history('?limit=1000');
    const row = json.data.find((/** @type {any} */ one) => one.model === `at ${offset}`);
    const logged = Date.parse(row.logDate);
    if (believed) assert.equal(logged, startTimeMs, String(offset));
    else assert.ok(logged >= now && logged <= Date.now(), `${offset}: ${row.logDate}`);
  }
});

test('track: 202 with what the document says, and the record', async () => {
  const event = {
    tenant_id: 'client-acme',
    model: 'mistral-large-2',
    prompt_tokens: 300,
    completion_tokens: 100,
  };
  const { status, json, headers } = await server.track(event);
  assert.equal(status, 202);
  assert.match(json.event_id, /^evt_[0-9a-f-]{36}$/);
  assert.equal(headers['x-event-id'], json.event_id);
  assert.deepEqual([json.queued, json.is_test, json.model_found], [true, false, true]);
  assert.equal(json.total_tokens, 400);
  assert.equal(json.confidence, 'measured');
  assert.ok(Math.abs(json.estimated_co2_grams - 1.14) < 1e-9, 'as the vendor measured');
  assert.equal(json.co2_grams, json.estimated_co2_grams);
  assert.equal(json.co2_per_1k_tokens_used, 2.85);
  assert.match(json.source, /Mistral/);
  assert.match(json.methodology_version, /^\d/);
  assert.equal(json.free_events_remaining, undefined);
  const { json: estimate } = await post(`${server.url}/api/v1/estimate`, {
    model: event.model,
    prompt_tokens: event.prompt_tokens,
    completion_tokens: event.completion_tokens,
  });
  assert.equal(json.estimated_co2_grams, estimate.estimated_co2_grams);
  const { json: page } = await server.history('?tenant=client-acme');
  assert.equal(page.data[0].id, json.event_id.slice(4));
  assert.deepEqual([page.data[0].tenant, page.data[0].co2Grams], ['client-acme', 1.14]);
});

test('track: what is missing or wrong is named', async () => {
  const event = { tenant_id: 't', model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 1 };
  for (const [field, value] of [
    ['tenant_id', undefined],
    ['model', undefined],
    ['prompt_tokens', undefined],
    ['completion_tokens', -1],
    ['prompt_tokens', 0.5],
    ['tenant_id', 5],
    ['model', ''],
  ]) {
    const { status, json } = await server.track({ ...event, [String(field)]: value });
    assert.deepEqual([status, json.error.details.field], [400, field]);
  }
  const unknown = await server.track({ ...event, model: 'no-such-model' });
  assert.deepEqual([unknown.status, unknown.json.model_found], [202, false]);
});

test('history: pages, bounds and names', async () => {
  const own = await collect();
  for (let i = 0; i < 25; i += 1) await own.calculate({ ...usage, completion_tokens: i });
  const seen = [];
  for (let page = 1; page <= 4; page += 1) {
    const { json } = await own.history(`?page=${page}&limit=10`);
    assert.deepEqual(json.pagination, {
      totalElements: 25,
      totalPages: 3,
      currentPage: page,
      limit: 10,
    });
    seen.push(...json.data.map((/** @type {any} */ row) => row.outputTokens));
  }
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    Array.from({ length: 25 }, (_, i) => i),
    'each record once',
  );
  const { json: all } = await own.history();
  const times = all.data.map((/** @type {any} */ row) => row.logDate);
  assert.deepEqual(times, times.toSorted().reverse(), 'the newest first');

  const today = new Date().toISOString().slice(0, 10);
  const middle = times[12];
  /** @param {string} query */
  const count = async (query) => (await own.history(query)).json.pagination.totalElements;
  assert.equal(await count(`?startDate=${today}&endDate=${today}`), 25, 'a day is whole');
  assert.equal(await count('?endDate=2020-01-01'), 0);
  assert.equal(await count('?startDate=2999-01-01'), 0);
  const after = times.filter((/** @type {string} */ time) => time >= middle).length;
  assert.equal(await count(`?startDate=${middle}`), after);
  assert.equal((await count(`?startDate=${middle}&endDate=${middle}`)) > 0, true);
  assert.equal(await count('?keyName=nobody'), 0);
  assert.equal(await count('?page=1000000000&limit=100000'), 25, 'beyond the last: an empty page');
});

test('history: what is wrong with a query is named', async () => {
  for (const [query, field] of [
    ['startDate=yesterday', 'startDate'],
    ['startDate=2025-02-30', 'startDate'],
    ['endDate=2025-13-01', 'endDate'],
    ['endDate=2025-01-01T25:00', 'endDate'],
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=99999999999999999999', 'page'],
    ['limit=0', 'limit'],
    ['limit=100001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=5&limit=6', 'limit'],
  ]) {
    const { status, json } = await server.history(`?${query}`);
    assert.deepEqual([status, json.error.details.field], [400, field], query);
  }
});

test('SQL and control characters in every field come back as they were', async () => {
  const own = await collect();
  const nasty = `'; DROP TABLE record; --"\\%_\u0001\u2028é😀`;
  const body = {
    ...usage,
    ...{ provider: nasty, model: nasty, source: nasty, estimation_method: nasty },
    ...{ developer_id: nasty, session_id: nasty, tenant_id: nasty, event_id: nasty },
  };
  assert.equal((await own.calculate(body)).status, 200);
  const { json } = await own.history(`?tenant=${encodeURIComponent(nasty)}`);
  assert.equal(json.data.length, 1);
  for (const field of ['provider', 'model', 'developerId', 'sessionId', 'tenant']) {
    assert.equal(json.data[0][field], nasty, field);
  }
  const today = await own.today(encodeURIComponent(nasty));
  assert.deepEqual([today.json.developer_id, today.json.top_model], [nasty, nasty]);
  for (const query of ['keyName', 'tenant', 'startDate', 'page']) {
    const answer = await own.history(`?${query}=${encodeURIComponent(nasty)}`);
    assert.ok([200, 400].includes(answer.status), query);
  }
  assert.equal(await own.count(), 1);
});

test('huge counts are recorded and summed', async () => {
  const own = await collect();
  const most = Number.MAX_SAFE_INTEGER;
  for (let i = 0; i < 3; i += 1) {
    const body = { ...usage, prompt_tokens: most, completion_tokens: most, developer_id: 'd' };
    assert.equal((await own.calculate(body)).status, 200);
  }
  const { json } = await own.history();
  assert.equal(json.data[0].inputTokens, most);
  assert.ok((await own.today('d')).json.today_tokens > 5 * most);
});

test("a developer's day", async () => {
  const own = await collect();
  /** @param {object} more */
  const turn = (more) => own.calculate({ ...usage, developer_id: 'Ada Löve/lace', ...more });
  await turn({ session_id: 'one' });
  await turn({ session_id: 'one', model: 'gpt-4o-mini' });
  await turn({ session_id: 'one' });
  await turn({ session_id: 'two', reasoning_tokens: 50 });
  await turn({});
  await own.calculate({ ...usage, developer_id: 'Bob', session_id: 'one' });
  await own.calculate(usage);
  await turn({ session_id: 'one', startTimeMs: Date.now() - 2 * 86_400_000 });

  const { status, json } = await own.today(encodeURIComponent('Ada Löve/lace'));
  assert.equal(status, 200);
  assert.equal(json.developer_id, 'Ada Löve/lace');
  assert.equal(json.today_prompts, 5, 'what was two days ago is not of today');
  assert.equal(json.today_tokens, 5 * 1100 + 50);
  assert.equal(json.top_model, 'gpt-4o');
  assert.equal(json.sessions.length, 2, 'what has no session is in none');
  const [one, two] = json.sessions;
  assert.deepEqual(
    [one.session_id, one.developer_id, one.total_prompt_tokens, one.total_completion_tokens],
    ['one', 'Ada Löve/lace', 2400, 900],
  );
  assert.deepEqual([one.model, two.total_completion_tokens], ['gpt-4o', 350]);
  assert.ok(Date.parse(one.started_at) <= Date.parse(one.last_activity));
  assert.match(json.equivalent, /tree/);
  const { json: page } = await own.history('?limit=1000');
  const mine = page.data.filter((/** @type {any} */ row) => row.developerId?.startsWith('Ada'));
  const today = new Date().toISOString().slice(0, 10);
  const sum = mine
    .filter((/** @type {any} */ row) => row.logDate.startsWith(today))
    .reduce((/** @type {number} */ total, /** @type {any} */ row) => total + row.co2Grams, 0);
  assert.ok(Math.abs(json.today_co2_grams - sum) < 1e-9);

  for (const [session_id, model] of [
    ['x', 'o3'],
    ['x', 'o3'],
    ['x', 'gpt-4o'],
    ['y', 'gpt-4o'],
    ['y', 'gpt-4o'],
  ]) {
    await own.calculate({ ...usage, developer_id: 'Eve', session_id, model });
  }
  const eve = (await own.today('Eve')).json;
  assert.equal(eve.top_model, 'gpt-4o', 'most often in all, though not in each session');
  assert.deepEqual([eve.sessions[0].model, eve.sessions[1].model], ['o3', 'gpt-4o']);
  const nobody = await own.today('nobody');
  assert.deepEqual(
    [nobody.status, nobody.json.today_prompts, nobody.json.top_model, nobody.json.sessions],
    [200, 0, null, []],
  );
  assert.equal((await own.today('%ff')).status, 400);
  assert.equal((await own.today('a/b')).status, 404);
});

test('health counts the rows', async () => {
  const own = await collect();
  await own.calculate();
  addKey(own.store, 'one');
  const { status, json } = await own.health();
  assert.equal(status, 200);
  assert.deepEqual(
    [json.data.records, json.data.keys, json.data.readings, json.meta.status],
    [1, 1, 0, 'healthy'],
  );
});

test('HEAD, OPTIONS and wrong methods', async () => {
  const history = `${server.url}/api/v1/history`;
  const head = await request(history, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body.length], [200, 0]);
  const wrong = await post(history, {});
  assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'GET, OPTIONS']);
  assert.equal((await request(`${server.url}/api/v1/track`)).status, 405);
  const options = await request(history, { method: 'OPTIONS' });
  assert.deepEqual([options.status, options.headers.allow], [200, 'GET, OPTIONS']);
  assert.deepEqual(options.json, { allow: ['GET', 'OPTIONS'] });
  assert.equal((await request(`${history}/x`, { method: 'OPTIONS' })).status, 404);
});

test('a large page is streamed', async () => {
  const own = await collect();
  const lines = run(['export', '--store', own.store]).stdout;
  assert.equal(lines, '');
  await own.calculate();
  const [line] = run(['export', '--store', own.store]).stdout.split('\n');
  const row = JSON.parse(line);
  const many = Array.from({ length: 20_000 }, (_, i) => {
    const id = `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`;
    return JSON.stringify({ ...row, id, completion_tokens: i });
  });
  const imported = run(['import', '--store', own.store], { input: many.join('\n') });
  assert.equal(imported.code, 0, imported.stderr);
  const { json, headers } = await own.history('?limit=100000');
  assert.equal(headers['transfer-encoding'], 'chunked');
  assert.equal(json.data.length, json.pagination.totalElements);
  assert.ok(json.data.length >= 20_000);
  const ids = new Set(json.data.map((/** @type {any} */ one) => one.id));
  assert.equal(ids.size, json.data.length);
  const last = await own.history('?limit=7&page=2858');
  assert.equal(last.json.data.length, 20_001 % 7, 'what is left of them');
});
