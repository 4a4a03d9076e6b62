// SPDX-License-Identifier: MIT
// The key of the endpoint. Only the background has this module: the pages hand a key over and are
// told no more than that there is one.
import { readValue, writeValue } from '../store/database.js';

/** @returns {Promise<string>} '' where there is none */
export function readKey() {
  return readValue('key', '');
}

/** @param {string} key */
export function writeKey(key) {
  return writeValue('key', key);
}
