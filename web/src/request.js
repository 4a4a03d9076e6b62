// SPDX-License-Identifier: MIT
// The module's JSON boundary: every route of the APIs, offline.

import { TokenwattError, describe, invalidArgument } from './errors.js';

/** @typedef {import('./memory.js').Memory} Memory */
/**
 * tokenwatt.wasm only.
 * @typedef {import('./exports.js').Exports & {
 *   tw_wasm_request(method: number, path: number, query: number, body: number, bodySize: number,
 *     nowMs: number): number,
 *   tw_wasm_estimate(body: number, bodySize: number): number,
 *   tw_wasm_response_free(response: number): void,
 *   tw_wasm_model_vocabulary(model: number, provider: number): number,
 *   tw_wasm_model_tokens(model: number, provider: number, vocabulary: number, text: number,
 *     size: number, tokensAndDoubt: number): number,
 * }} ApiExports
 */

export const apiExports = [
  'tw_wasm_request',
  'tw_wasm_estimate',
  'tw_wasm_response_free',
  'tw_wasm_model_vocabulary',
  'tw_wasm_model_tokens',
];

/**
 * @typedef {object} Answer
 * @property {number} status as of HTTP
 * @property {any} body the parsed JSON; `{ error: { code, message, details } }` for an error
 */

/**
 * @param {Memory} memory @param {ApiExports} exports
 * @param {string} method @param {string} path with its query
 * @param {unknown} body undefined for none; text is sent as it is, and so are the bytes of a text
 * @returns {Answer}
 */
export function request(memory, exports, method, path, body) {
  checkName('method', method);
  checkName('path', path);
  if (!path.startsWith('/')) throw invalidArgument('path', `must begin with /, not be '${path}'`);
  const mark = path.indexOf('?');
  const route = mark < 0 ? path : path.slice(0, mark);
  const query = mark < 0 ? '' : path.slice(mark + 1);
  /** @type {number[]} */
  const names = [];
  try {
    for (const name of [method.toUpperCase(), route, query]) names.push(memory.allocateName(name));
    const [methodAt = 0, routeAt = 0, queryAt = 0] = names;
    const ask = (/** @type {number} */ at, /** @type {number} */ size) =>
      answer(
        memory,
        exports,
        exports.tw_wasm_request(methodAt, routeAt, queryAt, at, size, Date.now()),
      );
    if (body === undefined) return ask(0, 0);
    if (body instanceof Uint8Array) return memory.withBytes(body, ask);
    return memory.withText(typeof body === 'string' ? body : jsonOf(body), ask);
  } finally {
    for (const address of names) exports.free(address);
  }
}

/**
 * @param {Memory} memory @param {ApiExports} exports @param {object} body
 * @returns {Answer}
 */
export function requestEstimate(memory, exports, body) {
  return memory.withText(JSON.stringify(body), (address, size) =>
    answer(memory, exports, exports.tw_wasm_estimate(address, size)),
  );
}

/**
 * @param {Memory} memory @param {ApiExports} exports
 * @param {number} address of the module's {status, body, size}
 * @returns {Answer}
 */
function answer(memory, exports, address) {
  if (address === 0) {
    throw new TokenwattError('out_of_memory', 'the WebAssembly module has no memory to answer');
  }
  try {
    const text = memory.readText(memory.readU32(address + 4), memory.readU32(address + 8));
    return { status: memory.readU32(address), body: text === '' ? null : JSON.parse(text) };
  } finally {
    exports.tw_wasm_response_free(address);
  }
}

/** @param {string} field @param {unknown} name */
function checkName(field, name) {
  if (typeof name !== 'string') {
    throw invalidArgument(field, `must be a string, not ${describe(name)}`);
  }
  if (name.includes('\0')) throw invalidArgument(field, 'contains a NUL character');
}

/** JSON has no NaN and makes null of it, which is no number given: as a text it is refused by name.
 * @param {string} _key @param {unknown} value */
const refusable = (_key, value) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** @param {unknown} body */
function jsonOf(body) {
  let text;
  try {
    text = JSON.stringify(body, refusable);
  } catch (error) {
    throw new TokenwattError('invalid_argument', `body cannot be written as JSON: ${error}`, {
      field: 'body',
      cause: error,
    });
  }
  if (text === undefined) {
    throw invalidArgument('body', `must be what JSON can hold, not ${describe(body)}`);
  }
  return text;
}
