// SPDX-License-Identifier: MIT
// A module's memory: text in, text and numbers out.

import { TokenwattError } from './errors.js';

/** Text up to this many UTF-16 units goes through the scratch buffer, which is kept. */
export const SCRATCH_UNITS = 1 << 20;
/** Text up to this many is taken as a whole; memory for what is longer stays bounded. */
export const WHOLE_UNITS = 1 << 22;
const FIRST_SCRATCH_BYTES = 1 << 16;
const KEPT_IDS = 1 << 12;
/** A text this short is written unit by unit if it is ASCII: calling the encoder takes longer. */
const SHORT_UNITS = 160;

/** @typedef {import('./exports.js').Exports} Exports */

/** The one place that knows that memory moves when it grows. */
export class Memory {
  /** @param {Exports} exports */
  constructor(exports) {
    this.exports = exports;
    this.#bytes = new Uint8Array(exports.memory.buffer);
    this.#words = new Uint32Array(exports.memory.buffer);
    /** Eight bytes for out-parameters. */
    this.out = this.allocate(8);
  }

  #bytes;
  #words;
  #scratch = 0;
  #scratchSize = 0;
  #view = new Uint8Array(0);
  #ids = 0;
  #encoder = new TextEncoder();
  /** A mark at the beginning is text here, not a mark. */
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** All of memory, never a view that growth has cut off. */
  get bytes() {
    this.#follow();
    return this.#bytes;
  }

  /** Growth empties the views of before. To ask the memory itself would cost more than a short text. */
  #follow() {
    if (this.#bytes.length !== 0) return;
    const { buffer } = this.exports.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
  }

  /** @param {number} size @returns {number} the address; free it with exports.free() */
  allocate(size) {
    // Addresses from 2 GB on come out of WebAssembly as negative numbers.
    // The module takes sizes modulo 4 GB, which is all it can have.
    const address = size > 0xffffffff ? 0 : this.exports.malloc(Math.max(size, 1)) >>> 0;
    if (address === 0) {
      const what = `no memory for ${size} bytes in the WebAssembly module`;
      throw new TokenwattError('out_of_memory', what);
    }
    return address;
  }

  /**
   * Lends room for token ids while `use` runs; a little is kept for the next time.
   * @template T
   * @param {number} count @param {(address: number) => T} use
   * @returns {T}
   */
  withIds(count, use) {
    if (count <= KEPT_IDS) {
      if (this.#ids === 0) this.#ids = this.allocate(KEPT_IDS * 4);
      return use(this.#ids);
    }
    const address = this.allocate(count * 4);
    try {
      return use(address);
    } finally {
      this.exports.free(address);
    }
  }

  /** @param {number} address a multiple of four */
  readU32(address) {
    this.#follow();
    return /** @type {number} */ (this.#words[address >>> 2]);
  }

  /** @param {number} address @param {number} count @returns {Uint32Array<ArrayBuffer>} a copy */
  readU32s(address, count) {
    this.#follow();
    return this.#words.slice(address >>> 2, (address >>> 2) + count);
  }

  /** @param {number} address @param {number} size */
  readText(address, size) {
    return this.#decoder.decode(this.bytes.subarray(address, address + size));
  }

  /** @param {number} address of a text that ends with NUL */
  readName(address) {
    return this.readText(address, this.bytes.indexOf(0, address) - address);
  }

  /** @param {string} name @returns {number} the address of a copy that ends with NUL; free it */
  allocateName(name) {
    const bytes = this.#encoder.encode(name);
    const address = this.allocate(bytes.length + 1);
    this.bytes.set(bytes, address);
    this.bytes[address + bytes.length] = 0;
    return address;
  }

  /**
   * Lends text as UTF-8, lone surrogates as U+FFFD, while `use` runs, which must not lend another.
   *
   * @template T
   * @param {string} text
   * @param {(address: number, size: number) => T} use
   * @returns {T}
   */
  withText(text, use) {
    if (text.length > SCRATCH_UNITS) return this.#withLongText(text, use);
    this.#reserveScratch(text.length * 3);
    if (this.writeShort(text)) return use(this.#scratch, text.length);
    return use(this.#scratch, this.#encoder.encodeInto(text, this.#room()).written);
  }

  /**
   * Lends bytes while `use` runs.
   *
   * @template T
   * @param {Uint8Array} bytes
   * @param {(address: number, size: number) => T} use
   * @returns {T}
   */
  withBytes(bytes, use) {
    const address = this.allocate(bytes.length);
    try {
      this.bytes.set(bytes, address);
      return use(address, bytes.length);
    } finally {
      this.exports.free(address);
    }
  }

  /** Where writeShort() writes to. */
  get scratch() {
    return this.#scratch;
  }

  /** Writes a text to the scratch buffer if it is short and all of it ASCII. @param {string} text */
  writeShort(text) {
    if (text.length > SHORT_UNITS) return false;
    this.#reserveScratch(FIRST_SCRATCH_BYTES);
    this.#follow();
    const bytes = this.#bytes;
    const words = this.#words;
    const { length } = text;
    const at = this.#scratch;
    let all = 0;
    let i = 0;
    // Four at a time: the module soon loads them as words.
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      all |= a | b | c | d;
      words[(at + i) >>> 2] = a | (b << 8) | (c << 16) | (d << 24);
    }
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      all |= unit;
      bytes[at + i] = unit;
    }
    return all <= 0x7f;
  }

  /** @param {number} size */
  #reserveScratch(size) {
    if (size <= this.#scratchSize) return;
    this.exports.free(this.#scratch);
    this.#scratch = 0;
    this.#scratchSize = 0;
    this.#view = new Uint8Array(0);
    const capacity = Math.max(size, FIRST_SCRATCH_BYTES);
    this.#scratch = this.allocate(capacity);
    this.#scratchSize = capacity;
  }

  /**
   * Most long text is a byte a unit or little more, so the worst case is only reserved for the part
   * that turns out to need it.
   *
   * @template T
   * @param {string} text @param {(address: number, size: number) => T} use
   */
  #withLongText(text, use) {
    let capacity = text.length + (text.length >>> 3);
    let address = this.allocate(capacity);
    try {
      let { read, written } = this.#encoder.encodeInto(text, this.#part(address, 0, capacity));
      if (read < text.length) {
        capacity = written + (text.length - read) * 3;
        const larger = this.allocate(capacity);
        this.bytes.copyWithin(larger, address, address + written);
        this.exports.free(address);
        address = larger;
        const rest = this.#part(address, written, capacity);
        written += this.#encoder.encodeInto(text.slice(read), rest).written;
      }
      return use(address, written);
    } finally {
      this.exports.free(address);
    }
  }

  /** The scratch buffer, as a view that lasts until memory grows. */
  #room() {
    this.#follow();
    if (this.#view.length !== this.#scratchSize) {
      this.#view = this.#part(this.#scratch, 0, this.#scratchSize);
    }
    return this.#view;
  }

  /** @param {number} address @param {number} from @param {number} to */
  #part(address, from, to) {
    return this.bytes.subarray(address + from, address + to);
  }

  /** @param {number} status @param {string} what was being done */
  check(status, what) {
    if (status !== 0) throw this.error(status, what);
  }

  /** @param {number} status @param {string} what */
  error(status, what) {
    const code = this.readName(this.exports.tw_status_code(status));
    const text = this.readName(this.exports.tw_status_text(status));
    return new TokenwattError(code, `${what}: ${text}`);
  }
}
