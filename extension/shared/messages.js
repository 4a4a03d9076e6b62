// SPDX-License-Identifier: MIT
// What the parts of the extension say to each other. Every message gets an answer.

/**
 * A finished turn, from a page. Its text is counted by the background and then dropped.
 * @typedef {object} TurnMessage
 * @property {'turn'} type
 * @property {string} chat which conversation of the site, '' before it has a name
 * @property {Omit<import('../../web/dom/events.js').DoneEvent, 'type'>} turn
 */

/**
 * @typedef {import('../../web/dom/read.js').Health['state']} Health how far a page is understood
 */

/**
 * @typedef {object} Amounts totals of the turns of a chat
 * @property {number} turns
 * @property {number} promptTokens @property {number} completionTokens
 * @property {number} reasoningTokens
 * @property {Record<'energy' | 'co2' | 'water', Estimate>} footprint Wh, g, mL
 * @property {boolean} contextIncomplete
 */
/** @typedef {{ value: number, low: number, high: number }} Estimate */

/**
 * What the popup shows.
 * @typedef {object} Summary
 * @property {string} site '' where the tab shows no page that is watched
 * @property {boolean} counting false where the user switched the site off
 * @property {Health} health
 * @property {Amounts | null} totals null before the first turn
 * @property {{ on: boolean, host: string, pending: number, failed: number, error: string }} posting
 */

/** @typedef {import('../background/settings.js').Settings} Settings */
/** @typedef {Settings & { hasKey: boolean }} PublicSettings */

/** @typedef {import('../../web/dom/turn-store.js').TurnFacts} TurnFacts */
/** @typedef {import('../../web/dom/turn-store.js').TurnSeen} TurnSeen */
/** @typedef {import('../../web/dom/turn-store.js').Claim} Claim */

/**
 * Each type of message with what it carries and what is answered.
 * @typedef {object} Protocol
 * @property {{ carries: Omit<TurnMessage, 'type'>, answer: null }} turn
 * @property {{ carries: { facts: TurnFacts, tab: string }, answer: Claim }} turn-claim
 * @property {{ carries: { prompt: string, answer: string | null, tab: string }, answer: Claim | null }} turn-resume
 * @property {{ carries: { turnKey: string, tab: string, seen: TurnSeen }, answer: null }} turn-touch
 * @property {{ carries: Omit<TurnMessage, 'type'> & { tab: string }, answer: null }} turn-leave
 * @property {{ carries: { turnKey: string, tab: string }, answer: 'yours' | 'elsewhere' | 'over' }} turn-finish
 * @property {{ carries: { site: string, health: Health, chat: string }, answer: null }} health
 * @property {{ carries: {}, answer: PublicSettings }} settings-get
 * @property {{ carries: { change: Partial<Settings> & { key?: string } }, answer: PublicSettings }} settings-set
 * @property {{ carries: { endpoint: string, key?: string }, answer: { ok: boolean, status: number, error: string } }} endpoint-test
 * @property {{ carries: {}, answer: { regions: { id: string, name: string, cloud: string }[] } }} regions
 * @property {{ carries: { tabId: number }, answer: Summary }} summary
 * @property {{ carries: {}, answer: null }} outbox-retry
 * @property {{ carries: {}, answer: null }} outbox-discard
 */

/**
 * Asks the background.
 * @template {keyof Protocol} T
 * @param {{ type: T } & Protocol[T]['carries']} message
 * @returns {Promise<Protocol[T]['answer']>}
 */
export async function ask(message) {
  const reply = await chrome.runtime.sendMessage(message);
  if (reply === undefined) throw new Error(`nobody answered the message "${message.type}"`);
  if (reply.error !== undefined) throw new Error(reply.error);
  return reply.answer;
}
