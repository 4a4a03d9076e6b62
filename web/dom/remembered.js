// SPDX-License-Identifier: MIT
// What earlier readings of an answer that grows have found, so that the next one reads only what
// changed; and the end of the time that a reading may take.
import { ownReader } from './own.js';

/** The time for reading is up. What was read until then is remembered for the next attempt. */
export class TimeIsUp extends Error {}

/** @type {(node: Node) => Node | null} */
const parentOf = ownReader(() => Node.prototype, 'parentNode');

/**
 * All that holds one of these nodes, and themselves: most have the same ancestors.
 * @param {Iterable<Node>} nodes
 */
export function withAncestors(nodes) {
  /** @type {Set<Node>} */
  const all = new Set();
  for (const node of nodes) {
    for (let at = /** @type {Node | null} */ (node); at && !all.has(at); at = parentOf(at))
      all.add(at);
  }
  return all;
}

/** Parts of an answer by their elements: blocks, items of lists, rows of tables. */
export class Remembered {
  /** @type {WeakMap<Node, any>} */
  #parts = new WeakMap();
  #forMs = Infinity;
  /** @type {number | null} when the reading ends; null before its first part that is not known */
  #untilMs = null;
  #hasGotOn = false;

  /** A reading begins. @param {number} forMs what it may spend on parts that are not known */
  begin(forMs) {
    this.#forMs = forMs;
    this.#untilMs = null;
    this.#hasGotOn = false;
  }

  /** Before a part is read. One always is, so that every reading gets on. */
  spendTime() {
    if (this.#forMs === Infinity) return;
    const now = performance.now();
    this.#untilMs ??= now + this.#forMs;
    if (this.#hasGotOn && now >= this.#untilMs) throw new TimeIsUp();
  }

  /** @param {Element} element */
  get(element) {
    return this.#parts.get(element);
  }

  /** @param {Element} element @param {unknown} part */
  set(element, part) {
    this.#parts.set(element, part);
    this.#hasGotOn = true;
  }

  /** Something has changed: it is read again, if it is a part. @param {Node} node */
  forget(node) {
    this.#parts.delete(node);
  }

  forgetAll() {
    this.#parts = new WeakMap();
  }
}
