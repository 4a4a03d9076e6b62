// SPDX-License-Identifier: MIT
// Requests that no honest client sends. After each the server must still answer.
import assert from 'node:assert/strict';
import net from 'node:net';
import test, { afterEach, before } from 'node:test';
import { post, raw, request, serve } from './server.mjs';

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  server = await serve(['--timeout', '2']);
});

afterEach(async () => {
  assert.equal((await request(`${server.url}/api/health`)).status, 200, 'it still answers');
});

/** @param {string} head lines without the last empty one */
const send = (head, body = '') => raw(server.port, `${head}\r\nConnection: close\r\n\r\n${body}`);

test('a foreign name in Host is refused: DNS rebinding', async () => {
  const names = [
    ...['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example', 'localhost.evil'],
    ...[
      'localhost@evil',
      '127.0.0.2',
      '192.168.1.1',
      '[::2]',
      '[::1',
      '::1',
      ':8787',
      'localhost:x',
    ],
    ...['localhost:80:80', 'a'.repeat(300), '0x7f.1', '127.1', '[::1]evil'],
  ];
  for (const name of names) {
    for (const path of ['/', '/api/health']) {
      const answer = await send(`GET ${path} HTTP/1.1\r\nHost: ${name}`);
      assert.match(answer, /^HTTP\/1\.1 421 /, name);
      assert.match(answer, /"code":"misdirected_request"/, name);
    }
  }
});

test('its own names in Host are accepted, at any port', async () => {
  for (const name of [
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    '[::1]',
    'localhost:1',
    '127.0.0.1:9',
  ]) {
    assert.match(await send(`GET /api/health HTTP/1.1\r\nHost: ${name}`), /^HTTP\/1\.1 200 /, name);
  }
});

test('no Host, two of them, or another target than a path', async () => {
  const cases = [
    'GET /api/health HTTP/1.1',
    'GET /api/health HTTP/1.0',
    'GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example',
    'GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost: localhost',
    'GET http://localhost/api/health HTTP/1.1\r\nHost: localhost',
    'GET api/health HTTP/1.1\r\nHost: localhost',
    'OPTIONS * HTTP/1.1\r\nHost: localhost',
    'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost',
  ];
  for (const head of cases) assert.match(await send(head), /^HTTP\/1\.[01] 400 /, head);
});

test('no HTTP at all', async () => {
  const garbage = [
    '\r\n\r\n\r\n\r\n',
    'GET\r\n\r\n',
    'GET /\r\n\r\n',
    '\0\0\0\0\0\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', // the beginning of TLS
    'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
    `POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n`,
    `POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n`,
    'POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  ];
  const answers = await Promise.all(
    garbage.map((bytes) => raw(server.port, Buffer.from(bytes, 'latin1'))),
  );
  for (const [i, answer] of answers.entries()) {
    assert.ok(!/^HTTP\/1\.[01] [23]/.test(answer), JSON.stringify(garbage[i]));
  }
});

test('header lines that are none change nothing', async () => {
  // libmicrohttpd skips them; whether it answers or refuses, it must not take them for a header.
  const answer = await send('GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\nno colon');
  assert.match(answer, /^HTTP\/1\.1 (200|400|404) /);
});

test('a header or a path too long', async () => {
  const header = await send(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'a'.repeat(200_000)}`);
  assert.match(header, /^(HTTP\/1\.1 4(31|13|14) .*|)/);
  assert.ok(!header.includes(' 200 '));
  const path = await send(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost`);
  assert.ok(!path.includes(' 200 '));
  const many = `X: y\r\n`.repeat(20_000);
  assert.ok(!(await send(`GET / HTTP/1.1\r\nHost: localhost\r\n${many}X: z`)).includes(' 200 '));
});

test('a refused body is answered, also where the client sends it first', async () => {
  const url = `${server.url}/api/v1/calculate`;
  const large = 'x'.repeat(10_000_000);
  assert.equal((await post(url, large)).status, 413);
  assert.equal((await post(url, large, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post(url, large, { host: 'evil.example' })).status, 421);
});

test('a body that is far too long is not read to its end', async () => {
  const head =
    'POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const announced = await raw(server.port, `${head}Content-Length: 9000000000\r\n\r\n{`);
  assert.match(announced, /^HTTP\/1\.1 413 /);
  const waiting = await raw(
    server.port,
    `${head}Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n`,
  );
  assert.match(waiting, /^HTTP\/1\.1 413 /, 'without leave to go on');

  // Chunks without end: the connection is cut.
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  let sent = 0;
  while (!socket.destroyed && sent < 200_000_000) {
    sent += chunk.length;
    if (!socket.write(chunk)) {
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
  }
  socket.destroy();
  assert.ok(sent < 100_000_000, `${sent} bytes were taken`);
});

test('silent and slow clients are dropped, others are not kept waiting', async () => {
  const start = Date.now();
  const head =
    'POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const silent = Array.from({ length: 50 }, () =>
    raw(server.port, 'GET / HT', { timeoutMs: 8000 }),
  );
  const slow = new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write(`${head}Content-Length: 1000\r\n\r\n`);
    const timer = setInterval(() => socket.write(' '), 200);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(Date.now() - start);
    });
  });
  const asked = Date.now();
  assert.equal((await request(`${server.url}/api/health`)).status, 200);
  assert.ok(Date.now() - asked < 1000);
  await Promise.all(silent);
  const slowMs = /** @type {number} */ (await slow);
  assert.ok(slowMs >= 1500 && slowMs < 6000, `dropped after ${slowMs} ms`);
  assert.ok(Date.now() - start < 7000);
});

test('a client that leaves in the middle', async () => {
  for (let i = 0; i < 50; i += 1) {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /api/v1/calculate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n');
    if (i % 2) socket.write('Content-Type: application/json\r\n\r\n{"provider"');
    await new Promise((resolve) => setTimeout(resolve, 2));
    i % 3 ? socket.destroy() : socket.resetAndDestroy();
  }
});
