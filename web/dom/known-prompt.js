// SPDX-License-Identifier: MIT

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
