// SPDX-License-Identifier: MIT

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('./answer-reader.js').AnswerReader} AnswerReader */
/** @typedef {import('./live-turn.js').LiveTurn} LiveTurn */
/** @typedef {import('./submit.js').Moment} Moment */

/**
 * @typedef {object} KnownPrompt a prompt that is on the page, or was
 * @property {string} id
 * @property {string} key
 * @property {string | null} answerId of the answer seen last
 * @property {string | null} textAtSight what that answer held when nobody awaited it, null for nothing
 * @property {Set<string>} settled ids of its answers that are not to be reported (again)
 * @property {string | null} turnKey of its last turn, as far as known
 * @property {Moment | null} gesture what it may have come by
 * @property {number | null} emptySinceMs since when it waits, as the site says, for an answer
 * @property {boolean} resuming the store is asked whether a turn of it is not over
 * @property {LiveTurn | null} live
 */

/**
 * One that is seen for the first time.
 * @param {string} id @param {string} key @param {Moment | null} gesture
 * @returns {KnownPrompt}
 */
export function knownPrompt(id, key, gesture) {
  return {
    id,
    key,
    answerId: null,
    textAtSight: null,
    settled: new Set(),
    turnKey: null,
    gesture,
    emptySinceMs: null,
    resuming: false,
    live: null,
  };
}

/**
 * An answer that nobody waits for.
 * @param {KnownPrompt} prompt @param {PageTurn} answer @param {AnswerReader} reader
 */
export function settle(prompt, answer, reader) {
  if (prompt.settled.has(answer.id)) return;
  const hasText = answer.hasText();
  if (prompt.answerId !== answer.id) {
    prompt.answerId = answer.id;
    prompt.textAtSight = answer.streaming && hasText ? reader.markdown(answer) : null;
  }
  if (!hasText || answer.streaming) return;
  prompt.settled.add(answer.id);
  prompt.gesture = null;
}

/**
 * Whether the answer is an earlier turn's, not that of the prompt's live one. A page may keep its
 * id for another one; then its text goes first.
 * @param {KnownPrompt} prompt @param {PageTurn} answer @param {AnswerReader} reader
 */
export function isEarlierAnswer({ live, settled, answerId, textAtSight }, answer, reader) {
  if (live === null || live.answerId === answer.id || !settled.has(answer.id)) return false;
  const text = answer.hasText() ? reader.markdown(answer) : '';
  const isWhole = answerId !== answer.id || text.length >= (textAtSight?.length ?? 0);
  if (text !== '' && isWhole) return true;
  // One that was stopped before its first word, where the live turn's answer stood.
  if (text === '' && answer.ownId && live.answerId !== null && live.firstTokenAtMs !== null) {
    return true;
  }
  settled.delete(answer.id);
  return false;
}
