// SPDX-License-Identifier: MIT

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */

/** Which conversation a page shows, as its address says. */
export class Place {
  /** @type {string | null} null for a new conversation, which has no name yet */
  id = null;
  /** When another conversation was opened. */
  routedAtMs = 0;

  #site;
  /** Prompts of a conversation that was left, as long as they still stand there. @type {Set<string>} */
  #left = new Set();

  /** @param {Site} site */
  constructor(site) {
    this.#site = site;
  }

  /** The address changes before the messages do. @param {Iterable<string>} prompts ids */
  leave(prompts) {
    for (const id of prompts) this.#left.add(id);
  }

  /** Whether a prompt still stands there from the conversation before. @param {string} prompt its id */
  isLeft(prompt) {
    return this.#left.has(prompt);
  }

  /** A prompt that went away, and comes, is of the conversation that is shown. @param {PageTurn[]} turns */
  show(turns) {
    if (this.#left.size === 0) return;
    const shown = new Set(turns.map(({ id }) => id));
    for (const id of this.#left) if (!shown.has(id)) this.#left.delete(id);
  }

  /**
   * A prompt's key. Ids of the page's own making are unique; others are so in their conversation.
   * @param {string} id @param {boolean} ownId
   */
  keyOf(id, ownId) {
    if (ownId) return `${this.#site.site}:${id}`;
    const where = this.id ?? `new-${Math.round(performance.timeOrigin + this.routedAtMs)}`;
    return `${this.#site.site}:${where}:${id}`;
  }
}
