// SPDX-License-Identifier: MIT
// Our splitter without the merging behind it, from splitter.c, in Node and in a page.

import { Memory } from '../../web/src/memory.js';
import { loadWasm } from '../../web/src/wasm.js';

/**
 * @typedef {object} Splitter
 * @property {(text: import('./texts.mjs').Text) => () => number} prepare puts a text into the
 *   module's memory, in place of the last one; the function then counts its pieces
 */

/** What it needs, as engines do. */
export const SPLITTER_FILES = ['build/wasm/splitter.wasm', 'web/dist/o200k_base.twv'];

/** @param {import('./engines.mjs').Read} read @returns {Promise<Splitter>} */
export async function loadSplitter(read) {
  const [wasm, file] = await Promise.all(SPLITTER_FILES.map(read));
  const exports = await loadWasm(await WebAssembly.compile(wasm), 'splitter.wasm', []);
  const { tw_bench_pieces } = /** @type {Record<string, (...values: number[]) => number>} */ (
    /** @type {unknown} */ (exports)
  );
  const memory = new Memory(exports);
  const data = memory.allocate(file.length);
  memory.bytes.set(file, data);
  memory.check(exports.tw_vocabulary_open(data, file.length, 0, memory.out), 'the vocabulary');
  const vocabulary = memory.readU32(memory.out);
  exports.free(data);

  let last = 0;
  return {
    prepare(text) {
      const texts = typeof text === 'string' ? [text] : text;
      const encoder = new TextEncoder();
      const encoded = texts.map((one) => encoder.encode(one));
      exports.free(last);
      last = memory.allocate(encoded.reduce((sum, { length }) => sum + length, 0));
      let end = last;
      const places = encoded.map((bytes) => {
        const at = end;
        memory.bytes.set(bytes, at);
        end += bytes.length;
        return { at, size: bytes.length };
      });
      return () => {
        let pieces = 0;
        for (const { at, size } of places) pieces += tw_bench_pieces(vocabulary, at, size);
        return pieces;
      };
    },
  };
}
