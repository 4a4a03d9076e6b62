// SPDX-License-Identifier: MIT
// One request to a calculate endpoint, and what its answer means for the record.

const TIMEOUT_MS = 30_000;
const LONGEST_MESSAGE = 200;

/** Statuses after which the same request may succeed later. */
const passing = new Set([408, 425, 429]);
/** Statuses that every record will meet until the endpoint or the key is changed. */
const ofTheEndpoint = new Set([401, 402, 403, 404, 405]);
/** Statuses that say that the request was not worked on. */
const notTaken = new Set([425, 429, 503]);

/**
 * @typedef {object} PostResult
 * @property {'taken' | 'refused' | 'blocked' | 'later'} outcome `refused`: this record is not
 *   taken; `blocked`: none is, as things stand; `later`: to be tried again
 * @property {number} status 0 where there was no answer
 * @property {string} message what the server or the network said, cut short, or what is wrong; '' after
 *   success
 * @property {any} body the answer's JSON, null without
 * @property {boolean} maybeTaken of `later`: nobody can know whether the server took the record
 * @property {boolean} calculatesOnly the server said that it keeps nothing (`X-Recorded: false`)
 * @property {boolean} onceOnly the server said, by repeating the Idempotency-Key in its answer, that
 *   it takes a record once
 * @property {number} [retryAfterMs] what the server asked for
 */

/**
 * @param {object} record
 * @param {string} record.endpoint
 * @param {string} [record.key] sent as `Authorization: Bearer …`
 * @param {string} record.id the same for each attempt: the server's means against taking it twice
 * @param {unknown} record.payload
 * @param {AbortSignal} [record.signal]
 * @returns {Promise<PostResult>} never rejects
 */
export async function postUsage({ endpoint, key = '', id, payload, signal }) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(payload),
      ...careful,
      signal: either(signal, timeout),
    });
  } catch (error) {
    return { ...noAnswer, message: messageOf(error) };
  }
  const { ok, status } = response;
  // The status is the answer: a body that breaks off takes nothing back.
  const body = parsed(await response.text().catch(() => ''));
  const onceOnly = response.headers.get('idempotency-key') === id;
  const calculatesOnly = response.headers.get('x-recorded') === 'false';
  const answer = { status, body, onceOnly, calculatesOnly, maybeTaken: false };
  if (calculatesOnly && status < 500) {
    return {
      ...answer,
      outcome: 'blocked',
      message: 'the server calculates, but keeps no records',
    };
  }
  if (ok) return { ...answer, outcome: 'taken', message: '' };
  const message = String(body?.error?.message ?? '').slice(0, LONGEST_MESSAGE);
  if (status >= 500 || passing.has(status)) {
    const retryAfterMs = delayOf(response.headers.get('retry-after'));
    const asked = retryAfterMs > 0 ? { retryAfterMs } : {};
    const maybeTaken = !notTaken.has(status);
    return { ...answer, outcome: 'later', message, maybeTaken, ...asked };
  }
  return { ...answer, outcome: ofTheEndpoint.has(status) ? 'blocked' : 'refused', message };
}

/**
 * Whether anything answers at an endpoint. Sends no key and no usage.
 * @param {string} endpoint @param {AbortSignal} [signal]
 * @returns {Promise<PostResult | null>} null if it does, else what to tell
 */
export async function reachable(endpoint, signal) {
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    await fetch(endpoint, { method: 'HEAD', ...careful, signal: either(signal, timeout) });
    return null;
  } catch (error) {
    return { ...noAnswer, maybeTaken: false, message: messageOf(error) };
  }
}

/** No cookies, and no key to where a redirect points. */
const careful = /** @type {const} */ ({
  credentials: 'omit',
  redirect: 'error',
  cache: 'no-store',
  referrerPolicy: 'no-referrer',
});

const noAnswer = /** @type {const} */ ({
  outcome: 'later',
  status: 0,
  body: null,
  maybeTaken: true,
  calculatesOnly: false,
  onceOnly: false,
});

/** @param {AbortSignal | undefined} signal @param {AbortSignal} timeout */
function either(signal, timeout) {
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** The cause says more than "fetch failed". @param {unknown} error */
function messageOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Seconds or a date. @param {string | null} header @returns {number} 0 for none */
function delayOf(header) {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
