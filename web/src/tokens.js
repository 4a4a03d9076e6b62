// SPDX-License-Identifier: MIT
// Counting, encoding and decoding in a loaded module: what both entry points share.

import { Counter, countLongText } from './counter.js';
import { TokenwattError, describe, invalidArgument } from './errors.js';
import { WHOLE_UNITS } from './memory.js';
import { Vocabularies } from './vocabularies.js';

/**
 * @typedef {import('./memory.js').Memory} Memory
 * @typedef {import('./source.js').FileSource} FileSource
 * @typedef {'o200k_base' | 'cl100k_base' | (string & {})} EncodingName
 * @typedef {{ encoding?: EncodingName | undefined }} EncodingOption default: the first one loaded
 */

/**
 * @typedef {object} Tokens
 * @property {(text: string, options?: EncodingOption) => number} countTokens The number of tokens of
 *   a text. Lone surrogates count as U+FFFD, names of special tokens as plain text. Memory stays
 *   bounded however long the text is.
 * @property {(text: string, options?: EncodingOption) => Uint32Array<ArrayBuffer>} encode The token
 *   ids of a text.
 * @property {(ids: ArrayLike<number>, options?: EncodingOption) => string} decode The text of token
 *   ids. Where they begin or end inside a character, that is U+FFFD.
 * @property {(options?: EncodingOption) => Counter} createCounter A counter for one growing or
 *   changing text; free it when done.
 * @property {(name: EncodingName, source?: FileSource | PromiseLike<FileSource>) => Promise<void>}
 *   loadEncoding Loads another encoding, by default from the file beside this module; at once if it
 *   is loaded already.
 * @property {readonly string[]} encodings The encodings loaded so far; the first is the default.
 */

const BUFFER_TOO_SMALL = -3;
const UNKNOWN_TOKEN = -8;

/**
 * @param {Memory} memory @param {import('./vocabularies.js').Encodings} encodings
 * @param {Vocabularies} [vocabularies] where they are kept
 * @returns {Promise<Tokens>}
 */
export async function tokensOf(memory, encodings, vocabularies = new Vocabularies(memory)) {
  await vocabularies.loadAll(encodings);
  const { exports, out } = memory;

  /** @param {number} vocabulary @param {string} text */
  function composed(vocabulary, text) {
    return vocabularies.isComposed(vocabulary) ? text.normalize('NFC') : text;
  }

  /** @type {Tokens['countTokens']} */
  function countTokens(given, options) {
    const vocabulary = vocabularies.get(nameIn(options));
    checkText(given);
    const text = composed(vocabulary, given);
    if (text.length > WHOLE_UNITS) return countLongText(memory, vocabulary, text);
    return memory.withText(text, (address, size) => {
      memory.check(exports.tw_tokens_count(vocabulary, address, size, out), 'counting failed');
      return memory.readU32(out);
    });
  }

  /** @type {Tokens['encode']} */
  function encode(given, options) {
    const vocabulary = vocabularies.get(nameIn(options));
    checkText(given);
    const text = composed(vocabulary, given);
    return memory.withText(text, (address, size) => {
      // A text never has more tokens than bytes, most have a quarter.
      let capacity = size <= 4096 ? size : size >>> 1;
      for (;;) {
        const ids = memory.withIds(capacity, (at) => {
          const status = exports.tw_tokens_encode(vocabulary, address, size, at, capacity, out);
          if (status === 0) return memory.readU32s(at, memory.readU32(out));
          if (status !== BUFFER_TOO_SMALL) throw memory.error(status, 'encoding failed');
          return null;
        });
        if (ids !== null) return ids;
        capacity = memory.readU32(out);
      }
    });
  }

  /** @type {Tokens['decode']} */
  function decode(ids, options) {
    const vocabulary = vocabularies.get(nameIn(options));
    const checked = checkedIds(ids);
    const address = memory.allocate(checked.length * 4);
    try {
      new Uint32Array(exports.memory.buffer, address, checked.length).set(checked);
      let capacity = checked.length * 8 + 64;
      for (;;) {
        const text = memory.allocate(capacity);
        try {
          const status = exports.tw_tokens_decode(
            ...[vocabulary, address, checked.length],
            ...[text, capacity, out],
          );
          const size = memory.readU32(out);
          if (status === 0) return memory.readText(text, size);
          if (status === UNKNOWN_TOKEN) throw unknownToken(checked, size, vocabulary);
          if (status !== BUFFER_TOO_SMALL) throw memory.error(status, 'decoding failed');
          capacity = size;
        } finally {
          exports.free(text);
        }
      }
    } finally {
      exports.free(address);
    }
  }

  /**
   * @param {Uint32Array} ids @param {number} index @param {number} vocabulary
   */
  function unknownToken(ids, index, vocabulary) {
    const name = memory.readName(exports.tw_vocabulary_name(vocabulary));
    const last = exports.tw_vocabulary_size(vocabulary) - 1;
    const what = `ids[${index}] is ${ids[index]}, but ${name} has the ids 0 to ${last}`;
    return new TokenwattError('unknown_token', what, { field: 'ids' });
  }

  /** @type {Tokens['createCounter']} */
  function createCounter(options) {
    const vocabulary = vocabularies.get(nameIn(options));
    return new Counter(memory, vocabulary, vocabularies.isComposed(vocabulary));
  }

  /** @type {Tokens['loadEncoding']} */
  function loadEncoding(name, source) {
    return vocabularies.load(name, source);
  }

  const { names } = vocabularies;
  return { countTokens, encode, decode, createCounter, loadEncoding, encodings: names };
}

/** A mere name would otherwise be passed over. @param {EncodingOption | undefined} options */
function nameIn(options) {
  if (options === undefined || (typeof options === 'object' && options !== null)) {
    return options?.encoding;
  }
  throw invalidArgument('options', `must be an object { encoding }, not ${describe(options)}`);
}

/** @param {unknown} text */
export function checkText(text) {
  if (typeof text !== 'string') {
    throw invalidArgument('text', `must be a string, not ${describe(text)}`);
  }
}

/** @param {ArrayLike<number>} ids @returns {Uint32Array} */
function checkedIds(ids) {
  if (ids instanceof Uint32Array) return ids;
  if (!Array.isArray(ids) && !(ArrayBuffer.isView(ids) && 'length' in ids)) {
    throw invalidArgument('ids', `must be an array of token ids, not ${describe(ids)}`);
  }
  const { length } = /** @type {ArrayLike<unknown>} */ (ids);
  for (let i = 0; i < length; i++) {
    const id = /** @type {ArrayLike<unknown>} */ (ids)[i];
    if (!Number.isInteger(id) || Number(id) < 0 || Number(id) > 0xffffffff) {
      throw invalidArgument(`ids[${i}]`, `must be a whole number from 0 on, not ${describe(id)}`);
    }
  }
  return Uint32Array.from(ids);
}
