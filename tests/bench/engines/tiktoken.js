// SPDX-License-Identifier: MIT
import ranks from 'tiktoken/encoders/o200k_base';
import { init, Tiktoken } from 'tiktoken/lite/init';

/** @type {import('../engines.mjs').Load} */
export async function load(read) {
  const wasm = await read('node_modules/tiktoken/lite/tiktoken_bg.wasm');
  await init((imports) => WebAssembly.instantiate(wasm, imports));
  const encoding = new Tiktoken(ranks.bpe_ranks, ranks.special_tokens, ranks.pat_str);
  return {
    count: (text) => encoding.encode_ordinary(text).length,
    encode: (text) => encoding.encode_ordinary(text),
  };
}
