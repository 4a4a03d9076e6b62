// SPDX-License-Identifier: MIT
// Sends records that wait in a store, one after another. It keeps nothing itself: what must last is
// in the store before anything is sent, so that the program may be stopped between any two lines.

import { postUsage, reachable } from './post.js';

const LONGEST_PAUSE_MS = 3_600_000;

/**
 * `waiting`: to be sent; `sending`: a request was begun whose outcome is not known yet; `refused`:
 * the server will not take it as it is; `unknown`: it may have been taken, and cannot be sent again
 * without the risk of a second record.
 * @typedef {'waiting' | 'sending' | 'refused' | 'unknown'} PostState
 */

/**
 * @typedef {object} StoredPost a record in the outbox
 * @property {string} id sent as Idempotency-Key with each attempt
 * @property {unknown} usage
 * @property {PostState} state
 */

/**
 * Where records wait. Each method is atomic, and done when its promise resolves.
 * @typedef {object} PostStore
 * @property {() => Promise<StoredPost | undefined>} next the oldest that is waiting or sending
 * @property {(id: string, state: PostState) => Promise<void>} change
 * @property {(id: string) => Promise<void>} remove
 */

/**
 * What became of a record.
 * @typedef {import('./post.js').PostResult & { id: string,
 *   type: 'delivered' | 'refused' | 'unknown' | 'waiting' }} Delivery
 */

/**
 * Sends in the order of recording, until one has to wait.
 *
 * @param {object} options
 * @param {PostStore} options.posts
 * @param {string} options.endpoint
 * @param {string} [options.key]
 * @param {() => boolean} options.idempotent whether the endpoint takes a record once, however often
 *   it is sent under the same Idempotency-Key. Where not, a record is never sent twice by itself.
 * @param {AbortSignal} [options.signal]
 * @param {(delivery: Delivery) => unknown} options.tell may be async
 * @returns {Promise<Delivery | null>} that after which to wait, null where nothing waits
 */
export async function deliverPosts({ posts, endpoint, key = '', idempotent, signal, tell }) {
  let reached = false;
  for (;;) {
    const post = await posts.next();
    if (post === undefined || signal?.aborted) return null;
    const { id, usage: payload } = post;
    if (post.state === 'sending' && !idempotent()) {
      await posts.change(id, 'unknown');
      await tell({ ...nothingKnown, id, type: 'unknown' });
      continue;
    }
    if (!idempotent()) {
      // A failed request does not say whether it arrived, so a server that is away is found first.
      const failure = reached ? null : await reachable(endpoint, signal);
      if (failure !== null) return waiting(failure);
      reached = true;
      await posts.change(id, 'sending');
    }
    const result = await postUsage({ endpoint, key, id, payload, ...(signal && { signal }) });
    if (signal?.aborted && result.outcome !== 'taken') return null;
    switch (result.outcome) {
      case 'taken':
        await posts.remove(id);
        await tell({ ...result, id, type: 'delivered' });
        break;
      case 'refused':
        await posts.change(id, 'refused');
        await tell({ ...result, id, type: 'refused' });
        break;
      default:
        if (result.maybeTaken && !idempotent()) {
          await posts.change(id, 'unknown');
          await tell({ ...result, id, type: 'unknown' });
          return { ...result, id, type: 'unknown' };
        }
        if (!idempotent()) await posts.change(id, 'waiting');
        return waiting(result);
    }

    /** @param {import('./post.js').PostResult} because @returns {Promise<Delivery>} */
    async function waiting(because) {
      const delivery = /** @type {const} */ ({ ...because, id, type: 'waiting' });
      await tell(delivery);
      return delivery;
    }
  }
}

/** @type {import('./post.js').PostResult} */
const nothingKnown = {
  outcome: 'later',
  status: 0,
  message: 'the program was stopped while the record was sent',
  body: null,
  maybeTaken: true,
  calculatesOnly: false,
  onceOnly: false,
};

/**
 * How long to wait after a failure.
 * @param {number} failures in a row, before this one
 * @param {number} firstPauseMs it doubles from one to the next, up to an hour
 * @param {number} [atLeastMs] what the server asked for
 */
export function pauseAfter(failures, firstPauseMs, atLeastMs = 0) {
  const pause = Math.min(firstPauseMs * 2 ** failures, LONGEST_PAUSE_MS);
  // Programs that lost the same server should not all come back in the same moment.
  return Math.max(pause * (0.75 + Math.random() / 2), atLeastMs);
}
