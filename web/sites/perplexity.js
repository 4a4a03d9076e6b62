// SPDX-License-Identifier: MIT
// Perplexity, 2025 to 2026-08. Answers had an id of their own until August 2026.
import { styles } from '../dom/styles.js';
import { all, allOf, allOutermost, answerTurn, hasOneOf, outermost } from './page.js';
import { promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const userSelectors = ['[class~="group/query"]', '[class~="group/user-bubble"]'];
const userSelector = userSelectors.join(', ');
const proseSelector = '.prose';

/** @param {ParentNode} root */
const busy = (root) => root.querySelector('[data-testid=stop-generating-response-button]') !== null;

/**
 * One turn a prompt, and one for all that was answered to it.
 * @param {ParentNode} root @param {string} answerSelector
 * @returns {PageTurn[]}
 */
function turnsOf(root, answerSelector) {
  /** @type {Element[][]} */
  const groups = [];
  for (const element of outermost(allOf(root, [...userSelectors, answerSelector]))) {
    const before = groups.at(-1);
    const continued = before?.[0] && !element.matches(userSelector) && !isPrompt(before[0]);
    if (continued) before.push(element);
    else groups.push([element]);
  }
  const streams = busy(root);
  return groups.flatMap((elements, index) => {
    const [element] = elements;
    if (element === undefined) return [];
    const id = `turn-${index + 1}`;
    if (isPrompt(element)) {
      const markdown = () => promptText(element, ['.select-text', '.whitespace-pre-line']);
      return userTurn({ id, ownId: false, element, markdown });
    }
    const parts = () => ({ contents: elements.flatMap(proseOf) });
    const streaming = streams && index === groups.length - 1;
    return answerTurn({ id, ownId: false, element, parts, style: styles.common, streaming });
  });
}

/** @param {Element} element */
const isPrompt = (element) => element.matches(userSelector);

/** @param {Element} element */
function proseOf(element) {
  if (element.matches(proseSelector)) return [element];
  const found = allOutermost(element, proseSelector);
  return found.length > 0 ? found : [element];
}

/** @type {Layer} */
const prose = {
  name: 'prose-2026-08',
  verified: null,
  detect: (root) =>
    hasOneOf(root, userSelectors) &&
    all(root, '[id^="markdown-content-"]').every((holder) => holder.childElementCount === 0),
  turns: (root) => turnsOf(root, '.prose.inline'),
  busy,
};

/** @type {Layer} */
const markdownContent = {
  name: 'markdown-content',
  verified: null,
  detect: (root) => hasOneOf(root, ['[id^="markdown-content-"]', ...userSelectors]),
  turns: (root) => turnsOf(root, '[id^="markdown-content-"]'),
  busy,
};

/** @type {Site} */
export const perplexity = {
  site: 'perplexity',
  provider: 'Perplexity',
  name: 'Perplexity',
  hosts: ['www.perplexity.ai', 'perplexity.ai'],
  conversationOf: (url) => /\/(?:search|thread)\/([\w.-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: '#ask-input',
    send: '[data-testid=submit-button]',
  },
  layers: [prose, markdownContent],
};
