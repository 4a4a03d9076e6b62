// SPDX-License-Identifier: MIT
// Small tokenizers as they are published, for tests: their ids can be worked out by hand.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATTERNS } from '../../tools/vocabulary/patterns.mjs';

const builder = fileURLToPath(new URL('../../tools/build-vocabulary.mjs', import.meta.url));

/** The characters that stand for the bytes 0 … 255 in a tokenizer.json. */
const LETTERS = Array.from({ length: 256 }, (_, byte) => byte).map(
  ((next) => (byte) => {
    const isItself = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(isItself ? byte : next++);
  })(256),
);

export const splitsOf = (name) => PATTERNS.find((pattern) => pattern.name === name).splits;

/**
 * @typedef {object} Tokenizer
 * @property {string[]} merges
 * @property {string[]} [splits]
 * @property {number} [first]
 * @property {object} [change]
 * @property {object} [model]
 */

/**
 * A tokenizer.json whose ids are those of the bytes, then of the merges; `first` are special.
 * @param {Tokenizer} tokenizer
 * @returns {any}
 */
export function tokenizerJson({
  merges,
  splits = splitsOf('cl100k'),
  first = 0,
  change = {},
  model = {},
}) {
  const tokens = [...LETTERS, ...merges.map((merge) => merge.replace(' ', ''))];
  return {
    added_tokens: Array.from({ length: first }, (_, id) => ({ id, content: `<${id}>` })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...splits.map((Regex) => ({
          ...{ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false },
        })),
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries([
        ...Array.from({ length: first }, (_, id) => [`<${id}>`, id]),
        ...tokens.map((token, id) => [token, first + id]),
      ]),
      merges,
      ...model,
    },
    ...change,
  };
}

/**
 * Builds a vocabulary as people do.
 * @param {string} folder @param {string} name @param {Tokenizer} tokenizer
 */
export function buildVocabulary(folder, name, tokenizer) {
  const [from, path] = [join(folder, `${name}.json`), join(folder, `${name}.twv`)];
  writeFileSync(from, JSON.stringify(tokenizerJson(tokenizer)));
  const args = [builder, '--from', from, '--name', name, '--output', path];
  execFileSync(process.execPath, args, { stdio: 'pipe' });
  return { path, bytes: readFileSync(path) };
}
