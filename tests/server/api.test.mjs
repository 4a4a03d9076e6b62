// SPDX-License-Identifier: MIT
// The routes over HTTP.
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { before } from 'node:test';
import { run } from '../cli/program.mjs';
import { post, request, serve } from './server.mjs';

const payload = {
  provider: 'OpenAI',
  model: 'gpt-4o',
  prompt_tokens: 800,
  completion_tokens: 300,
  detected_region: 'us-west-1',
};
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {string} */
let calculate;

before(async () => {
  server = await serve();
  calculate = `${server.url}/api/v1/calculate`;
});

test('calculate answers as the command line does', async () => {
  const { status, headers, json } = await post(calculate, payload);
  assert.equal(status, 200);
  assert.deepEqual(json, JSON.parse(run(['calculate'], { input: JSON.stringify(payload) }).stdout));
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(String(headers['x-response-time']), /^\d+ms$/);
});

test('GET with a query, HEAD, and the tables', async () => {
  const health = await request(`${server.url}/api/health?x=1`);
  assert.deepEqual([health.status, health.json.meta.status], [200, 'healthy']);
  assert.ok(Math.abs(Date.parse(health.json.meta.timestamp) - Date.now()) < 60_000);
  const head = await request(`${server.url}/api/health`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body.length], [200, 0]);
  assert.ok(Number(head.headers['content-length']) > 0);
  const { json } = await request(`${server.url}/api/v1/models`);
  assert.equal(json.data.length, json.meta.total);
});

test("the router's errors come with their status", async () => {
  const cases = [
    [post(calculate, { ...payload, prompt_tokens: -1 }), 400, 'validation_error'],
    [post(calculate, '{"provider":'), 400, 'validation_error'],
    [post(calculate, ''), 400, 'validation_error'],
    [request(`${server.url}/api/nothing`), 404, 'not_found'],
    [request(`${server.url}/api`), 404, 'not_found'],
    [request(calculate), 405, 'method_not_allowed'],
    [request(`${server.url}/api/v1/history`), 503, 'service_unavailable'],
    [post(`${server.url}/api/v1/track`, {}), 503, 'service_unavailable'],
  ];
  for (const [answer, status, code] of /** @type {[Promise<any>, number, string][]} */ (cases)) {
    const { status: got, json, headers } = await answer;
    assert.deepEqual([got, json.error.code], [status, code]);
    assert.ok(json.error.message.length > 10 && typeof json.error.details === 'object');
    assert.match(headers['x-response-time'], /^\d+ms$/);
    if (status === 405) assert.match(headers.allow, /^POST\b/);
  }
  const { json } = await post(calculate, { ...payload, prompt_tokens: -1 });
  assert.equal(json.error.details.field, 'prompt_tokens');
});

test('any origin may use the stateless routes', async () => {
  const preflight = await request(calculate, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://example.org',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization,idempotency-key',
      'access-control-request-private-network': 'true',
    },
  });
  assert.deepEqual([preflight.status, preflight.json], [200, { allow: ['POST', 'OPTIONS'] }]);
  assert.equal(preflight.headers.allow, 'POST, OPTIONS');
  assert.equal(preflight.headers['access-control-allow-origin'], '*');
  assert.match(String(preflight.headers['access-control-allow-methods']), /\bPOST\b/);
  const allowed = String(preflight.headers['access-control-allow-headers']).split(', ');
  assert.deepEqual(allowed, ['content-type', 'authorization', 'idempotency-key']);
  assert.equal(preflight.headers['access-control-allow-private-network'], 'true');
  const { headers } = await post(calculate, payload, { origin: 'https://example.org' });
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.equal(headers['access-control-allow-credentials'], undefined);
  assert.equal(headers['x-recorded'], 'false', 'so that nobody takes it for a collector');
  assert.match(String(headers['access-control-expose-headers']), /\bX-Recorded\b/);
  const refused = await post(calculate, {}, { origin: 'https://example.org' });
  assert.equal(refused.headers['x-recorded'], 'false');
  assert.equal(refused.headers['access-control-allow-origin'], '*', 'so that pages see the error');
});

test('no other origin may use the stored routes', async () => {
  for (const route of ['history', 'usage', 'report', 'track', 'session/me/today']) {
    const url = `${server.url}/api/v1/${route}`;
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await request(url, {
        method,
        headers: { origin: 'https://example.org' },
      });
      assert.equal(headers['access-control-allow-origin'], undefined, `${method} ${route}`);
      assert.equal(headers['access-control-allow-headers'], undefined, `${method} ${route}`);
    }
  }
});

test('a body must be JSON, and said to be', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
    const { status, json } = await post(calculate, payload, { 'content-type': type });
    assert.deepEqual([status, json.error.code], [415, 'unsupported_media_type'], type);
  }
  const none = await request(calculate, { method: 'POST', body: '{}' });
  assert.equal(none.status, 415);
  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json ;a=b',
  ]) {
    const { status } = await post(calculate, payload, { 'content-type': type });
    assert.equal(status, 200, type);
  }
  const packed = await post(calculate, payload, { 'content-encoding': 'gzip' });
  assert.equal(packed.status, 415);
});

test('a body may have 1 MiB and no more, announced or not', async () => {
  const padded = (/** @type {number} */ size) => {
    const text = JSON.stringify(payload);
    return text + ' '.repeat(size - text.length);
  };
  assert.equal((await post(calculate, padded(1 << 20))).status, 200);
  for (const size of [(1 << 20) + 1, 5_000_000]) {
    const { status, json } = await post(calculate, padded(size));
    assert.deepEqual([status, json.error.code], [413, 'payload_too_large'], `${size}`);
    assert.equal(json.error.details.limit_bytes, 1 << 20);
  }
  const chunked = { 'transfer-encoding': 'chunked' };
  assert.equal((await post(calculate, padded(1 << 20), chunked)).status, 200);
  assert.equal((await post(calculate, padded(3_000_000), chunked)).status, 413);
});

test('connections are kept, requests on them one after another', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 20; i += 1) {
    const { status } = await request(`${server.url}/api/health`, { agent });
    assert.equal(status, 200);
  }
  const sockets = Object.values(agent.freeSockets).flat();
  assert.equal(sockets.length, 1);
  agent.destroy();
});

test('500 requests at once each get their own answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, i) => post(calculate, { ...payload, completion_tokens: i })),
  );
  const energies = answers.map(({ json }) => json.energy_wh);
  assert.ok(answers.every(({ status }) => status === 200));
  for (let i = 1; i < energies.length; i += 1) assert.ok(energies[i] > energies[i - 1], `${i}`);
});
