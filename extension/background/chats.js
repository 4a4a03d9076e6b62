// SPDX-License-Identifier: MIT
// Token counts of the messages of each conversation: pages show only the last few of a long one,
// but all of it is sent again with a turn. Identifiers and numbers only.
import { assertRoom } from '../store/room.js';

/** @typedef {import('../../web/dom/events.js').DoneEvent} DoneEvent */
/** @typedef {import('../../web/src/index.js').ModelTokens} ModelTokens */

/**
 * @typedef {object} StoredChat
 * @property {[id: string, tokens: number, doubt?: number][]} messages in order
 * @property {boolean} incomplete its first messages were never seen
 * @property {number} atMs
 */

const prefix = 'chat:';
const keptMs = 30 * 24 * 3_600_000;

/** @param {string} site @param {string} chat */
const nameOf = (site, chat) => `${prefix}${site}:${chat}`;

/**
 * The context of a turn: texts of the messages that the page has shown, counts of those before.
 *
 * @param {string} chat '' for one without a name
 * @param {Omit<DoneEvent, 'type'>} turn
 * @returns {Promise<{ context: (string | ModelTokens)[], cachedMessages: number, contextIncomplete: boolean }>}
 */
export async function contextOf(chat, turn) {
  const { context, contextIds, cachedMessages, contextIncomplete } = turn;
  const stored = await read(turn.site, chat);
  const first = contextIds[0] ?? turn.promptId;
  const start = stored?.messages.findIndex(([id]) => id === first) ?? -1;
  if (stored === null || start < 0) return { context, cachedMessages, contextIncomplete };
  const counted = stored.messages.map(([, tokens, doubt = 0]) => ({ tokens, doubt }));
  const counts = new Map(stored.messages.map(([id], index) => [id, counted[index]]));
  const before = counted.slice(0, start);
  // A message that the page took away unread may have been counted at another time.
  const shown = context.map((text, index) =>
    text === '' ? (counts.get(contextIds[index] ?? '') ?? '') : text,
  );
  const known = contextIds.every((id, index) => context[index] !== '' || counts.has(id));
  return {
    context: [...before, ...shown],
    cachedMessages: cachedMessages + before.length,
    contextIncomplete: contextIncomplete && (stored.incomplete || !known),
  };
}

/**
 * @param {string} chat @param {Omit<DoneEvent, 'type'>} turn
 * @param {{ context: ModelTokens[], prompt: ModelTokens, completion: ModelTokens }} counts `context`
 *   of all that contextOf() gave
 * @param {boolean} incomplete
 */
export async function keepCounts(chat, turn, { context, prompt, completion }, incomplete) {
  if (chat === '') return;
  const stored = await read(turn.site, chat);
  const before = context.length - turn.contextIds.length;
  const ids = [
    ...turn.contextIds,
    turn.promptId,
    ...(turn.answerId === null ? [] : [turn.answerId]),
  ];
  const counts = [...context.slice(before), prompt, completion];
  /** @type {StoredChat['messages']} */
  const messages = [
    ...(stored?.messages.slice(0, before) ?? []),
    ...ids.map((id, index) => {
      const { tokens, doubt } = /** @type {ModelTokens} */ (counts[index]);
      return /** @type {StoredChat['messages'][number]} */ ([id, tokens, doubt]);
    }),
  ];
  /** @type {StoredChat} */
  const kept = { messages, incomplete, atMs: Date.now() };
  await assertRoom();
  await chrome.storage.local.set({ [nameOf(turn.site, chat)]: kept });
}

/** Forgets conversations that nobody went on with. */
export async function forgetOldChats() {
  const all = await chrome.storage.local.get(null);
  const old = Object.entries(all).filter(
    ([name, chat]) =>
      name.startsWith(prefix) && /** @type {StoredChat} */ (chat).atMs < Date.now() - keptMs,
  );
  await chrome.storage.local.remove(old.map(([name]) => name));
}

/** @param {string} site @param {string} chat @returns {Promise<StoredChat | null>} */
async function read(site, chat) {
  if (chat === '') return null;
  const name = nameOf(site, chat);
  const { [name]: stored } = await chrome.storage.local.get(name);
  return /** @type {StoredChat | undefined} */ (stored) ?? null;
}
