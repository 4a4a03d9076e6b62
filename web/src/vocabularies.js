// SPDX-License-Identifier: MIT
// The vocabularies of one module instance: which are known, which are loaded.

import { TokenwattError, describe, invalidArgument } from './errors.js';
import { readFile } from './source.js';

/**
 * @typedef {import('./source.js').FileSource} FileSource
 * @typedef {import('./memory.js').Memory} Memory
 */

/**
 * Which vocabularies to load at the start: names, loaded from beside this module, or names with
 * where the file of each is.
 * @typedef {readonly string[] | Readonly<Record<string, FileSource | PromiseLike<FileSource>>>}
 *   Encodings
 */

/** Written out, so that bundlers find the files. @type {Record<string, () => URL>} */
const published = {
  o200k_base: () => new URL('./o200k_base.twv', import.meta.url),
  cl100k_base: () => new URL('./cl100k_base.twv', import.meta.url),
};

/** Whether the package has a file of it. @param {string} name */
export const isPublished = (name) => Object.hasOwn(published, name);

export class Vocabularies {
  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  #memory;
  /** Name to address. @type {Map<string, number>} */
  #open = new Map();
  /** Addresses of those that take text in normal form C. @type {Set<number>} */
  #composed = new Set();
  /** What is being loaded. @type {Map<string, Promise<void>>} */
  #loading = new Map();
  /** The names of those loaded; the first is the default. @type {string[]} */
  names = [];

  /** @param {Encodings} encodings */
  async loadAll(encodings) {
    if (typeof encodings !== 'object' || encodings === null) {
      throw invalidArgument('encodings', `must be names or a map, not ${describe(encodings)}`);
    }
    const entries = Array.isArray(encodings)
      ? encodings.map((name) => [name, undefined])
      : Object.entries(encodings);
    const files = await Promise.all(
      entries.map(async ([name, source]) => [name, await fileOf(name, source)]),
    );
    for (const [name, file] of files) this.#openFile(name, file);
  }

  /**
   * @param {string} name
   * @param {FileSource | PromiseLike<FileSource>} [source]
   */
  async load(name, source) {
    if (this.#open.has(name)) return;
    const loading =
      this.#loading.get(name) ?? fileOf(name, source).then((file) => this.#openFile(name, file));
    this.#loading.set(name, loading);
    try {
      await loading;
    } finally {
      this.#loading.delete(name);
    }
  }

  /** @param {string} name @param {Uint8Array} file */
  #openFile(name, file) {
    if (this.#open.has(name)) return;
    const memory = this.#memory;
    const { exports, out } = memory;
    const address = memory.allocate(file.length);
    try {
      memory.bytes.set(file, address);
      const status = exports.tw_vocabulary_open(address, file.length, 0, out);
      memory.check(status, `the vocabulary given for ${name} (${file.length} bytes)`);
    } finally {
      exports.free(address);
    }
    const vocabulary = memory.readU32(out);
    const own = memory.readName(exports.tw_vocabulary_name(vocabulary));
    if (own !== name) {
      exports.tw_vocabulary_close(vocabulary);
      throw invalidArgument('encodings', `has for ${name} a file that is the vocabulary ${own}`);
    }
    this.#open.set(name, vocabulary);
    if (isComposed(file)) this.#composed.add(vocabulary);
    this.names.push(name);
  }

  /** Whether text has to be brought into normal form C first. @param {number} vocabulary */
  isComposed(vocabulary) {
    return this.#composed.has(vocabulary);
  }

  /**
   * @param {string | undefined} name
   * @returns {number} the vocabulary's address; the default's without a name
   */
  get(name) {
    const wanted = name ?? this.names[0];
    const vocabulary = wanted === undefined ? undefined : this.#open.get(wanted);
    if (vocabulary !== undefined) return vocabulary;
    if (wanted === undefined) {
      const hint = "call await loadEncoding('o200k_base') first";
      throw new TokenwattError('encoding_not_loaded', `no encoding is loaded: ${hint}`);
    }
    if (typeof wanted !== 'string') {
      throw invalidArgument(
        'encoding',
        `must be a name such as 'o200k_base', not ${describe(wanted)}`,
      );
    }
    if (!isPublished(wanted)) throw unknown(wanted);
    throw new TokenwattError(
      'encoding_not_loaded',
      `the encoding ${wanted} is not loaded (loaded: ${this.names.join(', ') || 'none'}): call ` +
        `await loadEncoding('${wanted}') first, or name it in the option encodings`,
      { field: 'encoding' },
    );
  }
}

/**
 * The flag for it in the header, which version 1 does not have; the module has checked the file. The
 * browser has the tables for it: in the module they would be as large as all else.
 * @param {Uint8Array} file
 */
function isComposed(file) {
  return file[4] !== 1 && ((file[28] ?? 0) & 1) !== 0;
}

/** @param {string} name @param {FileSource | PromiseLike<FileSource>} [source] */
async function fileOf(name, source) {
  if (typeof name !== 'string') {
    throw invalidArgument('encoding', `must be a name such as 'o200k_base', not ${describe(name)}`);
  }
  const given = source === undefined ? publishedFile(name) : await source;
  return readFile(given, `the vocabulary ${name}`, 'vocabulary_load_failed');
}

/** @param {string} name */
function publishedFile(name) {
  const address = isPublished(name) ? published[name] : undefined;
  if (address === undefined) throw unknown(name);
  return address();
}

/** @param {string} name */
function unknown(name) {
  const known = Object.keys(published).join(', ');
  const what = `there is no encoding '${name}' (there are ${known}; others are loaded from a file)`;
  return new TokenwattError('not_found', what, { field: 'encoding' });
}
