// SPDX-License-Identifier: MIT
// The routes of the APIs alone, for whoever counts no texts: no vocabulary is loaded.

import { tokenizerExports } from './exports.js';
import { Memory } from './memory.js';
import { apiExports, request as send } from './request.js';
import { loadWasm } from './wasm.js';

/**
 * @typedef {object} ApiOptions
 * @property {import('./wasm.js').WasmSource | PromiseLike<import('./wasm.js').WasmSource>} [wasm]
 *   default: tokenwatt.wasm beside this module
 *
 * @typedef {Pick<import('./index.js').Tokenwatt, 'request'>} Api
 */

/**
 * Loads the API alone: `request()` as createTokenwatt()'s. Errors are TokenwattErrors with the codes
 * `wasm_load_failed` and `invalid_argument`.
 *
 * @param {ApiOptions} [options]
 * @returns {Promise<Api>}
 */
export async function createApi({ wasm } = {}) {
  const source = wasm ?? new URL('./tokenwatt.wasm', import.meta.url);
  const loaded = await loadWasm(source, 'tokenwatt.wasm', [...tokenizerExports, ...apiExports]);
  const exports = /** @type {import('./request.js').ApiExports} */ (loaded);
  const memory = new Memory(exports);
  return { request: (method, path, body) => send(memory, exports, method, path, body) };
}
