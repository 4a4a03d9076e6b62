// SPDX-License-Identifier: MIT
// A text's tokens as a model counts them: exactly where its vocabulary is loaded, else estimated.

import { WHOLE_UNITS } from './memory.js';

/**
 * @typedef {object} ModelTokens
 * @property {number} tokens
 * @property {number} doubt how many of them may be too many or missing
 */

/**
 * @param {import('./memory.js').Memory} memory @param {import('./request.js').ApiExports} exports
 * @param {number} vocabulary
 * @param {string} model @param {string} provider '' if not known
 * @param {string} text
 * @returns {ModelTokens}
 */
export function modelTokens(memory, exports, vocabulary, model, provider, text) {
  const sum = { tokens: 0, doubt: 0 };
  /** @type {number[]} */
  const names = [];
  try {
    for (const name of [model, provider]) names.push(memory.allocateName(name));
    const [modelAt = 0, providerAt = 0] = names;
    for (const part of partsOf(text)) {
      memory.withText(part, (address, size) => {
        const { out } = memory;
        const status = exports.tw_wasm_model_tokens(
          ...[modelAt, provider === '' ? 0 : providerAt, vocabulary],
          ...[address, size, out],
        );
        memory.check(status, 'counting failed');
        sum.tokens += memory.readU32(out);
        sum.doubt += memory.readU32(out + 4);
      });
    }
  } finally {
    for (const address of names) exports.free(address);
  }
  return sum;
}

/** Parts that fit into the module; no pair of units is torn. @param {string} text */
function* partsOf(text) {
  for (let at = 0; at < text.length; ) {
    const last = text.charCodeAt(at + WHOLE_UNITS - 1);
    const end = at + WHOLE_UNITS - (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
    yield text.slice(at, end);
    at = end;
  }
}
