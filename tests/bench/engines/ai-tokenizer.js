// SPDX-License-Identifier: MIT
import Tokenizer from 'ai-tokenizer';
import * as ranks from 'ai-tokenizer/encoding/o200k_base';

/** @type {import('../engines.mjs').Load} */
export async function load() {
  const tokenizer = new Tokenizer(ranks);
  return {
    count: (text) => tokenizer.encode(text, [], []).length, // its count() refuses special-token text
    encode: (text) => tokenizer.encode(text, [], []),
  };
}
