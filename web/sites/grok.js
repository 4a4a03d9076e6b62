// SPDX-License-Identifier: MIT
// Grok on grok.com, 2026-03. The pages of x.com are others, and not read.
import { styles } from '../dom/styles.js';
import { allOutermost, answerTurn, attachmentsIn, idOf, labelOf, promptText } from './page.js';
import { userTurn } from './page.js';

/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const messageSelector = '[id^="response-"]';
const contentSelector = '.response-content-markdown';
const thoughtSelector = '.thinking-container';

/** @param {Element} message */
function roleOf(message) {
  if (message.matches('.items-end') || message.querySelector('[data-testid=user-message]')) {
    return 'user';
  }
  const answer =
    message.matches('.items-start') || message.querySelector('[data-testid=assistant-message]');
  return answer ? 'assistant' : null;
}

/** @type {Layer} */
const responses = {
  name: 'responses',
  verified: '2026-03-01',
  detect: (root) => root.querySelector(`${messageSelector} .message-bubble`) !== null,
  turns(root) {
    const messages = allOutermost(root, messageSelector).filter(
      (message) => message.querySelector('.message-bubble') !== null,
    );
    // A message that nothing assigns to either side makes the whole page doubtful.
    if (messages.some((message) => roleOf(message) === null)) return [];
    const label = labelOf(root, '#model-select-trigger');
    return messages.map((element, index) => {
      const id = idOf(element.id.slice('response-'.length), `turn-${index + 1}`);
      if (roleOf(element) === 'user') {
        return userTurn({
          ...id,
          element,
          markdown: () => promptText(element, [contentSelector, '.message-bubble']),
          attachments: () => attachmentsIn([element], { image: 'figure img', file: '.bg-chip' }),
        });
      }
      return answerTurn({
        ...id,
        element,
        parts() {
          const found = allOutermost(element, contentSelector);
          const isThought = (/** @type {Element} */ content) =>
            content.closest(thoughtSelector) !== null;
          return {
            contents: found.filter((content) => !isThought(content)),
            thoughts: found.filter(isThought),
          };
        },
        style: styles.common,
        // "Auto", "Fast" and their like name no model, and change with the language.
        model: /grok|\d/i.test(label) ? { name: modelName(label), foundBy: 'picker' } : null,
        streaming: false,
        attachments: () => attachmentsIn([element], { image: '[data-testid=image-viewer]' }),
      });
    });
  },
  // Nothing but a label in the page's language tells that an answer is being written.
  busy: () => false,
};

/** @param {string} label */
const modelName = (label) => (/grok/i.test(label) ? label : `Grok ${label}`);

/** @type {Site} */
export const grok = {
  site: 'grok',
  provider: 'xAI',
  name: 'Grok',
  hosts: ['grok.com'],
  conversationOf: (url) => /\/(?:c|chat|share)\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'form [contenteditable=true].ProseMirror, form textarea',
    send: 'form button[type=submit]',
  },
  layers: [responses],
};
