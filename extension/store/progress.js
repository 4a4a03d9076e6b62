// SPDX-License-Identifier: MIT
// How posting goes.
import { changed } from './changes.js';
import { readValue, writeValue } from './database.js';
import { countPosts } from './posts.js';

/**
 * @typedef {object} Progress
 * @property {string} error what the popup shows, '' after a success
 * @property {number} failures in a row
 * @property {number} sinceMs when the last one was
 * @property {number} notBeforeMs when the next attempt is due
 */

const name = 'outboxProgress';
/** @type {Progress} */
export const noTrouble = { error: '', failures: 0, sinceMs: 0, notBeforeMs: 0 };

/** @returns {Promise<Progress>} */
export function readProgress() {
  return readValue(name, noTrouble);
}

/** @param {Progress} progress */
export async function writeProgress(progress) {
  await writeValue(name, progress);
  changed();
}

/**
 * For people: how much waits, what was refused, what may have been taken, and why.
 * @returns {Promise<{ pending: number, refused: number, unknown: number, error: string }>}
 */
export async function outboxStatus() {
  const [{ waiting, sending, refused, unknown }, { error }] = await Promise.all([
    countPosts(),
    readProgress(),
  ]);
  return { pending: waiting + sending, refused, unknown, error };
}
