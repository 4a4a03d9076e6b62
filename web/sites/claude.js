// SPDX-License-Identifier: MIT
// Claude, 2025-08 to 2026-08. Rows far from the viewport leave the document.
import { markdownFromDom } from '../dom/markdown.js';
import { styles } from '../dom/styles.js';
import { all, allOf, allOutermost, answerTurn, attachmentsIn, hasOneOf } from './page.js';
import { labelOf, outermost, promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */
/** @typedef {import('./page.js').AnswerParts} AnswerParts */

const userSelector = '[data-testid=user-message]';
const answerSelector = '[data-is-streaming]';
const rowSelector = '[data-index]';

/** Prompts are paragraphs of what was typed, or rendered as markdown where they have more. */
function promptMarkdown(/** @type {Element} */ message) {
  if (message.querySelector('pre, ul, ol, table, blockquote, h1, h2, h3') !== null) {
    return markdownFromDom(message);
  }
  const paragraphs = allOutermost(message, 'p');
  if (paragraphs.length === 0) return promptText(message, []);
  return paragraphs.map((paragraph) => promptText(paragraph, [])).join('\n\n');
}

/**
 * @param {ParentNode} root
 * @param {(answer: Element) => AnswerParts} partsIn
 * @returns {PageTurn[]}
 */
function turnsOf(root, partsIn) {
  const label = labelOf(root, '[data-testid=model-selector-dropdown]');
  const messages = outermost(allOf(root, [userSelector, answerSelector]));
  return messages.map((element, index) => {
    const row = element.closest(rowSelector);
    // No id is on the page; a row's number stays when rows before it leave the document.
    const place = row?.getAttribute('data-index') ?? String(index);
    const user = element.matches(userSelector);
    const id = `${user ? 'prompt' : 'answer'}-${place}`;
    if (user) {
      const around = row ?? element.closest('[data-test-render-count]') ?? element;
      return userTurn({
        id,
        ownId: false,
        element,
        markdown: () => promptMarkdown(element),
        attachments: () => attachmentsIn([around], promptAttachments),
      });
    }
    return answerTurn({
      id,
      ownId: false,
      element,
      parts: () => partsIn(element),
      style: styles.common,
      model: label === '' ? null : { name: modelName(label), foundBy: 'picker' },
      settled: index < messages.length - 1,
      streaming: element.getAttribute('data-is-streaming') === 'true',
      attachments: () => attachmentsIn([element], { file: artifactSelector }),
      doubt: () =>
        element.querySelector(artifactSelector) === null
          ? undefined
          : 'an answer has a document that the page shows elsewhere',
    });
  });
}

const artifactSelector = '[class~="group/artifact-block"]';
const promptAttachments = { image: 'img', file: '[data-testid=file-thumbnail]' };

/** The picker names the model without its family. @param {string} label */
const modelName = (label) => (/claude/i.test(label) ? label : `Claude ${label}`);

/** @param {ParentNode} root */
const busy = (root) => root.querySelector('[data-is-streaming=true]') !== null;

/** Rows tell how many there are. @param {ParentNode} root */
function incomplete(root) {
  const rows = all(root, rowSelector);
  const size = Number(
    rows[0]?.getAttribute('aria-setsize') ??
      rows[0]?.querySelector('[aria-setsize]')?.getAttribute('aria-setsize'),
  );
  return size > rows.length;
}

/** Thoughts are timelines since 2026, and an answer within the answer before. @type {Layer} */
const standardMarkdown = {
  name: 'standard-markdown',
  verified: '2025-12-01',
  detect: (root) =>
    hasOneOf(root, [
      userSelector,
      `${answerSelector} .font-claude-response`,
      `${answerSelector} [data-timeline-text]`,
      `${answerSelector} .standard-markdown`,
    ]) && root.querySelector('.font-claude-message') === null,
  turns: (root) =>
    turnsOf(root, (answer) => {
      const thoughts = allOutermost(
        answer,
        '[data-timeline-text] .standard-markdown, [data-timeline-text] .progressive-markdown, .font-claude-response .font-claude-response',
      );
      const contents = allOutermost(answer, '.standard-markdown, .progressive-markdown').filter(
        (content) =>
          content.closest('[data-timeline-text]') === null &&
          !thoughts.some((thought) => thought.contains(content)),
      );
      return { contents, thoughts };
    }),
  busy,
  incomplete,
};

/** @type {Layer} */
const claudeMessage = {
  name: 'claude-message',
  verified: '2025-08-01',
  detect: (root) => root.querySelector(`${answerSelector} .font-claude-message`) !== null,
  turns: (root) =>
    turnsOf(root, (answer) => ({ contents: allOutermost(answer, '.font-claude-message') })),
  busy,
};

/** @type {Site} */
export const claude = {
  site: 'claude',
  provider: 'Anthropic',
  name: 'Claude',
  hosts: ['claude.ai'],
  conversationOf: (url) => /\/(?:chat|share)\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: '[data-testid=chat-input]',
    // Its button has nothing but a label in the page's language; the composer's is the only form.
    send: 'fieldset button[type=submit], form button[type=submit]',
  },
  layers: [standardMarkdown, claudeMessage],
};
