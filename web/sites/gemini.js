// SPDX-License-Identifier: MIT
// Gemini: custom elements whose names have not changed since 2024.
import { markdownFromDom } from '../dom/markdown.js';
import { styles } from '../dom/styles.js';
import { hasText, typedText } from '../dom/text.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

/** @type {Layer} */
const customElements = {
  name: 'custom-elements',
  verified: '2026-08-01',
  detect: (root) => root.querySelector('user-query, model-response') !== null,
  turns(root) {
    const model = modelOf(root);
    return [...root.querySelectorAll('user-query, model-response')].map((element, index) =>
      element.localName === 'user-query' ? prompt(element, index) : answer(element, index, model),
    );
  },
  busy: (root) => root.querySelector('model-response .markdown[aria-busy=true]') !== null,
};

/** @param {Element} element @param {number} index */
function exchangeId(element, index) {
  const own = element.closest('.conversation-container')?.id;
  return { id: own || `turn-${index + 1}`, ownId: Boolean(own) };
}

/** @param {Element} query @param {number} index @returns {PageTurn} */
function prompt(query, index) {
  return {
    ...exchangeId(query, index),
    role: 'user',
    element: query,
    model: null,
    modelFoundBy: null,
    attachments: () => attachmentsIn(query),
    streaming: false,
    markdown: () => promptText(query),
    reasoning: () => '',
    hasText: () => hasText(query),
  };
}

/** @param {Element} element @returns {import('./types.js').Attachment[]} */
function attachmentsIn(element) {
  const found = element.querySelectorAll(
    'user-query-file-preview, [data-test-id=uploaded-img], generated-image, single-image',
  );
  return [...found].map((one) =>
    one.matches('user-query-file-preview') && one.querySelector('img') === null ? 'file' : 'image',
  );
}

/** Each line of a prompt is a paragraph, with a space at both ends that Angular puts there. */
function promptText(/** @type {Element} */ query) {
  const lines = [...query.querySelectorAll('.query-text-line')];
  if (lines.length === 0) {
    return typedText(query.querySelector('.query-text, [role=heading]') ?? query).trim();
  }
  return lines
    .map((line) =>
      typedText(line)
        .replace(/\s*\n\s*/g, ' ')
        .replace(/^ | $/g, ''),
    )
    .join('\n')
    .trim();
}

/**
 * @param {Element} response @param {number} index @param {string | null} model
 * @returns {PageTurn}
 */
function answer(response, index, model) {
  const { id, ownId } = exchangeId(response, index);
  const found = [...response.querySelectorAll('message-content')].filter(
    (content) => content.closest('model-thoughts, thinking-overlay, .thoughts-container') === null,
  );
  const contents =
    found.length > 0 ? found : response.querySelector('response-container') ? [] : [response];
  // The content's id tells a regenerated answer from the one before.
  const own = /r_\w+$/.exec(contents[0]?.id ?? '')?.[0];
  return {
    id: own ?? `${id}:answer`,
    ownId: ownId || own !== undefined,
    role: 'assistant',
    element: response,
    model,
    modelFoundBy: model ? 'picker' : null,
    attachments: () => attachmentsIn(response),
    streaming: response.querySelector('.markdown[aria-busy=true]') !== null,
    markdown: () =>
      contents
        .map((content) =>
          markdownFromDom(content, { ...styles.gemini, everyItemHasParagraph: true }),
        )
        .filter((text) => text !== '')
        .join('\n\n'),
    reasoning: () => '',
    hasText: () => contents.some(hasText),
  };
}

/** The mode picker names the model without its family. @param {ParentNode} root */
function modelOf(root) {
  const label = root
    .querySelector('[data-test-id=bard-mode-menu-button], [data-test-id=logo-pill-label-container]')
    ?.textContent?.trim()
    .replace(/\s+/g, ' ');
  if (!label) return null;
  return /gemini/i.test(label) ? label : `Gemini ${label}`;
}

/** @type {Site} */
export const gemini = {
  site: 'gemini',
  provider: 'Google',
  name: 'Gemini',
  hosts: ['gemini.google.com'],
  conversationOf: (url) =>
    /\/(?:app|share|gem\/[\w-]+)\/([0-9a-f]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'rich-textarea .ql-editor',
    send: 'button.send-button',
  },
  layers: [customElements],
};
