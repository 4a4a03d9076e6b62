// SPDX-License-Identifier: MIT
// The walk that rebuilds markdown: blocks go to the writer as they come; text and inline elements
// between two blocks form a paragraph.
import { codeMarkdown, isCodeBlock } from './code.js';
import { collectInline, deepest, InlineBuffer, writeInline } from './inline.js';
import { mathMarkdown, readMath } from './math.js';
import { tableMarkdown } from './table.js';
import { breaksLine, flatText, isFurniture } from './text.js';
import { MarkdownWriter } from './writer.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/**
 * @typedef {object} Frame the container whose blocks are being written
 * @property {'document' | 'quote' | 'item'} container
 * @property {boolean} tight no blank lines between the blocks
 * @property {string} previous kind of the block before, '' at the start
 * @property {Element | null} previousElement
 */

/** Containers nested deeper than any model writes become plain paragraphs. */
const deepestContainer = 50;

export class BlockWalker {
  #writer = new MarkdownWriter();
  #run = new InlineBuffer();
  #containers = 0;
  #style;

  constructor(/** @type {MarkdownStyle} */ style) {
    this.#style = style;
  }

  /** @param {Element} root @returns {string} */
  markdown(root) {
    const frame = newFrame('document', false);
    if (isCodeBlock(root)) this.#code(root, frame);
    else if (!this.#block(root, frame, 0)) this.#walk(root, frame, 0);
    this.#endParagraph(frame, null);
    return this.#writer.toString();
  }

  /** @param {Element} parent @param {Frame} frame @param {number} depth */
  #walk(parent, frame, depth) {
    if (depth > deepest) {
      this.#run.text(flatText(parent));
      return;
    }
    for (const node of parent.childNodes) {
      if (node.nodeType === 3) {
        this.#run.text(/** @type {Text} */ (node).data);
      } else if (node.nodeType === 1) {
        this.#element(/** @type {Element} */ (node), frame, depth + 1);
      }
    }
  }

  /** @param {Element} element @param {Frame} frame @param {number} depth */
  #element(element, frame, depth) {
    if (isFurniture(element)) return;
    if (isCodeBlock(element)) {
      this.#endParagraph(frame, null);
      this.#code(element, frame);
    } else if (!this.#block(element, frame, depth)) {
      if (breaksLine(element)) {
        this.#endParagraph(frame, null);
        this.#walk(element, frame, depth);
        this.#endParagraph(frame, element.tagName === 'P' ? element : null);
      } else if (!writeInline(element, this.#run, this.#style, depth)) {
        this.#walk(element, frame, depth);
      }
    }
  }

  /**
   * Writes a block; false where the element is none of its own.
   * @param {Element} element @param {Frame} frame @param {number} depth
   */
  #block(element, frame, depth) {
    const heading = /^H([1-6])$/.exec(element.tagName);
    if (heading?.[1]) {
      this.#endParagraph(frame, null);
      this.#leaf(
        'heading',
        this.#inlineOf(element, depth),
        frame,
        element,
        '#'.repeat(Number(heading[1])),
      );
      return true;
    }
    switch (element.tagName) {
      case 'UL':
      case 'OL':
        this.#endParagraph(frame, null);
        this.#list(element, frame, depth);
        return true;
      case 'BLOCKQUOTE':
        this.#endParagraph(frame, null);
        this.#begin('quote', frame, element);
        this.#contain('> ', '> ', newFrame('quote', false), element, depth);
        return true;
      case 'TABLE': {
        this.#endParagraph(frame, null);
        this.#leaf('table', tableMarkdown(element, this.#style, depth), frame, element);
        return true;
      }
      case 'HR':
        this.#endParagraph(frame, null);
        this.#leaf('rule', '---', frame, element);
        return true;
      default:
        return this.#displayMath(element, frame);
    }
  }

  /** @param {Element} element @param {Frame} frame */
  #displayMath(element, frame) {
    const math = readMath(element);
    if (!math?.display) return false;
    this.#endParagraph(frame, null);
    this.#leaf('math', mathMarkdown(math, this.#style), frame, element);
    return true;
  }

  /** @param {Element} element @param {Frame} frame */
  #code(element, frame) {
    this.#leaf('code', codeMarkdown(element), frame, element);
  }

  /** @param {Element} list @param {Frame} frame @param {number} depth */
  #list(list, frame, depth) {
    this.#begin('list', frame, list);
    const ordered = list.tagName === 'OL';
    const items = [...list.children].filter((child) => !isFurniture(child));
    const loose = isLoose(list, items, this.#style);
    let number = Number.parseInt(list.getAttribute('start') ?? '1', 10) || 0;
    /** @type {Element | null} */
    let before = null;
    for (const item of items) {
      if (before !== null) {
        this.#writer.separate(this.#newlinesBetween(before, item) ?? (loose ? 2 : 1));
      }
      const value = Number.parseInt(item.getAttribute('value') ?? '', 10);
      if (!Number.isNaN(value)) number = value;
      const marker = ordered ? `${number}. ` : this.#style.bullet;
      const indent =
        this.#style.listIndent === 'content' ? marker.length : Number(this.#style.listIndent);
      this.#contain(
        marker + taskBox(item),
        ' '.repeat(indent),
        newFrame('item', !loose),
        item,
        depth,
      );
      number += 1;
      before = item;
    }
  }

  /**
   * @param {string} marker @param {string} prefix @param {Frame} frame
   * @param {Element} element @param {number} depth
   */
  #contain(marker, prefix, frame, element, depth) {
    const deep = this.#containers >= deepestContainer;
    if (!deep) this.#writer.enter(marker, prefix);
    this.#containers += 1;
    if (element.tagName === 'LI' || element.tagName === 'BLOCKQUOTE') {
      this.#walk(element, frame, depth);
    } else {
      this.#element(element, frame, depth);
    }
    this.#endParagraph(frame, null);
    this.#containers -= 1;
    if (!deep) this.#writer.leave();
  }

  /** @param {Element} element @param {number} depth */
  #inlineOf(element, depth) {
    const buffer = new InlineBuffer();
    collectInline(element, buffer, this.#style, depth);
    return buffer.toString().trim();
  }

  /** @param {Frame} frame @param {Element | null} element the paragraph's own, where it has one */
  #endParagraph(frame, element) {
    const text = this.#run.toString().trim();
    this.#run = new InlineBuffer();
    if (text !== '') this.#leaf('paragraph', text, frame, element);
  }

  /**
   * @param {string} kind @param {string} text @param {Frame} frame
   * @param {Element | null} element @param {string} [mark] before the text, with a space
   */
  #leaf(kind, text, frame, element, mark) {
    if (text === '') return;
    this.#begin(kind, frame, element);
    this.#writer.write(mark === undefined ? text : `${mark} ${text}`);
  }

  /** Puts the newlines that stand before a block. */
  #begin(
    /** @type {string} */ kind,
    /** @type {Frame} */ frame,
    /** @type {Element | null} */ element,
  ) {
    if (frame.previous !== '') {
      const known = this.#newlinesBetween(frame.previousElement, element);
      this.#writer.separate(known ?? usualNewlines(kind, frame));
    }
    frame.previous = kind;
    frame.previousElement = element;
  }

  /**
   * Some pages keep each block's offsets in the source: then the newlines between two are known.
   * @param {Element | null} before @param {Element | null} after
   */
  #newlinesBetween(before, after) {
    const end = before?.getAttribute('data-end');
    const start = after?.getAttribute('data-start');
    if (!end || !start) return null;
    const gap = Number(start) - Number(end);
    // Less than a newline: the offsets are those of two texts.
    if (!(gap >= 1)) return null;
    return gap - this.#writer.prefixLength >= 2 ? 2 : 1;
  }
}

/** @param {Frame['container']} container @param {boolean} tight @returns {Frame} */
function newFrame(container, tight) {
  return { container, tight, previous: '', previousElement: null };
}

/** Models leave no blank line before a nested list, and none inside the items of a tight one. */
function usualNewlines(/** @type {string} */ kind, /** @type {Frame} */ frame) {
  return frame.container === 'item' && (frame.tight || kind === 'list') ? 1 : 2;
}

/** @param {Element} list @param {Element[]} items @param {MarkdownStyle} style */
function isLoose(list, items, style) {
  if (style.everyItemHasParagraph) {
    // Models separate the numbered points of an outline by blank lines.
    return list.tagName === 'OL' && items.some((item) => item.querySelector('ul, ol') !== null);
  }
  return items.some((item) => [...item.children].some((child) => child.tagName === 'P'));
}

/** @param {Element} item */
function taskBox(item) {
  const first = item.firstElementChild;
  const box = first?.tagName === 'P' ? first.firstElementChild : first;
  if (box?.tagName !== 'INPUT' || box.getAttribute('type') !== 'checkbox') return '';
  return box.hasAttribute('checked') ? '[x] ' : '[ ] ';
}
