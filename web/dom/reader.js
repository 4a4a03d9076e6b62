// SPDX-License-Identifier: MIT
import { BlockWalker } from './blocks.js';
import { styles } from './styles.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {import('./blocks.js').WrittenBlock} WrittenBlock */

/**
 * `markdownFromDom` for an answer that grows: blocks in which nothing has changed since they were
 * read are not read again. The caller observes the page and says what has changed.
 */
export class MarkdownReader {
  /** @type {WeakMap<Node, WrittenBlock>} */
  #blocks = new WeakMap();
  /** The fields of a form can shadow its own property. */
  #parentOf = /** @type {(this: Node) => Node | null} */ (
    Object.getOwnPropertyDescriptor(Node.prototype, 'parentNode')?.get
  );
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
    for (const record of records) this.forget(record.target);
  }

  /** Reads again what holds this node. @param {Node} node */
  forget(node) {
    for (let above = /** @type {Node | null} */ (node); above; above = this.#parentOf.call(above)) {
      this.#blocks.delete(above);
    }
  }

  /** @param {Element} element the answer @returns {string} as `markdownFromDom` */
  markdown(element) {
    return new BlockWalker(this.#style, this.#blocks).markdown(element);
  }
}
