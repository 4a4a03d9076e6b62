// SPDX-License-Identifier: MIT
// Which vocabulary a model's texts are counted with, and how many of its tokens they have: exactly
// where its own is loaded, else estimated.

import { WHOLE_UNITS } from './memory.js';
import { isPublished } from './vocabularies.js';

/**
 * @typedef {import('./tokens.js').EncodingName} EncodingName
 * @typedef {object} ModelTokens
 * @property {number} tokens
 * @property {number} doubt how many of them may be too many or missing
 */

/** What others are estimated from. */
const BASE = 'o200k_base';

/**
 * @param {import('./memory.js').Memory} memory @param {import('./request.js').ApiExports} exports
 * @param {import('./vocabularies.js').Vocabularies} vocabularies
 * @param {import('./tokens.js').Tokens['countTokens']} countTokens
 */
export function modelTokensOf(memory, exports, vocabularies, countTokens) {
  /**
   * The address of each, 0 for what is not known.
   * @template T
   * @param {unknown} model @param {unknown} provider
   * @param {(model: number, provider: number) => T} use
   */
  function withNames(model, provider, use) {
    /** @type {number[]} */
    const names = [];
    try {
      for (const name of [model, provider]) {
        names.push(typeof name === 'string' && name !== '' ? memory.allocateName(name) : 0);
      }
      return use(names[0] ?? 0, names[1] ?? 0);
    } finally {
      for (const address of names) exports.free(address);
    }
  }

  /**
   * The vocabulary that is the model's own, or stands in for it; '' if none is known.
   * @param {unknown} model @param {unknown} provider
   */
  function vocabularyOf(model, provider) {
    return withNames(model, provider, (modelAt, providerAt) =>
      memory.readName(exports.tw_wasm_model_vocabulary(modelAt, providerAt)),
    );
  }

  /**
   * The one to count with if all is loaded that the package has.
   * @param {unknown} model @param {unknown} provider
   * @returns {EncodingName}
   */
  function wanted(model, provider) {
    const own = vocabularyOf(model, provider);
    return vocabularies.names.includes(own) || isPublished(own) ? own : BASE;
  }

  /**
   * The one to count with among those that are loaded; undefined if there are none.
   * @param {unknown} model @param {unknown} provider
   * @returns {EncodingName | undefined}
   */
  function loaded(model, provider) {
    const { names } = vocabularies;
    const best = [vocabularyOf(model, provider), BASE].find((name) => names.includes(name));
    return best ?? names[0];
  }

  /**
   * @param {string} text @param {unknown} model @param {unknown} provider
   * @param {EncodingName | undefined} encoding of those that are loaded
   * @returns {ModelTokens}
   */
  function count(text, model, provider, encoding) {
    const own = vocabularyOf(model, provider);
    if (encoding !== BASE || own === BASE || own === '') {
      return { tokens: countTokens(text, { encoding }), doubt: 0 };
    }
    const vocabulary = vocabularies.get(encoding);
    const sum = { tokens: 0, doubt: 0 };
    withNames(model, provider, (modelAt, providerAt) => {
      for (const part of partsOf(text)) {
        memory.withText(part, (address, size) => {
          const { out } = memory;
          const status = exports.tw_wasm_model_tokens(
            ...[modelAt, providerAt, vocabulary],
            ...[address, size, out],
          );
          memory.check(status, 'counting failed');
          sum.tokens += memory.readU32(out);
          sum.doubt += memory.readU32(out + 4);
        });
      }
    });
    return sum;
  }

  return { wanted, loaded, count };
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
