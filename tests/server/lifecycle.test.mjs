// SPDX-License-Identifier: MIT
// Starting, stopping, options, and the request log.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { run, temporaryFolder } from '../cli/program.mjs';
import { post, raw, request, serve } from './server.mjs';

const { folder, file } = temporaryFolder();

test('port 0 takes a free one, and the address is printed', async () => {
  const server = await serve(['--listen', '127.0.0.1:0']);
  assert.ok(server.port > 0);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.equal((await request(`${server.url}/api/health`)).status, 200);
  assert.equal(server.output.stdout, '', 'only results go there');
  await server.stop();
});

test('the ways to write an address', async () => {
  for (const [listen, host] of [
    ['localhost:0', '127.0.0.1'],
    ['0', '127.0.0.1'],
    ['127.0.0.5:0', '127.0.0.5'],
  ]) {
    const server = await serve([`--listen=${listen}`]);
    assert.equal(new URL(server.url).hostname, host);
    assert.equal((await request(`${server.url}/api/health`)).status, 200, 'by its own address');
    await server.stop();
  }
});

test('IPv6 loopback', async (t) => {
  const has = await new Promise((resolve) => {
    const probe = net.createServer().on('error', () => resolve(false));
    probe.listen(0, '::1', () => probe.close(() => resolve(true)));
  });
  if (!has) return t.skip('this machine has no IPv6 loopback');
  const server = await serve(['--listen=[::1]:0']);
  assert.equal(server.url, `http://[::1]:${server.port}`);
  assert.equal((await request(`${server.url}/api/health`)).status, 200);
  await server.stop();
});

test('an address that is none, or not to be used without --allow-remote', () => {
  const cases = [
    ['nowhere', 'is no address to listen on'],
    ['example.org:80', 'is no address to listen on'],
    ['127.0.0.1:99999', 'is no address to listen on'],
    ['127.0.0.1:', 'is no address to listen on'],
    [':8787', 'is no address to listen on'],
    ['::1:8787', 'is no address to listen on'],
    ['[127.0.0.1]:8787', 'is no address to listen on'],
    ['', 'is no address to listen on'],
    ['0.0.0.0:0', 'add --allow-remote'],
    ['[::]:0', 'add --allow-remote'],
    ['10.1.2.3:0', 'add --allow-remote'],
  ];
  for (const [listen, message] of cases) {
    const { code, stdout, stderr } = run(['serve', '--listen', String(listen)]);
    assert.deepEqual([code, stdout], [2, ''], listen);
    assert.ok(stderr.includes(String(message)), stderr);
    assert.match(stderr, /Try 'tokenwatt serve --help'\.\n$/);
  }
});

test('--allow-remote: by IP address, and by the names of --host only', async () => {
  const server = await serve(['--listen=0.0.0.0:0', '--allow-remote', '--host', 'watt.example']);
  const ask = (/** @type {string} */ host) =>
    raw(server.port, `GET /api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  for (const host of [
    '127.0.0.1',
    'watt.example',
    'Watt.Example:80',
    '192.168.1.7:8787',
    '[fe80::1]',
  ]) {
    assert.match(await ask(host), /^HTTP\/1\.1 200 /, host);
  }
  for (const host of ['evil.example', 'watt.example.evil', '[::zz]', '1.2.3']) {
    assert.match(await ask(host), /^HTTP\/1\.1 421 /, host);
  }
  await server.stop();
});

test('an address in use, an address that is not ours', async () => {
  const server = await serve();
  const taken = run(['serve', '--listen', `127.0.0.1:${server.port}`]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /cannot listen on 127\.0\.0\.1:\d+: Address already in use: another /);
  await server.stop();
  const foreign = run(['serve', '--listen', '203.0.113.9:0', '--allow-remote']);
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /it is no address of this machine/);
});

test('the port is free again at once', async () => {
  const first = await serve();
  const keptOpen = net.connect(first.port, '127.0.0.1').on('error', () => {});
  await request(`${first.url}/api/health`);
  assert.equal(await first.stop(), 0);
  const second = await serve([`--listen=127.0.0.1:${first.port}`]);
  assert.equal(await second.stop(), 0);
  keptOpen.destroy();
});

test('options that are wrong', () => {
  const cases = [
    [['--store=mysql://x'], 1, 'a store is written as'],
    [['--allow-origin', 'example.org'], 2, 'is no origin'],
    [['--allow-origin', 'https://example.org/path'], 2, 'is no origin'],
    [['--allow-origin=*'], 2, 'is no origin'],
    [['--free-events', 'many'], 2, 'needs a whole number'],
    [['--billing-url', 'a"b'], 2, 'needs an address'],
    [['--timeout', '0'], 2, 'takes 1 to 3600 seconds'],
    [['--timeout', 'soon'], 2, 'needs a whole number'],
    [['--report-font', `${folder}/none.ttf`], 1, 'none.ttf: No such file'],
    [['--report-font', 'package.json'], 1, 'package.json is no whole TrueType font'],
    [['--host', 'http://x'], 2, 'is no host name'],
    [['--host', 'x:80'], 2, 'is no host name'],
    [Array(17).fill(['--host', 'x']).flat(), 2, 'at most 16 host names'],
    [['extra'], 2, "unexpected 'extra'\n"],
    [['--log', 'file.jsonl'], 2, "unexpected 'file.jsonl': a log file is given as --log=FILE"],
    [['--listen=0', '--web', `${folder}/none`], 1, `${folder}/none: No such file or directory`],
    [['--listen=0', '--web', file('file', '')], 1, 'Not a directory'],
    [['--listen=0', `--log=${folder}/none/log`], 1, `${folder}/none/log: No such file`],
  ];
  for (const [args, expected, message] of /** @type {[string[], number, string][]} */ (cases)) {
    const { code, stderr } = run(['serve', ...args]);
    assert.equal(code, expected, stderr);
    assert.ok(stderr.includes(message), stderr);
  }
});

test('SIGTERM and SIGINT stop it with exit 0', async () => {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
    const server = await serve();
    await request(`${server.url}/api/health`);
    const start = Date.now();
    assert.equal(await server.stop(signal), 0, signal);
    assert.ok(Date.now() - start < 2000, 'idle connections do not hold it up');
  }
});

test('a request under way is answered before it stops', async () => {
  const server = await serve();
  const body = JSON.stringify({ provider: 'OpenAI', prompt_tokens: 1, completion_tokens: 1 });
  const socket = net.connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(
    'POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.slice(0, 10)}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  const stopped = server.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await assert.rejects(request(`${server.url}/api/health`), { code: 'ECONNREFUSED' });
  socket.write(body.slice(10));
  await closed;
  assert.match(answer, /^HTTP\/1\.1 200 OK/);
  assert.equal(await stopped, 0);
});

test('a second signal ends the patience', async () => {
  const server = await serve();
  const socket = net.connect(server.port, '127.0.0.1').on('error', () => {});
  socket.write('POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\n');
  socket.write('Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const start = Date.now();
  const stopped = server.stop('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.stop('SIGINT');
  assert.equal(await stopped, 0);
  const took = Date.now() - start;
  assert.ok(took >= 250 && took < 2000, `${took} ms`);
  socket.destroy();
});

test('--log=FILE: a JSON line a request, with no query, header or body', async () => {
  const log = path.join(folder, 'requests.jsonl');
  const server = await serve([`--log=${log}`]);
  const body = {
    provider: 'OpenAI',
    model: 'secret-model',
    prompt_tokens: 1,
    completion_tokens: 1,
  };
  const answer = await post(`${server.url}/api/v1/calculate?secret=1`, body, {
    authorization: 'Bearer secret-key',
  });
  await request(`${server.url}/none`);
  await raw(
    server.port,
    'GET /a"b\\\x01\xff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  await request(`${server.url}/api/health`, { method: 'HEAD' });
  assert.equal(await server.stop(), 0);

  const text = readFileSync(log, 'utf8');
  assert.ok(!text.includes('secret'), text);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ method, path: asked, status }) => [method, asked, status]),
    [
      ['POST', '/api/v1/calculate', 200],
      ['GET', '/none', 404],
      ['GET', lines[2].path, 404],
      ['HEAD', '/api/health', 200],
    ],
  );
  assert.match(lines[2].path, /^\/a%22b%5C%01%[CF]/, 'what JSON or a terminal could trip over');
  assert.deepEqual(Object.keys(lines[0]), [
    ...['time', 'method', 'path', 'status', 'bytes', 'duration_us'],
  ]);
  assert.equal(lines[0].bytes, answer.body.length);
  assert.equal(lines[3].bytes, 0);
  for (const { time, duration_us } of lines) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
    assert.ok(duration_us >= 0 && duration_us < 10_000_000);
  }
});

test('the log does not say who a developer is', async () => {
  const server = await serve(['--log']);
  for (const route of ['today', 'tomorrow', 'a/b']) {
    await request(`${server.url}/api/v1/session/secret%40example.org/${route}`);
  }
  await request(`${server.url}/api/v1/session/secret%40example.org?secret`);
  await request(`${server.url}/api/v1/sessions`);
  await server.stop();
  const lines = server.output.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ path: asked, status }) => [asked, status]),
    [
      ['/api/v1/session/{developer_id}/today', 503],
      ['/api/v1/session/{developer_id}', 404],
      ['/api/v1/session/{developer_id}', 404],
      ['/api/v1/session/{developer_id}', 404],
      ['/api/v1/sessions', 404],
    ],
  );
});

test('the log is appended to, and whole lines only', async () => {
  const log = file('appended.jsonl', '{"before":true}\n');
  const server = await serve([`--log=${log}`]);
  await Promise.all(Array.from({ length: 300 }, () => request(`${server.url}/api/health`)));
  await server.stop();
  const lines = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 301);
  assert.equal(lines[0].before, true);
});

test('--log alone logs to standard output; a dropped client is null', async () => {
  const server = await serve(['--log', '--timeout=1']);
  await request(`${server.url}/api/health`);
  await raw(
    server.port,
    'POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Content-Length: 10\r\n\r\n{',
  );
  await server.stop();
  const lines = server.output.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ status }) => status),
    [200, null],
  );
});

test('a log that cannot be written is said at the end, and requests are answered', async () => {
  if (!existsSync('/dev/full')) return;
  const server = await serve(['--log=/dev/full']);
  assert.equal((await request(`${server.url}/api/health`)).status, 200);
  assert.equal(await server.stop(), 1);
  assert.match(server.output.stderr, /1 lines of the request log could not be written/);
});
