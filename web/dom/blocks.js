// SPDX-License-Identifier: MIT
// The walk that rebuilds markdown: blocks go to the writer as they come; text and inline elements
// between two blocks form a paragraph.
import { codeMarkdown, isCodeBlock } from './code.js';
import { escapeStart } from './escapes.js';
import { footnoteMarker } from './footnotes.js';
import { collectInline, deepest, InlineBuffer, writeInline } from './inline.js';
import { isHeaderOf, mayBeHeader } from './labels.js';
import { isLoose, markerIndent, numbersOf, taskBox } from './lists.js';
import { mathMarkdown, readMath } from './math.js';
import { sourceOf } from './source.js';
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

/**
 * @typedef {object} WrittenBlock markdown of an element that stands in no container
 * @property {string} text
 * @property {string} firstKind of its first block, '' for an element without text
 * @property {Element | null} firstElement
 * @property {string} lastKind
 * @property {Element | null} lastElement
 * @property {boolean} followsTen whether it was written behind a numbered list that reached 10
 */

/**
 * @typedef {object} WrittenItem what stands in an item of a list, without the item's marker
 * @property {string} text
 * @property {boolean} tight
 * @property {number} indent
 */

/** @typedef {import('./remembered.js').Remembered} Remembered */

/** Containers nested deeper than any model writes become plain paragraphs. */
const deepestContainer = 50;
/** The kind of a numbered list that reached 10. */
const longNumbers = 'numbers 10';
/** Items nested deeper are read with those around them. */
const deepestRemembered = 3;

/** Elements that are blocks by themselves, whatever stands around them. */
const rememberedTags = new Set(
  'P H1 H2 H3 H4 H5 H6 UL OL PRE BLOCKQUOTE TABLE CODE-BLOCK'.split(' '),
);

export class BlockWalker {
  #writer;
  #run;
  #containers;
  #style;
  #remembered;
  /** The first block since a remembered element began. @type {{ kind: string, element: Element | null }} */
  #first = { kind: '', element: null };
  /** Text that is the header of the code behind it, or else a paragraph. */
  #header = { text: '', element: /** @type {Element | null} */ (null) };

  /**
   * @param {MarkdownStyle} style @param {Remembered | null} remembered of earlier walks
   * @param {{ containers: number, indent: number }} [around] what the text is to stand in
   */
  constructor(style, remembered = null, { containers, indent } = { containers: 0, indent: 0 }) {
    this.#style = style;
    this.#run = new InlineBuffer(style);
    this.#remembered = remembered;
    this.#containers = containers;
    this.#writer = new MarkdownWriter(indent);
  }

  /** @param {Element} root @returns {string} */
  markdown(root) {
    // The fields of a form shadow what this walk stands on, and no answer is one.
    if (Object.prototype.toString.call(root) === '[object HTMLFormElement]') return '';
    const frame = newFrame('document', false);
    if (isCodeBlock(root)) this.#code(root, frame);
    else if (!this.#block(root, frame, 0)) this.#walk(root, frame, 0);
    this.#endParagraph(frame, null);
    this.#endHeader(frame);
    return this.#writer.toString();
  }

  /** @param {Element} parent @param {Frame} frame @param {number} depth */
  #walk(parent, frame, depth) {
    if (depth > deepest) {
      this.#run.text(flatText(parent));
      return;
    }
    // Not by sibling links: an <input> can shadow those of a form that stands among the nodes.
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
    const remembered = this.#remembered;
    const isPart = frame.container === 'document' && rememberedTags.has(element.tagName);
    if (remembered === null || !isPart) {
      this.#visit(element, frame, depth);
      return;
    }
    this.#endParagraph(frame, null);
    // Whether this is the header's code can only be told by looking at both.
    if (this.#header.element !== null) {
      this.#visit(element, frame, depth);
      return;
    }
    this.#revisit(element, frame, depth, remembered);
  }

  /**
   * An element whose markdown may be known from an earlier walk.
   * @param {Element} element @param {Frame} frame @param {number} depth
   * @param {Remembered} remembered
   */
  #revisit(element, frame, depth, remembered) {
    const known = /** @type {WrittenBlock | undefined} */ (remembered.get(element));
    const followsTen = frame.previous === longNumbers;
    if (known?.followsTen === followsTen) {
      if (known.firstKind === '') return;
      const dropped = followsTen && known.firstKind === 'bullets';
      this.#begin(known.firstKind, frame, known.firstElement, dropped ? 1 : undefined);
      this.#writer.write(known.text);
      frame.previous = known.lastKind;
      frame.previousElement = known.lastElement;
      return;
    }
    remembered.spendTime();
    const mark = this.#writer.mark();
    this.#first = { kind: '', element: null };
    this.#visit(element, frame, depth);
    this.#endParagraph(frame, null);
    const { kind, element: firstElement } = this.#first;
    /** @type {WrittenBlock} */
    const block = {
      text: this.#writer.since(mark),
      firstKind: kind,
      firstElement,
      lastKind: kind === '' ? '' : frame.previous,
      lastElement: kind === '' ? null : frame.previousElement,
      followsTen,
    };
    remembered.set(element, block);
  }

  /** @param {Element} element @param {Frame} frame @param {number} depth */
  #visit(element, frame, depth) {
    const source = sourceOf(element);
    if (source !== null) {
      this.#endParagraph(frame, null);
      this.#leaf('source', source, frame, element);
    } else if (isCodeBlock(element)) {
      this.#endParagraph(frame, null);
      this.#code(element, frame);
    } else if (!this.#block(element, frame, depth)) {
      if (breaksLine(element)) {
        this.#endParagraph(frame, null);
        this.#walk(element, frame, depth);
        if (element.tagName === 'P') this.#endParagraph(frame, element);
        else this.#endBox(frame, element);
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
    const tag = element.tagName;
    switch (tag) {
      case 'H1':
      case 'H2':
      case 'H3':
      case 'H4':
      case 'H5':
      case 'H6':
        this.#endParagraph(frame, null);
        this.#leaf(
          'heading',
          this.#inlineOf(element, depth),
          frame,
          element,
          '#'.repeat(Number(tag[1])),
        );
        return true;
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
        this.#leaf(
          'table',
          tableMarkdown(element, this.#style, depth, this.#remembered),
          frame,
          element,
        );
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
    const nested = frame.container === 'item';
    this.#leaf('math', mathMarkdown(math, this.#style, nested), frame, element);
    return true;
  }

  /** @param {Element} element @param {Frame} frame */
  #code(element, frame) {
    let label = '';
    if (this.#header.element !== null && isHeaderOf(this.#header.element, element)) {
      label = this.#header.text;
      this.#header = { text: '', element: null };
    }
    this.#leaf('code', codeMarkdown(element, label), frame, element);
  }

  /** @param {Element} list @param {Frame} frame @param {number} depth */
  #list(list, frame, depth) {
    const ordered = list.tagName === 'OL';
    // A model that nests below "10. " as below "1. " leaves the item: the page shows two lists.
    const dropped = !ordered && frame.previous === longNumbers;
    this.#begin(ordered ? 'numbers' : 'bullets', frame, list, dropped ? 1 : undefined);
    const items = [...list.children].filter((child) => !isFurniture(child));
    const loose = isLoose(list, items, this.#style, frame.container === 'item');
    const numbers = ordered ? numbersOf(list, items) : [];
    /** @type {Element | null} */
    let before = null;
    if (dropped) this.#writer.enter('   ', '   ');
    for (const [index, item] of items.entries()) {
      if (before !== null) {
        this.#writer.separate(this.#newlinesBetween(before, item) ?? (loose ? 2 : 1));
      }
      const number = numbers[index];
      const marker =
        footnoteMarker(item) ?? (number === undefined ? this.#style.bullet : `${number}. `);
      const prefix = ' '.repeat(markerIndent(marker, this.#style));
      this.#item(item, marker + taskBox(item), prefix, !loose, depth);
      before = item;
    }
    if (dropped) this.#writer.leave();
    if ((numbers.at(-1) ?? 0) >= 10) frame.previous = longNumbers;
  }

  /**
   * @param {Element} item @param {string} marker @param {string} prefix
   * @param {boolean} tight @param {number} depth
   */
  #item(item, marker, prefix, tight, depth) {
    const remembered = this.#remembered;
    if (remembered === null || this.#containers >= deepestRemembered) {
      this.#contain(marker, prefix, newFrame('item', tight), item, depth);
      return;
    }
    const indent = this.#writer.prefixLength + prefix.length;
    let known = /** @type {WrittenItem | undefined} */ (remembered.get(item));
    if (known?.tight !== tight || known.indent !== indent) {
      remembered.spendTime();
      const around = { containers: this.#containers + 1, indent };
      const text = new BlockWalker(this.#style, remembered, around).#inItem(item, tight, depth);
      known = { text, tight, indent };
      remembered.set(item, known);
    }
    this.#writer.enter(marker, prefix);
    if (known.text !== '') this.#writer.write(known.text);
    this.#writer.leave();
  }

  /** @param {Element} item @param {boolean} tight @param {number} depth */
  #inItem(item, tight, depth) {
    this.#within(item, newFrame('item', tight), depth);
    return this.#writer.toString();
  }

  /**
   * @param {string} marker @param {string} prefix @param {Frame} frame
   * @param {Element} element @param {number} depth
   */
  #contain(marker, prefix, frame, element, depth) {
    const deep = this.#containers >= deepestContainer;
    if (!deep) this.#writer.enter(marker, prefix);
    this.#containers += 1;
    this.#within(element, frame, depth);
    this.#containers -= 1;
    if (!deep) this.#writer.leave();
  }

  /** @param {Element} element a container @param {Frame} frame @param {number} depth */
  #within(element, frame, depth) {
    if (element.tagName === 'LI' || element.tagName === 'BLOCKQUOTE') {
      this.#walk(element, frame, depth);
    } else {
      this.#element(element, frame, depth);
    }
    this.#endParagraph(frame, null);
    this.#endHeader(frame);
  }

  /** @param {Element} element @param {number} depth */
  #inlineOf(element, depth) {
    const buffer = new InlineBuffer(this.#style);
    collectInline(element, buffer, this.#style, depth);
    return buffer.toString().trim();
  }

  /** @param {Frame} frame @param {Element | null} element the paragraph's own, where it has one */
  #endParagraph(frame, element) {
    const text = this.#takeRun();
    const escaped = this.#style.escapes && element !== null ? escapeStart(text) : text;
    this.#leaf('paragraph', escaped, frame, element);
  }

  /** The end of a <div> or the like, whose text may head the code that follows. */
  #endBox(/** @type {Frame} */ frame, /** @type {Element} */ box) {
    const text = this.#takeRun();
    if (text === '') return;
    if (mayBeHeader(text)) {
      this.#endHeader(frame);
      this.#header = { text, element: box };
    } else {
      this.#leaf('paragraph', text, frame, null);
    }
  }

  /** Text that turned out to head no code. @param {Frame} frame */
  #endHeader(frame) {
    const { text } = this.#header;
    if (text === '') return;
    this.#header = { text: '', element: null };
    this.#leaf('paragraph', text, frame, null);
  }

  #takeRun() {
    if (this.#run.empty) return '';
    const text = this.#run.toString().trim();
    this.#run = new InlineBuffer(this.#style);
    return text;
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

  /**
   * Puts the newlines that stand before a block.
   * @param {string} kind @param {Frame} frame @param {Element | null} element
   * @param {number} [newlines] where they are known
   */
  #begin(kind, frame, element, newlines) {
    this.#endHeader(frame);
    if (this.#first.kind === '') this.#first = { kind, element };
    if (frame.previous !== '') {
      const known = newlines ?? this.#newlinesBetween(frame.previousElement, element);
      this.#writer.separate(known ?? usualNewlines(kind, frame, this.#style));
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

/** @param {string} kind @param {Frame} frame @param {MarkdownStyle} style */
function usualNewlines(kind, frame, style) {
  const list = kind === 'bullets' || kind === 'numbers';
  // No blank line before a nested list, and none inside the items of a tight one.
  if (frame.container === 'item') return frame.tight || list || kind === 'math' ? 1 : 2;
  return style.close.includes(`${frame.previous} ${kind}`) ? 1 : 2;
}
