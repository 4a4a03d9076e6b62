// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../server/server.mjs';
import { inEveryEnvironment } from './environments.mjs';

await inEveryEnvironment('fetch', 'tests/web/fetch-suite.js', 'web/src/fetch.js');

/** Without what depends on the moment. @param {Response} response */
async function comparable(response) {
  const text = await response.text();
  const headers = ['allow', 'cache-control', 'content-type', 'x-content-type-options'];
  return {
    status: response.status,
    headers: headers.map((name) => response.headers.get(name)),
    length: response.headers.get('content-length')?.length,
    body:
      text === ''
        ? ''
        : JSON.parse(text.replace(/"(timestamp|calculatedAt|lastUpdated)":"[^"]*"/g, '"$1":""')),
  };
}

test('a server answers the same', async () => {
  const { createApi, createApiFetch } = await import('tokenwatt/fetch');
  const server = await serve();
  const apiFetch = createApiFetch(await createApi(), { base: `${server.url}/` });
  const json = { 'content-type': 'application/json' };
  const payload = { provider: 'x', prompt_tokens: 1, completion_tokens: 1, colour: 'ö' };
  /** @type {[string, RequestInit?][]} */
  const requests = [
    ['/api/health'],
    ['/api/health', { method: 'HEAD' }],
    ['/api/v1/calculate', { method: 'OPTIONS' }],
    ['/api/none', { method: 'OPTIONS' }],
    ['/api/v1/models?x=%20&x'],
    ['/api/v1/regions'],
    ['/api'],
    ['/api/'],
    ['/api/none?x'],
    ['/api//health'],
    ['/api/leaderboard?model=llama&sortBy=cost&limit=2'],
    ['/api/recommend'],
    ['/api/carbon/us%2Dwest-2'],
    ['/api/carbon/%zz'],
    ['/api/v1/history'],
    ['/api/v1/session/a%2Fb/today'],
    ['/api/v1/calculate'],
    ['/api/v1/calculate', { method: 'DELETE' }],
    ['/api/v1/calculate', { method: 'POST' }],
    ...['', '{}', '{', '[]', JSON.stringify(payload), ' '.repeat(1 << 20), '\ufeff{"a":1,}'].map(
      (body) =>
        /** @type {[string, RequestInit]} */ ([
          '/api/v1/calculate',
          { method: 'POST', headers: json, body },
        ]),
    ),
    ['/api/v1/calculate', { method: 'POST', headers: json, body: ' '.repeat((1 << 20) + 1) }],
    ['/api/v1/calculate', { method: 'POST', body: '{}' }],
    ['/api/v1/none', { method: 'PUT', body: '{}' }],
    ['/api/v1/track', { method: 'POST', headers: json, body: '{}' }],
  ];
  for (const [path, init] of requests) {
    const [ours, theirs] = await Promise.all(
      [apiFetch, fetch].map(async (ask) => comparable(await ask(server.url + path, init))),
    );
    assert.deepEqual(ours, theirs, `${init?.method ?? 'GET'} ${path}`);
  }
  await server.stop();
});
