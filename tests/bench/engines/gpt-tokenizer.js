// SPDX-License-Identifier: MIT
import { countTokens, encode } from 'gpt-tokenizer/encoding/o200k_base';

/** @type {import('../engines.mjs').Load} */
export async function load() {
  const plain = { disallowedSpecial: new Set() };
  return {
    count: (text) => countTokens(text, plain),
    encode: (text) => encode(text, plain),
  };
}
