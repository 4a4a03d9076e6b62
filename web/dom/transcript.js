// SPDX-License-Identifier: MIT

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */

/**
 * The messages of one conversation in order, also those that the page has taken out of the DOM:
 * pages mount only a window of a long conversation.
 */
export class Transcript {
  /** @type {{ id: string, turn: PageTurn, text: string | null }[]} */
  #entries = [];

  /** @param {PageTurn[]} turns what the page shows now, a contiguous part of the conversation */
  show(turns) {
    if (turns.length === 0) return;
    const known = new Map(this.#entries.map((entry) => [entry.id, entry]));
    const position = new Map(this.#entries.map((entry, index) => [entry.id, index]));
    const shown = turns.map((turn) => {
      const entry = known.get(turn.id);
      return entry ? { ...entry, turn } : { id: turn.id, turn, text: null };
    });
    const places = turns.map((turn) => position.get(turn.id));
    const first = places.find((place) => place !== undefined);
    const last = places.findLast((place) => place !== undefined);
    const before = this.#entries.slice(0, first ?? this.#entries.length);
    // What followed a message that now has another successor belongs to a branch left behind.
    const continued = last !== undefined && places.at(-1) !== undefined;
    const after = continued ? this.#entries.slice(last + 1) : [];
    this.#entries = [...before, ...shown, ...after];
  }

  /** Markdown of all messages before this one. @param {string} id */
  textsBefore(id) {
    const end = this.#entries.findIndex((entry) => entry.id === id);
    return this.#entries.slice(0, Math.max(end, 0)).map((entry) => {
      entry.text ??= entry.turn.markdown();
      return entry.text;
    });
  }

  clear() {
    this.#entries = [];
  }
}
