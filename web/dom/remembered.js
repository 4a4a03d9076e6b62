// SPDX-License-Identifier: MIT
// What earlier readings of an answer that grows have found, so that the next one reads only what
// changed; and the end of the time that a reading may take.

/** The time for reading is up. What was read until then is remembered for the next attempt. */
export class TimeIsUp extends Error {}

/** Parts of an answer by their elements: blocks, items of lists, rows of tables. */
export class Remembered {
  /** @type {WeakMap<Node, any>} */
  #parts = new WeakMap();
  #untilMs = Infinity;
  #hasGotOn = false;
  /** The fields of a form can shadow its own property. */
  #parentOf = /** @type {(this: Node) => Node | null} */ (
    Object.getOwnPropertyDescriptor(Node.prototype, 'parentNode')?.get
  );

  /** A reading begins. @param {number} untilMs on the monotonic clock */
  begin(untilMs) {
    this.#untilMs = untilMs;
    this.#hasGotOn = false;
  }

  /** Before a part is read. One always is, so that every reading gets on. */
  spendTime() {
    if (this.#hasGotOn && performance.now() > this.#untilMs) throw new TimeIsUp();
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

  /** Something has changed: what holds it is read again. @param {Node} node */
  forget(node) {
    for (let above = /** @type {Node | null} */ (node); above; above = this.#parentOf.call(above)) {
      this.#parts.delete(above);
    }
  }

  forgetAll() {
    this.#parts = new WeakMap();
  }
}
