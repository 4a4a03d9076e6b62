// SPDX-License-Identifier: MIT
// Gemini, 2024-06 to 2026-08: custom elements whose names have not changed in that time.
import { styles } from '../dom/styles.js';
import { typedText } from '../dom/text.js';
import { all, allOf, allOutermost, answerTurn, attachmentsIn, hasOneOf, idOf } from './page.js';
import { labelOf, outermost, userTurn } from './page.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

const style = { ...styles.gemini, everyItemHasParagraph: true };

const messageSelectors = ['user-query', 'model-response'];
const thoughtsSelector = 'model-thoughts, thinking-overlay, .thoughts-container';
const busySelector = '.markdown[aria-busy=true]';

/** @type {Layer} */
const customElements = {
  name: 'custom-elements',
  verified: '2026-08-01',
  detect: (root) => hasOneOf(root, messageSelectors),
  turns(root) {
    const label = labelOf(
      root,
      '[data-test-id=bard-mode-menu-button]',
      '[data-test-id=logo-pill-label-container]',
    );
    const messages = outermost(allOf(root, messageSelectors));
    return messages.map((element, index) =>
      element.localName === 'user-query'
        ? prompt(element, index)
        : answer(element, index, index === messages.length - 1, label),
    );
  },
  busy: (root) => root.querySelector(`model-response ${busySelector}`) !== null,
};

/** @param {Element} element @param {number} index */
const exchangeId = (element, index) =>
  idOf(element.closest('.conversation-container')?.id, `turn-${index + 1}`);

/** @param {Element} query @param {number} index @returns {PageTurn} */
function prompt(query, index) {
  return userTurn({
    ...exchangeId(query, index),
    element: query,
    markdown: () => promptText(query),
    attachments: () =>
      attachmentsIn([query], {
        image: '[data-test-id=uploaded-img], user-query-file-preview img',
        file: '[data-test-id=uploaded-file], user-query-file-preview:not(:has(img))',
      }),
  });
}

/** Each line of a prompt is a paragraph, with a space at both ends that Angular puts there. */
function promptText(/** @type {Element} */ query) {
  const lines = all(query, '.query-text-line');
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
 * @param {Element} response @param {number} index @param {boolean} last
 * @param {string} label of the mode picker
 * @returns {PageTurn}
 */
function answer(response, index, last, label) {
  const { id, ownId } = exchangeId(response, index);
  const first = response.querySelector('message-content');
  const content = first?.closest(thoughtsSelector) ? answerContents(response)[0] : first;
  // The content's id tells a regenerated answer from the one before.
  const own = /r_\w+$/.exec(content?.id ?? '')?.[0];
  return answerTurn({
    id: own ?? `${id}:answer`,
    ownId: ownId || own !== undefined,
    element: response,
    parts() {
      const contents = answerContents(response);
      const whole = response.querySelector('message-content, response-container') === null;
      return {
        contents: contents.length === 0 && whole ? [response] : contents,
        thoughts: allOutermost(
          response,
          thoughtsSelector
            .split(', ')
            .map((part) => `${part} .markdown`)
            .join(', '),
        ),
      };
    },
    style,
    model: label === '' ? null : { name: modelName(label), foundBy: 'picker' },
    streaming: last && response.querySelector(busySelector) !== null,
    settled: !last,
    attachments: () => attachmentsIn([response], { image: 'generated-image, single-image' }),
    doubt: () =>
      response.querySelector('immersive-entry-chip, deep-research-entry-chip-content') === null
        ? undefined
        : 'an answer has a document that the page shows elsewhere',
  });
}

/** @param {Element} response */
const answerContents = (response) =>
  allOutermost(response, 'message-content').filter(
    (content) => content.closest(thoughtsSelector) === null,
  );

/** The mode picker names the model without its family. @param {string} label */
const modelName = (label) => (/gemini/i.test(label) ? label : `Gemini ${label}`);

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
