// SPDX-License-Identifier: MIT
// From tokens and what they are merged of to the order in which a .twv file lists them.

import { refuse } from './errors.mjs';

export const BYTES = 256;

/** When two adjacent parts merge, if they do; lower comes first. @typedef {(left: string, right: string) => number | undefined} PlaceOf */

/** @typedef {{ token: string, id: number, halves: string[] | null, place: number, depth: number }} Entry */

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
 * Orders tokens by when they are merged, and finds the two halves of each: what merging its own
 * bytes leaves before the last merge. Of the pairs that make one token, text only ever has that one
 * side by side, because merging inside a run of bytes goes on as if it stood alone until a merge
 * crosses the run's edge.
 *
 * @param {string[]} tokens by their ids; the first 256 are the single bytes
 * @param {PlaceOf} placeOf
 * @param {boolean} wholeFirst a piece that is a token is that token, however it would merge
 * @param {string} path for messages
 * @returns {{ ids: number[], merges: [number, number][] }} the id of each rank, and the ranks of the
 *   halves of those from 256 on
 */
export function orderTokens(tokens, placeOf, wholeFirst, path) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const [id, token] of tokens.entries()) {
    const parts = id < BYTES ? [] : partsOf(token, placeOf);
    const place = parts.length === 2 ? placeOf(parts[0], parts[1]) : undefined;
    if (id >= BYTES && place === undefined && !wholeFirst) {
      refuse(`${path}: the token ${JSON.stringify(token)} (${id}) cannot be reached by merging`);
    }
    const halves = place === undefined ? null : parts;
    entries.set(token, { token, id, halves, place: place ?? -1, depth: 0 });
  }
  const merged = [...entries.values()].slice(BYTES).filter(({ halves }) => halves !== null);
  for (const entry of merged.sort((a, b) => a.place - b.place)) moveBehindHalves(entry, entries, path);
  merged.sort((a, b) => a.place - b.place || a.depth - b.depth);

  const whole = [...entries.values()].slice(BYTES).filter(({ halves }) => halves === null);
  const order = [...[...entries.values()].slice(0, BYTES), ...merged, ...whole];
  const ranks = new Map(order.map(({ token }, rank) => [token, rank]));
  return {
    ids: order.map(({ id }) => id),
    merges: order.slice(BYTES).map(({ token, id, halves }, index) => {
      const [left, right] = halves ?? halvesApart(token, id, placeOf, ranks, BYTES + index, path);
      return [ranks.get(left), ranks.get(right)];
    }),
  };
}

/**
 * Some tokens are merged from one that comes later than they do: at once when that one is made.
 * Their place becomes the one right behind it. In between, it may be made once more elsewhere;
 * that changes nothing unless it takes the other half.
 *
 * @param {Entry} entry @param {Map<string, Entry>} entries @param {string} path
 */
function moveBehindHalves(entry, entries, path) {
  const [left, right] = entry.halves.map((half) => entries.get(half));
  for (const [late, other, side] of [[left, right, 0], [right, left, 1]]) {
    if (late.halves === null || late.place < entry.place) continue;
    if (late.place === entry.place || late.depth > 0 || entry.depth > 0 || late.halves[side] === other.token) {
      refuse(
        `${path}: the token ${JSON.stringify(entry.token)} (${entry.id}) is merged before what it is ` +
          'merged from, in a way that is not supported',
      );
    }
    entry.place = late.place;
    entry.depth = 1;
  }
}

/**
 * Two tokens that make one which its own bytes do not merge into, so that it only ever is a whole
 * piece. They must never stand side by side in text. What does is what is left of the token's bytes
 * on the way: the last two parts, if so few are left, and no others.
 *
 * @param {string} token @param {number} id @param {PlaceOf} placeOf @param {Map<string, number>} ranks
 * @param {number} limit halves have lower ranks @param {string} path @returns {[string, string]}
 */
function halvesApart(token, id, placeOf, ranks, limit, path) {
  const parts = partsOf(token, placeOf);
  const isEarlier = (half) => (ranks.get(half) ?? limit) < limit;
  for (let at = 1; at < token.length; at++) {
    const [left, right] = [token.slice(0, at), token.slice(at)];
    const stands = parts.length === 2 && parts[0] === left;
    if (!stands && isEarlier(left) && isEarlier(right)) return [left, right];
  }
  return refuse(`${path}: the token ${JSON.stringify(token)} (${id}) is not made of other tokens`);
}
