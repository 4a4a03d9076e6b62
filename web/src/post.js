// SPDX-License-Identifier: MIT
// One request to a calculate endpoint, and what its answer means for the record.

const TIMEOUT_MS = 30_000;
const LONGEST_MESSAGE = 200;

/** Statuses after which the same request may succeed later. */
const passing = new Set([408, 425, 429]);
/** Statuses that every record will meet until the endpoint or the key is changed. */
const ofTheEndpoint = new Set([401, 402, 403, 404, 405]);

/**
 * @typedef {object} PostResult
 * @property {'taken' | 'refused' | 'blocked' | 'later'} outcome `refused`: this record is not
 *   taken; `blocked`: none is, as things stand; `later`: to be tried again
 * @property {number} status 0 where there was no answer
 * @property {string} message what the server or the network said, cut short; '' after success
 * @property {any} body the answer's JSON, null without
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
  let text;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(payload),
      credentials: 'omit',
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    return { outcome: 'later', status: 0, message: messageOf(error), body: null };
  }
  const { ok, status } = response;
  const body = parsed(text);
  if (ok) return { outcome: 'taken', status, message: '', body };
  const message = String(body?.error?.message ?? '').slice(0, LONGEST_MESSAGE);
  if (status >= 500 || passing.has(status)) {
    const retryAfterMs = delayOf(response.headers.get('retry-after'));
    const asked = retryAfterMs > 0 ? { retryAfterMs } : {};
    return { outcome: 'later', status, message, body, ...asked };
  }
  return { outcome: ofTheEndpoint.has(status) ? 'blocked' : 'refused', status, message, body };
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
