// SPDX-License-Identifier: MIT
// Inline content of a paragraph, heading or table cell: text with collapsed white space, and the
// marks that models write for emphasis, code, links, images and formulas.
import { escapeEmphasis } from './escapes.js';
import { footnoteReference, isFootnoteReturn } from './footnotes.js';
import { mathMarkdown, readMath } from './math.js';
import { breaksLine, flatText, isFurniture } from './text.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/** No model nests deeper; beyond it only the text counts. */
export const deepest = 300;

/** White space of which not all is shown. */
const collapsible = /[\t\f\r]|[\n ][\n ]/;

/** @param {string | undefined} character */
const isSpace = (character) => character === ' ' || character === '\n';

/** Text of one run, with white space collapsed as a browser shows it. */
export class InlineBuffer {
  /** @type {string[]} */
  #parts = [];
  /** The run ends in white space (or has not begun), so that more of it vanishes. */
  #afterSpace;

  /** Literal marks get their backslashes. */
  #escapes;

  /** @param {MarkdownStyle} style @param {boolean} [afterSpace] false for what stands inside a line */
  constructor(style, afterSpace = true) {
    this.#escapes = style.escapes;
    this.#afterSpace = afterSpace;
  }

  /** Nothing has been written that could be seen. */
  get empty() {
    return this.#parts.length === 0;
  }

  /** @param {string} data of a text node */
  text(data) {
    let text = data;
    if (collapsible.test(text)) {
      // A newline before text is the model's own; with indentation it is the page's source.
      text = text.replace(/[\t\n\f\r ]+/g, (space) => (space === '\n' ? '\n' : ' '));
    }
    if (this.#afterSpace && isSpace(text[0])) text = text.slice(1);
    if (text === '') return;
    this.#parts.push(this.#escapes ? escapeEmphasis(text) : text);
    this.#afterSpace = isSpace(text[text.length - 1]);
  }

  /** @param {string} markdown */
  raw(markdown) {
    if (markdown === '') return;
    this.#parts.push(markdown);
    this.#afterSpace = false;
  }

  /** @param {string} hardBreak */
  lineBreak(hardBreak) {
    if (this.#parts.length === 0) return;
    const last = this.#parts.length - 1;
    this.#parts[last] = (this.#parts[last] ?? '').replace(/[\n ]+$/, '');
    this.#parts.push(hardBreak);
    this.#afterSpace = true;
  }

  /** Keeps words of neighbouring blocks apart. */
  space() {
    if (!this.#afterSpace) this.text(' ');
  }

  /** Inner text between marks; white space at its edges stays outside them, where it counts. */
  wrapped(/** @type {InlineBuffer} */ inner, /** @type {string} */ mark) {
    const text = inner.toString();
    const core = text.trim();
    if (core === '') {
      this.text(text);
      return;
    }
    if (/^\s/.test(text)) this.space();
    this.raw(mark + core + mark);
    if (/\s$/.test(text)) this.space();
  }

  toString() {
    return this.#parts.join('');
  }
}

/** Emphasis as models write it. @type {Map<string, string>} */
const marks = new Map([
  ['STRONG', '**'],
  ['B', '**'],
  ['EM', '*'],
  ['I', '*'],
  ['DEL', '~~'],
  ['S', '~~'],
  ['STRIKE', '~~'],
]);

/** @param {string} text @param {string} [fence] shortest fence allowed */
export function fenceFor(text, fence = '`') {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest < fence.length ? fence : '`'.repeat(longest + 1);
}

/** @param {string} text */
function codeSpan(text) {
  if (text === '') return '';
  const fence = fenceFor(text);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return fence + pad + text + pad + fence;
}

/**
 * Writes an inline element that changes what its text means; false for one that doesn't.
 * @param {Element} element @param {InlineBuffer} buffer
 * @param {MarkdownStyle} style @param {number} depth
 */
export function writeInline(element, buffer, style, depth) {
  const tag = element.tagName;
  const mark = marks.get(tag);
  if (mark !== undefined) {
    const inner = new InlineBuffer(style, false);
    collectInline(element, inner, style, depth + 1);
    buffer.wrapped(inner, mark);
    return true;
  }
  if (tag === 'BR') {
    buffer.lineBreak(hardBreakOf(element, style));
    return true;
  }
  if (tag === 'CODE' || element.getAttribute('data-markdown-copy') === 'inline-code') {
    buffer.raw(codeSpan(flatText(element)));
    return true;
  }
  if (tag === 'A') {
    writeLink(element, buffer, style, depth);
    return true;
  }
  if (tag === 'IMG') {
    buffer.raw(imageMarkdown(element));
    return true;
  }
  if (htmlTags.has(tag) && element.querySelector('a, button') === null) {
    const inner = new InlineBuffer(style, false);
    collectInline(element, inner, style, depth + 1);
    const name = tag.toLowerCase();
    buffer.raw(`<${name}>${inner}</${name}>`);
    return true;
  }
  if (isCitation(element)) {
    const number = flatText(element).trim();
    if (/^\d{1,3}$/.test(number)) buffer.raw(`[${number}]`);
    return true;
  }
  const math = readMath(element);
  if (math === null) return false;
  buffer.raw(mathMarkdown(math, style));
  return true;
}

/** What markdown has no mark for, and models write as HTML. */
const htmlTags = new Set(['KBD', 'MARK', 'SUB', 'SUP', 'U']);

/** Perplexity's models write the numbers of their sources in brackets. @param {Element} element */
function isCitation(element) {
  const classes = element.getAttribute('class');
  return classes !== null && /(?:^|\s)citation(?:\s|$)/.test(classes);
}

/**
 * Everything below an element as one run.
 * @param {Element} parent @param {InlineBuffer} buffer
 * @param {MarkdownStyle} style @param {number} depth
 */
export function collectInline(parent, buffer, style, depth) {
  if (depth > deepest) {
    buffer.text(flatText(parent));
    return;
  }
  for (const node of parent.childNodes) {
    if (node.nodeType === 3) {
      buffer.text(/** @type {Text} */ (node).data);
    } else if (node.nodeType === 1) {
      const element = /** @type {Element} */ (node);
      if (isFurniture(element) || writeInline(element, buffer, style, depth)) continue;
      const block = breaksLine(element);
      if (block) buffer.space();
      collectInline(element, buffer, style, depth + 1);
      if (block) buffer.space();
    }
  }
}

/** @param {Element} element a <br> @param {MarkdownStyle} style */
function hardBreakOf(element, style) {
  const start = Number(element.getAttribute('data-start') ?? Number.NaN);
  const end = Number(element.getAttribute('data-end') ?? Number.NaN);
  return end - start === 1 ? '\n' : style.hardBreak;
}

/**
 * @param {Element} element an <a> @param {InlineBuffer} buffer
 * @param {MarkdownStyle} style @param {number} depth
 */
function writeLink(element, buffer, style, depth) {
  if (isFootnoteReturn(element)) return;
  const inner = new InlineBuffer(style);
  collectInline(element, inner, style, depth + 1);
  const label = inner.toString().trim();
  const footnote = footnoteReference(element, label);
  if (footnote !== null) {
    buffer.raw(footnote);
    return;
  }
  const href = withoutTracking(element.getAttribute('href') ?? '');
  if (label === '' || href === '' || /^(javascript|data|blob):/i.test(href)) {
    buffer.raw(label);
    return;
  }
  if (isBare(decoded(href), decoded(label))) {
    buffer.raw(label);
    return;
  }
  const title = element.getAttribute('title');
  buffer.raw(`[${label}](${href}${title ? ` "${title}"` : ''})`);
}

/** Whether a link's text is its address, as where a model wrote no more than that. */
const isBare = (/** @type {string} */ href, /** @type {string} */ label) =>
  [label, `${label}/`, `mailto:${label}`, `http://${label}`, `http://${label}/`].includes(href);

/** Renderers encode what is not ASCII in an address. @param {string} address */
function decoded(address) {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

/** ChatGPT adds this parameter to every address that the model wrote. @param {string} href */
function withoutTracking(href) {
  return href.replace(/([?&])utm_source=chatgpt\.com(&|(?=#)|$)/, (_, before, after) =>
    before === '?' && after === '&' ? '?' : after === '&' ? '&' : '',
  );
}

/** @param {Element} element an <img> */
function imageMarkdown(element) {
  const alt = element.getAttribute('alt') ?? '';
  if (element.classList.contains('emoji')) return alt;
  const src = element.getAttribute('src') ?? '';
  // Icons have no description; a page's own picture data is nothing that a model wrote.
  if (alt === '' || src === '' || /^(data|blob):/i.test(src)) return '';
  const title = element.getAttribute('title');
  return `![${alt}](${src}${title ? ` "${title}"` : ''})`;
}
