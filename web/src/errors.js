// SPDX-License-Identifier: MIT

/**
 * Every error that Tokenwatt itself raises. `code` is for programs and stays as it is between
 * versions; `message` is for people.
 *
 * From the library: `invalid_argument`, `out_of_memory`, `vocabulary_foreign`,
 * `vocabulary_version`, `vocabulary_truncated`, `vocabulary_corrupt`, `unknown_token`,
 * `invalid_json`, `validation_error`, `not_found`. From here: `wasm_load_failed`,
 * `vocabulary_load_failed`, `encoding_not_loaded`.
 */
export class TokenwattError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{ field?: string | undefined, cause?: unknown }} [more] `field`: the name of the field
   *   or argument that is wrong
   */
  constructor(code, message, { field, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TokenwattError';
    /** @type {string} */
    this.code = code;
    /** @type {string | undefined} */
    this.field = field;
  }
}

/**
 * @param {string} field the argument's name
 * @param {string} message what is wrong with it, after its name
 */
export function invalidArgument(field, message) {
  return new TokenwattError('invalid_argument', `${field} ${message}`, { field });
}

/** What a value is, for an error's message. @param {unknown} value */
export function describe(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `${typeof value} ${value}`;
  if (typeof value === 'object') return `an object of type ${tagOf(value)}`;
  return `a ${typeof value}`;
}

/**
 * The class of a built-in object, also of one from another window or a test runner's context,
 * where `instanceof` fails. @param {unknown} value
 */
export function tagOf(value) {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === 'Object' ? (Object(value).constructor?.name ?? tag) : tag;
}
