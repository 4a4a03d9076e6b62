// SPDX-License-Identifier: MIT
// What the function of createApiFetch() has to do, the same in Node, Chromium and Firefox.

import { equal, fails, ok } from './assert.js';

/**
 * @typedef {object} Environment
 * @property {typeof import('../../web/src/fetch.js')['createApiFetch']} createApiFetch
 * @property {typeof import('../../web/src/fetch.js')['createApi']} createApi
 * @property {(path: string) => URL} url of a file of the project
 */

const wasm = 'build/wasm/tokenwatt.wasm';
const json = { 'content-type': 'application/json' };
const payload = { provider: 'OpenAI', model: 'gpt-4o', prompt_tokens: 800, completion_tokens: 300 };
const calculate = '/api/v1/calculate';

/** @param {Environment} env @param {import('../../web/src/fetch.js').ApiFetchOptions} [options] */
async function open({ createApiFetch, createApi, url }, options) {
  const api = await createApi({ wasm: url(wasm) });
  const elsewhere = [];
  const otherwise = async (...call) => {
    elsewhere.push(call);
    return new Response('elsewhere');
  };
  return { api, apiFetch: createApiFetch(api, { otherwise, ...options }), elsewhere };
}

/** @param {Promise<unknown>} promise @param {string} name of the error */
async function rejects(promise, name) {
  try {
    await promise;
  } catch (error) {
    equal(error?.name ?? error, name, `the error "${error}"`);
    return;
  }
  throw new Error(`no ${name}`);
}

/** @param {Uint8Array[]} parts */
function streamOf(...parts) {
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
}

/** @type {Record<string, (env: Environment) => Promise<void>>} */
export const tests = {
  async 'answers as the router does'(env) {
    const { api, apiFetch } = await open(env);
    const response = await apiFetch(calculate, {
      method: 'post',
      headers: json,
      body: JSON.stringify(payload),
    });
    equal([response.status, response.ok, response.type], [200, true, 'default'], 'calculate');
    const body = await response.json();
    ok(body.energy_wh > 0, 'an answer');
    equal(body, api.request('POST', calculate, payload).body, 'the same');
    const health = await (await apiFetch('/api/health?x=1')).json();
    ok(Math.abs(Date.parse(health.meta.timestamp) - Date.now()) < 60_000, 'knows the time');
    const session = await apiFetch('/api/v1/session/me%40example/today');
    equal([session.status, (await session.json()).error.code], [503, 'service_unavailable'], '503');
  },

  async 'says in headers what a server says'(env) {
    const { apiFetch } = await open(env);
    const { headers, status } = await apiFetch('/api/v1/none');
    equal(status, 404, 'an unknown route');
    equal(headers.get('content-type'), 'application/json', 'content-type');
    equal(headers.get('cache-control'), 'no-store', 'cache-control');
    ok(/^\d+ms$/.test(headers.get('x-response-time')), headers.get('x-response-time'));
    const wrong = await apiFetch(calculate);
    equal([wrong.status, wrong.headers.get('allow')], [405, 'POST, OPTIONS'], 'a wrong method');
    for (const method of ['DELETE', 'PUT', 'PATCH']) {
      const { status: got } = await apiFetch('/api/health', { method, headers: json, body: '{}' });
      equal(got, 405, method);
    }
  },

  async 'answers HEAD and OPTIONS'(env) {
    const { apiFetch } = await open(env);
    const whole = await (await apiFetch('/api/v1/models')).arrayBuffer();
    const head = await apiFetch('/api/v1/models', { method: 'HEAD' });
    equal([head.status, (await head.arrayBuffer()).byteLength], [200, 0], 'HEAD');
    equal(head.headers.get('content-length'), String(whole.byteLength), 'its length');
    const none = await apiFetch('/api/none', { method: 'HEAD' });
    equal([none.status, await none.text()], [404, ''], 'HEAD of nothing');
    const options = await apiFetch(calculate, { method: 'OPTIONS' });
    equal([options.status, options.headers.get('allow')], [200, 'POST, OPTIONS'], 'OPTIONS');
  },

  async 'takes bodies of every kind'(env) {
    const { apiFetch } = await open(env);
    const text = JSON.stringify({ ...payload, detected_region: 'us-west-1' });
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array(bytes.length + 4);
    padded.set(bytes, 2);
    const type = 'application/json; charset=utf-8';
    const typed = new Blob([text], { type });
    /** @type {[string, BodyInit, Record<string, string>?][]} */
    const bodies = [
      ['text', text],
      ['bytes', bytes],
      ['a buffer', bytes.buffer],
      ['a view', padded.subarray(2, 2 + bytes.length)],
      ['a blob', new Blob([bytes])],
      ['a stream', streamOf(bytes.slice(0, 7), bytes.slice(7, 8), bytes.slice(8))],
      ['a blob with a type', typed, {}],
    ];
    for (const [what, body, headers = json] of bodies) {
      const init = { method: 'POST', headers, body, duplex: 'half' };
      const response = await apiFetch(calculate, /** @type {RequestInit} */ (init));
      equal(response.status, 200, `${what}: ${await response.clone().text()}`);
      equal((await response.json()).audit.finalRegion, 'us-west-1', what);
    }
    const address = new URL(calculate, globalThis.location?.href ?? 'http://localhost/');
    const request = new Request(address, { method: 'POST', headers: json, body: text });
    equal((await apiFetch(request.clone())).status, 200, 'a request');
    equal((await apiFetch(request.clone(), { method: 'PUT' })).status, 405, 'changed by init');
    const changed = await apiFetch(request, { body: '{}' });
    equal((await changed.json()).error.details.field, 'provider', 'with another body');
  },

  async 'refuses what a server refuses'(env) {
    const { apiFetch } = await open(env);
    const post = async (body, headers = json) => {
      const response = await apiFetch(calculate, { method: 'POST', headers, body });
      const { error } = await response.json();
      equal(Object.keys(error), ['code', 'message', 'details'], 'the shape of an error');
      return [response.status, error.code, error.details];
    };
    const type = [415, 'unsupported_media_type', { header: 'Content-Type' }];
    const text = JSON.stringify(payload);
    equal(await post(text, {}), type, 'text that is not said to be JSON');
    equal(await post(new URLSearchParams('a=b'), {}), type, 'a form');
    equal(await post(text, { 'content-type': 'application/jsonx' }), type, 'another type');
    const packed = [415, 'unsupported_media_type', { header: 'Content-Encoding' }];
    equal(await post(text, { ...json, 'content-encoding': 'gzip' }), packed, 'compressed');
    const [status, code, details] = await post(text + ' '.repeat(1 << 20));
    equal([status, code, details], [413, 'payload_too_large', { limit_bytes: 1 << 20 }], 'long');
    equal((await post(''))[0], 400, 'no body');
    equal((await post('{"provider":'))[2], { offset: 12 }, 'no JSON');
    equal((await post(new Uint8Array([0x22, 0xff, 0x22])))[0], 400, 'no UTF-8');
    const wrong = JSON.stringify({ ...payload, prompt_tokens: -1 });
    equal((await post(wrong))[2], { field: 'prompt_tokens' }, 'a negative count');
  },

  async 'stops reading a body without end'(env) {
    const { apiFetch } = await open(env);
    let read = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull(controller) {
        read += 1 << 16;
        controller.enqueue(new Uint8Array(1 << 16));
      },
      cancel() {
        cancelled = true;
      },
    });
    const init = { method: 'POST', headers: json, body, duplex: 'half' };
    const { status } = await apiFetch(calculate, /** @type {RequestInit} */ (init));
    equal([status, cancelled], [413, true], 'refused');
    ok(read < 1 << 21, `${read} bytes were read`);
  },

  async 'ends with its signal'(env) {
    const { apiFetch } = await open(env);
    await rejects(apiFetch('/api/health', { signal: AbortSignal.abort() }), 'AbortError');
    const reason = new RangeError('enough');
    await rejects(apiFetch('/api/health', { signal: AbortSignal.abort(reason) }), 'RangeError');
    const controller = new AbortController();
    let cancelled;
    const body = new ReadableStream({
      cancel(why) {
        cancelled = why;
      },
    });
    const { signal } = controller;
    const init = { method: 'POST', headers: json, body, duplex: 'half', signal };
    const waiting = apiFetch(calculate, /** @type {RequestInit} */ (init));
    setTimeout(() => controller.abort(), 20);
    await rejects(waiting, 'AbortError');
    equal(cancelled?.name, 'AbortError', 'the body is told');
    const fine = await apiFetch('/api/health', { signal: new AbortController().signal });
    equal(fine.status, 200, 'a signal that stays quiet');
  },

  async 'rejects what is no request'(env) {
    const { apiFetch } = await open(env);
    await rejects(apiFetch('/api/health', { body: '{}' }), 'TypeError');
    await rejects(apiFetch('/api/health', { method: 'HEAD', body: '{}' }), 'TypeError');
    await rejects(apiFetch('/api/health', { method: 'a b' }), 'TypeError');
    await rejects(apiFetch('http://['), 'TypeError');
    const broken = new ReadableStream({
      start(controller) {
        controller.error(new RangeError('broken'));
      },
    });
    const init = { method: 'POST', headers: json, body: broken, duplex: 'half' };
    await rejects(apiFetch(calculate, /** @type {RequestInit} */ (init)), 'RangeError');
    const create = /** @type {any} */ (env.createApiFetch);
    await fails(() => create({}), 'invalid_argument', /request\(\)/);
    await fails(() => create(undefined), 'invalid_argument', /request\(\)/);
    await fails(
      () => create({ request() {} }, { base: 'http://[' }),
      'invalid_argument',
      /no address/,
    );
  },

  async 'leaves all other requests to fetch'(env) {
    const { apiFetch, elsewhere } = await open(env);
    const origin = globalThis.location?.origin ?? 'http://localhost';
    const others = ['/', '/apis/x', '/site/api/health', 'https://example.org/api/health'];
    for (const address of others) {
      equal(await (await apiFetch(address, { mode: 'cors' })).text(), 'elsewhere', address);
    }
    const calls = elsewhere.map(([address, init]) => [String(address), init.mode]);
    equal(calls, [...others.map((address) => [new URL(address, origin).href, 'cors'])], 'as given');
    for (const address of [`${origin}/api/health`, new URL('/api/health', origin), '/api']) {
      equal((await apiFetch(address)).headers.get('cache-control'), 'no-store', String(address));
    }
  },

  async 'answers below other folders'(env) {
    const base = ['https://example.org/site/page.html', '/'];
    const { apiFetch } = await open(env, { base });
    const text = async (address) => (await apiFetch(address)).status;
    equal(await text('https://example.org/site/api/health'), 200, 'in the folder');
    equal(await text('/api/health'), 200, 'in the other');
    const { apiFetch: only } = await open(env, { base: new URL('https://example.org/site/') });
    const elsewhere = await only('https://example.org/api/health');
    equal(await elsewhere.text(), 'elsewhere', 'beside the folder');
  },
};
