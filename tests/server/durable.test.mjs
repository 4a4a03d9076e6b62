// SPDX-License-Identifier: MIT
// What was acknowledged is there, once: retries, full disks, files that go away; kills are in ../store.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { run } from '../cli/program.mjs';
import { random, sleep } from '../store/killing.mjs';
import { addKey, collect, newStore, runAside, usage } from './collector.mjs';
import { request, serve } from './server.mjs';

/** All records. @param {string} store @returns {any[]} */
function exported(store) {
  const { code, stdout, stderr } = run(['export', '--store', store]);
  assert.equal(code, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('the same Idempotency-Key 100 times in parallel is one record', async () => {
  const server = await collect();
  const headers = { 'idempotency-key': randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => server.calculate(usage, headers)),
  );
  const bodies = new Set(answers.map(({ body }) => body.toString()));
  assert.deepEqual([bodies.size, ...new Set(answers.map(({ status }) => status))], [1, 200]);
  assert.equal(await server.count(), 1);

  // The same by event_id, and by both.
  const id = randomUUID();
  const ways = /** @type {[object, Record<string, string>][]} */ ([
    [{ ...usage, event_id: id }, {}],
    [usage, { 'idempotency-key': id }],
    [{ ...usage, event_id: id }, { 'idempotency-key': id }],
  ]);
  for (const [body, header] of ways)
    assert.equal((await server.calculate(body, header)).status, 200);
  assert.equal(await server.count(), 2);
  const differs = await server.calculate({ ...usage, event_id: 'x' }, { 'idempotency-key': 'y' });
  assert.deepEqual([differs.status, differs.json.error.details.field], [400, 'event_id']);
});

test('a retry of track gets the same event_id', async () => {
  const server = await collect();
  const event = { tenant_id: 't', model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 1 };
  const headers = { 'idempotency-key': 'one' };
  const first = await server.track(event, undefined, headers);
  const second = await server.track(event, undefined, headers);
  assert.equal(first.json.event_id, second.json.event_id);
  assert.equal(await server.count(), 1);
});

test('an id that was used for something else is a conflict', async () => {
  const server = await collect();
  const headers = { 'idempotency-key': 'one' };
  await server.calculate(usage, headers);
  const other = await server.calculate({ ...usage, prompt_tokens: 7 }, headers);
  assert.deepEqual([other.status, other.json.error.code], [409, 'conflict']);
  const asked = await server.calculate({ ...usage, method: 'ecologits' }, headers);
  assert.equal(asked.status, 409, 'its numbers would not be those that are stored');
  const [a, b] = [addKey(server.store, 'a'), addKey(server.store, 'b')];
  for (const key of [a, b]) {
    const answer = await server.calculate(usage, { ...headers, ...server.bearer(key) });
    assert.equal(answer.status, 200, 'each key has ids of its own');
  }
  assert.equal(await server.count(a), 3);
});

test('an Idempotency-Key that is none', async () => {
  const server = await collect();
  for (const key of ['', ' ', 'a b', 'x'.repeat(201), '\u00e9']) {
    const answer = await server.calculate(usage, { 'idempotency-key': key });
    assert.deepEqual([answer.status, answer.json.error.details.header], [400, 'Idempotency-Key']);
  }
  assert.equal((await server.calculate(usage, { 'idempotency-key': '~'.repeat(200) })).status, 200);
});

test('a full disk: 503 and nothing half done, then it goes on', async () => {
  const server = await collect();
  assert.equal((await server.calculate()).status, 200);
  // What a full disk is to a program: no file of its own may grow any more.
  const limit = (/** @type {string} */ size) =>
    spawnSync('prlimit', ['--pid', String(server.pid), `--fsize=${size}`]).status;
  assert.equal(limit(`${statSync(`${server.file}-wal`).size}:unlimited`), 0);
  const statuses = [];
  for (let i = 0; i < 10; i += 1) {
    const answer = await server.calculate({ ...usage, prompt_tokens: i + 1 });
    statuses.push(answer.status);
    if (answer.status !== 200) {
      assert.deepEqual([answer.status, answer.json.error.code], [503, 'service_unavailable']);
      assert.match(answer.json.error.message, /cannot write to the database: /);
      assert.ok(Number(answer.headers['retry-after']) > 0);
    }
  }
  assert.ok(statuses.includes(503), String(statuses));
  assert.equal((await server.health()).status, 503, 'the health says so');
  assert.equal((await server.history()).status, 200, 'reading goes on');
  assert.equal(limit('unlimited:unlimited'), 0);
  assert.equal((await server.health()).status, 200, 'before anybody has posted again');
  assert.equal((await server.calculate()).status, 200);
  const taken = statuses.filter((status) => status === 200).length + 2;
  assert.equal(await server.count(), taken);
  assert.equal(exported(server.store).length, taken);
});

test('a store that is moved away, and comes back', async () => {
  const server = await collect();
  await server.calculate();
  const backup = run(['backup', '--store', server.store, `${server.file}.copy`]);
  assert.equal(backup.code, 0, backup.stderr);
  for (const end of ['', '-wal', '-shm'])
    renameSync(server.file + end, `${server.file}${end}.away`);
  for (const answer of [await server.calculate(), await server.history(), await server.health()]) {
    assert.equal(answer.status, 503);
  }
  assert.ok(!existsSync(server.file), 'no empty one is put in its place');
  renameSync(`${server.file}.copy`, server.file);
  assert.equal((await server.calculate()).status, 200);
  assert.equal(await server.count(), 2);
});

test('a copy that has no log takes the place of the store', async () => {
  const server = await collect();
  await server.calculate();
  execFileSync('sqlite3', [server.file, `VACUUM INTO '${server.file}.copy'`]);
  for (const end of ['', '-wal', '-shm']) {
    renameSync(server.file + end, `${server.file}${end}.away`);
  }
  renameSync(`${server.file}.copy`, server.file);
  for (let i = 0; i < 3; i += 1) assert.equal((await server.calculate()).status, 200);
  assert.equal((await server.health()).status, 200);
  assert.equal(await server.count(), 4);
});

test('a damaged store is refused at the start, and noticed while it runs', async () => {
  const server = await collect();
  for (let i = 0; i < 50; i += 1) await server.calculate({ ...usage, prompt_tokens: i });
  await server.stop();
  const size = statSync(server.file).size;
  copyFileSync(server.file, `${server.file}.good`);
  truncateSync(server.file, 5000);
  const again = await collect([], server.store).catch((error) => error);
  if (again instanceof Error) {
    assert.match(again.message, /cannot|malformed/);
  } else {
    const answer = await again.calculate();
    assert.deepEqual([answer.status, answer.json.error.code], [503, 'service_unavailable']);
    await again.stop();
  }
  for (const end of ['-wal', '-shm']) rmSync(server.file + end, { force: true });
  writeFileSync(server.file, 'x'.repeat(size));
  const text = run(['serve', '--listen=0', '--store', server.store]);
  assert.equal(text.code, 1);
  assert.match(text.stderr, /store-\d+\.db: cannot open the database: file is not a database/);
});

test('a store that cannot be opened is said at the start', () => {
  const foreign = newStore();
  const file = foreign.slice('sqlite:'.length);
  spawnSync('sqlite3', [file, 'CREATE TABLE t (x)']);
  const before = existsSync(file) ? readFileSync(file) : undefined;
  const cases = /** @type {[string, number, RegExp][]} */ ([
    ['sqlite:/no/such/folder/x.db', 1, /\/no\/such\/folder\/x\.db: No such file or directory/],
    ['sqlite:/', 1, /\/: Is a directory/],
    ['sqlite:', 1, /names no file/],
    ['sqlite::memory:', 1, /names no file/],
    ['usage.db', 1, /a store is written as sqlite:FILE/],
    ['sqlite:/proc/version', 1, /\/proc\/version/],
  ]);
  if (existsSync(file)) cases.push([foreign, 1, /this is no store of tokenwatt/]);
  for (const [store, code, message] of cases) {
    const result = run(['serve', '--listen=0', '--store', store]);
    assert.equal(result.code, code, `${store}: ${result.stderr}`);
    assert.match(result.stderr, message);
  }
  if (before) assert.deepEqual(readFileSync(file), before, 'the file of another program');
});

test('everything is there after a restart, with TOKENWATT_STORE too', async () => {
  const first = await collect();
  const key = addKey(first.store, 'k');
  await first.calculate(usage, first.bearer(key));
  assert.equal(await first.stop(), 0);
  assert.ok(!existsSync(`${first.file}-wal`), 'a proper end leaves one file');
  process.env.TOKENWATT_STORE = first.store;
  const second = await serve();
  delete process.env.TOKENWATT_STORE;
  const answer = await request(`${second.url}/api/v1/history`, { headers: first.bearer(key) });
  assert.equal(answer.json.pagination.totalElements, 1);
  assert.equal((statSync(first.file).mode & 0o777).toString(8), '600', 'for its owner only');
});

test('a request under way is stored and answered before it stops', async () => {
  const server = await collect();
  const answers = Array.from({ length: 50 }, () => server.calculate().catch(() => undefined));
  await Promise.race(answers);
  assert.equal(await server.stop(), 0);
  const taken = (await Promise.all(answers)).filter((answer) => answer?.status === 200).length;
  assert.ok(taken > 0);
  assert.ok(exported(server.store).length >= taken);
});

test('clients that leave before their answer do no harm', async () => {
  const server = await collect();
  const body = JSON.stringify(usage);
  const head = (/** @type {string} */ line) => `${line} HTTP/1.1\r\nHost: localhost\r\n`;
  const requests = [
    `${head('POST /api/v1/calculate')}Content-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    `${head('GET /api/v1/history')}\r\n`,
    `${head('GET /api/health')}\r\n`,
    `${head('GET /api/v1/session/ada/today')}\r\n`,
  ];
  const next = random(7);
  for (let i = 0; i < 400; i += 1) {
    const socket = net.connect(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write(requests[i % requests.length]);
    setTimeout(() => socket.resetAndDestroy(), next() * 5);
  }
  await sleep(200);
  assert.equal((await server.calculate()).status, 200);
  assert.equal(exported(server.store).length, await server.count());
  assert.equal(await server.stop(), 0, 'and it ends as it should');
});

test('a backup while others write is whole', async () => {
  const server = await collect();
  let done = false;
  const writing = Array.from({ length: 4 }, async () => {
    for (let i = 0; !done; i += 1) await server.calculate({ ...usage, prompt_tokens: i });
  });
  await sleep(300);
  const copy = `${server.file}.copy`;
  const others = `${server.file}.others`;
  writeFileSync(others, 'mine');
  symlinkSync(others, `${copy}.part`);
  const { code, stderr } = await runAside(['backup', '--store', server.store, copy]);
  assert.equal(code, 0, stderr);
  done = true;
  await Promise.all(writing);
  assert.equal(readFileSync(others, 'utf8'), 'mine');
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  const rows = exported(`sqlite:${copy}`);
  assert.ok(rows.length > 0);
  const other = await collect([], `sqlite:${copy}`);
  assert.equal(await other.count(), rows.length, 'its counts are of the same moment');
  const second = run(['backup', '--store', server.store, copy]);
  assert.deepEqual([second.code, /there is such a file/.test(second.stderr)], [1, true]);
  assert.deepEqual(
    readdirSync(path.dirname(copy)).filter((name) => name.includes('.part-')),
    [],
  );
});
