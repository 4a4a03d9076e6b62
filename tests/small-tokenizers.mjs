// SPDX-License-Identifier: MIT
// Small tokenizers in the form in which large ones are published, and the plainest way to read them:
// regular expressions for the pieces, and the textbook's merging.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATTERNS } from '../tools/vocabulary/patterns.mjs';

const builder = fileURLToPath(new URL('../tools/build-vocabulary.mjs', import.meta.url));

/** The characters that stand for the bytes 0 … 255 in a tokenizer.json. */
export const LETTERS = Array.from({ length: 256 }, (_, byte) => byte).map(
  ((next) => (byte) => {
    const isItself = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(isItself ? byte : next++);
  })(256),
);

/** @param {string} name of a pattern */
export const splitsOf = (name) => PATTERNS.find((pattern) => pattern.name === name).splits;

/** @typedef {{ merges?: string[], splits?: string[], first?: number, change?: object, model?: any }} Tokenizer */

/**
 * A tokenizer.json whose ids are those of the bytes, then of the merges; `first` are special.
 * @param {Tokenizer} tokenizer
 */
export function tokenizerJson({
  merges = [],
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
      ignore_merges: false,
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

/** What JavaScript writes in another way than the published expressions. @param {string} regex */
function toJavaScript(regex) {
  const contraction = "'(?:[sS\\u017F]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
  return new RegExp(
    regex
      .replaceAll("(?i:'s|'t|'re|'ve|'m|'ll|'d)", `(?:${contraction})`)
      .replaceAll('\\s', '\\p{White_Space}')
      .replaceAll('\\S', '\\P{White_Space}'),
    'gu',
  );
}

/** The pieces that a regular expression makes of one: what it matches, and what is between. */
function split(piece, regex) {
  const pieces = [];
  let at = 0;
  for (const match of piece.matchAll(regex)) {
    pieces.push(piece.slice(at, match.index), match[0]);
    at = match.index + match[0].length;
  }
  return [...pieces, piece.slice(at)].filter((part) => part !== '');
}

/** @param {string[]} splits @returns {(text: string) => string[]} */
export function splitter(splits) {
  const regexes = splits.map(toJavaScript);
  return (text) =>
    regexes.reduce((pieces, regex) => pieces.flatMap((piece) => split(piece, regex)), [text]);
}

/** @param {string} piece */
const lettersOf = (piece) => [...Buffer.from(piece, 'utf8')].map((byte) => LETTERS[byte]);

/** Merges, of all that are listed the first in the list, the leftmost of equals; and again. */
function merge(parts, places) {
  for (;;) {
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < parts.length; i++) {
      const place = places.get(`${parts[i]} ${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (place < lowest) [lowest, best] = [place, i];
    }
    if (best < 0) return parts;
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
}

/**
 * The ids of a text as a tokenizer.json defines them.
 * @param {ReturnType<typeof tokenizerJson>} json
 * @returns {(text: string) => number[]}
 */
export function referenceOf(json) {
  const { vocab, merges, ignore_merges: wholeFirst } = json.model;
  const places = new Map(merges.map((pair, place) => [pair, place]));
  const regexes = json.pre_tokenizer.pretokenizers.slice(0, -1);
  const pieces = splitter(regexes.map((step) => /** @type {any} */ (step).pattern.Regex));
  return (text) =>
    pieces(json.normalizer ? text.normalize('NFC') : text).flatMap((piece) => {
      const letters = lettersOf(piece);
      const whole = wholeFirst ? vocab[letters.join('')] : undefined;
      return whole === undefined ? merge(letters, places).map((part) => vocab[part]) : [whole];
    });
}

/**
 * So many merges as are learned of a text, the most frequent pair first.
 * @param {string} text @param {string[]} splits @param {number} count
 */
export function learnMerges(text, splits, count) {
  const words = splitter(splits)(text).map(lettersOf);
  /** @type {string[]} */
  const merges = [];
  while (merges.length < count) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const made = new Set(merges.map((pair) => pair.replace(' ', '')));
    const [pair] = [...counts]
      .filter(([pair]) => !made.has(pair.replace(' ', '')))
      .reduce((most, next) => (next[1] > most[1] ? next : most), ['', 0]);
    if (pair === '') break;
    merges.push(pair);
    for (const word of words) merge(word, new Map([[pair, 0]]));
  }
  return merges;
}
