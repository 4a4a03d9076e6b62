// SPDX-License-Identifier: MIT
// DeepSeek, 2026-10, after public descriptions of its pages. A virtual list mounts a few messages.
import { styles } from '../dom/styles.js';
import { hasText } from '../dom/text.js';
import { allOutermost, answerTurn, attachmentsIn, hasOneOf } from './page.js';
import { promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const messageSelector = '.ds-message';
const thoughtSelector = '.ds-think-content';
const contentSelector = '.ds-assistant-message-main-content, .ds-markdown';

/** One button sends and stops; only its icon tells which, a square or a spinner for stop. */
const busySelectors = ['[role=button].ds-button--primary path[d^="M2 4.88"]', '.ds-loading'];

/** @param {Element} message */
function roleOf(message) {
  if (message.querySelector(`${contentSelector}, ${thoughtSelector}`) !== null) return 'assistant';
  // An answer that has not begun is neither.
  return message.querySelector('.ds-loading') === null && hasText(message) ? 'user' : null;
}

/** @param {ParentNode} root */
const busy = (root) => hasOneOf(root, busySelectors);

/** @type {Layer} */
const messages = {
  name: 'ds-message',
  verified: null,
  detect: (root) => root.querySelector(messageSelector) !== null,
  turns(root) {
    const found = allOutermost(root, messageSelector).filter((message) => roleOf(message) !== null);
    const streams = busy(root);
    return found.map((element, index) => {
      // Keys are numbers within the conversation.
      const key = element
        .closest('[data-virtual-list-item-key]')
        ?.getAttribute('data-virtual-list-item-key');
      const id = key ? `message-${key}` : `turn-${index + 1}`;
      if (roleOf(element) === 'user') {
        return userTurn({
          id,
          ownId: false,
          element,
          markdown: () => promptText(element, ['.ds-collapsible-text']),
          attachments: () => attachmentsIn([element], { image: 'img' }),
        });
      }
      return answerTurn({
        id,
        ownId: false,
        element,
        // Thoughts are markdown of the same class as answers.
        parts: () => ({
          contents: allOutermost(element, contentSelector).filter(
            (content) => content.closest(thoughtSelector) === null,
          ),
          thoughts: allOutermost(element, thoughtSelector),
        }),
        style: { ...styles.common, everyItemHasParagraph: true },
        streaming: streams && index === found.length - 1,
      });
    });
  },
  busy,
};

/** @type {Site} */
export const deepseek = {
  site: 'deepseek',
  provider: 'DeepSeek',
  name: 'DeepSeek',
  hosts: ['chat.deepseek.com'],
  conversationOf: (url) => /\/chat\/s\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'textarea',
    send: '[role=button].ds-button--primary',
  },
  layers: [messages],
};
