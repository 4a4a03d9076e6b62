// SPDX-License-Identifier: MIT
import { BlockWalker } from './blocks.js';
import { Remembered, withAncestors } from './remembered.js';
import { styles } from './styles.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/**
 * `markdownFromDom` for an answer that grows: blocks in which nothing has changed since they were
 * read are not read again. The caller observes the page and says what has changed.
 */
export class MarkdownReader {
  #remembered = new Remembered();
  #style;

  /** @param {Partial<MarkdownStyle>} [style] as for `markdownFromDom` */
  constructor(style = {}) {
    this.#style = { ...styles.common, ...style };
  }

  /**
   * Every change since the last call, of nodes, text and attributes alike; what lies outside of the
   * answer does no harm.
   * @param {Iterable<MutationRecord>} records
   */
  changed(records) {
    this.forgetEach(withAncestors(Array.from(records, ({ target }) => target)));
  }

  /** Reads again what holds this node. @param {Node} node */
  forget(node) {
    this.forgetEach(withAncestors([node]));
  }

  /** Reads these again. @param {Iterable<Node>} nodes with all that holds them */
  forgetEach(nodes) {
    for (const node of nodes) this.#remembered.forget(node);
  }

  forgetAll() {
    this.#remembered.forgetAll();
  }

  /**
   * @param {Element} element the answer
   * @param {number} [forMs] after so much of reading what is not known it throws TimeIsUp, and the
   *   next call goes on from there
   * @returns {string} as `markdownFromDom`
   */
  markdown(element, forMs = Infinity) {
    this.#remembered.begin(forMs);
    return new BlockWalker(this.#style, this.#remembered).markdown(element);
  }
}
