// SPDX-License-Identifier: MIT
import { BlockWalker } from './blocks.js';
import { styles } from './styles.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

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
  return new BlockWalker({ ...styles.common, ...style }).markdown(element);
}
