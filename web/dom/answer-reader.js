// SPDX-License-Identifier: MIT
import { readingWith } from './markdown.js';
import { MarkdownReader } from './reader.js';
import { TimeIsUp } from './remembered.js';

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/**
 * Reads messages of a page that changes: only what changed since the last reading, since 100 KB a
 * few times a second would cost too much, and no longer at a time than it may.
 */
export class AnswerReader {
  /** Readings of an answer that grows lie at least so far apart. */
  everyMs;
  /** @type {Map<string, MarkdownReader>} by style: an answer and its reasoning may differ in it */
  #readers = new Map();

  /** @param {number} everyMs */
  constructor(everyMs) {
    this.everyMs = everyMs;
  }

  /** Something on the page changed. @param {Iterable<Node>} nodes with all that holds them */
  touched(nodes) {
    for (const reader of this.#readers.values()) reader.forgetEach(nodes);
  }

  /** The next reading starts afresh: not every change is observed. */
  forgetAll() {
    for (const reader of this.#readers.values()) reader.forgetAll();
  }

  /**
   * @param {PageTurn} answer @param {number} [forMs] for what is not known yet
   * @returns {{ completion: string, reasoning: string } | null} null where the time was too short:
   *   the next call goes on from there
   */
  read(answer, forMs) {
    return this.#within(forMs, () => ({
      completion: answer.markdown(),
      reasoning: answer.reasoning(),
    }));
  }

  /** A message without its reasoning. @param {PageTurn} turn @returns {string} */
  markdown(turn) {
    return this.markdownFor(turn, Infinity) ?? '';
  }

  /** @param {PageTurn} turn @param {number} forMs @returns {string | null} null as of `read` */
  markdownFor(turn, forMs) {
    return this.#within(forMs, () => turn.markdown());
  }

  /**
   * @template T
   * @param {number | undefined} forMs @param {() => T} read
   * @returns {T | null}
   */
  #within(forMs, read) {
    try {
      return readingWith((element, style) => this.#readerOf(style).markdown(element, forMs), read);
    } catch (error) {
      if (error instanceof TimeIsUp) return null;
      throw error;
    }
  }

  /** @param {Partial<MarkdownStyle>} style */
  #readerOf(style) {
    const name = JSON.stringify(style);
    const known = this.#readers.get(name);
    if (known !== undefined) return known;
    const reader = new MarkdownReader(style);
    this.#readers.set(name, reader);
    return reader;
  }
}
