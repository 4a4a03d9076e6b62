// SPDX-License-Identifier: MIT
// Chats on hosts without an adapter, by marks that say whose a message is. Where these are not
// certain no turn is given: a wrong role is worse than none.
import { styleOfModel } from '../dom/styles.js';
import { hasText } from '../dom/text.js';
import { all, answerTurn, idOf, promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */
/** @typedef {(element: Element) => string | null} RoleMark */

const userWords = new Set(['user', 'human', 'user-message', 'user-query']);
const answerWords = new Set(
  ['assistant', 'ai', 'bot', 'model', 'assistant-message', 'ai-message', 'bot-message'].concat(
    'model-response',
  ),
);

/** Attributes whose value says whose a message is, the most explicit first. */
const roleAttributes = [
  'data-message-author-role',
  'data-message-role',
  'data-author-role',
  'data-turn-role',
  'data-role',
  'data-author',
  'data-sender',
  'data-turn',
  'data-testid',
];

/** Elements named after a role. */
const roleTags = [...userWords, ...answerWords].filter((word) => word.includes('-'));

/** @typedef {{ element: Element, role: 'user' | 'assistant' }} Message */

/** @param {ParentNode} root @returns {Message[]} */
function messagesOf(root) {
  for (const attribute of roleAttributes) {
    const found = messagesBy(root, `[${attribute}]`, (element) => element.getAttribute(attribute));
    if (found.length > 0) return found;
  }
  return messagesBy(root, roleTags.join(', '), (element) => element.localName);
}

/** @param {ParentNode} root @param {string} selector @param {RoleMark} markOf @returns {Message[]} */
function messagesBy(root, selector, markOf) {
  const role = (/** @type {Element} */ element) => {
    const word = markOf(element)?.toLowerCase() ?? '';
    if (userWords.has(word)) return 'user';
    return answerWords.has(word) ? 'assistant' : null;
  };
  /** @type {Message[]} */
  const messages = [];
  for (const element of all(root, selector)) {
    const own = role(element);
    if (own === null) continue;
    const around = messages.at(-1);
    if (!around?.element.contains(element)) messages.push({ element, role: own });
    // A message of one side within one of the other: the mark means something else here.
    else if (around.role !== own) return [];
  }
  return messages.filter(({ element }) => hasText(element));
}

/** Whether these can be a chat: prompts that are answered. @param {Message[]} messages */
function areChat(messages) {
  const prompts = messages.filter(({ role }) => role === 'user').length;
  const answers = messages.length - prompts;
  // A first prompt may still wait for its answer.
  return prompts > 0 && (answers > 0 || prompts === 1) && answers <= 4 * prompts;
}

const idAttributes = ['data-message-id', 'data-turn-id', 'data-id', 'id'];
const streamingSelector = '[aria-busy=true], [data-is-streaming=true], [data-streaming=true]';

/** @param {Element} element */
const streams = (element) =>
  element.matches(streamingSelector) || element.querySelector(streamingSelector) !== null;

/** @type {Layer} */
const roleMarks = {
  name: 'role-marks',
  verified: null,
  detect: (root) => messagesOf(root).length > 0,
  turns(root) {
    const messages = messagesOf(root);
    if (!areChat(messages)) return [];
    return messages.map(({ element, role }, index) => {
      const own = idAttributes.map((name) => element.getAttribute(name)).find(Boolean);
      const { id } = idOf(own, `turn-${index + 1}`);
      if (role === 'user') {
        const markdown = () => promptText(element, ['.whitespace-pre-wrap']);
        return userTurn({ id, ownId: false, element, markdown });
      }
      const model =
        element.getAttribute('data-message-model-slug') ?? element.getAttribute('data-model');
      return answerTurn({
        id,
        ownId: false,
        element,
        parts: () => ({ contents: [element] }),
        style: styleOfModel(model),
        model: model ? { name: model, foundBy: 'slug' } : null,
        streaming: streams(element),
      });
    });
  },
  busy: (root) => messagesOf(root).some(({ element }) => streams(element)),
};

/**
 * The adapter for a host that has none of its own.
 * @param {string} host
 * @returns {Site}
 */
export function genericSite(host) {
  return {
    site: host,
    provider: '',
    name: host,
    hosts: [host],
    conversationOf: (url) => url.pathname + url.search,
    composer: {
      input: 'form textarea, form [contenteditable=true]',
      send: 'form button[type=submit]',
    },
    layers: [roleMarks],
  };
}
