// SPDX-License-Identifier: MIT
// The bytes of a request's body, whatever it was made of, and no more of them than are wanted.

/**
 * @param {Request | Response} bearer of the body
 * @param {number} limit bytes
 * @param {AbortSignal} signal ends the reading with its reason
 * @returns {Promise<Uint8Array<ArrayBuffer> | 'too large'>} empty where there is no body
 */
export async function readBody(bearer, limit, signal) {
  let stream = bearer.body;
  // Firefox shows no stream of a request.
  if (stream === undefined) stream = (await abortable(bearer.blob(), signal)).stream();
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await abortable(reader.read(), signal);
      if (done) break;
      if (tag(value) !== 'Uint8Array') throw new TypeError('a body is a stream of Uint8Arrays');
      size += value.length;
      if (size > limit) {
        reader.cancel().catch(() => {});
        return 'too large';
      }
      parts.push(value);
    }
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @param {unknown} value */
const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

/**
 * @template T
 * @param {Promise<T>} promise @param {AbortSignal} signal
 * @returns {Promise<T>} which the signal ends at once
 */
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
