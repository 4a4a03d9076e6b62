// SPDX-License-Identifier: MIT
// Units: the smallest parts of the material that stay together, such as a file, a paragraph or a
// message. Their content alone decides in which half of the material they are and in which order
// they come, so both are the same on every machine that has the same files.

import { createHash } from 'node:crypto';

/** @param {string} text */
const digest = (text) => createHash('sha256').update(text).digest('hex');

/**
 * One half of the material, each unit once and in an order without pattern. What is tuned is tuned on
 * one half; the other shows whether it holds for texts that nobody has looked at.
 * @param {Iterable<string>} units
 * @param {boolean} heldOut which half
 * @returns {string[]}
 */
export function halfOf(units, heldOut) {
  const byDigest = new Map();
  for (const unit of units) byDigest.set(digest(unit), unit);
  return [...byDigest]
    .filter(([key]) => Number.parseInt(key.at(-1), 16) % 2 === Number(heldOut))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, unit]) => unit);
}

/** Paths in an order without pattern, so that the first ones are of many packages. */
export function scattered(paths) {
  const keyed = [...paths].map((path) => ({ path, key: digest(path) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ path }) => path);
}

/** The first units, of about `size` characters in all. @param {string[]} units @param {number} size */
export function upTo(units, size) {
  let sum = 0;
  const end = units.findIndex((unit) => {
    sum += unit.length;
    return sum >= size;
  });
  return end < 0 ? units : units.slice(0, end + 1);
}

/**
 * Several lists as one, each spread evenly over the whole, so that every part of it has of all.
 * @template T
 * @param {T[][]} lists
 * @returns {T[]}
 */
export function spread(lists) {
  return lists
    .flatMap((list) => list.map((unit, i) => ({ unit, at: (i + 0.5) / list.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ unit }) => unit);
}
