// SPDX-License-Identifier: MIT
// What `watchChat` reports.

/** @typedef {import('../sites/types.js').ModelFoundBy} ModelFoundBy */
/** @typedef {import('../sites/types.js').Attachment} Attachment */
/** @typedef {import('./read.js').Health} Health */

/**
 * @typedef {object} SentEvent
 * @property {'sent'} type
 * @property {string} turnKey the same in all events of a turn
 * @property {string} site
 * @property {string} prompt
 * @property {number} startTimeMs
 */

/**
 * @typedef {object} FirstTokenEvent
 * @property {'first-token'} type
 * @property {string} turnKey
 * @property {string} site
 * @property {number} [firstTokenTimeMs] left out where the send was not seen
 */

/**
 * @typedef {object} UpdateEvent
 * @property {'update'} type
 * @property {string} turnKey
 * @property {string} site
 * @property {string | null} model
 * @property {string} completion
 * @property {string} reasoning
 */

/**
 * @typedef {object} DoneEvent
 * @property {'done'} type
 * @property {string} turnKey
 * @property {string} site
 * @property {string} provider
 * @property {string | null} model as the page names it
 * @property {ModelFoundBy | null} modelFoundBy
 * @property {string} prompt
 * @property {string} promptId
 * @property {string | null} answerId null where nothing was answered
 * @property {Attachment[]} attachments of the prompt: kinds of what is not counted
 * @property {string} completion
 * @property {string} reasoning visible reasoning, '' without
 * @property {string[]} context markdown of the conversation's earlier messages, in order, as far as
 *   seen; '' for one that the page took away before it was read
 * @property {string[]} contextIds their ids
 * @property {boolean} contextIncomplete earlier messages there are, or may be, that were never seen
 * @property {number} cachedMessages so many of the messages, context and then prompt, were already
 *   sent in the same order by an earlier turn
 * @property {'composer' | 'gesture' | 'unseen'} sentBy what `startTimeMs` is the time of: the
 *   composer's send; the click or key that started an answer without one; nothing that was seen
 * @property {boolean} interrupted the page was left, or the answer replaced, before its end
 * @property {number} [startTimeMs] left out where the send was not seen
 * @property {number} [firstTokenTimeMs] left out where unknown, or nothing was answered
 * @property {number} [lastTokenTimeMs] when the text last grew, likewise
 */

/**
 * @typedef {object} ReplacedEvent a turn's answer was regenerated, or its prompt edited
 * @property {'replaced'} type
 * @property {string} turnKey of the turn that was replaced: it stays used, but is context no more
 * @property {string} by
 * @property {string} site
 */

/**
 * @typedef {object} DroppedEvent nothing was answered: the site shows an error, or nothing
 * @property {'dropped'} type
 * @property {string} turnKey
 * @property {string} site
 */

/** @typedef {{ type: 'health', site: string, health: Health }} HealthEvent */

/** @typedef {SentEvent | FirstTokenEvent | UpdateEvent | DoneEvent | ReplacedEvent | DroppedEvent} TurnEvent */
/** @typedef {TurnEvent | HealthEvent} ChatEvent */

export {};
