// SPDX-License-Identifier: MIT
// The messages of one conversation, also those that the page has taken out of the DOM.

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('./answer-reader.js').AnswerReader} AnswerReader */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {'user' | 'assistant'} role
 * @property {PageTurn | null} turn as the page shows it now, null while it does not
 * @property {string | null} text null before it was read
 * @property {boolean} stale its element changed since
 */

/** Pages mount at least so many messages of a long conversation; fewer are all there are. */
const smallestWindow = 10;

/**
 * Pages mount only a window of a long conversation, and give the same elements to other messages:
 * so a text is read while its message is there, and kept.
 */
export class Transcript {
  /** @type {Message[]} in the order of the branch that is shown */
  #messages = [];
  /** @type {Map<string, Message>} of all branches */
  #known = new Map();
  /** @type {WeakMap<Node, Message>} */
  #byElement = new WeakMap();
  /** Prompts by the message that they follow, '' for none: two of them are branches. @type {Map<string, Set<string>>} */
  #promptsAfter = new Map();
  /** Whether the first message is the conversation's first. */
  #fromStart = true;
  #reader;

  /** @param {AnswerReader} reader which is told what changes */
  constructor(reader) {
    this.#reader = reader;
  }

  /**
   * @param {PageTurn[]} turns what the page shows now, a contiguous part of the conversation
   * @param {boolean} grows whether what is not known is new at its end, rather than an earlier part
   */
  show(turns, grows) {
    for (const message of this.#messages) message.turn = null;
    if (turns.length === 0) return;
    const firstBefore = this.#messages[0];
    const position = new Map(this.#messages.map(({ id }, index) => [id, index]));
    const places = turns.map((turn) => position.get(turn.id));
    const shown = turns.map((turn) => this.#messageOf(turn));
    const first = places.find((place) => place !== undefined);
    const last = places.findLast((place) => place !== undefined);
    if (last === undefined) {
      // Far from what was shown before: the end of it, or a jump to its beginning.
      this.#messages = grows ? [...this.#messages, ...shown] : [...shown, ...this.#messages];
    } else {
      const before = this.#messages.slice(0, first);
      // What followed a message that now has another successor belongs to a branch left behind.
      const continued = places.at(-1) !== undefined;
      this.#messages = [...before, ...shown, ...(continued ? this.#messages.slice(last + 1) : [])];
    }
    if (this.#messages[0] !== firstBefore) {
      this.#fromStart = this.#messages.length < smallestWindow;
    }
    this.#noteBranches();
  }

  /** Something on the page changed. @param {Iterable<Node>} nodes with all that holds them */
  touched(nodes) {
    for (const node of nodes) {
      const message = this.#byElement.get(node);
      if (message !== undefined) message.stale = true;
    }
  }

  /**
   * Reads what was not read yet, or changed, until the time is up.
   * @param {number} untilMs
   * @param {(id: string) => boolean} isRead whether somebody else reads the message
   * @returns {boolean} whether all is read
   */
  read(untilMs, isRead) {
    let isLate = false;
    for (const message of this.#messages) {
      const { turn } = message;
      if (isRead(message.id)) continue;
      if (turn === null || turn.streaming || (message.text !== null && !message.stale)) continue;
      const leftMs = Math.max(untilMs - performance.now(), 0);
      const text = isLate ? null : this.#reader.markdownFor(turn, leftMs);
      if (text === null) return false;
      message.text = text;
      message.stale = false;
      isLate = performance.now() > untilMs;
    }
    return true;
  }

  /** Whether one of these messages will be read yet. @param {Message[]} messages */
  isUnread(messages) {
    const unread = this.#messages.filter(
      ({ text, turn }) => text === null && turn?.streaming === false,
    );
    return unread.some((message) => messages.includes(message));
  }

  /** Reads at once what was not read yet, as far as it is shown. @param {Message[]} messages */
  readNow(messages) {
    for (const message of messages) {
      if (message.text === null && message.turn !== null) {
        message.text = this.#reader.markdown(message.turn);
      }
    }
  }

  /** The text of a message was read elsewhere. @param {string} id @param {string} text */
  keep(id, text) {
    const message = this.#known.get(id);
    if (message === undefined) return;
    message.text = text;
    message.stale = false;
  }

  /** Whether the branch that is shown has the message, be it out of sight. @param {string} id */
  has(id) {
    return this.#messages.some((message) => message.id === id);
  }

  /** @param {string} id @returns {Message[]} what stands before it, in order */
  before(id) {
    const end = this.#messages.findIndex((message) => message.id === id);
    return this.#messages.slice(0, Math.max(end, 0));
  }

  /** The prompt that stood, before this one came, where it stands. @param {string} id */
  displacedBy(id) {
    return [...this.#branchesAt(id)].findLast((prompt) => prompt !== id) ?? null;
  }

  /**
   * How many messages, from the first of the context to the prompt, an earlier turn has sent in
   * this order: every prompt was sent, with all that stood before it.
   * @param {string} id of the prompt @param {boolean} again the prompt itself was sent before
   */
  sentBefore(id, again) {
    const context = this.before(id);
    if (again) return context.length + 1;
    if (this.displacedBy(id) !== null) return context.length;
    return context.findLastIndex(({ role }) => role === 'user') + 1;
  }

  /** Whether messages are missing before this one, or texts of them. @param {Message[]} context */
  isIncomplete(context) {
    return !this.#fromStart || context.some(({ text }) => text === null);
  }

  clear() {
    this.#messages = [];
    this.#known.clear();
    this.#byElement = new WeakMap();
    this.#promptsAfter.clear();
  }

  /** Prompts at the place of this one. @param {string} id @returns {Set<string>} */
  #branchesAt(id) {
    const parent = this.#parentOf(this.#messages.findIndex((message) => message.id === id));
    return (parent !== null && this.#promptsAfter.get(parent)) || new Set();
  }

  /** @param {number} index @returns {string | null} null where it is not known */
  #parentOf(index) {
    if (index === 0) return this.#fromStart ? '' : null;
    return this.#messages[index - 1]?.id ?? null;
  }

  #noteBranches() {
    for (const [index, { id, role }] of this.#messages.entries()) {
      const parent = role === 'user' ? this.#parentOf(index) : null;
      if (parent === null) continue;
      const prompts = this.#promptsAfter.get(parent);
      if (prompts === undefined) this.#promptsAfter.set(parent, new Set([id]));
      else prompts.add(id);
    }
  }

  /** @param {PageTurn} turn */
  #messageOf(turn) {
    const known = this.#known.get(turn.id);
    /** @type {Message} */
    const message = known ?? { id: turn.id, role: turn.role, turn, text: null, stale: false };
    message.turn = turn;
    this.#known.set(turn.id, message);
    this.#byElement.set(turn.element, message);
    return message;
  }
}
