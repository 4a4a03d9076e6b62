// SPDX-License-Identifier: MIT
// A chat: its messages with their tokens, and the turns that they make.

/** @typedef {import('../src/index.js').Tokenwatt} Tokenwatt */
/** @typedef {{ model: string, provider: string }} Model as the settings have it */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {'user' | 'assistant'} role
 * @property {string} text
 * @property {string} reasoning visible reasoning, '' without
 * @property {number} tokens as the model counts them
 * @property {number} reasoningTokens
 */

/**
 * @typedef {object} Exchange one turn: what was sent, and its answer if there is one yet
 * @property {number} last id of its last message
 * @property {number} prompt tokens
 * @property {number} completion tokens
 * @property {number} reasoning tokens
 * @property {number[]} context tokens of the earlier messages, sent again
 */

let lastId = 0;

export class Conversation {
  /** @param {Tokenwatt} tw @param {'text' | 'page'} origin */
  constructor(tw, origin) {
    this.#tw = tw;
    this.origin = origin;
  }

  #tw;
  /** @type {Model | null} */
  #model = null;
  #encoding = '';
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
  }

  clear() {
    this.messages = [];
  }

  /**
   * Counts everything anew if another model counts, or the same one with another encoding.
   * @param {Model} model @param {string} encoding the one that is loaded for it
   */
  setModel(model, encoding) {
    const isSame = this.#model?.model === model.model && this.#model.provider === model.provider;
    if (isSame && this.#encoding === encoding) return;
    this.#model = model;
    this.#encoding = encoding;
    for (const message of this.messages) this.#count(message);
  }

  /** @param {Message} message */
  #count(message) {
    if (this.#model === null) return;
    message.tokens = this.#tw.countTokens(message.text, this.#model);
    message.reasoningTokens = this.#tw.countTokens(message.reasoning, this.#model);
  }

  /** @returns {Exchange[]} */
  exchanges() {
    /** @type {Exchange[]} */
    const exchanges = [];
    /** @type {number[]} */
    let context = [];
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
      context = sent > 0 ? [...context, prompt, tokens] : [...context, tokens];
      prompt = 0;
      sent = 0;
    }
    if (sent > 0) exchanges.push({ last: sent, prompt, completion: 0, reasoning: 0, context });
    return exchanges;
  }
}
