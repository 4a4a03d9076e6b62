// SPDX-License-Identifier: MIT
import { BlockWalker } from './blocks.js';
import { styles } from './styles.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {(element: Element, style: Partial<MarkdownStyle>) => string} MarkdownRead */

/** What reads instead of a fresh walk, while `readingWith` runs. @type {MarkdownRead | null} */
let reader = null;

/**
 * Rebuilds the markdown that a model wrote from the page's rendering of it. Reads nodes and
 * attributes only: no layout, no HTML parsing, nothing of the page runs. Time and memory grow
 * with the content; nesting beyond what a model writes is read as plain text.
 *
 * @param {Element} element the answer
 * @param {Partial<MarkdownStyle>} [style] how this model writes, where it differs from most
 * @returns {string} without white space at either end
 */
export function markdownFromDom(element, style = {}) {
  if (reader !== null) return reader(element, style);
  return new BlockWalker({ ...styles.common, ...style }).markdown(element);
}

/**
 * Lets a reader that remembers unchanged blocks stand in for every walk that an adapter asks for in
 * `read`: adapters need not know that an answer is read many times while it grows.
 *
 * @template T
 * @param {MarkdownRead} remembering @param {() => T} read
 * @returns {T}
 */
export function readingWith(remembering, read) {
  const before = reader;
  reader = remembering;
  try {
    return read();
  } finally {
    reader = before;
  }
}
