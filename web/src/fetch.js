// SPDX-License-Identifier: MIT
// `tokenwatt/fetch`: the APIs behind a function that is called like fetch(), with no server. What it
// answers is what `tokenwatt serve` answers, so that a page may move from one to the other.

import { TokenwattError, describe, invalidArgument, tagOf } from './errors.js';
import { readBody } from './request-body.js';

export { createApi } from './api.js';
export { TokenwattError } from './errors.js';

/** @typedef {import('./api.js').Api} Api */

/**
 * @typedef {object} ApiFetchOptions
 * @property {string | URL | readonly (string | URL)[]} [base] the folders whose `api/` is answered;
 *   default: the root of the page's origin, which is http://localhost/ outside a page
 * @property {typeof globalThis.fetch} [otherwise] what all other requests go to; default: fetch()
 */

/** As `tokenwatt serve` has it. */
const BODY_LIMIT_BYTES = 1 << 20;

/**
 * Makes a function to call like fetch(): requests below /api/ are answered here, all others by
 * fetch() itself. Errors of a request are answers with their status; it rejects as fetch() does, for
 * what is no request and for one that is aborted.
 *
 * @param {Api} tw of createTokenwatt(), or of createApi(), which loads no vocabulary
 * @param {ApiFetchOptions} [options]
 * @returns {(input: RequestInfo | URL, init?: RequestInit) => Promise<Response>}
 */
export function createApiFetch(tw, { base, otherwise = (...call) => fetch(...call) } = {}) {
  if (typeof tw?.request !== 'function') {
    throw invalidArgument('tw', `must have request(), as of createApi(), not ${describe(tw)}`);
  }
  const folders = foldersOf(base);
  return async (input, init) => {
    const isRequest = tagOf(input) === 'Request';
    const address = isRequest ? /** @type {Request} */ (input).url : String(input);
    const url = new URL(address, pageAddress() ?? folders[0]);
    const path = pathOf(url, folders);
    if (path === undefined) return otherwise(isRequest ? input : url, init);
    return answer(tw, path, isRequest ? /** @type {Request} */ (input) : url, init);
  };
}

/**
 * The path of the API that an address names.
 * @param {URL} url @param {readonly URL[]} folders
 * @returns {string | undefined} such as "/api/health?x=1"; undefined for all that is elsewhere
 */
export function pathOf(url, folders) {
  for (const { protocol, host, pathname } of folders) {
    // Not `origin`: that of a page on disk is no origin at all.
    if (url.protocol !== protocol || url.host !== host || !url.pathname.startsWith(pathname)) {
      continue;
    }
    const path = url.pathname.slice(pathname.length - 1);
    if (path === '/api' || path.startsWith('/api/')) return path + url.search;
  }
  return undefined;
}

/** @param {ApiFetchOptions['base']} base @returns {URL[]} each ends with a slash */
export function foldersOf(base) {
  const page = pageAddress() ?? 'http://localhost/';
  const bases = base === undefined ? ['/'] : Array.isArray(base) ? base : [base];
  return bases.map((folder) => {
    if (!URL.canParse(folder, page)) throw invalidArgument('base', `'${folder}' is no address`);
    return new URL('.', new URL(folder, page));
  });
}

function pageAddress() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/**
 * @param {Api} tw @param {string} path @param {Request | URL} input
 * @param {RequestInit} [init]
 */
async function answer(tw, path, input, init) {
  const start = performance.now();
  const { body: given, ...rest } = init ?? {};
  // A browser's own request may be one that cannot be made by hand: it is taken as it is.
  const request =
    init === undefined && tagOf(input) === 'Request'
      ? /** @type {Request} */ (input)
      : new Request(input, rest);
  const { method, signal } = request;
  signal.throwIfAborted();
  const body = given ?? null;
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new TypeError(`a request with method ${method} cannot have a body`);
  }
  // Not every browser's Request takes a stream, but its Response does.
  const bearer = body === null ? request : new Response(body);
  const headers = new Headers(request.headers);
  const type = headers.get('content-type') ?? bearer.headers.get('content-type');
  const refusal = refuseHeaders(method, headers, type);
  const bytes = refusal ?? (await readBody(bearer, BODY_LIMIT_BYTES, signal));
  if (bytes === 'too large') return respond(method, tooLarge(), start);
  if (!(bytes instanceof Uint8Array)) return respond(method, bytes, start);
  const keepsNothing = method === 'POST' && /^\/api\/v1\/(calculate|track)(\?|$)/.test(path);
  return respond(method, ask(tw, method, path, bytes), start, keepsNothing);
}

/** @param {Api} tw @param {string} method @param {string} path @param {Uint8Array} bytes */
function ask(tw, method, path, bytes) {
  try {
    const body = bytes.length === 0 ? undefined : bytes;
    return tw.request(method === 'HEAD' ? 'GET' : method, path, body);
  } catch (error) {
    if (!(error instanceof TokenwattError && error.code === 'out_of_memory')) throw error;
    return failure(503, 'service_unavailable', 'There is no memory left to answer.', {});
  }
}

/**
 * What is wrong with a request before its body is read.
 * @param {string} method @param {Headers} headers @param {string | null} type
 */
function refuseHeaders(method, headers, type) {
  if (!['POST', 'PUT', 'PATCH'].includes(method)) return undefined;
  if (!/^application\/json[ \t]*(;|$)/i.test(type ?? '')) {
    const message = 'Send the body as JSON, with the header Content-Type: application/json.';
    return failure(415, 'unsupported_media_type', message, { header: 'Content-Type' });
  }
  if (headers.has('content-encoding')) {
    const message = 'Send the body uncompressed, without Content-Encoding.';
    return failure(415, 'unsupported_media_type', message, { header: 'Content-Encoding' });
  }
  return undefined;
}

const tooLarge = () =>
  failure(413, 'payload_too_large', 'The body is larger than 1 MiB.', {
    limit_bytes: BODY_LIMIT_BYTES,
  });

/** @param {number} status @param {string} code @param {string} message @param {object} details */
export function failure(status, code, message, details) {
  return { status, body: { error: { code, message, details } } };
}

/**
 * @param {string} method @param {import('./request.js').Answer} answered
 * @param {number} start of the request
 * @param {boolean} [keepsNothing] of what a server with a store would record
 */
export function respond(method, { status, body }, start, keepsNothing = false) {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = new Headers({
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-response-time': `${Math.round(performance.now() - start)}ms`,
  });
  if (keepsNothing) headers.set('x-recorded', 'false');
  const allow = body?.allow ?? body?.error?.details?.allow;
  if (Array.isArray(allow)) headers.set('allow', allow.join(', '));
  return new Response(method === 'HEAD' ? null : bytes, { status, headers });
}
