// SPDX-License-Identifier: MIT

/**
 * Writes markdown blocks inside nested containers. Each container (quote, list item) has a marker
 * for its first line and a prefix for the others; every character is written once, however deep
 * it lies.
 */
export class MarkdownWriter {
  /** @type {string[]} */
  #parts = [];
  /** @type {string[]} */
  #outer = [];
  #prefix = '';
  /** Markers of containers that have no text yet. */
  #markers = '';
  #newlines = 0;
  #indent;

  /** @param {number} [indent] length of what will stand before each line of it all */
  constructor(indent = 0) {
    this.#indent = indent;
  }

  /** Length of what stands before each line here. */
  get prefixLength() {
    return this.#indent + this.#prefix.length;
  }

  /** At least `count` newlines before the next text; none at the start of a container. */
  separate(/** @type {number} */ count) {
    if (this.#parts.length > 0 && this.#markers === '') {
      this.#newlines = Math.max(this.#newlines, count);
    }
  }

  /** @param {string} text may hold newlines */
  write(text) {
    this.#flushNewlines();
    this.#parts.push(this.#markers);
    this.#markers = '';
    if (this.#prefix === '' || !text.includes('\n')) {
      this.#parts.push(text);
      return;
    }
    const blank = this.#prefix.trimEnd();
    const lines = text.split('\n');
    this.#parts.push(lines[0] ?? '');
    for (const line of lines.slice(1)) {
      this.#parts.push('\n', line === '' ? blank : this.#prefix, line);
    }
  }

  /** @param {string} marker of the first line @param {string} prefix of the others */
  enter(marker, prefix) {
    this.#flushNewlines();
    this.#outer.push(this.#prefix);
    this.#markers += marker;
    this.#prefix += prefix;
  }

  leave() {
    if (this.#markers !== '') {
      this.#parts.push(this.#markers.trimEnd());
      this.#markers = '';
    }
    this.#prefix = this.#outer.pop() ?? '';
  }

  /** A place in what is written, for `since`. */
  mark() {
    return this.#parts.length;
  }

  /** What was written since, without the newlines before it. @param {number} mark */
  since(mark) {
    return this.#parts.slice(mark).join('').replace(/^\n+/, '');
  }

  toString() {
    return this.#parts.join('');
  }

  #flushNewlines() {
    if (this.#newlines === 0) return;
    this.#parts.push('\n');
    for (let blank = 1; blank < this.#newlines; blank += 1) {
      this.#parts.push(this.#prefix.trimEnd(), '\n');
    }
    this.#parts.push(this.#prefix);
    this.#newlines = 0;
  }
}
