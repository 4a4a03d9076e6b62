// SPDX-License-Identifier: MIT

import { TokenwattError, describe, invalidArgument } from './errors.js';
import { settledUnits } from './composing.js';
import { SCRATCH_UNITS } from './memory.js';

/** @typedef {import('./memory.js').Memory} Memory */

/** Frees what a forgotten counter holds in the module's memory. */
const forgotten = new FinalizationRegistry(
  /** @param {{ memory: Memory, address: number }} held */ ({ memory, address }) =>
    memory.exports.tw_counter_close(address),
);

/** Counts a text that grows or changes, at the cost of the change. */
export class Counter {
  /**
   * @param {Memory} memory @param {number} vocabulary
   * @param {boolean} [isComposed] text has to be brought into normal form C first
   */
  constructor(memory, vocabulary, isComposed = false) {
    this.#held = isComposed ? '' : null;
    const status = memory.exports.tw_counter_open(vocabulary, 0, memory.out);
    memory.check(status, 'a counter could not be made');
    this.#memory = memory;
    this.#address = memory.readU32(memory.out);
    forgotten.register(this, { memory, address: this.#address }, this);
  }

  /** @type {Memory} */
  #memory;
  #address;
  #total = 0;
  /**
   * The end of the text as it was given, if it has to be composed: what follows can still change it.
   * The module has what is before it, composed.
   * @type {string | null}
   */
  #held;
  /**
   * The text so far, as long as it only grew from one update() to the next; null after append(),
   * which need not keep it.
   * @type {string | null}
   */
  #text = '';
  /** The first half of a character whose second half append() may still bring. */
  #high = 0;

  /** The tokens of the text so far. */
  get total() {
    return this.#total;
  }

  /**
   * Adds text at the end; a character may be cut between two calls.
   * @param {string} text
   * @returns {number} the tokens of everything so far
   */
  append(text) {
    this.#check(text);
    this.#text = null;
    if (this.#held !== null) {
      this.#orFree(() => this.#appendComposed(text));
      return this.#total;
    }
    const memory = this.#memory;
    if (this.#high === 0 && memory.writeShort(text)) {
      const { exports, scratch, out } = memory;
      this.#done(exports.tw_counter_append(this.#address, scratch, text.length, out));
    } else {
      this.#orFree(() => this.#append(text));
    }
    return this.#total;
  }

  /**
   * Replaces the text with a new version of it.
   * @param {string} fullText
   * @returns {number} its tokens
   */
  update(fullText) {
    this.#check(fullText);
    const before = this.#text;
    this.#orFree(() => {
      if (before === null || !fullText.startsWith(before)) {
        if (this.#held === null) this.#replace(fullText);
        else this.#replaceComposed(fullText);
      } else {
        const more = fullText.slice(before.length);
        if (this.#held === null) this.#append(more);
        else this.#appendComposed(more);
      }
    });
    this.#text = fullText;
    return this.#total;
  }

  /** What can no longer change is composed and appended, once. @param {string} text */
  #appendComposed(text) {
    const open = this.#held + text;
    const memory = this.#memory;
    if (open !== '' && this.#high === 0 && memory.writeShort(open)) {
      const { exports, scratch, out } = memory; // ASCII, which is composed, and changes only at its end
      const last = open.length - 1;
      if (last > 0) this.#done(exports.tw_counter_append(this.#address, scratch, last, out));
      this.#held = open.slice(last);
      this.#done(exports.tw_counter_peek(this.#address, scratch + last, 1, out));
      return;
    }
    const settled = settledUnits(open);
    this.#append(open.slice(0, settled).normalize('NFC'));
    this.#hold(open.slice(settled));
  }

  /** @param {string} fullText */
  #replaceComposed(fullText) {
    const settled = settledUnits(fullText);
    this.#replace(fullText.slice(0, settled).normalize('NFC'));
    this.#hold(fullText.slice(settled));
  }

  /** Counts what may still change without appending it. @param {string} held */
  #hold(held) {
    this.#held = held;
    if (held === '') return;
    const { exports, out } = this.#memory;
    this.#memory.withText(held.normalize('NFC'), (address, size) =>
      this.#done(exports.tw_counter_peek(this.#address, address, size, out)),
    );
  }

  /** A failure half-way through a text would leave a wrong total behind. @param {() => void} step */
  #orFree(step) {
    try {
      step();
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Gives the memory back. The counter cannot be used afterwards; freeing it twice is no error. */
  free() {
    if (this.#address === 0) return;
    forgotten.unregister(this);
    this.#memory.exports.tw_counter_close(this.#address);
    this.#address = 0;
    this.#text = null;
  }

  /** @param {unknown} text */
  #check(text) {
    if (this.#address === 0) {
      throw new TokenwattError('invalid_argument', 'this counter was freed: create another');
    }
    if (typeof text !== 'string') {
      throw invalidArgument('text', `must be a string, not ${describe(text)}`);
    }
  }

  /** @param {string} text */
  #replace(text) {
    const { exports, out } = this.#memory;
    const whole = text.slice(0, text.length - cutUnits(text));
    this.#memory.withText(whole, (address, size) =>
      this.#done(exports.tw_counter_update(this.#address, address, size, out)),
    );
    this.#appendCut(text.slice(whole.length));
  }

  /**
   * In blocks, so that memory for a long text stays bounded; as long as what each tokenizes again,
   * so that one endless piece stays linear.
   * @param {string} text
   */
  #append(text) {
    if (text.length <= SCRATCH_UNITS) {
      if (text !== '') this.#appendBlock(text);
      return;
    }
    for (let at = 0; at < text.length; ) {
      const pending = this.#memory.exports.tw_counter_pending(this.#address);
      const units = Math.max(SCRATCH_UNITS, pending);
      this.#appendBlock(text.slice(at, at + units));
      at += units;
    }
  }

  /** @param {string} text not empty */
  #appendBlock(text) {
    const rest = this.#high === 0 ? text : this.#complete(text);
    const cut = cutUnits(rest);
    const whole = cut === 0 ? rest : rest.slice(0, -cut);
    if (whole !== '') {
      const { exports, out } = this.#memory;
      this.#memory.withText(whole, (address, size) =>
        this.#done(exports.tw_counter_append(this.#address, address, size, out)),
      );
    }
    if (cut !== 0 || this.#high !== 0) this.#appendCut(rest.slice(whole.length));
  }

  /**
   * The first half of a pair decides the first two bytes of four; what follows decides whether they
   * become a character or one U+FFFD.
   * @param {string} high the unit, or nothing
   */
  #appendCut(high) {
    this.#high = high === '' ? 0 : high.charCodeAt(0);
    if (this.#high === 0) return;
    const top = this.#high - 0xd800 + 0x40;
    this.#appendBytes([0xf0 | (top >> 8), 0x80 | ((top >> 2) & 63)]);
  }

  /** Appends the other two bytes if they come. @param {string} text @returns {string} the rest */
  #complete(text) {
    const low = text.charCodeAt(0);
    if (this.#high === 0 || low < 0xdc00 || low > 0xdfff) return text;
    this.#appendBytes([0x80 | ((this.#high & 3) << 4) | ((low >> 6) & 15), 0x80 | (low & 63)]);
    this.#high = 0;
    return text.slice(1);
  }

  /** @param {number[]} bytes */
  #appendBytes(bytes) {
    const memory = this.#memory;
    const at = memory.out + 4;
    memory.bytes.set(bytes, at);
    this.#done(memory.exports.tw_counter_append(this.#address, at, bytes.length, memory.out));
  }

  /** @param {number} status */
  #done(status) {
    if (status !== 0) {
      this.free();
      throw this.#memory.error(status, 'counting failed, and the counter is freed');
    }
    this.#total = this.#memory.readU32(this.#memory.out);
  }
}

/** How many units at the end of a text are the first half of a pair. @param {string} text */
function cutUnits(text) {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? 1 : 0;
}

/**
 * Counts a text too long to be copied into the module at once.
 * @param {Memory} memory @param {number} vocabulary @param {string} text
 */
export function countLongText(memory, vocabulary, text) {
  const counter = new Counter(memory, vocabulary);
  try {
    return counter.append(text);
  } finally {
    counter.free();
  }
}
