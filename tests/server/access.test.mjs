// SPDX-License-Identifier: MIT
// Who may use stored data: keys, scopes, tenants, quotas, and pages of other origins.
import assert from 'node:assert/strict';
import test from 'node:test';
import { run } from '../cli/program.mjs';
import { addKey, collect, newStore, usage } from './collector.mjs';
import { post, request } from './server.mjs';

const event = { tenant_id: 'acme', model: 'gpt-4o', prompt_tokens: 10, completion_tokens: 5 };

test('keys have the published forms, and are shown once', () => {
  const store = newStore();
  for (const [args, form] of /** @type {[string[], RegExp][]} */ ([
    [[], /^eco_[0-9A-Za-z]{32}$/],
    [['--plain'], /^eco_[0-9A-Za-z]{32}$/],
    [['--test'], /^isv_test_sk_[0-9A-Za-z]{32}$/],
    [['--live'], /^isv_live_sk_[0-9A-Za-z]{32}$/],
  ])) {
    const key = addKey(store, `key ${args.join('')}`, args);
    assert.match(key, form);
    const listed = run(['keys', 'list', '--store', store, '--json']).stdout;
    assert.ok(!listed.includes(key));
    assert.ok(listed.includes(`${key.slice(0, -32)}...${key.slice(-4)}`), listed);
  }
  const { data } = JSON.parse(run(['keys', 'list', '--store', store, '--json']).stdout);
  assert.deepEqual(data[0].scopes, ['record', 'history', 'session']);
  assert.deepEqual([data[0].tenant, data[0].revoked], [null, null]);
});

test('keys: what is wrong is said', () => {
  const store = newStore();
  addKey(store, 'taken');
  const cases = /** @type {[string[], number, RegExp][]} */ ([
    [['add', '--store', store], 2, /'--name' is needed/],
    [['add', '--store', store, '--name', 'taken'], 1, /a key of this name already/],
    [['add', '--store', store, '--name', 'x', '--scope', 'all'], 2, /'all' is no scope/],
    [['add', '--store', store, '--name', ''], 2, /1 to 100 bytes/],
    [['add', '--store', store, '--name', 'x'.repeat(101)], 2, /1 to 100 bytes/],
    [['add', '--store', store, '--name', 'a\nb'], 2, /1 to 100 bytes/],
    [['add', '--name', 'x'], 2, /which store\?/],
    [['add', '--store', 'mysql:x', '--name', 'x'], 1, /a store is written as/],
    [['revoke', '--store', store, '--name', 'nobody'], 1, /no key of this name/],
    [['list', '--store', newStore()], 1, /No such file/],
    [[], 2, /say what to do/],
    [['remove'], 2, /say what to do/],
  ]);
  for (const [args, code, message] of cases) {
    const result = run(['keys', ...args]);
    assert.equal(result.code, code, `${args}: ${result.stderr}`);
    assert.match(result.stderr, message);
    assert.equal(result.stdout, '');
  }
});

test('a key is needed once there is one, and works at once', async () => {
  const server = await collect();
  assert.equal((await server.calculate()).status, 200);
  const key = addKey(server.store, 'Production Key');
  for (const headers of /** @type {Record<string, string>[]} */ ([
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: `Basic ${key}` },
    { authorization: 'Bearer eco_00000000000000000000000000000000' },
    { authorization: `Bearer ${key}x` },
    { authorization: `Bearer ${key.slice(0, -1)}` },
    { authorization: `Bearer ${"' OR 1=1 --".padEnd(36)}` },
    { authorization: `Bearer ${'x'.repeat(4000)}` },
  ])) {
    for (const answer of [
      await server.calculate(usage, headers),
      await server.history('', undefined, headers),
      await server.track(event, undefined, headers),
    ]) {
      assert.deepEqual([answer.status, answer.json.error.code], [401, 'unauthorized']);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
    }
  }
  assert.equal((await server.calculate(usage, server.bearer(key))).status, 200);
  const { json } = await server.history('?keyName=Production%20Key', key);
  assert.deepEqual(
    json.data.map((/** @type {any} */ row) => [row.keyName, row.maskedKey]),
    [['Production Key', `eco_...${key.slice(-4)}`]],
  );
  assert.equal(await server.count(key), 2, 'with what came before there were keys');

  assert.equal(
    run(['keys', 'revoke', '--store', server.store, '--name', 'Production Key']).code,
    0,
  );
  const revoked = await server.history('', key);
  assert.deepEqual([revoked.status, revoked.json.error.message], [401, 'The API key was revoked.']);
  assert.equal((await server.calculate()).status, 401, 'a revoked key opens nothing again');
  const stateless = await post(`${server.url}/api/v1/estimate`, { ...event, tenant_id: undefined });
  assert.equal(stateless.status, 200);
});

test('a key does what its scopes say', async () => {
  const server = await collect();
  const keys = {
    record: addKey(server.store, 'r', ['--scope', 'record']),
    history: addKey(server.store, 'h', ['--scope', 'history']),
    session: addKey(server.store, 's', ['--scope=session']),
  };
  const asks = /** @type {Record<string, (key: string) => Promise<any>>} */ ({
    record: (key) => server.track(event, key),
    history: (key) => server.history('', key),
    session: (key) => server.today('ada', key),
  });
  for (const [scope, ask] of Object.entries(asks)) {
    for (const [name, key] of Object.entries(keys)) {
      const { status, json } = await ask(key);
      if (name === scope) assert.ok(status < 300, `${name} ${scope}: ${status}`);
      else assert.deepEqual([status, json.error.details], [403, { scope }], `${name} for ${scope}`);
    }
  }
});

test('a key of a tenant sees and records its tenant only', async () => {
  const server = await collect();
  const all = addKey(server.store, 'all');
  const acme = addKey(server.store, 'acme', ['--tenant', 'acme']);
  await server.track({ ...event, developer_id: 'ada', session_id: 'x' }, all);
  await server.track({ ...event, tenant_id: 'other', developer_id: 'ada' }, all);
  assert.equal((await server.track(event, acme)).status, 202);
  const foreign = await server.track({ ...event, tenant_id: 'other' }, acme);
  assert.deepEqual([foreign.status, foreign.json.error.details], [403, { field: 'tenant_id' }]);
  assert.equal((await server.calculate(usage, server.bearer(acme))).status, 200);
  const { json } = await server.history('', acme);
  assert.deepEqual(
    json.data.map((/** @type {any} */ row) => row.tenant),
    ['acme', 'acme', 'acme'],
  );
  const asked = await server.history('?tenant=other', acme);
  assert.equal(asked.json.pagination.totalElements, 0);
  assert.equal((await server.today('ada', acme)).json.today_prompts, 1);
  assert.equal((await server.today('ada', all)).json.today_prompts, 2);
  assert.equal(await server.count(all), 4);
});

test('a live key has its free events, a test key does not count', async () => {
  const server = await collect(['--free-events=3', '--billing-url=https://example.org/billing']);
  const live = addKey(server.store, 'live', ['--live']);
  const test = addKey(server.store, 'test', ['--test']);
  for (const left of [2, 1, 0]) {
    const { json } = await server.track(event, live, { 'idempotency-key': `event-${left}` });
    assert.deepEqual([json.is_test, json.free_events_remaining], [false, left]);
  }
  const over = await server.track(event, live);
  assert.deepEqual([over.status, over.json.error.code], [402, 'payment_required']);
  assert.equal(over.json.error.billing_url, 'https://example.org/billing');
  const again = await server.track(event, live, { 'idempotency-key': 'event-1' });
  assert.deepEqual([again.status, again.json.free_events_remaining], [202, 0], 'a retry is no use');
  assert.equal((await server.calculate(usage, server.bearer(live))).status, 200);
  for (let i = 0; i < 5; i += 1) {
    const { status, json } = await server.track(event, test);
    assert.deepEqual([status, json.is_test], [202, true]);
    assert.ok(!('free_events_remaining' in json));
  }
  const short = live.replace('isv_live_sk_', 'isv_live_');
  assert.equal((await server.history('', short)).status, 200, 'as the landing page writes it');
  assert.match(run(['keys', 'list', '--store', server.store]).stdout, /live .* 3\n/);
});

test('the quota holds against many at once', async () => {
  const server = await collect(['--free-events=20']);
  const live = addKey(server.store, 'live', ['--live']);
  const answers = await Promise.all(Array.from({ length: 60 }, () => server.track(event, live)));
  const taken = answers.filter(({ status }) => status === 202);
  assert.equal(taken.length, 20);
  assert.deepEqual(
    taken.map(({ json }) => json.free_events_remaining).toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.equal(await server.count(live), 20);
});

test('without keys, pages of other origins get nothing', async () => {
  const server = await collect(['--allow-origin=https://friend.example']);
  await server.calculate();
  const own = server.url;
  /** @param {Record<string, string>} headers */
  const all = async (headers) => [
    await server.history('', undefined, headers),
    await server.calculate(usage, headers),
    await server.track(event, undefined, headers),
  ];
  for (const headers of /** @type {Record<string, string>[]} */ ([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${own}.evil.example` },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])) {
    for (const { status, json, headers: answered } of await all(headers)) {
      assert.deepEqual([status, json.error.code], [403, 'forbidden'], JSON.stringify(headers));
      assert.equal(answered['access-control-allow-origin'], undefined);
      assert.equal(answered['cross-origin-resource-policy'], 'same-origin');
    }
  }
  assert.equal(await server.count(), 1, 'nothing was recorded');
  for (const origin of ['chrome-extension://abcdefghijklmnop', 'moz-extension://0-1']) {
    const [read, posted] = await all({ origin, 'idempotency-key': `of ${origin}`.slice(3) });
    assert.deepEqual(
      [read.status, posted.status],
      [403, 200],
      'an extension may post, and read nothing',
    );
    assert.equal(posted.headers['access-control-allow-origin'], undefined);
    assert.equal(posted.headers['idempotency-key'], origin, 'it says that it honours the key');
  }
  for (const headers of /** @type {Record<string, string>[]} */ ([
    { origin: own },
    { origin: 'https://friend.example' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])) {
    for (const { status, headers: answered } of await all(headers)) {
      assert.ok(status < 300, JSON.stringify(headers));
      assert.equal(answered['access-control-allow-origin'], headers.origin);
    }
  }
  /** @param {string} origin */
  const preflight = (origin) =>
    request(`${own}/api/v1/history`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
  const friend = await preflight('https://friend.example');
  assert.equal(friend.headers['access-control-allow-origin'], 'https://friend.example');
  assert.match(String(friend.headers.vary), /Origin/);
  const evil = await preflight('https://evil.example');
  assert.equal(evil.headers['access-control-allow-origin'], undefined);
  assert.equal(evil.headers['access-control-allow-headers'], undefined);
});

test('with keys, a page of any origin that was given one may use it', async () => {
  const server = await collect();
  const key = addKey(server.store);
  const origin = 'https://app.example';
  const preflight = await request(`${server.url}/api/v1/calculate`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-headers': 'authorization,idempotency-key' },
  });
  assert.equal(preflight.headers['access-control-allow-origin'], origin);
  assert.match(String(preflight.headers['access-control-allow-headers']), /authorization/);
  assert.equal(preflight.headers['access-control-allow-credentials'], undefined);
  const answer = await server.calculate(usage, { ...server.bearer(key), origin });
  assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [200, origin]);
  assert.equal((await server.history('', undefined, { origin })).status, 401);
});

test('how many records there are is not told to pages of other origins', async () => {
  const server = await collect(['--allow-origin=https://friend.example']);
  /** @param {string} origin */
  const seen = async (origin) => {
    const { status, headers } = await request(`${server.url}/api/health`, { headers: { origin } });
    assert.equal(status, 200);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    return headers['access-control-allow-origin'];
  };
  for (let keys = 0; keys < 2; keys += 1) {
    assert.equal(await seen('https://evil.example'), undefined);
    assert.equal(await seen('null'), undefined);
    assert.equal(await seen('https://friend.example'), 'https://friend.example');
    assert.equal(await seen(server.url), server.url);
    addKey(server.store, `key ${keys}`);
  }
  const carbon = await request(`${server.url}/api/carbon/FR`, { headers: { origin: 'null' } });
  assert.equal(carbon.headers['access-control-allow-origin'], '*');
});

test('without keys, what a proxy passes on gets nothing', async () => {
  const server = await collect();
  for (const name of [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'cf-connecting-ip',
    'via',
  ]) {
    const { status, json } = await server.history('', undefined, { [name]: '192.0.2.1' });
    assert.deepEqual([status, json.error.code], [401, 'unauthorized'], name);
  }
  // As a proxy that keeps the name it was asked by.
  for (const host of ['usage.example.org', '192.0.2.1', '127.0.0.1.example.org', 'localhost.']) {
    const { status, json } = await server.history('', undefined, { host });
    assert.deepEqual([status, json.error.code], [421, 'misdirected_request'], host);
  }
  const key = addKey(server.store);
  assert.equal((await server.history('', key, { 'x-forwarded-for': '192.0.2.1' })).status, 200);
});

test('a name that others know needs a key in the store', async () => {
  const store = newStore();
  for (const host of ['usage.example.org', '192.0.2.1', '1270.0.0.1', 'xlocalhost', '0.0.0.0']) {
    const { code, stderr } = run([
      'serve',
      '--store',
      store,
      '--host',
      'localhost',
      '--host',
      host,
    ]);
    assert.equal(code, 2, host);
    assert.match(stderr, /with --host a store needs an API key: make one with/);
  }
  const own = ['--host=localhost', '--host=watt.localhost', '--host=127.0.0.2'];
  const server = await collect(own, store);
  assert.equal((await server.history('', undefined, { host: 'watt.localhost' })).status, 200);
  await server.stop();
  const key = addKey(store);
  const others = await collect(['--host=usage.example.org'], store);
  const headers = { host: 'usage.example.org' };
  assert.equal((await others.history('', undefined, headers)).status, 401);
  assert.equal((await others.history('', key, headers)).status, 200);
  await others.stop();
  // Revoked keys are keys: nothing is open again.
  assert.equal(run(['keys', 'revoke', '--store', store, '--name', 'key']).code, 0);
  const again = await collect(['--host=usage.example.org'], store);
  assert.equal((await again.history('', key, headers)).status, 401);
  await again.stop();
});

test('other machines need keys', async () => {
  const store = newStore();
  const refused = run(['serve', '--listen=0.0.0.0:0', '--allow-remote', '--store', store]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /needs an API key/);
  const key = addKey(store);
  const server = await collect(['--listen=0.0.0.0:0', '--allow-remote'], store);
  const url = `http://127.0.0.1:${server.port}/api/v1/history`;
  assert.equal((await request(url)).status, 401);
  assert.equal((await request(url, { headers: server.bearer(key) })).status, 200);
});

test('the rules of all routes hold for stored ones', async () => {
  const server = await collect();
  const track = `${server.url}/api/v1/track`;
  assert.equal((await post(track, event, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post(track, event, { host: 'evil.example' })).status, 421);
  const long = JSON.stringify({ ...event, model: 'x'.repeat(1 << 20) });
  assert.equal((await post(track, long)).status, 413);
  assert.equal(await server.count(), 0);
});
