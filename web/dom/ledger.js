// SPDX-License-Identifier: MIT
import { memoryTurnStore } from './turn-store.js';

/** @typedef {import('./turn-store.js').TurnStore} TurnStore */
/** @typedef {import('./turn-store.js').TurnFacts} TurnFacts */
/** @typedef {import('./turn-store.js').TurnSeen} TurnSeen */
/** @typedef {import('./turn-store.js').Claim} Claim */
/** @typedef {import('./events.js').DoneEvent} DoneEvent */

/** A store that does not answer for so long is not waited for. */
const patienceMs = 5000;

/**
 * One page's access to the store of turns. A store that fails must not lose a turn: then the page
 * decides alone, and what the turns' keys are for, to tell a repeated one, is up to their receiver.
 */
export class Ledger {
  #store;
  #own = memoryTurnStore();
  #tab = crypto.randomUUID();

  /** @param {TurnStore | undefined} store shared with other pages; none: this page's alone */
  constructor(store) {
    this.#store = store ?? this.#own;
    this.isShared = store !== undefined;
  }

  /**
   * Asked twice: a browser may stop the store's keeper just then, and starts it for the next question.
   * @param {TurnFacts} facts
   */
  claim(facts) {
    return this.#ask(
      (store) => store.claim(facts, this.#tab).catch(() => store.claim(facts, this.#tab)),
      () => this.#own.claim(facts, this.#tab),
    );
  }

  /** @param {string} prompt @param {string | null} answer @returns {Promise<Claim | null>} */
  resume(prompt, answer) {
    return this.#ask(
      (store) => store.resume(prompt, answer, this.#tab),
      async () => null,
    );
  }

  /** @param {string} turnKey @param {TurnSeen} seen */
  touch(turnKey, seen) {
    return this.#ask(
      (store) => store.touch(turnKey, this.#tab, seen),
      async () => undefined,
    );
  }

  /** @param {string} turnKey @param {DoneEvent} draft */
  leave(turnKey, draft) {
    return this.#ask(
      (store) => store.leave(turnKey, this.#tab, draft),
      async () => undefined,
    );
  }

  /** @param {string} turnKey @param {DoneEvent} draft @returns {Promise<boolean>} false if the store failed */
  keep(turnKey, draft) {
    return this.#ask(
      async (store) => {
        await store.keep?.(turnKey, this.#tab, draft);
        return true;
      },
      async () => false,
    );
  }

  /** @param {string} turnKey */
  finish(turnKey) {
    return this.#ask(
      (store) => store.finish(turnKey, this.#tab),
      async () => /** @type {const} */ ('yours'),
    );
  }

  /** @returns {Promise<{ drafts: DoneEvent[], nextMs: number | null }>} */
  abandoned() {
    const none = { drafts: [], nextMs: null };
    return this.#ask(
      async (store) => (await store.abandoned?.()) ?? none,
      async () => none,
    );
  }

  /**
   * @template T
   * @param {(store: TurnStore) => Promise<T>} question @param {() => Promise<T>} otherwise
   */
  async #ask(question, otherwise) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('the store of turns is silent')), patienceMs);
    });
    try {
      return /** @type {T} */ (await Promise.race([question(this.#store), late]));
    } catch {
      return otherwise();
    } finally {
      clearTimeout(timer);
    }
  }
}
