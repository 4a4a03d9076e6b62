// SPDX-License-Identifier: MIT
// The features of texts as the C core sees them, from the built tokenwatt.wasm: what is fitted is
// what is applied.

import { readFileSync } from 'node:fs';
import { FEATURES } from './features.mjs';

const ROOT = new URL('../../', import.meta.url);

/**
 * @returns {Promise<(text: string) => { tokens: number, counts: number[] }>} the text's tokens of
 *   o200k_base, and its features in the order of FEATURES
 */
export async function featureReader() {
  const { Memory } = await import(new URL('web/src/memory.js', ROOT).href);
  const { loadWasm } = await import(new URL('web/src/wasm.js', ROOT).href);
  const wasm = readFileSync(new URL('web/dist/tokenwatt.wasm', ROOT));
  const needed = ['memory', 'tw_wasm_token_features', 'tw_vocabulary_open', 'tw_tokens_count'];
  const exports = await loadWasm(await WebAssembly.compile(wasm), 'tokenwatt.wasm', needed);
  const memory = new Memory(exports);
  const file = readFileSync(new URL('data/o200k_base.twv', ROOT));
  const address = memory.allocate(file.length);
  memory.bytes.set(file, address);
  const { out } = memory;
  memory.check(exports.tw_vocabulary_open(address, file.length, 0, out), 'o200k_base');
  exports.free(address);
  const vocabulary = memory.readU32(out);
  const room = memory.allocate(FEATURES.length * 4);
  return (text) =>
    memory.withText(text, (at, size) => {
      memory.check(exports.tw_tokens_count(vocabulary, at, size, out), 'counting');
      const tokens = memory.readU32(out);
      memory.check(exports.tw_wasm_token_features(vocabulary, at, size, room), 'features');
      return { tokens, counts: [...memory.readU32s(room, FEATURES.length)] };
    });
}
