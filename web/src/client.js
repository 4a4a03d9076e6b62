// SPDX-License-Identifier: MIT
// `tokenwatt/client`: posts usage to a calculate endpoint. A record is stored before it is sent and
// removed when the server took it, so that nothing is lost when a request, or the program, fails.

import { checkEndpoint } from './endpoint.js';
import { TokenwattError, describe, invalidArgument } from './errors.js';
import { deliverPosts, pauseAfter } from './outbox.js';

export { TokenwattError } from './errors.js';

const FIRST_PAUSE_MS = 1000;
const DEFAULT_NAME = 'tokenwatt.outbox';

/**
 * Where the outbox is kept: any map that can hold JSON under a name. One client a store and name.
 * @typedef {object} Store
 * @property {(name: string) => unknown} get undefined or null for none; may be a promise
 * @property {(name: string, value: any) => unknown} set may be a promise, kept when it resolves
 */

/** @typedef {import('./outbox.js').StoredPost} StoredPost */

/**
 * What became of a record. `delivered`: `response` is the footprint; `refused`: kept until retry();
 * `unknown`: it may have been taken, kept until retry() or discard(); `waiting`: no answer, one that may
 * change, or one of a server that only calculates, tried again in `retryInMs`.
 * @typedef {object} ClientEvent
 * @property {'delivered' | 'refused' | 'unknown' | 'waiting'} type
 * @property {string} id
 * @property {number} status of HTTP, 0 without an answer
 * @property {string} message '' for `delivered`
 * @property {any} response the answer's JSON, null without
 * @property {number} pending records still in the outbox, refused and unknown ones included; NaN where the
 *   store itself failed
 * @property {number} [retryInMs]
 */

/**
 * @typedef {object} ClientOptions
 * @property {string | URL} endpoint https, or http on this machine
 * @property {string} [apiKey]
 * @property {Store} [store] default: memory, which ends with the program
 * @property {string} [name] of the outbox in the store
 * @property {boolean} [idempotent] whether the endpoint takes a record once, however often it is sent
 *   under the same Idempotency-Key, as `tokenwatt serve` does; default true. Where it may not, a
 *   record whose outcome nobody can know is not sent again by itself.
 * @property {(event: ClientEvent) => void} [onEvent]
 * @property {number} [firstPauseMs] after a failure; it doubles from one to the next, up to an hour
 */

/**
 * @typedef {ReturnType<typeof createClient>} Client
 * @param {ClientOptions} options
 */
export function createClient({
  endpoint: address,
  apiKey = '',
  store = new Map(),
  name = DEFAULT_NAME,
  idempotent = true,
  onEvent = () => {},
  firstPauseMs = FIRST_PAUSE_MS,
}) {
  const endpoint = checkEndpoint(address);
  if (typeof apiKey !== 'string') {
    throw invalidArgument('apiKey', `must be a string, not ${describe(apiKey)}`);
  }
  const closing = new AbortController();
  let failures = 0;
  /** While it runs, nothing is sent. @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** There may be something to send that the running delivery has not seen. */
  let unseen = false;
  /** @type {Promise<void> | undefined} */
  let running;
  /** Reading and writing the store in turn. @type {Promise<unknown>} */
  let storing = Promise.resolve();

  /**
   * Changes the outbox, one change at a time.
   * @template T
   * @param {(posts: StoredPost[]) => { posts?: StoredPost[], result: T }} change
   * @returns {Promise<T>}
   */
  function exchange(change) {
    const next = storing.then(async () => {
      const { posts, result } = change(storedPosts(await store.get(name)));
      if (posts) await store.set(name, posts);
      return result;
    });
    storing = next.catch(() => {});
    return next;
  }

  /**
   * Records usage, and sends it as soon as the endpoint takes it.
   * @param {import('./estimate.js').Usage} usage as tw.estimate() gives it
   * @returns {Promise<string>} the record's id, once it is stored; onEvent tells what became of it
   */
  async function post(usage) {
    open();
    if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) {
      throw invalidArgument('usage', `must be an object, not ${describe(usage)}`);
    }
    const id = crypto.randomUUID();
    /** @type {StoredPost} */
    const record = { id, usage: structuredClone(usage), state: 'waiting' };
    await exchange((posts) => ({ posts: [...posts, record], result: undefined }));
    if (timer === undefined) start();
    return id;
  }

  /**
   * Tries at once what is due later.
   * @returns {Promise<number>} how many records are still in the outbox after the attempt
   */
  async function flush() {
    open();
    clearTimeout(timer);
    timer = undefined;
    await start();
    return pending();
  }

  function start() {
    unseen = true;
    running ??= run();
    return running;
  }

  async function run() {
    try {
      while (unseen && timer === undefined && !closing.signal.aborted) {
        unseen = false;
        await deliver();
      }
    } catch (error) {
      const message = `the store failed: ${error instanceof Error ? error.message : error}`;
      const retryInMs = wait(0);
      tell({
        type: 'waiting',
        id: '',
        status: 0,
        message,
        response: null,
        pending: NaN,
        retryInMs,
      });
    } finally {
      running = undefined;
    }
  }

  async function deliver() {
    const last = await deliverPosts({
      posts: { next, change, remove },
      endpoint,
      key: apiKey,
      idempotent: () => idempotent,
      signal: closing.signal,
      tell: told,
    });
    // Of one that waits, the listener was told how long.
    if (last?.type === 'unknown') wait(last.retryAfterMs);
  }

  /** @param {import('./outbox.js').Delivery} delivery */
  async function told({ type, id, status, message, body: response, retryAfterMs }) {
    if (type === 'delivered') failures = 0;
    const pause = type === 'waiting' ? { retryInMs: wait(retryAfterMs) } : {};
    tell({ type, id, status, message, response, pending: await pending(), ...pause });
  }

  function next() {
    return exchange((posts) => ({
      result: posts.find(({ state }) => state === 'waiting' || state === 'sending'),
    }));
  }

  /** An error in the listener is the listener's, not a failed delivery. @param {ClientEvent} event */
  function tell(event) {
    try {
      onEvent(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /** Pauses after a failure. @param {number} [atLeastMs] @returns {number} for how long */
  function wait(atLeastMs) {
    const ms = pauseAfter(failures, firstPauseMs, atLeastMs);
    failures += 1;
    const most = 2 ** 31 - 1;
    timer = setTimeout(
      () => {
        timer = undefined;
        start();
      },
      Math.min(ms, most),
    );
    // A program that is done should end; what waits is in the store.
    if (typeof timer === 'object') timer.unref?.();
    return ms;
  }

  /** @param {string} id */
  function remove(id) {
    return exchange((posts) => ({
      posts: posts.filter((post) => post.id !== id),
      result: undefined,
    }));
  }

  /** @param {string} id @param {import('./outbox.js').PostState} state */
  function change(id, state) {
    return exchange((posts) => ({
      posts: posts.map((post) => (post.id === id ? { ...post, state } : post)),
      result: undefined,
    }));
  }

  /** @returns {Promise<number>} how many records are in the outbox, whatever their state */
  function pending() {
    return exchange((posts) => ({ result: posts.length }));
  }

  /**
   * Tries everything again at once, also what was refused, and what may have been taken.
   * @returns {Promise<number>} as flush()
   */
  async function retry() {
    open();
    await exchange((posts) => ({
      posts: posts.map((post) => ({ ...post, state: 'waiting' })),
      result: undefined,
    }));
    return flush();
  }

  /**
   * Forgets a record, such as one that a listener found to have been taken after all.
   * @param {string} id
   */
  async function discard(id) {
    open();
    await remove(id);
  }

  /** Stops sending; what is in the store stays for the next client. */
  function close() {
    closing.abort();
    clearTimeout(timer);
  }

  function open() {
    if (closing.signal.aborted) {
      throw new TokenwattError('invalid_argument', 'this client was closed: create another');
    }
  }

  // What an earlier program left.
  start();
  return { post, flush, retry, discard, pending, close };
}

/** @param {unknown} stored @returns {StoredPost[]} */
function storedPosts(stored) {
  if (stored === undefined || stored === null) return [];
  if (Array.isArray(stored)) return stored;
  throw invalidArgument('store', `holds ${describe(stored)} where the outbox should be`);
}
