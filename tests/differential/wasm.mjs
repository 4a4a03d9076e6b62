// SPDX-License-Identifier: MIT
// The WebAssembly tokenizer as a function from texts to ids, through the published module.

import { readFileSync } from 'node:fs';
import { createTokenizer } from '../../web/src/tokenizer.js';

const file = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));

/**
 * Loads the module for an encoding.
 * @param {string} encoding
 */
export async function startWasm(encoding) {
  const tokenizer = await createTokenizer({
    wasm: file('build/wasm/tokenizer.wasm'),
    encodings: { [encoding]: file(`data/${encoding}.twv`) },
  });
  return {
    name: `wasm ${encoding}`,
    /**
     * The ids of each text; counting and decoding have to agree.
     * @param {string[]} texts
     */
    async encodeAll(texts) {
      return texts.map((text) => {
        const ids = tokenizer.encode(text, { encoding });
        if (tokenizer.countTokens(text, { encoding }) !== ids.length) {
          throw new Error(`wasm counts other than it encodes: ${JSON.stringify(text)}`);
        }
        if (tokenizer.decode(ids, { encoding }) !== text.toWellFormed()) {
          throw new Error(`wasm does not decode to the text: ${JSON.stringify(text)}`);
        }
        return ids;
      });
    },
    close() {},
  };
}
