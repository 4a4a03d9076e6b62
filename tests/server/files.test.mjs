// SPDX-License-Identifier: MIT
// The files of the web folder.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { before } from 'node:test';
import { program, shell, temporaryFolder } from '../cli/program.mjs';
import { raw, request, serve } from './server.mjs';

const { folder, file } = temporaryFolder();
const web = path.join(folder, 'web');
const outside = file('outside.txt', 'not for you');
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  mkdirSync(path.join(web, 'sub'), { recursive: true });
  mkdirSync(path.join(web, '.git'));
  const put = (/** @type {string} */ name, /** @type {string} */ text) =>
    writeFileSync(path.join(web, name), text);
  put('index.html', '<!doctype html><title>demo</title>');
  put('sub/index.html', '<!doctype html><title>sub</title>');
  put('empty.css', '');
  for (const name of ['a.js', 'a.mjs', 'a.wasm', 'a.twv', 'a.svg', 'a.json', 'a.png', 'a.xyz']) {
    put(name, name);
  }
  put('with space.txt', 'spaced');
  put('größe.txt', 'umlaut');
  put('big.bin', 'x'.repeat(3_000_000));
  put('.secret', 'secret');
  put('.git/config', 'secret');
  symlinkSync(outside, path.join(web, 'link.txt'));
  symlinkSync(folder, path.join(web, 'link'));
  symlinkSync('index.html', path.join(web, 'inner.html'));
  shell(`mkfifo '${web}/pipe'`);
  server = await serve(['--web', web]);
});

test('the page, with its headers', async () => {
  const { status, headers, body } = await request(`${server.url}/`);
  assert.equal(status, 200);
  assert.equal(body.toString(), '<!doctype html><title>demo</title>');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['content-length'], String(body.length));
  assert.equal(headers['x-content-type-options'], 'nosniff');
  const policy = String(headers['content-security-policy']);
  for (const rule of [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self' http: https:",
    "frame-ancestors 'none'",
  ]) {
    assert.ok(policy.split('; ').includes(rule), rule);
  }
  assert.equal(headers['access-control-allow-origin'], undefined, 'files are of this origin only');
});

test('content types by extension', async () => {
  const types = {
    'a.js': 'text/javascript; charset=utf-8',
    'a.mjs': 'text/javascript; charset=utf-8',
    'a.wasm': 'application/wasm',
    'a.twv': 'application/octet-stream',
    'a.svg': 'image/svg+xml',
    'a.json': 'application/json',
    'a.png': 'image/png',
    'a.xyz': 'application/octet-stream',
    'empty.css': 'text/css; charset=utf-8',
  };
  for (const [name, type] of Object.entries(types)) {
    const { status, headers } = await request(`${server.url}/${name}`);
    assert.deepEqual([status, headers['content-type']], [200, type], name);
  }
});

test('names with blanks and umlauts, queries, folders', async () => {
  const get = async (/** @type {string} */ name) => request(`${server.url}/${name}`);
  assert.equal((await get('with%20space.txt')).body.toString(), 'spaced');
  assert.equal((await get('gr%C3%B6%C3%9Fe.txt')).body.toString(), 'umlaut');
  assert.equal((await get('a.js?v=%2e%2e/1')).body.toString(), 'a.js');
  assert.match((await get('sub/')).body.toString(), /sub/);
  const redirect = await get('sub');
  assert.deepEqual([redirect.status, redirect.headers.location], [301, '/sub/']);
});

test('a large file arrives whole', async () => {
  const { headers, body } = await request(`${server.url}/big.bin`);
  assert.equal(headers['content-length'], '3000000');
  assert.ok(body.equals(Buffer.from('x'.repeat(3_000_000))));
});

test('HEAD has the headers without the body', async () => {
  const { status, headers, body } = await request(`${server.url}/big.bin`, { method: 'HEAD' });
  assert.deepEqual([status, headers['content-length'], body.length], [200, '3000000', 0]);
});

test('ETag and Last-Modified are answered with 304, until the file changes', async () => {
  const name = path.join(web, 'changing.txt');
  const url = `${server.url}/changing.txt`;
  writeFileSync(name, 'one');
  const { headers } = await request(url);
  const etag = String(headers.etag);
  const modified = String(headers['last-modified']);
  assert.match(etag, /^"[\w-]+"$/);
  assert.ok(Math.abs(Date.parse(modified) - Date.now()) < 60_000);
  for (const condition of [
    { 'if-none-match': etag },
    { 'if-none-match': `"other", W/${etag}` },
    { 'if-none-match': '*' },
    { 'if-modified-since': modified },
  ]) {
    const answer = await request(url, { headers: condition });
    assert.deepEqual([answer.status, answer.body.length], [304, 0], JSON.stringify(condition));
    assert.equal(answer.headers.etag, etag);
  }
  const other = await request(url, { headers: { 'if-none-match': '"other"' } });
  assert.equal(other.status, 200);
  writeFileSync(name, 'two');
  utimesSync(name, 1_700_000_000, 1_700_000_000);
  const changed = await request(url, { headers: { 'if-none-match': etag } });
  assert.deepEqual([changed.status, changed.body.toString()], [200, 'two']);
});

test('nothing outside the folder, no dotfiles, no links, no pipes', async () => {
  const paths = [
    ...['/../outside.txt', '/sub/../../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt'],
    ...['/%2e%2e%2foutside.txt', '/.%2e/outside.txt', '/sub/%2e%2e/%2e%2e/outside.txt'],
    ...['/..\\outside.txt', '/%252e%252e/outside.txt', '//outside.txt', `/${outside}`],
    ...['/.secret', '/%2esecret', '/.git/config', '/sub/.', '/./index.html', '/sub/..'],
    ...['/link.txt', '/link/outside.txt', '/link/', '/inner.html', '/pipe', '/pipe/', '/a.js/'],
    ...['/index.html%00.txt', '/a%zz.js', '/a.js%', '/a.js%2', '/none', '/none/', '//', '/sub//'],
    ...[`/${'a'.repeat(300)}`, `/${'a/'.repeat(3000)}`],
  ];
  for (const target of paths) {
    const answer = await raw(
      server.port,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 404 /, target.slice(0, 60));
    assert.ok(answer.includes('"code":"not_found"'), target.slice(0, 60));
    assert.ok(!/not for you|secret/.test(answer), target);
  }
});

test('files cannot be written', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await request(`${server.url}/a.js`, { method });
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD'], method);
    assert.equal(answer.json.error.code, 'method_not_allowed');
  }
});

test('the page that came with the program is found beside it', async () => {
  // As installed, and as in the source tree.
  for (const [binary, page] of [
    ['bin/tokenwatt', 'share/tokenwatt/web'],
    ['build/native/tokenwatt', 'web/dist'],
  ]) {
    const root = path.join(folder, path.dirname(String(binary)).replace('/', '-'));
    mkdirSync(path.join(root, path.dirname(String(binary))), { recursive: true });
    mkdirSync(path.join(root, String(page)), { recursive: true });
    cpSync(program, path.join(root, String(binary)));
    writeFileSync(path.join(root, String(page), 'index.html'), page);
    const installed = await serve([], { program: path.join(root, String(binary)) });
    assert.equal((await request(`${installed.url}/`)).body.toString(), page);
    await installed.stop();
  }
});

test('without any, the APIs are served and the page says why it is missing', async () => {
  const lonely = path.join(folder, 'tokenwatt');
  cpSync(program, lonely);
  const alone = await serve([], { program: lonely });
  assert.match(alone.output.stderr, /no demo page found beside the program/);
  const { status, json } = await request(`${alone.url}/`);
  assert.equal(status, 404);
  assert.match(json.error.message, /--web FOLDER/);
  assert.equal((await request(`${alone.url}/api/health`)).status, 200);
  await alone.stop();
});
