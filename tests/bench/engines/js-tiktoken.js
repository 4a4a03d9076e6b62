// SPDX-License-Identifier: MIT
import { Tiktoken } from 'js-tiktoken/lite';
import ranks from 'js-tiktoken/ranks/o200k_base';

/** @type {import('../engines.mjs').Load} */
export async function load() {
  const encoding = new Tiktoken(ranks);
  return {
    count: (text) => encoding.encode(text, [], []).length,
    encode: (text) => encoding.encode(text, [], []),
  };
}
