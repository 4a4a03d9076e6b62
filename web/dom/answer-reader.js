// SPDX-License-Identifier: MIT
import { readingWith } from './markdown.js';
import { MarkdownReader } from './reader.js';

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/**
 * Reads an answer while it grows: only blocks that changed since the last reading, since 100 KB a
 * few times a second would cost too much.
 */
export class AnswerReader {
  /** @type {Map<string, MarkdownReader>} by style: an answer and its reasoning may differ in it */
  #readers = new Map();

  /** Something on the page changed. @param {Node} node */
  touched(node) {
    for (const reader of this.#readers.values()) reader.forget(node);
  }

  /** @param {PageTurn} answer @returns {{ completion: string, reasoning: string }} */
  read(answer) {
    return readingWith(
      (element, style) => this.#readerOf(style).markdown(element),
      () => ({ completion: answer.markdown(), reasoning: answer.reasoning() }),
    );
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
