// SPDX-License-Identifier: MIT
// The ways to split text that tokenizer/pattern.c has matchers for, and how published files name
// them. Anything else is refused: a pattern that is nearly the same gives counts nearly the same.

const CL100K =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" +
  '| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

const HEAD = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const TAIL = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const PREFIX = '[^\\r\\n\\p{L}\\p{N}]?';
const CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
const SYMBOLS_AND_SPACE = '| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

const DEEPSEEK_WORDS =
  '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+' +
  '| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';

/**
 * @typedef {object} Pattern
 * @property {string} name
 * @property {number} number in the .twv header
 * @property {string[]} splits regular expressions, each of which splits what the one before made
 */

/** @type {Pattern[]} */
export const PATTERNS = [
  { name: 'cl100k', number: 1, splits: [CL100K] },
  {
    name: 'o200k',
    number: 2,
    splits: [
      `${PREFIX}${HEAD}*${TAIL}+${CONTRACTION}|${PREFIX}${HEAD}+${TAIL}*${CONTRACTION}` +
        `|\\p{N}{1,3}${SYMBOLS_AND_SPACE}`,
    ],
  },
  { name: 'qwen', number: 3, splits: [CL100K.replace('{1,3}', '')] },
  {
    name: 'tekken',
    number: 4,
    splits: [`${PREFIX}${HEAD}*${TAIL}+|${PREFIX}${HEAD}+${TAIL}*|\\p{N}${SYMBOLS_AND_SPACE}`],
  },
  {
    name: 'deepseek',
    number: 5,
    splits: ['\\p{N}{1,3}', '[一-龥぀-ゟ゠-ヿ]+', DEEPSEEK_WORDS],
  },
];

/** Line breaks stand in some files as they are, in others escaped. @param {string} regex */
const plain = (regex) => regex.replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/**
 * The pattern that splits as these regular expressions do one after another, if there is one.
 * @param {string[]} splits
 */
export function patternOf(splits) {
  const wanted = JSON.stringify(splits.map(plain));
  return PATTERNS.find((pattern) => JSON.stringify(pattern.splits) === wanted);
}

/** @param {string} name */
export function patternNamed(name) {
  return PATTERNS.find((pattern) => pattern.name === name);
}
