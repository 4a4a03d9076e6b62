// SPDX-License-Identifier: MIT

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */

/** Reads an answer while it grows. */
export class AnswerReader {
  /** Something in the page changed. @param {Node} _node */
  touched(_node) {}

  /** @param {PageTurn} answer @returns {{ completion: string, reasoning: string }} */
  read(answer) {
    return { completion: answer.markdown(), reasoning: answer.reasoning() };
  }
}
