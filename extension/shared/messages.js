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

/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {Settings & { hasKey: boolean, managed: string[], managedSites: string[] }} PublicSettings */

/**
 * What a page is told of the line beside its answers.
 * @typedef {{ on: boolean, place: { x: number, y: number } }} LineSettings
 */

/**
 * What a line says, in the user's language.
 * @typedef {object} LineText
 * @property {string} said what is always seen @property {string} spoken the same for screen readers
 * @property {string[]} more paragraphs that are seen when it is pointed at
 * @property {string} off what the switch that takes lines away is called
 * @property {string} language @property {string} direction of all of these
 */

/**
 * What a calculate endpoint answered; `status` 0: nothing; `calculatesOnly`: it says that it keeps nothing.
 * @typedef {{ ok: boolean, status: number, error: string, calculatesOnly: boolean }} EndpointTest
 */

/** @typedef {import('../../web/dom/turn-store.js').TurnFacts} TurnFacts */
/** @typedef {import('../../web/dom/turn-store.js').TurnSeen} TurnSeen */
/** @typedef {import('../../web/dom/turn-store.js').Claim} Claim */

/**
 * Each type of message to the background with what it carries and what is answered.
 * @typedef {object} Protocol
 * @property {{ carries: Omit<TurnMessage, 'type'>, answer: LineText | null }} turn
 * @property {{ carries: { facts: TurnFacts, tab: string }, answer: Claim }} turn-claim
 * @property {{ carries: { prompt: string, answer: string | null, tab: string }, answer: Claim | null }} turn-resume
 * @property {{ carries: { turnKey: string, tab: string, seen: TurnSeen }, answer: null }} turn-touch
 * @property {{ carries: Omit<TurnMessage, 'type'> & { tab: string }, answer: null }} turn-leave
 * @property {{ carries: Omit<TurnMessage, 'type'> & { tab: string }, answer: boolean }} turn-keep
 * @property {{ carries: { turnKey: string, tab: string }, answer: 'yours' | 'elsewhere' | 'over' }} turn-finish
 * @property {{ carries: { site: string, health: Health, chat: string }, answer: LineSettings }} health
 * @property {{ carries: { site: string, ids: string[] }, answer: Record<string, LineText> }} answers
 * @property {{ carries: { site: string, place: { x: number, y: number } }, answer: null }} line-moved
 * @property {{ carries: {}, answer: null }} line-off
 * @property {{ carries: {}, answer: PublicSettings }} settings-get
 * @property {{ carries: { change: Partial<Settings> & { key?: string } }, answer: PublicSettings }} settings-set
 * @property {{ carries: { endpoint: string, key?: string }, answer: EndpointTest }} endpoint-test
 * @property {{ carries: {}, answer: { regions: { id: string, name: string, cloud: string }[] } }} regions
 * @property {{ carries: {}, answer: null }} history-changed
 * @property {{ carries: {}, answer: null }} delete-everything
 * @property {{ carries: {}, answer: null }} outbox-retry
 * @property {{ carries: {}, answer: null }} outbox-discard
 * @property {{ carries: {}, answer: null }} outbox-send-unknown
 * @property {{ carries: {}, answer: null }} outbox-drop-unknown
 */

/**
 * What a page is told or asked.
 * @typedef {object} PageProtocol
 * @property {{ carries: LineSettings, answer: null }} line
 * @property {{ carries: {}, answer: null }} history-changed turns were deleted, or came back
 * @property {{ carries: {}, answer: string }} structure
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

/**
 * Tells or asks the page of a tab.
 * @template {keyof PageProtocol} T
 * @param {number} tabId @param {{ type: T } & PageProtocol[T]['carries']} message
 * @returns {Promise<PageProtocol[T]['answer']>}
 */
export function askPage(tabId, message) {
  return chrome.tabs.sendMessage(tabId, message);
}
