// SPDX-License-Identifier: MIT
// `tokenwatt/tokenizer`: the tokenizer alone, from a module of its own without tables and JSON.

import { tokenizerExports } from './exports.js';
import { Memory } from './memory.js';
import { tokensOf } from './tokens.js';
import { loadWasm } from './wasm.js';

export { TokenwattError } from './errors.js';

/**
 * @typedef {object} TokenizerOptions
 * @property {import('./wasm.js').WasmSource | PromiseLike<import('./wasm.js').WasmSource>} [wasm]
 *   default: tokenizer.wasm beside this module
 * @property {import('./vocabularies.js').Encodings} [encodings] default: `['o200k_base']`
 */

/**
 * @typedef {import('./tokens.js').Tokens} Tokenizer
 * @typedef {import('./counter.js').Counter} Counter
 * @typedef {import('./tokens.js').EncodingName} EncodingName
 */

/**
 * Loads the tokenizer. Errors are TokenwattErrors with the codes `wasm_load_failed`,
 * `vocabulary_load_failed`, `vocabulary_…`, `not_found` and `invalid_argument`.
 *
 * @param {TokenizerOptions} [options]
 * @returns {Promise<Tokenizer>}
 */
export async function createTokenizer({ wasm, encodings = ['o200k_base'] } = {}) {
  const source = wasm ?? new URL('./tokenizer.wasm', import.meta.url);
  const exports = await loadWasm(source, 'tokenizer.wasm', tokenizerExports);
  return tokensOf(new Memory(exports), encodings);
}
