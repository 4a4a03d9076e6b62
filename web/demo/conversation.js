// SPDX-License-Identifier: MIT
// A chat: its messages with their tokens, and the turns that they make.

/** @typedef {import('../src/index.js').Tokenwatt} Tokenwatt */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {'user' | 'assistant'} role
 * @property {string} text
 * @property {string} reasoning visible reasoning, '' without
 * @property {number} tokens
 * @property {number} reasoningTokens
 */

/**
 * @typedef {object} Exchange one turn: what was sent, and its answer if there is one yet
 * @property {number} last id of its last message
 * @property {number} prompt tokens
 * @property {number} completion tokens
 * @property {number} reasoning tokens
 * @property {number} context tokens of all earlier messages, sent again
 */

let lastId = 0;

export class Conversation {
  /** @param {Tokenwatt} tw @param {'text' | 'page'} origin */
  constructor(tw, origin) {
    this.#tw = tw;
    this.origin = origin;
  }

  #tw;
  #encoding = '';
  /** @type {Map<number, import('../src/index.js').Counter>} */
  #counters = new Map();
  /** @type {Message[]} */
  messages = [];

  /** @param {Message['role']} role @param {string} text @param {string} [reasoning] */
  add(role, text, reasoning = '') {
    lastId += 1;
    const message = { id: lastId, role, text, reasoning, tokens: 0, reasoningTokens: 0 };
    this.messages.push(message);
    this.#count(message);
    return message;
  }

  /** @param {number} id @param {string} text */
  edit(id, text) {
    const message = this.messages.find((one) => one.id === id);
    if (!message) return;
    message.text = text;
    this.#count(message);
  }

  /** @param {number} id */
  remove(id) {
    this.messages = this.messages.filter((one) => one.id !== id);
    this.#forget(id);
  }

  clear() {
    for (const { id } of this.messages) this.#forget(id);
    this.messages = [];
  }

  /** Counts everything with another encoding, which is loaded. @param {string} encoding */
  setEncoding(encoding) {
    if (this.#encoding === encoding) return;
    this.#encoding = encoding;
    for (const { id } of this.messages) this.#forget(id);
    for (const message of this.messages) this.#count(message);
  }

  /** @param {Message} message */
  #count(message) {
    if (this.#encoding === '') return;
    const encoding = this.#encoding;
    const counter = this.#counters.get(message.id) ?? this.#tw.createCounter({ encoding });
    this.#counters.set(message.id, counter);
    message.tokens = counter.update(message.text);
    message.reasoningTokens = this.#tw.countTokens(message.reasoning, { encoding });
  }

  /** @param {number} id */
  #forget(id) {
    this.#counters.get(id)?.free();
    this.#counters.delete(id);
  }

  /** @returns {Exchange[]} */
  exchanges() {
    /** @type {Exchange[]} */
    const exchanges = [];
    let context = 0;
    let prompt = 0;
    let sent = 0;
    for (const { id, role, tokens, reasoningTokens } of this.messages) {
      if (role === 'user') {
        prompt += tokens;
        sent = id;
        continue;
      }
      exchanges.push({ last: id, prompt, completion: tokens, reasoning: reasoningTokens, context });
      // Reasoning is not sent again with later turns.
      context += prompt + tokens;
      prompt = 0;
      sent = 0;
    }
    if (sent > 0) exchanges.push({ last: sent, prompt, completion: 0, reasoning: 0, context });
    return exchanges;
  }
}
