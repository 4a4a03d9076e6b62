// SPDX-License-Identifier: MIT
// Mistral's Le Chat, 2025-07 to 2026-08, after public descriptions of its pages.
import { styles } from '../dom/styles.js';
import { allOutermost, answerTurn, attachmentsIn, idOf, promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const messageSelector = '[data-message-author-role=user], [data-message-author-role=assistant]';

/** @param {Element} element @param {number} index */
const messageId = (element, index) =>
  idOf(
    element.getAttribute('data-message-id') ??
      element.closest('[data-message-id]')?.getAttribute('data-message-id'),
    `turn-${index + 1}`,
  );

/** @type {Layer} */
const messageParts = {
  name: 'message-parts',
  verified: null,
  detect: (root) => root.querySelector(messageSelector) !== null,
  turns: (root) =>
    allOutermost(root, messageSelector).map((element, index) => {
      const id = messageId(element, index);
      if (element.getAttribute('data-message-author-role') === 'user') {
        return userTurn({
          ...id,
          element,
          markdown: () => promptText(element, ['.select-text', '.whitespace-pre-wrap']),
          attachments: () => attachmentsIn([element], { image: 'img' }),
        });
      }
      return answerTurn({
        ...id,
        element,
        // An answer may come in several parts, with reasoning and tools between them.
        parts: () => ({
          contents: allOutermost(element, '[data-message-part-type=answer]'),
          thoughts: allOutermost(element, '[data-message-part-type=reasoning]'),
        }),
        style: styles.mistral,
        streaming: element.querySelector('[aria-busy=true]') !== null,
      });
    }),
  busy: (root) =>
    root.querySelector('[data-message-author-role=assistant] [aria-busy=true]') !== null,
};

/** @type {Site} */
export const mistral = {
  site: 'mistral',
  provider: 'Mistral AI',
  name: 'Le Chat',
  hosts: ['chat.mistral.ai'],
  conversationOf: (url) => /\/chat\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'form [contenteditable=true].ProseMirror, form textarea',
    send: 'form button[type=submit]',
  },
  layers: [messageParts],
};
