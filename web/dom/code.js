// SPDX-License-Identifier: MIT
// Code blocks, in the forms that chat pages give them: <pre><code>, highlighted spans, CodeMirror
// (spans with <br>, or a .cm-line a line), editors nested in a second <pre>, Gemini's <code-block>.
import { fenceFor } from './inline.js';
import { infoStringOf } from './languages.js';
import { furnitureSelectors, isFurniture } from './text.js';

/** Frames that hold a block's header and its code: of Claude and DeepSeek the last two. */
const blockSelector = [
  '.code-block',
  '[data-markdown-copy=code-block]',
  '[data-testid=code-block]',
  '[class~="group/copy"]:has(> div > pre.code-block__code)',
  '.md-code-block',
].join(', ');

/** Where the code itself lies, the surest first. */
const contentSelectors = ['.cm-content', '[data-test-id=code-content]', 'code', 'pre'];

/** @param {Element} element */
export function isCodeBlock(element) {
  if (element.tagName === 'PRE') return true;
  const named = element.localName === 'code-block';
  if (!named && !(element.hasAttributes() && element.matches(blockSelector))) return false;
  return contentOf(element) !== null;
}

/**
 * @param {Element} element a code block
 * @param {string} [header] the language's name where the page shows it outside of the block
 * @returns {string} the fenced code
 */
export function codeMarkdown(element, header = '') {
  const content = contentOf(element) ?? element;
  const text = codeText(content).replace(/\n$/, '');
  const fence = fenceFor(text, '```');
  return `${fence}${infoString(element, content, header)}\n${text}${text === '' ? '' : '\n'}${fence}`;
}

/** @param {Element} element */
function contentOf(element) {
  for (const selector of contentSelectors) {
    const content = element.querySelector(selector);
    if (content !== null) return content;
  }
  return null;
}

/**
 * Every character of the code. Line numbers, gutters and gaps of virtualized editors are no code.
 * A highlighter makes thousands of elements of it, most of which say nothing: what does is found by
 * the browser, the rest is not looked at one by one.
 * @param {Element} content
 */
function codeText(content) {
  const marks = marksIn(content);
  if (marks.size === 0) return content.textContent ?? '';
  const walker = content.ownerDocument.createTreeWalker(content, 1 | 4);
  /** @type {string[]} */
  const parts = [];
  /** @type {Element | null} */
  let line = null;
  // Highlighters that mark lines leave the newlines between them in the text, or leave them out.
  let ended = false;
  for (let node = walker.nextNode(); node; ) {
    const mark = marks.get(node);
    if (node.nodeType === 3) {
      const text = /** @type {Text} */ (node).data;
      parts.push(text);
      ended = text.endsWith('\n');
    } else if (mark === 'line') {
      if (line !== null && !ended) parts.push('\n');
      line = /** @type {Element} */ (node);
      ended = false;
    } else if (mark === 'break' && !line?.contains(node)) {
      parts.push('\n');
    }
    node = mark === 'no code' ? nextBehind(walker) : walker.nextNode();
  }
  return parts.join('');
}

/** What follows a node and all that is in it. @param {TreeWalker} walker @returns {Node | null} */
function nextBehind(walker) {
  do {
    const next = walker.nextSibling();
    if (next !== null) return next;
  } while (walker.parentNode() !== null);
  return null;
}

const notCodeSelectors = [
  '.cm-gap',
  '.cm-gutters',
  '.linenumber',
  '.line-number',
  '.hljs-ln-numbers',
  '.react-syntax-highlighter-line-number',
];
const notCode = notCodeSelectors.join(', ');

/** CodeMirror's lines and Shiki's. */
const lineSelectors = ['.cm-line', '.line'];
const lines = lineSelectors.join(', ');

/** One name at a time: browsers skip what can't hold it. */
const markedSpans = [...furnitureSelectors, ...notCodeSelectors, ...lineSelectors].map(
  (selector) => `span${selector}`,
);

/** The elements in code that are more, or less, than their text. @param {Element} content */
function marksIn(content) {
  /** @type {Map<Node, 'no code' | 'line' | 'break'>} */
  const marks = new Map();
  for (const selector of [':not(span)', ...markedSpans]) {
    for (const element of content.querySelectorAll(selector)) {
      if (isFurniture(element) || element.matches(notCode)) marks.set(element, 'no code');
      else if (element.matches(lines)) marks.set(element, 'line');
      else if (element.tagName === 'BR') marks.set(element, 'break');
    }
  }
  return marks;
}

/**
 * Whether an editor shows only a part of its lines, as far as the page tells.
 * @param {Element} element
 */
export const hasHiddenLines = (element) => element.querySelector('.cm-gap') !== null;

/** @param {Element} block @param {Element} content @param {string} header */
function infoString(block, content, header) {
  const candidates = [content, ...content.querySelectorAll('code')];
  for (let above = content.parentElement; above && block.contains(above); ) {
    candidates.push(above);
    above = above.parentElement;
  }
  const marked = block.querySelector('[data-language], code[class*=language-]');
  if (marked) candidates.push(marked);
  for (const element of candidates) {
    const data = element.getAttribute('data-language');
    if (data) return data.toLowerCase();
    // Highlighters name languages inside a language too, on <span>.
    if (element.tagName === 'SPAN') continue;
    const named = /(?:^|\s)lang(?:uage)?-([^\s]+)/.exec(element.getAttribute('class') ?? '');
    if (named?.[1]) return named[1];
  }
  return infoStringOf(labelOf(block, content) || header);
}

/** The first text of the block that is neither code nor a control: its header's label. */
function labelOf(/** @type {Element} */ block, /** @type {Element} */ content) {
  if (block === content) return '';
  const walker = block.ownerDocument.createTreeWalker(block, 1 | 4, {
    acceptNode(node) {
      if (node.nodeType === 3) return /\S/.test(/** @type {Text} */ (node).data) ? 1 : 3;
      // The header itself may be marked as no part of a copy; only controls are not its label.
      const element = /** @type {Element} */ (node);
      const control = /^(BUTTON|SVG)$/i.test(element.tagName) || element.matches('[role=button]');
      return element === content || control ? 2 : 3;
    },
  });
  return walker.nextNode()?.nodeValue ?? '';
}
