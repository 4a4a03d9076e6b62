// SPDX-License-Identifier: MIT
// The collector on PostgreSQL: what goes wrong with a database, and comes right again.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { run } from '../cli/program.mjs';
import { addKey, collect, usage } from '../server/collector.mjs';
import { request } from '../server/server.mjs';
import { sleep, storedNumbers } from './killing.mjs';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const skip = whyNoPostgresql();
const postgresql = /** @type {import('./postgresql.mjs').Postgresql} */ (
  skip === undefined ? await startPostgresql() : undefined
);
after(() => postgresql?.remove());

/** Posts until it is taken. @param {import('../server/collector.mjs').Collector} server */
async function untilTaken(server, seconds = 20) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await server.calculate();
    if (answer.status === 200) return;
    assert.equal(answer.status, 503);
    assert.ok(Date.now() < until, `still not after ${seconds} s: ${answer.body}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('records are stored, listed and counted; a retry is stored once', { skip }, async () => {
  const server = await collect([], postgresql.newStore());
  const headers = { 'idempotency-key': randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => server.calculate(usage, headers)),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(await server.count(), 1);
  const other = await server.calculate({ ...usage, prompt_tokens: 7 }, headers);
  assert.equal(other.status, 409);
  const evil = "'; DROP SCHEMA tokenwatt CASCADE; --\\ $1 {}";
  assert.equal((await server.calculate({ ...usage, model: evil })).status, 200);
  assert.equal((await server.history()).json.data[0].model, evil);
});

test('live keys have their quota, under load, too', { skip }, async () => {
  const server = await collect(['--free-events=20'], postgresql.newStore());
  const key = addKey(server.store, 'live', ['--live']);
  const event = { tenant_id: 't', model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 1 };
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => server.track(event, key, { 'idempotency-key': `e${i}` })),
  );
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 202).length, 20, String(statuses));
  assert.equal(statuses.filter((status) => status === 402).length, 30, String(statuses));
  const left = answers.flatMap(({ status, json }) =>
    status === 202 ? [json.free_events_remaining] : [],
  );
  assert.deepEqual(
    left.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.equal(await server.count(key), 20);
});

test('the database goes and comes back: 503 meanwhile, then on without a restart', {
  skip,
}, async () => {
  const server = await collect([], postgresql.newStore());
  for (const end of [postgresql.stop, postgresql.crash]) {
    await untilTaken(server);
    const before = await server.count();
    await end();
    for (const answer of [await server.calculate(), await server.history()]) {
      assert.deepEqual([answer.status, answer.json.error.code], [503, 'service_unavailable']);
      assert.match(answer.json.error.message, /database/);
      assert.ok(!answer.body.includes(postgresql.folder), 'not where it is');
      assert.ok(Number(answer.headers['retry-after']) > 0);
    }
    assert.equal((await server.health()).status, 503);
    await postgresql.start();
    await untilTaken(server);
    assert.equal(await server.count(), before + 1);
    assert.equal((await server.health()).status, 200);
  }
});

test('connections that are cut while idle or in use are made again', { skip }, async () => {
  const server = await collect([], postgresql.newStore());
  const database = postgresql.database(server.store);
  let done = false;
  const statuses = new Set();
  /** @type {Set<number>} */
  const taken = new Set();
  let made = 0;
  const clients = Array.from({ length: 8 }, async () => {
    while (!done) {
      const n = made++;
      const { status } = await server.calculate({ ...usage, prompt_tokens: n });
      statuses.add(status);
      if (status === 200) taken.add(n);
    }
  });
  for (let i = 0; i < 10; i += 1) {
    postgresql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
    );
    // Reading tries again at once, but for a moment after connecting has failed.
    let answer = await server.history();
    for (let tries = 0; answer.status === 503 && tries < 20; tries += 1) {
      await sleep(50);
      answer = await server.history();
    }
    assert.equal(answer.status, 200, String(answer.body));
  }
  done = true;
  await Promise.all(clients);
  // So does writing, some times; then the client is asked to.
  assert.deepEqual(
    [...statuses].filter((status) => status !== 200 && status !== 503),
    [],
  );
  const stored = storedNumbers(server.store);
  assert.equal(new Set(stored).size, stored.length, 'nothing twice');
  for (const n of taken) assert.ok(stored.includes(n), 'what was acknowledged is there');
});

test('a database that can only be read', { skip }, async () => {
  const server = await collect([], postgresql.newStore());
  const database = postgresql.database(server.store);
  /** @param {string} setting */
  const set = (setting) =>
    postgresql.query(
      `ALTER DATABASE ${database} SET default_transaction_read_only = ${setting};
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}';`,
    );
  await untilTaken(server);
  set('on');
  const answer = await server.calculate();
  assert.equal(answer.status, 503);
  assert.match(answer.json.error.message, /cannot write to the database: .*read-only/);
  assert.equal((await server.history()).status, 200, 'reading goes on');
  set('off');
  await untilTaken(server);
  assert.equal(await server.count(), 2);
});

test('two collectors on one database make its tables together, and share its records', {
  skip,
}, async () => {
  const store = postgresql.newStore();
  const servers = await Promise.all([1, 2, 3].map(() => collect([], store)));
  const headers = Array.from({ length: 40 }, () => ({ 'idempotency-key': randomUUID() }));
  const answers = await Promise.all(
    servers.flatMap((server) => headers.map((header) => server.calculate(usage, header))),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(storedNumbers(store).length, 40);
  for (const server of servers) assert.equal(await server.count(), 40);
});

test('export, import and keys', { skip }, async () => {
  const server = await collect([], postgresql.newStore());
  const key = addKey(server.store, 'k');
  for (let i = 0; i < 5; i += 1) {
    await server.calculate({ ...usage, prompt_tokens: i }, server.bearer(key));
  }
  const exported = run(['export', '--store', server.store]);
  const other = postgresql.newStore();
  for (let i = 0; i < 2; i += 1) {
    const { code, stderr } = run(['import', '--store', other, '-'], { input: exported.stdout });
    assert.equal(code, 0, stderr);
  }
  const again = run(['export', '--store', other]);
  assert.equal(again.stdout, exported.stdout);
  assert.equal(run(['keys', 'revoke', '--store', server.store, '--name', 'k']).code, 0);
  assert.equal((await server.history('', key)).status, 401);
  const backup = run(['backup', '--store', server.store, '/tmp/none']);
  assert.match(backup.stderr, /pg_dump/);
});

/** Makes tables of version 1 of those of version 2. */
const toVersion1 = `BEGIN;
  DELETE FROM tokenwatt.usage_sum WHERE kind <> 0;
  ALTER TABLE tokenwatt.usage_sum DROP CONSTRAINT usage_sum_pkey;
  DROP INDEX tokenwatt.usage_sum_by_start, tokenwatt.record_by_key_and_tenant;
  ALTER TABLE tokenwatt.usage_sum DROP COLUMN kind;
  ALTER TABLE tokenwatt.usage_sum RENAME TO usage_total;
  ALTER TABLE tokenwatt.usage_total
    ADD PRIMARY KEY (key_id, span, start_ms, tenant, provider, model, is_test);
  CREATE INDEX usage_total_by_start ON tokenwatt.usage_total (span, start_ms);
  UPDATE tokenwatt.version SET number = 1;
  COMMIT`;

test('tables of version 1 are made new, with their sums', { skip }, async () => {
  const server = await collect([], postgresql.newStore());
  const keys = ['ada', 'bob'].map((name) => addKey(server.store, name));
  for (let i = 0; i < 24; i += 1) {
    const body = { ...usage, model: ['gpt-4o', 'o3'][i % 2], prompt_tokens: i };
    const tenant_id = ['a', 'b', undefined][i % 3];
    const posted = await server.calculate({ ...body, tenant_id }, server.bearer(keys[i % 2]));
    assert.equal(posted.status, 200);
  }
  /** @param {typeof server} asked */
  const sumsOf = async (asked) => {
    const questions = ['', '&group=model', '&group=key', '&group=tenant', '&tenant_id=a'];
    return Promise.all(
      questions.map(async (question) => {
        const url = `${asked.url}/api/v1/usage?by=all${question}`;
        const { status, json } = await request(url, { headers: asked.bearer(keys[0]) });
        assert.equal(status, 200, question);
        return { total: json.total, data: json.data };
      }),
    );
  };
  const expected = await sumsOf(server);
  assert.equal(expected[0].total.requests, 24);
  await server.stop();
  postgresql.query(toVersion1, postgresql.database(server.store));
  const again = await collect([], server.store);
  assert.deepEqual(await sumsOf(again), expected);
  await again.stop();
});

test('what cannot be opened is said at the start, without the password', { skip }, () => {
  const good = postgresql.newStore();
  const newer = postgresql.newStore();
  assert.equal(run(['keys', 'add', '--store', newer, '--name', 'k']).code, 0);
  postgresql.query('UPDATE tokenwatt.version SET number = 99', postgresql.database(newer));
  const narrow = postgresql.newStore({ encoding: 'LATIN1' });
  const cases = /** @type {[string, RegExp][]} */ ([
    [narrow, /the database's encoding is LATIN1.*ENCODING 'UTF8'/],
    ['postgresql://u:secret@[::1', /no address of a database/],
    ['postgresql://u:secret@127.0.0.1:1/x', /cannot reach the database: Connection refused/],
    [good.replace('/store', '/none'), /database "none\d+" does not exist/],
    [newer, /made by another version of tokenwatt/],
  ]);
  for (const [store, message] of cases) {
    const { code, stderr } = run(['serve', '--listen=0', '--store', store]);
    assert.equal(code, 1, `${store}: ${stderr}`);
    assert.match(stderr, message);
    assert.ok(!stderr.includes('secret'), stderr);
  }
  const empty = run(['keys', 'list', '--store', good]);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /there is no store in this database/);
});
