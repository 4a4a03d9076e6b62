// SPDX-License-Identifier: MIT
import { ask } from '../shared/messages.js';

/** @typedef {import('../../web/dom/turn-store.js').TurnStore} TurnStore */

/**
 * The background's knowledge of turns, which all tabs share.
 * @param {(turnKey: string) => string} chatOf the conversation that a turn belongs to
 * @returns {TurnStore}
 */
export function backgroundTurnStore(chatOf) {
  return {
    claim: (facts, tab) => ask({ type: 'turn-claim', facts, tab }),
    resume: (prompt, answer, tab) => ask({ type: 'turn-resume', prompt, answer, tab }),
    async touch(turnKey, tab, seen) {
      await ask({ type: 'turn-touch', turnKey, tab, seen });
    },
    async leave(turnKey, tab, { type: _, ...turn }) {
      await ask({ type: 'turn-leave', chat: chatOf(turnKey), turn, tab });
    },
    keep: (turnKey, tab, { type: _, ...turn }) =>
      ask({ type: 'turn-keep', chat: chatOf(turnKey), turn, tab }),
    finish: (turnKey, tab) => ask({ type: 'turn-finish', turnKey, tab }),
  };
}
