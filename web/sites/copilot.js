// SPDX-License-Identifier: MIT
// Microsoft Copilot for everyone, 2026-03 to 2026-08 (not the one of Microsoft 365).
import { styles } from '../dom/styles.js';
import { allOf, allOutermost, answerTurn, attachmentsIn, hasOneOf, idOf } from './page.js';
import { outermost, promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const userSelector = '[data-content=user-message]';
const answerSelector = '[data-content=ai-message]';
const itemSelector = '[class~="group/ai-message-item"], [data-testid=ai-message-body]';

/** @param {ParentNode} root */
const busy = (root) => root.querySelector('[data-testid=stop-button]') !== null;

/** The elements of one message have ids that begin with the message's. */
function messageId(/** @type {Element} */ element, /** @type {number} */ index) {
  const article = element.closest('[role=article]');
  const named =
    article?.id ||
    article?.getAttribute('aria-labelledby')?.split(' ')[0] ||
    element.querySelector(itemSelector)?.id;
  const own = named?.replace(/-(?:user-message|author|content-\d+)$/, '');
  return idOf(own, `turn-${index + 1}`);
}

/** @type {Layer} */
const dataContent = {
  name: 'data-content',
  verified: '2026-03-01',
  detect: (root) => hasOneOf(root, [userSelector, answerSelector]),
  turns(root) {
    const messages = outermost(allOf(root, [userSelector, answerSelector]));
    const streams = busy(root);
    return messages.map((element, index) => {
      const id = messageId(element, index);
      if (element.matches(userSelector)) {
        return userTurn({
          ...id,
          element,
          markdown: () => promptText(element, ['.whitespace-pre-wrap']),
          attachments: () => attachmentsIn([element], { image: 'img' }),
        });
      }
      return answerTurn({
        ...id,
        element,
        parts: () => ({ contents: allOutermost(element, itemSelector) }),
        style: styles.common,
        streaming: streams && index === messages.length - 1,
      });
    });
  },
  busy,
};

/** @type {Site} */
export const copilot = {
  site: 'copilot',
  provider: 'Microsoft',
  name: 'Copilot',
  hosts: ['copilot.microsoft.com', 'www.copilot.com', 'copilot.com'],
  conversationOf: (url) => /\/(?:chats|shares)\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'textarea#userInput',
    send: '[data-testid=submit-button]',
  },
  layers: [dataContent],
};
