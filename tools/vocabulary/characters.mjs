// SPDX-License-Identifier: MIT
// Reads a tokenizer.json that merges characters, as SentencePiece does: those that are no tokens
// become bytes (byte_fallback), blanks are written as U+2581, and nothing but what tokens there are
// says how text is split (tokenizer/join_table.h).

import { refuse } from './errors.mjs';
import { BYTES } from './merges.mjs';

/** In tokenizer/pattern.h, for text that is split between characters no token has side by side. */
const PATTERN = 6;
const ASCII = 128;
const MOST_WHOLE_SIZE = 255;
const MOST_WHOLE = 0xffff;
/** Pieces at the end of a text that more text may change; the core takes twice as many for safe. */
const MOST_UNSTABLE = 2;

/**
 * @typedef {object} Characters
 * @property {number} count of tokens behind the bytes that are characters, or parts of them
 * @property {number} wholeCount of the last tokens, which are found whole, or parts of them
 * @property {boolean} beginsWithBlank one is put before text
 * @property {(number | undefined)[]} ids by which the tokenizer knows each token; none for a part
 */

/** The bytes of a text, one character a byte. @param {string} text */
const bytesOfText = (text) => Buffer.from(text, 'utf8').toString('latin1');

/** @param {string} token as it is written */
const textOf = (token) => token.replaceAll('\u2581', ' ');

/** @param {number} byte */
const byteName = (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/**
 * @param {any} json @param {string} path for messages
 * @returns {import('./read.mjs').Vocabulary}
 */
export function readCharacters(json, path) {
  const { model } = json;
  if (model.ignore_merges)
    refuse(`${path}: model.ignore_merges with byte_fallback is not supported`);
  checkPreTokenizer(json.pre_tokenizer, path);
  const beginsWithBlank = blankIn(json.normalizer, path);
  const added = json.added_tokens ?? [];
  const whole = wholeIn(added, path);
  if (beginsWithBlank && whole.size > 0) {
    refuse(`${path}: puts a blank before text and finds tokens whole, which is not supported`);
  }
  const special = new Set(added.map((token) => token.content));
  const ordinary = new Map();
  for (const [token, id] of Object.entries(model.vocab)) {
    const isBlanks = /^\u2581+$/.test(token);
    if ((!special.has(token) || isBlanks) && !token.includes(' ')) ordinary.set(token, id);
  }
  for (const [token, id] of whole) if ([...token].length === 1) ordinary.set(token, id);

  const table = new Table(bytesIn(model.vocab, ordinary, path));
  for (let byte = 0; byte < BYTES; byte++) ordinary.delete(byteName(byte));
  const known = charactersIn(ordinary);
  for (const [character, id] of known) table.addCharacter(bytesOfText(character), id);
  const count = table.tokens.length - BYTES;
  const contains = containsWhole(whole);
  table.addMerges(mergesIn(model, ordinary, known, contains, path));
  const firstWhole = table.tokens.length;
  for (const [text, id] of [...whole].sort(([a], [b]) => a.length - b.length)) {
    if ([...text].length > 1) table.addWhole(bytesOfText(text), id);
  }
  const wholeCount = table.tokens.length - firstWhole;
  if (wholeCount > MOST_WHOLE) refuse(`${path}: finds ${wholeCount} tokens whole: too many`);
  return {
    ...{ pattern: PATTERN, firstId: 0, isComposed: false },
    ...{ tokens: table.tokens, merges: table.halves },
    characters: { count, wholeCount, beginsWithBlank, ids: table.ids },
  };
}

/** The tokens of a file, in the order in which it has them. */
class Table {
  /** One character a byte. @type {string[]} */
  tokens = [];
  /** @type {(number | undefined)[]} */
  ids = [];
  /** @type {[number, number][]} */
  halves = [];
  /** @type {Map<string, number>} */
  #places = new Map();

  /** @param {number[]} byteIds */
  constructor(byteIds) {
    for (const [byte, id] of byteIds.entries()) {
      const token = String.fromCharCode(byte);
      this.#places.set(token, this.tokens.length);
      this.tokens.push(token);
      this.ids.push(id);
    }
  }

  /** @param {string} left @param {string} right @param {number} [id] */
  #add(left, right, id) {
    this.halves.push([this.#places.get(left), this.#places.get(right)]);
    this.#places.set(left + right, this.tokens.length);
    this.tokens.push(left + right);
    this.ids.push(id);
  }

  /** Byte by byte: parts of characters are tokens without an id. @param {string} bytes @param {number} id */
  addCharacter(bytes, id) {
    if (bytes.length === 1) return;
    for (let size = 2; size < bytes.length; size++) {
      const part = bytes.slice(0, size);
      if (!this.#places.has(part)) this.#add(part.slice(0, -1), part.slice(-1));
    }
    this.#add(bytes.slice(0, -1), bytes.slice(-1), id);
  }

  /** Each of two others, which may come later. @param {{ left: string, right: string, id: number }[]} merges */
  addMerges(merges) {
    const first = this.tokens.length;
    for (const { left, right, id } of merges) {
      this.#places.set(left + right, this.tokens.length);
      this.tokens.push(left + right);
      this.ids.push(id);
    }
    for (const [i, { left, right }] of merges.entries()) {
      this.halves[first - BYTES + i] = [this.#places.get(left), this.#places.get(right)];
    }
  }

  /** Of any two tokens there are, or of parts. @param {string} bytes @param {number} [id] */
  addWhole(bytes, id) {
    const place = this.#places.get(bytes);
    if (place !== undefined) {
      this.ids[place] ??= id;
      return;
    }
    let size = bytes.length - 1;
    while (!this.#places.has(bytes.slice(0, size))) size--;
    this.addWhole(bytes.slice(size));
    this.#add(bytes.slice(0, size), bytes.slice(size), id);
  }
}

/**
 * The id of each byte: of its character where that is a token, as text has never the other.
 * @param {Record<string, number>} vocab @param {Map<string, number>} ordinary @param {string} path
 */
function bytesIn(vocab, ordinary, path) {
  return Array.from({ length: BYTES }, (_, byte) => {
    const character = String.fromCharCode(byte);
    const own = byte < ASCII ? ordinary.get(character === ' ' ? '\u2581' : character) : undefined;
    const id = own ?? vocab[byteName(byte)];
    if (id === undefined) {
      refuse(`${path}: has byte_fallback, but no token ${byteName(byte)} to fall back to`);
    }
    return id;
  });
}

/** Characters with their ids, in the order of these. @param {Map<string, number>} ordinary */
function charactersIn(ordinary) {
  const found = [...ordinary].filter(([token]) => [...token].length === 1 && token.isWellFormed());
  return new Map(found.sort(([, a], [, b]) => a - b).map(([token, id]) => [textOf(token), id]));
}

/**
 * Tokens that are found in text as they are written, before anything is merged. Those of U+2581 are
 * left to merging: in text these are blanks.
 * @param {any[]} added @param {string} path @returns {Map<string, number>}
 */
function wholeIn(added, path) {
  const whole = new Map();
  for (const token of added) {
    const { content, id } = token;
    if (token.special || /^\u2581+$/.test(content)) continue;
    const wrong = ['normalized', 'lstrip', 'rstrip', 'single_word'].find((field) => token[field]);
    if (wrong) {
      refuse(`${path}: the token ${JSON.stringify(content)} has ${wrong}, which is not supported`);
    }
    if (content.includes('\u2581') || Buffer.byteLength(content) > MOST_WHOLE_SIZE) {
      refuse(
        `${path}: the token ${JSON.stringify(content)} is found whole, which is not supported`,
      );
    }
    whole.set(content, id);
  }
  for (const text of whole.keys()) {
    for (let size = 1; size < text.length; size++) {
      if (piecesIn(text.slice(0, size), whole) > MOST_UNSTABLE) {
        refuse(
          `${path}: the token ${JSON.stringify(text)} is found whole and has others in it, ` +
            'which is not supported',
        );
      }
    }
  }
  return whole;
}

/** Pieces of the beginning of a token that is found whole. @param {string} text @param {Map<string, number>} whole */
function piecesIn(text, whole) {
  let pieces = 0;
  let isOpen = false;
  for (let at = 0; at < text.length; ) {
    let size = text.length - at;
    while (size > 1 && !whole.has(text.slice(at, at + size))) size--;
    if (size > 1 || !isOpen) pieces++;
    isOpen = size === 1;
    at += size;
  }
  return pieces;
}

/**
 * Whether a token has another in it that is found whole: no text has it as one. For wherever that
 * begins in text, either it is found, or something that was found before it reaches beyond there.
 * @param {Map<string, number>} whole
 */
function containsWhole(whole) {
  /** @type {Map<string, string[]>} */
  const byFirst = new Map();
  for (const text of whole.keys()) {
    byFirst.set(text[0], [...(byFirst.get(text[0]) ?? []), text]);
  }
  /** @param {string} text */
  return (text) => {
    for (let at = 0; at < text.length; at++) {
      if (byFirst.get(text[at])?.some((other) => text.startsWith(other, at))) return true;
    }
    return false;
  };
}

/**
 * The last merge of each token that its own characters merge into, in the order of the merges. Of the
 * pairs that make a token text only ever has that one side by side, as mergesOf() says of bytes; a
 * token that is not reached is not in the file, as no text has it.
 *
 * @param {any} model @param {Map<string, number>} ordinary @param {Map<string, number>} known
 * @param {(text: string) => boolean} contains @param {string} path
 */
function mergesIn(model, ordinary, known, contains, path) {
  /** @type {Map<string, Map<string, number>>} */
  const places = new Map();
  for (const [index, merge] of model.merges.entries()) {
    const pair = Array.isArray(merge) ? merge : String(merge).split(' ');
    const [left, right] = pair;
    if (pair.length !== 2 || [left, right, left + right].some((token) => !(token in model.vocab))) {
      refuse(`${path}: merge ${index} (${JSON.stringify(merge)}) is not of two tokens into one`);
    }
    const isByte = [left, right, left + right].some((token) => /^<0x[0-9A-F]{2}>$/.test(token));
    if (isByte) refuse(`${path}: merge ${index} is of a byte, which is not supported`);
    const rights = places.get(left) ?? new Map();
    places.set(left, rights);
    if (!rights.has(right)) rights.set(right, index);
  }
  const made = [];
  for (const [token, id] of ordinary) {
    const parts = [...token];
    const isReadable = parts.every((part) => known.has(textOf(part)));
    if (parts.length < 2 || !isReadable || contains(token)) continue;
    const last = lastMergeOf(parts, places);
    if (last !== undefined) made.push({ ...last, id });
  }
  return made.sort((a, b) => a.place - b.place);
}

/**
 * What is merged last of a token's characters, if all of them become one.
 * @param {string[]} parts @param {Map<string, Map<string, number>>} places
 */
function lastMergeOf(parts, places) {
  for (;;) {
    let place = Number.POSITIVE_INFINITY;
    let best = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const here = places.get(parts[i])?.get(parts[i + 1]);
      if (here !== undefined && here < place) [place, best] = [here, i];
    }
    if (best < 0) return undefined;
    const [left, right] = [parts[best], parts[best + 1]].map((part) => bytesOfText(textOf(part)));
    if (parts.length === 2) return { left, right, place };
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
}

/** Blanks are U+2581 by then, so that a split at them does nothing. @param {any} preTokenizer @param {string} path */
function checkPreTokenizer(preTokenizer, path) {
  if (preTokenizer === null || preTokenizer === undefined) return;
  const isIdle = preTokenizer.type === 'Split' && preTokenizer.pattern?.String === ' ';
  if (!isIdle) {
    refuse(`${path}: its pre_tokenizer ${preTokenizer.type} is not supported with byte_fallback`);
  }
}

/** Whether a blank is put before text. @param {any} normalizer @param {string} path */
function blankIn(normalizer, path) {
  const steps = normalizer?.type === 'Sequence' ? normalizer.normalizers : [normalizer];
  const found = JSON.stringify(steps);
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' };
  if (found === JSON.stringify([replace])) return false;
  if (found === JSON.stringify([{ type: 'Prepend', prepend: '\u2581' }, replace])) return true;
  return refuse(`${path}: its normalizer ${found} is not supported with byte_fallback`);
}
