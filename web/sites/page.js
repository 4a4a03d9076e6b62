// SPDX-License-Identifier: MIT
// What the adapters share: finding elements, and turns made of what was found.
import { markdownFromDom } from '../dom/markdown.js';
import { hasText, isFurniture, typedText } from '../dom/text.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Attachment} Attachment */
/** @typedef {import('./types.js').ModelFoundBy} ModelFoundBy */
/** @typedef {import('../dom/styles.js').MarkdownStyle} MarkdownStyle */

/** No chat has more messages, or a message more parts: a page with more is not read. */
const mostElements = 2000;
/** Looking for what is around an element takes the time of its depth: many must not lie deep. */
const mostDeepElements = 200;
const deepest = 400;

/** @param {ParentNode} root @param {string} selector in document order */
export function all(root, selector) {
  const found = root.querySelectorAll(selector);
  if (found.length > mostElements) {
    throw new RangeError(`more than ${mostElements} parts of a chat`);
  }
  const elements = [...found];
  if (elements.length > mostDeepElements && elements.some(isDeep)) {
    throw new RangeError('parts of a chat lie deeper than on any chat page');
  }
  return elements;
}

/**
 * In document order what matches any of these, found one after the other: browsers skip what can't
 * hold a single name, and try a list of them on every element of the page.
 * @param {ParentNode} root @param {readonly string[]} selectors
 */
export function allOf(root, selectors) {
  return selectors.map((selector) => all(root, selector)).reduce(merged);
}

/** @param {Element[]} one @param {Element[]} other both in document order */
function merged(one, other) {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
  const elements = [];
  let taken = 0;
  for (const element of one) {
    for (let next = other[taken]; next; next = other[taken]) {
      if (next !== element && !(next.compareDocumentPosition(element) & 4)) break;
      if (next !== element) elements.push(next);
      taken += 1;
    }
    elements.push(element);
  }
  return [...elements, ...other.slice(taken)];
}

/** Whether the page has one of these. @param {ParentNode} root @param {readonly string[]} selectors */
export const hasOneOf = (root, selectors) =>
  selectors.some((selector) => root.querySelector(selector) !== null);

/** @param {Element} element */
function isDeep(element) {
  let depth = 0;
  for (let above = element.parentNode; above && depth <= deepest; above = above.parentNode) {
    depth += 1;
  }
  return depth > deepest;
}

/** Without those that lie in another of them. @param {Element[]} elements in document order */
export function outermost(elements) {
  /** @type {Element[]} */
  const kept = [];
  for (const element of elements) if (!kept.at(-1)?.contains(element)) kept.push(element);
  return kept;
}

/** @param {ParentNode} root @param {string} selector */
export const allOutermost = (root, selector) => outermost(all(root, selector));

/**
 * The page's own id of a message, else its place.
 * @param {string | null | undefined} own unique beyond this page
 * @param {string} otherwise
 */
export function idOf(own, otherwise) {
  return own ? { id: own, ownId: true } : { id: otherwise, ownId: false };
}

/** The prompt as typed, from the first of these that the message holds. */
export function promptText(
  /** @type {Element} */ message,
  /** @type {readonly string[]} */ selectors,
) {
  for (const selector of selectors) {
    const found = allOutermost(message, selector);
    if (found.length > 0) return found.map(typedText).join('\n').trim();
  }
  return typedText(message).trim();
}

/**
 * What a picker or another control shows, in one line.
 * @param {ParentNode} root @param {readonly string[]} selectors of the control, the surest first
 */
export function labelOf(root, ...selectors) {
  const control = selectors.map((selector) => root.querySelector(selector)).find(Boolean);
  if (!control) return '';
  const walker = control.ownerDocument.createTreeWalker(control, 1 | 4, (node) => {
    if (node.nodeType === 3) return 1;
    const element = /** @type {Element} */ (node);
    // Icons of a font are the words that it draws them for.
    return isFurniture(element) || element.localName === 'mat-icon' ? 2 : 3;
  });
  /** @type {string[]} */
  const words = [];
  // A model's name is short; what is longer is no label.
  for (let node = walker.nextNode(); node && words.length < 20; node = walker.nextNode()) {
    words.push(node.nodeValue ?? '');
  }
  return words.join(' ').replace(/\s+/g, ' ').trim().slice(0, 80);
}

/**
 * One entry each; what is counted as one lies in no other.
 * @param {Iterable<Element>} elements where to look
 * @param {{ image?: string, file?: string }} selectors
 * @returns {Attachment[]}
 */
export function attachmentsIn(elements, { image, file }) {
  const selector = [image, file].filter((part) => part !== undefined).join(', ');
  return [...elements].flatMap((element) =>
    allOutermost(element, selector).map((found) =>
      file !== undefined && found.matches(file) ? 'file' : 'image',
    ),
  );
}

/**
 * @param {{ id: string, ownId: boolean, element: Element, markdown: () => string, attachments?: () => Attachment[] }} parts
 * @returns {PageTurn}
 */
export function userTurn({ id, ownId, element, markdown, attachments }) {
  return {
    id,
    ownId,
    role: 'user',
    element,
    model: null,
    modelFoundBy: null,
    streaming: false,
    markdown,
    reasoning: () => '',
    attachments: attachments ?? (() => []),
    hasText: () => hasText(element),
    textElements: () => [element],
  };
}

/**
 * @typedef {object} AnswerParts where the text of an answer lies
 * @property {Element[]} contents of the answer itself
 * @property {Element[]} [thoughts] of its visible reasoning
 */

/** @type {WeakMap<Element, string | undefined>} */
const settledDoubts = new WeakMap();

/**
 * The parts are looked for when they are asked for: most turns of a page are read once.
 *
 * @param {object} answer
 * @param {string} answer.id @param {boolean} answer.ownId @param {Element} answer.element
 * @param {() => AnswerParts} answer.parts
 * @param {Partial<MarkdownStyle>} answer.style
 * @param {{ name: string, foundBy: ModelFoundBy } | null} [answer.model]
 * @param {boolean} answer.streaming
 * @param {() => Attachment[]} [answer.attachments]
 * @param {() => string | undefined} [answer.doubt]
 * @param {boolean} [answer.settled] others follow it, so that its doubt is looked for once
 * @returns {PageTurn}
 */
export function answerTurn({
  id,
  ownId,
  element,
  parts,
  style,
  model,
  streaming,
  attachments,
  doubt,
  settled = false,
}) {
  const textElements = () => {
    const { contents, thoughts = [] } = parts();
    return [...contents, ...thoughts];
  };
  return {
    id,
    ownId,
    role: 'assistant',
    element,
    model: model?.name ?? null,
    modelFoundBy: model?.foundBy ?? null,
    streaming,
    markdown: () => markdownOf(parts().contents, style),
    reasoning: () => markdownOf(parts().thoughts ?? [], style),
    attachments: attachments ?? (() => []),
    hasText: () => textElements().some(hasText),
    textElements,
    get doubt() {
      if (!settled) return doubt?.();
      if (!settledDoubts.has(element)) settledDoubts.set(element, doubt?.());
      return settledDoubts.get(element);
    },
  };
}

/** @param {Element[]} elements @param {Partial<MarkdownStyle>} style */
function markdownOf(elements, style) {
  return elements
    .map((element) => markdownFromDom(element, style))
    .filter((text) => text !== '')
    .join('\n\n');
}
