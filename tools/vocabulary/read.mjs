// SPDX-License-Identifier: MIT
// Reads the files in which tokenizers are published, and refuses what could not be made exact.

import { bytesOf } from './bytes.mjs';
import { readCharacters } from './characters.mjs';
import { refuse } from './errors.mjs';
import { BYTES, mergesOf, placesByList, placesByRank } from './merges.mjs';
import { PATTERNS, patternNamed, patternOf } from './patterns.mjs';

/**
 * @typedef {object} Vocabulary
 * @property {number} pattern its number
 * @property {number} firstId of the ordinary tokens
 * @property {boolean} isComposed text is brought into normal form C first
 * @property {string[]} tokens in the order of their ids, one character a byte
 * @property {[number, number][]} merges the halves of each token from the 257th on
 * @property {import('./characters.mjs').Characters} [characters] where merging begins with these
 */

/**
 * Reads a file of any kind that is known.
 *
 * @param {string} text of the file
 * @param {string} path for messages
 * @param {string} [patternName] where the file has none
 * @returns {Vocabulary}
 */
export function readVocabulary(text, path, patternName) {
  if (!text.trimStart().startsWith('{')) return readTiktoken(text, path, patternName);
  let json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse(`${path}: is not JSON: ${error.message}`);
  }
  if (patternName !== undefined) refuse(`${path}: has a pattern of its own: leave --pattern out`);
  if (Array.isArray(json.vocab) && json.config) return readTekken(json, path);
  if (json.model) return readTokenizerJson(json, path);
  return refuse(`${path}: is neither a tokenizer.json, a tekken.json nor ranks (.tiktoken)`);
}

/** @param {string[]} tokens @param {string} path */
function checkTokens(tokens, path) {
  for (let rank = 0; rank < Math.max(tokens.length, BYTES); rank++) {
    if (!tokens[rank]) refuse(`${path}: no token has rank ${rank}; ranks must be 0, 1, 2, …`);
    if (rank < BYTES && tokens[rank].length !== 1) {
      refuse(`${path}: rank ${rank} is not a single byte; the first ${BYTES} have to be`);
    }
  }
  if (new Set(tokens).size !== tokens.length) refuse(`${path}: two tokens have the same bytes`);
}

/**
 * A .tiktoken file: a line a token, its bytes in base64, a space, its rank.
 * @param {string} text @param {string} path @returns {string[]} the tokens in the order of ranks
 */
export function readRanks(text, path) {
  const tokens = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const match = /^([A-Za-z0-9+/]+=*) (\d{1,7})\r?$/.exec(line);
    if (!match) refuse(`${path}:${index + 1}: expected "BASE64 RANK"`);
    tokens[Number(match[2])] = Buffer.from(match[1], 'base64').toString('latin1');
  }
  checkTokens(tokens, path);
  return tokens;
}

/** @param {string} text @param {string} path @param {string} [name] @returns {Vocabulary} */
function readTiktoken(text, path, name) {
  const names = PATTERNS.map((pattern) => pattern.name).join(', ');
  if (name === undefined) {
    refuse(`${path}: ranks do not say how text is split: add --pattern, one of ${names}`);
  }
  const pattern = patternNamed(name);
  if (!pattern) refuse(`there is no pattern '${name}': there are ${names}`);
  const tokens = readRanks(text, path);
  const merges = mergesOf(tokens, placesByRank(tokens), true, path);
  return { pattern: pattern.number, firstId: 0, isComposed: false, tokens, merges };
}

/** Mistral's tekken.json. @param {any} json @param {string} path @returns {Vocabulary} */
function readTekken({ config, vocab }, path) {
  const { pattern: regex, default_vocab_size: size, default_num_special_tokens: special } = config;
  const pattern = typeof regex === 'string' ? patternOf([regex]) : undefined;
  if (!pattern) refuse(`${path}: splits text by a pattern that is not known: ${regex}`);
  if (
    !Number.isInteger(size) ||
    !Number.isInteger(special) ||
    special < 0 ||
    size > vocab.length + special
  ) {
    refuse(`${path}: its config does not say how many tokens are used`);
  }
  const tokens = [];
  for (const { rank, token_bytes: bytes } of vocab) {
    if (rank >= 0 && rank < size - special)
      tokens[rank] = Buffer.from(bytes, 'base64').toString('latin1');
  }
  checkTokens(tokens, path);
  const merges = mergesOf(tokens, placesByRank(tokens), true, path);
  return { pattern: pattern.number, firstId: special, isComposed: false, tokens, merges };
}

/** A tokenizer.json of the tokenizers library. @param {any} json @param {string} path @returns {Vocabulary} */
function readTokenizerJson(json, path) {
  const { model } = json;
  if (model.type !== 'BPE') {
    refuse(`${path}: its model is ${model.type}, not BPE; other models are not supported`);
  }
  for (const field of ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix']) {
    if (model[field])
      refuse(
        `${path}: model.${field} is set, which is not supported: its counts ` +
          'would not be exact',
      );
  }
  if (model.byte_fallback) return readCharacters(json, path);
  const pattern = patternIn(json.pre_tokenizer, path);
  const isComposed = normalizerIn(json.normalizer, path);
  const special = new Set((json.added_tokens ?? []).map((token) => token.id));
  /** @type {[string, number][]} */
  const ordinary = Object.entries(model.vocab).filter(([, id]) => !special.has(id));
  const firstId = ordinary.reduce((least, [, id]) => Math.min(least, id), Number.POSITIVE_INFINITY);
  const tokens = [];
  for (const [token, id] of ordinary) {
    const bytes = bytesOf(token);
    if (!bytes)
      refuse(`${path}: the token ${id} (${JSON.stringify(token)}) is not written in bytes`);
    tokens[id - firstId] = bytes;
  }
  checkTokens(tokens, path);
  const placeOf = placesByList(tokens, pairsIn(model.merges, path), path);
  const merges = mergesOf(tokens, placeOf, model.ignore_merges === true, path);
  return { pattern: pattern.number, firstId, isComposed, tokens, merges };
}

/** @param {any} merges @param {string} path @returns {[string, string][]} */
function pairsIn(merges, path) {
  if (!Array.isArray(merges)) refuse(`${path}: model.merges is no list`);
  return merges.map((merge, index) => {
    const pair = Array.isArray(merge) ? merge : String(merge).split(' ');
    const bytes = pair.map((part) => bytesOf(String(part)));
    if (bytes.length !== 2 || !bytes[0] || !bytes[1]) {
      refuse(`${path}: merge ${index} (${JSON.stringify(merge)}) is not two tokens`);
    }
    return [bytes[0], bytes[1]];
  });
}

/** @param {any} preTokenizer @param {string} path */
function patternIn(preTokenizer, path) {
  const steps = preTokenizer?.type === 'Sequence' ? preTokenizer.pretokenizers : [preTokenizer];
  const last = steps.at(-1);
  if (last?.type !== 'ByteLevel' || last.use_regex !== false || last.add_prefix_space) {
    refuse(
      `${path}: its pre_tokenizer does not end with ByteLevel without regex and prefix space; only ` +
        'byte-level tokenizers are supported',
    );
  }
  const splits = steps.slice(0, -1).map((step) => {
    const isKnown = step.type === 'Split' && step.behavior === 'Isolated' && !step.invert;
    const regex = step.pattern?.Regex;
    if (!isKnown || regex === undefined) {
      refuse(
        `${path}: its pre_tokenizer has a step ${step.type} (${step.behavior}) that is not supported`,
      );
    }
    return regex;
  });
  const pattern = patternOf(splits);
  if (!pattern)
    refuse(`${path}: splits text by a pattern that is not known: ${splits.join('  then  ')}`);
  return pattern;
}

/** Whether text is composed (NFC) first. @param {any} normalizer @param {string} path */
function normalizerIn(normalizer, path) {
  const steps =
    normalizer?.type === 'Sequence' ? normalizer.normalizers : normalizer ? [normalizer] : [];
  for (const { type } of steps) {
    if (type !== 'NFC') refuse(`${path}: its normalizer ${type} is not supported`);
  }
  return steps.length > 0;
}
