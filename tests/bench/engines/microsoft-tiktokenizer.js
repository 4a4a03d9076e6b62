// SPDX-License-Identifier: MIT
import tiktokenizer from '@microsoft/tiktokenizer';

/** @type {import('../engines.mjs').Load} */
export async function load(read) {
  const { createTokenizer, getRegexByEncoder, getSpecialTokensByEncoder } = tiktokenizer;
  const file = await read('node_modules/gpt-tokenizer/data/o200k_base.tiktoken');
  // It reads a file only in Node; this is what its own reader does, without Buffer.
  const ranks = new Map();
  for (const line of new TextDecoder().decode(file).split('\n')) {
    const [bytes, rank] = line.split(' ');
    if (rank)
      ranks.set(
        Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
        Number(rank),
      );
  }
  const tokenizer = createTokenizer(
    ranks,
    getSpecialTokensByEncoder('o200k_base'),
    getRegexByEncoder('o200k_base'),
  );
  return {
    count: (text) => tokenizer.encode(text, []).length,
    encode: (text) => tokenizer.encode(text, []),
  };
}
