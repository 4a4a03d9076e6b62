// SPDX-License-Identifier: MIT
// The two halves that each token is merged from.

import { refuse } from './errors.mjs';

export const BYTES = 256;

/** When two adjacent parts merge, if they do; lower comes first. @typedef {(left: string, right: string) => number | undefined} PlaceOf */

/**
 * Merges a token's bytes until at most two parts are left, as a tokenizer would.
 * @param {string} token one character a byte @param {PlaceOf} placeOf
 */
function partsOf(token, placeOf) {
  const parts = [...token];
  while (parts.length > 2) {
    let lowest = Number.POSITIVE_INFINITY;
    let best = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const place = placeOf(parts[i], parts[i + 1]);
      if (place !== undefined && place < lowest) {
        lowest = place;
        best = i;
      }
    }
    if (best < 0) break;
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
  return parts;
}

/** Ranks that say when a token is made, whatever of. @param {string[]} tokens @returns {PlaceOf} */
export function placesByRank(tokens) {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  return (left, right) => ranks.get(left + right);
}

/**
 * A list of merges in the order in which they are made.
 * @param {string[]} tokens @param {[string, string][]} pairs @param {string} path @returns {PlaceOf}
 */
export function placesByList(tokens, pairs, path) {
  const known = new Set(tokens);
  /** @type {Map<string, Map<string, number>>} */
  const places = new Map();
  for (const [index, [left, right]] of pairs.entries()) {
    if (!known.has(left) || !known.has(right) || !known.has(left + right)) {
      refuse(`${path}: merge ${index} is of or makes a token that is not in the vocabulary`);
    }
    const rights = places.get(left) ?? new Map();
    places.set(left, rights);
    if (!rights.has(right)) rights.set(right, index);
  }
  return (left, right) => places.get(left)?.get(right);
}

/**
 * Finds the two halves of each token: what merging its own bytes leaves before the last merge. Of the
 * pairs that make one token, text only ever has that one side by side, because merging inside a run
 * of bytes goes on as if it stood alone until a merge crosses the run's edge. A half may be a later
 * token: then the merge happens at once when that one is made. What a .twv cannot hold is merges in
 * another order than that of the ids.
 *
 * @param {string[]} tokens by their ids; the first 256 are the single bytes
 * @param {PlaceOf} placeOf
 * @param {boolean} wholeFirst a piece that is a token is that token, however it would merge
 * @param {string} path for messages
 * @returns {[number, number][]} the halves of each token from 256 on
 */
export function mergesOf(tokens, placeOf, wholeFirst, path) {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  let last = -1;
  return tokens.slice(BYTES).map((token, index) => {
    const id = BYTES + index;
    const parts = partsOf(token, placeOf);
    const place = parts.length === 2 ? placeOf(parts[0], parts[1]) : undefined;
    if (place === undefined && !wholeFirst) {
      refuse(`${path}: the token ${JSON.stringify(token)} (${id}) cannot be reached by merging`);
    }
    if (place !== undefined && place < last) {
      refuse(
        `${path}: the token ${JSON.stringify(token)} (${id}) is merged before the one with the id ` +
          'before it; merges in another order than that of the ids are not supported',
      );
    }
    last = place ?? last;
    const halves = place === undefined ? halvesApart(token, id, parts, ids, path) : parts;
    return [ids.get(halves[0]), ids.get(halves[1])];
  });
}

/**
 * Two tokens that make one which its own bytes do not merge into, so that it only ever is a whole
 * piece. They must never stand side by side in text. What does is what is left of the token's bytes
 * on the way: the last two parts, if so few are left, and no others.
 *
 * @param {string} token @param {number} id @param {string[]} parts @param {Map<string, number>} ids
 * @param {string} path @returns {[string, string]}
 */
function halvesApart(token, id, parts, ids, path) {
  const isEarlier = (half) => (ids.get(half) ?? id) < id;
  for (let at = 1; at < token.length; at++) {
    const [left, right] = [token.slice(0, at), token.slice(at)];
    const stands = parts.length === 2 && parts[0] === left;
    if (!stands && isEarlier(left) && isEarlier(right)) return [left, right];
  }
  return refuse(`${path}: the token ${JSON.stringify(token)} (${id}) is not made of two others`);
}
