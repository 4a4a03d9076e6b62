// SPDX-License-Identifier: MIT
// A text that grows: an answer of 100 KB that comes token by token, and one that is read whole after
// each small addition. Against one count of the whole text, in Node.

import { createTokenizer } from '../../web/dist/tokenizer.js';
import { median } from './numbers.mjs';
import { bestOf, meanOf } from './speed.js';

const SIZE = 100_000; // characters
const UPDATES = 64;

/** The text of each token; those that are part of a character come with the rest of it. */
function piecesOf(tokenizer, text) {
  const pieces = [];
  let held = [];
  for (const id of tokenizer.encode(text)) {
    held.push(id);
    const piece = tokenizer.decode(held);
    if (piece.includes('\u{fffd}')) continue;
    pieces.push(piece);
    held = [];
  }
  return pieces;
}

/** As a page gives it: a string of its own, not a view of a longer one. */
const flat = (text) => Buffer.from(text).toString();

/**
 * Milliseconds of one update, over texts of which each is a change of the one before.
 * @param {import('../../web/dist/tokenizer.js').Tokenizer} tokenizer
 * @param {string[]} texts
 */
function updating(tokenizer, texts) {
  const [first, ...others] = texts;
  const counter = tokenizer.createCounter();
  counter.update(first);
  let i = 0;
  const ms = meanOf(() => counter.update(others[i++]), others.length);
  counter.free();
  return ms;
}

/**
 * @typedef {object} Streaming milliseconds
 * @property {number} count of the whole text
 * @property {number} append of the whole text, token by token, with the total read each time
 * @property {number} steps how many those are
 * @property {number} copy of the text into a module's memory, which every update pays
 * @property {number} update after a few characters more
 * @property {number} edit an update after a change in the middle
 */

/**
 * @param {number} rounds
 * @param {string} material at least a little more than 100 KB
 * @returns {Promise<Streaming>}
 */
export async function measureStreaming(rounds, material) {
  const tokenizer = await createTokenizer();
  const text = flat(material.replaceAll('\u{fffd}', '').slice(0, SIZE));
  const pieces = piecesOf(tokenizer, text);
  const total = tokenizer.countTokens(text);

  const added = pieces.slice(0, UPDATES);
  const growing = added.map((_, i) => flat(text + added.slice(0, i).join('')));
  const middle = text.length >> 1;
  const edited = added.map((_, i) => flat(`${text.slice(0, middle)}${i} ${text.slice(middle)}`));

  const appendAll = () => {
    const counter = tokenizer.createCounter();
    let last = 0;
    for (const piece of pieces) {
      counter.append(piece);
      last = counter.total;
    }
    counter.free();
    if (last !== total) throw new Error(`${last} tokens when streamed, not ${total}`);
  };
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil((SIZE * 3) / 65536) });
  const target = new Uint8Array(buffer);
  const encoder = new TextEncoder();

  const samples = { count: [], append: [], copy: [], update: [], edit: [] };
  for (let round = 0; round <= rounds; round++) {
    const sample = {
      count: bestOf(() => tokenizer.countTokens(text), 1),
      append: bestOf(appendAll, 5),
      copy: bestOf(() => encoder.encodeInto(text, target), 0.01),
      update: updating(tokenizer, growing),
      edit: updating(tokenizer, edited),
    };
    if (round === 0) continue; // warms up
    for (const [key, value] of Object.entries(sample)) samples[key].push(value);
  }
  return {
    steps: pieces.length,
    count: median(samples.count),
    append: median(samples.append),
    copy: median(samples.copy),
    update: median(samples.update),
    edit: median(samples.edit),
  };
}
