// SPDX-License-Identifier: MIT
import { createTokenizer } from '../../../web/dist/tokenizer.js';

/** @type {import('../engines.mjs').Load} */
export async function load() {
  const tokenizer = await createTokenizer();
  return {
    count: (text) => tokenizer.countTokens(text),
    encode: (text) => tokenizer.encode(text),
  };
}
