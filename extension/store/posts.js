// SPDX-License-Identifier: MIT
// Usage that waits to be posted: the store of the outbox in tokenwatt/client.
import { changed } from './changes.js';
import { got, read, write } from './database.js';

/** @typedef {import('../../web/src/outbox.js').PostState} PostState */

/**
 * @typedef {object} Post one record to be sent
 * @property {string} id random; the server's means against taking a repeated request twice
 * @property {string} turnKey
 * @property {unknown} usage the calculate payload
 * @property {PostState} state
 * @property {number} order when it was recorded; what is older is sent first
 */

/** @typedef {Record<PostState, number>} PostCounts */

const states = /** @type {const} */ (['waiting', 'sending', 'refused', 'unknown']);

/** @param {PostState} state */
const rangeOf = (state) => IDBKeyRange.bound([state], [state, []]);

/** @type {import('../../web/src/outbox.js').PostStore} */
export const posts = {
  next: () =>
    read(['posts'], async (store) => {
      const index = store('posts').index('state');
      // What was being sent when the background was stopped is older than what waits.
      return (await got(index.get(rangeOf('sending')))) ?? got(index.get(rangeOf('waiting')));
    }),
  change: async (id, state) => {
    await write(['posts'], async (store) => {
      const post = await got(store('posts').get(id));
      if (post !== undefined) await got(store('posts').put({ ...post, state }));
    });
    changed();
  },
  remove: async (id) => {
    await write(['posts'], (store) => got(store('posts').delete(id)));
    changed();
  },
};

/** @returns {Promise<PostCounts>} */
export function countPosts() {
  return read(['posts'], async (store) => {
    const index = store('posts').index('state');
    const counts = await Promise.all(
      states.map(async (state) => [state, await got(index.count(rangeOf(state)))]),
    );
    return Object.fromEntries(counts);
  });
}

/** What was in these states waits again. @param {PostState[]} from */
export async function sendAgain(from) {
  await write(['posts'], async (store) => {
    for (const state of from) {
      for (const post of await got(store('posts').index('state').getAll(rangeOf(state)))) {
        await got(store('posts').put({ ...post, state: 'waiting' }));
      }
    }
  });
  changed();
}

/** Forgets what is in these states. @param {PostState[]} from */
export async function discardPosts(from) {
  await write(['posts'], async (store) => {
    for (const state of from) {
      for (const key of await got(store('posts').index('state').getAllKeys(rangeOf(state)))) {
        await got(store('posts').delete(key));
      }
    }
  });
  changed();
}
