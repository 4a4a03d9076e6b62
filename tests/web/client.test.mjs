// SPDX-License-Identifier: MIT
// The client against a real server on this machine that fails in every way a server can.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createClient, TokenwattError } from '../../web/src/client.js';

const usage = {
  provider: 'OpenAI',
  model: 'gpt-4o',
  prompt_tokens: 12,
  completion_tokens: 34,
  reasoning_tokens: 0,
  cached_tokens: 0,
  source: /** @type {const} */ ('text_estimated'),
  is_estimated: /** @type {const} */ (true),
  estimation_method: 'text_gpt_tokenizer_v1',
};

/** @typedef {{ headers: http.IncomingHttpHeaders, body: any }} Received */
/** @typedef {(response: http.ServerResponse, received: Received) => void} Reaction */

/** What the server does with the next requests, in turn; afterwards it takes everything. */
/** @type {Reaction[]} */
let reactions = [];
/** @type {Received[]} */
let received = [];
/** @type {string} */
let endpoint;
/** @type {import('../../web/src/client.js').Client[]} */
let clients = [];

const server = http.createServer(async (request, response) => {
  if (request.method === 'HEAD') {
    response.writeHead(405).end();
    return;
  }
  let body = '';
  for await (const part of request) body += part;
  const one = { headers: request.headers, body: JSON.parse(body) };
  received.push(one);
  (reactions.shift() ?? answer(200, { energy_wh: 1.5 }))(response, one);
});

/** @param {number} status @param {unknown} body @param {Record<string, string>} [headers] */
function answer(status, body, headers = {}) {
  return (/** @type {http.ServerResponse} */ response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** @type {Reaction} */
const hangUp = (response) => {
  response.destroy();
};

/** @param {Partial<import('../../web/src/client.js').ClientOptions>} [options] */
function connect(options = {}) {
  /** @type {import('../../web/src/client.js').ClientEvent[]} */
  const events = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  const client = createClient({
    endpoint,
    firstPauseMs: 10,
    onEvent(event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
    ...options,
  });
  clients.push(client);
  return {
    client,
    events,
    /** @param {(events: import('../../web/src/client.js').ClientEvent[]) => boolean} condition */
    async until(condition) {
      const timeout = AbortSignal.timeout(10_000);
      while (!condition(events)) {
        timeout.throwIfAborted();
        await new Promise((resolve) => {
          waiting.push(() => resolve(undefined));
          setTimeout(resolve, 50);
        });
      }
    },
  };
}

const types = (/** @type {{ type: string }[]} */ events) => events.map(({ type }) => type);

describe('client', () => {
  before(async () => {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    endpoint = `http://127.0.0.1:${port}/api/v1/calculate`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    reactions = [];
    received = [];
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });

  test('posts usage with its key, and tells the answer', async () => {
    const { client, events, until } = connect({ apiKey: 'k-1' });
    const id = await client.post(usage);
    await until(() => events.length === 1);
    assert.deepEqual(received[0].body, usage);
    assert.equal(received[0].headers.authorization, 'Bearer k-1');
    assert.equal(received[0].headers['idempotency-key'], id);
    assert.equal(received[0].headers['content-type'], 'application/json');
    assert.deepEqual(events[0], {
      type: 'delivered',
      id,
      status: 200,
      message: '',
      response: { energy_wh: 1.5 },
      pending: 0,
    });
  });

  test('tries again after what may pass, under the same id, in order', async () => {
    reactions = [hangUp, answer(503, {}), answer(429, {}), answer(500, 'x'), answer(408, {})];
    const { client, events, until } = connect();
    const first = await client.post(usage);
    const second = await client.post({ ...usage, prompt_tokens: 13 });
    await until(() => types(events).filter((type) => type === 'delivered').length === 2);
    const ids = received.map(({ headers }) => headers['idempotency-key']);
    assert.deepEqual(ids, [...Array(6).fill(first), second]);
    assert.deepEqual(types(events), [...Array(5).fill('waiting'), 'delivered', 'delivered']);
    assert.deepEqual(
      events.map(({ status }) => status),
      [0, 503, 429, 500, 408, 200, 200],
    );
    assert.equal(await client.pending(), 0);
  });

  test('waits longer after each failure, and as long as the server asks', async () => {
    reactions = [
      answer(503, {}),
      answer(503, {}),
      answer(503, {}),
      answer(429, {}, { 'retry-after': '7' }),
    ];
    const { client, events, until } = connect({ firstPauseMs: 20 });
    await client.post(usage);
    await until(() => events.length === 4);
    const pauses = events.map(({ retryInMs }) => retryInMs ?? 0);
    for (const [i, pause] of pauses.slice(0, 3).entries()) {
      const nominal = 20 * 2 ** i;
      assert.ok(pause >= nominal * 0.75 && pause <= nominal * 1.25, `${pause} for ${nominal}`);
    }
    assert.equal(pauses[3], 7000);
    assert.equal(await client.flush(), 0, 'flush() does not wait');
  });

  test('keeps what is refused, sends what follows, and retries when told to', async () => {
    reactions = [answer(400, { error: { code: 'validation_error', message: 'model is wrong' } })];
    const { client, events, until } = connect();
    const refused = await client.post(usage);
    await client.post(usage);
    await until(() => events.length === 2);
    assert.deepEqual(types(events), ['refused', 'delivered']);
    assert.equal(events[0].id, refused);
    assert.equal(events[0].message, 'model is wrong');
    assert.equal(await client.flush(), 1);
    assert.equal(received.length, 2, 'not sent again by itself');
    assert.equal(await client.retry(), 0);
    assert.equal(received[2].headers['idempotency-key'], refused);
  });

  test('waits where the endpoint itself refuses', async () => {
    for (const status of [401, 402, 403, 404, 405]) {
      reactions = [answer(status, {})];
      const { client, events, until } = connect({ firstPauseMs: 60_000 });
      await client.post(usage);
      await until(() => events.length === 1);
      assert.equal(events[0].type, 'waiting');
      assert.equal(events[0].status, status);
      assert.equal(await client.pending(), 1);
    }
  });

  test('does not follow redirects with the key', async () => {
    reactions = [answer(307, {}, { location: `${endpoint}/elsewhere` })];
    const { client, events, until } = connect({ apiKey: 'k', firstPauseMs: 60_000 });
    await client.post(usage);
    await until(() => events.length === 1);
    assert.equal(events[0].type, 'waiting');
    assert.equal(received.length, 1);
    assert.equal(await client.pending(), 1);
  });

  test('takes the status for the answer where the body breaks off', async () => {
    reactions = [
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"energy');
        setTimeout(() => response.destroy(), 20);
      },
    ];
    const { client, events, until } = connect();
    await client.post(usage);
    await until(() => events.length === 1);
    assert.deepEqual(types(events), ['delivered']);
    assert.equal(events[0].response, null);
    assert.equal(received.length, 1);
  });

  describe('towards a server that may take a record twice', () => {
    const careful = { idempotent: false };

    test('sends nothing again whose outcome nobody can know, until told to', async () => {
      for (const failure of [hangUp, answer(500, {}), answer(504, {}), answer(408, {})]) {
        received = [];
        reactions = [failure];
        const { client, events, until } = connect(careful);
        const id = await client.post(usage);
        await until(() => events.length === 1);
        assert.deepEqual([events[0].type, events[0].pending], ['unknown', 1]);
        assert.equal(await client.flush(), 1);
        assert.equal(received.length, 1, 'not sent again by itself');
        await client.post({ ...usage, prompt_tokens: 13 });
        await until(() => types(events).includes('delivered'));
        assert.equal(await client.retry(), 0);
        assert.equal(received.at(-1)?.headers['idempotency-key'], id);
      }
    });

    test('tries again what was surely not taken', async () => {
      reactions = [answer(503, {}), answer(429, {}), answer(401, {})];
      const { client, events, until } = connect(careful);
      await client.post(usage);
      await until(() => types(events).includes('delivered'));
      assert.deepEqual(types(events), ['waiting', 'waiting', 'waiting', 'delivered']);
      assert.equal(received.length, 4);
    });

    test('keeps what a server has calculated and not kept', async () => {
      reactions = [answer(200, {}, { 'x-recorded': 'false' })];
      const { client, events, until } = connect(careful);
      await client.post(usage);
      await until(() => types(events).includes('delivered'));
      assert.deepEqual(types(events), ['waiting', 'delivered']);
      assert.match(events[0].message, /keeps no records/);
      assert.equal(received.length, 2);
    });

    test('takes a server that is away for one that got nothing', async () => {
      const away = http.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => away.once('listening', resolve));
      const { port } = /** @type {import('node:net').AddressInfo} */ (away.address());
      await new Promise((resolve) => away.close(resolve));
      const { client, events, until } = connect({
        ...careful,
        endpoint: `http://127.0.0.1:${port}/`,
      });
      await client.post(usage);
      await until(() => events.length >= 3);
      assert.deepEqual(types(events).slice(0, 3), ['waiting', 'waiting', 'waiting']);
      assert.equal(await client.pending(), 1);
    });

    test('a program that was stopped while it sent leaves an unknown outcome, to be dropped', async () => {
      const store = new Map([['tokenwatt.outbox', [{ id: 'a', usage, state: 'sending' }]]]);
      const { client, events, until } = connect({ ...careful, store });
      await until(() => events.length === 1);
      assert.deepEqual([events[0].type, events[0].id], ['unknown', 'a']);
      assert.equal(received.length, 0);
      await client.discard('a');
      assert.equal(await client.pending(), 0);
    });
  });

  test('a record outlives its client, and is delivered by the next', async () => {
    const store = new Map();
    reactions = [hangUp];
    const first = connect({ store, firstPauseMs: 60_000 });
    const id = await first.client.post(usage);
    await first.until(() => first.events.length === 1);
    first.client.close();
    await assert.rejects(first.client.post(usage), { code: 'invalid_argument' });
    const text = JSON.stringify(store.get('tokenwatt.outbox'));
    const next = connect({ store: new Map([['tokenwatt.outbox', JSON.parse(text)]]) });
    await next.until(() => next.events.length === 1);
    assert.equal(next.events[0].type, 'delivered');
    assert.equal(received[1].headers['idempotency-key'], id);
  });

  test('loses and doubles nothing when many are posted while the server fails at random', async () => {
    const failures = [hangUp, answer(500, {}), answer(429, {})];
    reactions = Array.from({ length: 60 }, (_, i) => (i % 2 ? failures[i % 3] : answer(200, {})));
    const store = slowStore();
    const { client } = connect({ store, firstPauseMs: 1 });
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, i) => client.post({ ...usage, prompt_tokens: i })),
    );
    for (let pending = 40; pending > 0; ) pending = await client.flush();
    assert.equal(new Set(ids).size, 40);
    const taken = new Map(received.map(({ headers, body }) => [headers['idempotency-key'], body]));
    assert.equal(taken.size, 40);
    for (const [i, id] of ids.entries()) assert.equal(taken.get(id).prompt_tokens, i);
  });

  test('says when the store fails, and goes on when it works again', async () => {
    let broken = false;
    const inner = new Map();
    const store = {
      get: (/** @type {string} */ name) => inner.get(name),
      set(/** @type {string} */ name, /** @type {unknown} */ value) {
        if (broken) throw new Error('disk full');
        inner.set(name, value);
      },
    };
    const { client, events, until } = connect({ store });
    broken = true;
    await assert.rejects(client.post(usage), /disk full/);
    broken = false;
    reactions = [
      (response) => {
        broken = true;
        answer(200, {})(response);
      },
    ];
    await client.post(usage);
    await until(() => events.length === 1);
    assert.match(events[0].message, /the store failed: disk full/);
    broken = false;
    await until(() => types(events).includes('delivered'));
    assert.equal(received[0].headers['idempotency-key'], received[1].headers['idempotency-key']);
  });

  test('refuses endpoints that would send a key in clear, and other bad options', () => {
    const bad = [
      'http://example.org/api',
      'http://127.0.0.1.example.org/',
      'http://localhost.example.org/',
      'ftp://127.0.0.1/',
      '/api/v1/calculate',
      'https://me:secret@example.org/',
      42,
      undefined,
    ];
    for (const endpoint of bad) {
      const create = () => createClient({ endpoint: /** @type {any} */ (endpoint) });
      assert.throws(create, {
        name: 'TokenwattError',
        code: 'invalid_argument',
        field: 'endpoint',
      });
    }
    for (const good of ['https://example.org/api', 'http://localhost:1/', 'http://[::1]:1/']) {
      createClient({ endpoint: good }).close();
    }
    const key = () => createClient({ endpoint, apiKey: /** @type {any} */ (7) });
    assert.throws(key, TokenwattError);
  });

  test('refuses usage that is none', async () => {
    const { client } = connect();
    for (const wrong of [undefined, null, 'x', []]) {
      const post = client.post(/** @type {any} */ (wrong));
      await assert.rejects(post, { code: 'invalid_argument', field: 'usage' });
    }
    assert.equal(await client.pending(), 0);
  });
});

/** A store whose calls take their time, so that changes overlap if they can. */
function slowStore() {
  const inner = new Map();
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    async get(/** @type {string} */ name) {
      await pause();
      return structuredClone(inner.get(name));
    },
    async set(/** @type {string} */ name, /** @type {unknown} */ value) {
      await pause();
      inner.set(name, structuredClone(value));
    },
  };
}
