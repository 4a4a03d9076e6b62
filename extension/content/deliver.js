// SPDX-License-Identifier: MIT
import { ask } from '../shared/messages.js';

/** Pauses before a turn is handed over again, in milliseconds. */
const pausesMs = [200, 1000, 5000, 20_000, 60_000];

/**
 * Hands a turn to the background until it confirms that it is recorded: the browser may stop the
 * background in the middle. The background takes each turnKey once.
 *
 * @param {import('../shared/messages.js').TurnMessage} message
 * @param {AbortController} watching aborted when there is no background any more
 */
export async function deliver(message, watching) {
  for (const pauseMs of pausesMs) {
    try {
      await ask(message);
      return;
    } catch (error) {
      // An extension that was updated or removed leaves its content scripts behind.
      if (chrome.runtime?.id === undefined) {
        watching.abort();
        return;
      }
      console.warn('Tokenwatt could not record a turn, and tries again:', error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
