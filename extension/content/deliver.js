// SPDX-License-Identifier: MIT
import { ask } from '../shared/messages.js';

/** Pauses before a turn is handed over again, in milliseconds; the last is repeated. */
const pausesMs = [200, 1000, 5000, 20_000, 60_000];

/**
 * Hands a turn to the background until it confirms that it is recorded: the browser may stop the
 * background in the middle. The background takes each turnKey once.
 *
 * @param {import('../shared/messages.js').TurnMessage} message
 * @param {AbortController} watching aborted when there is no background any more
 * @returns {Promise<import('../shared/messages.js').LineText | null>} what it cost, null where it is
 *   not counted
 */
export async function deliver(message, watching) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(message);
    } catch (error) {
      // An extension that was updated or removed leaves its content scripts behind.
      if (chrome.runtime?.id === undefined) {
        watching.abort();
        return null;
      }
      console.warn('Tokenwatt could not record a turn, and tries again:', error);
      const pauseMs = pausesMs[Math.min(attempt, pausesMs.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
