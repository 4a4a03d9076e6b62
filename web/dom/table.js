// SPDX-License-Identifier: MIT
import { collectInline, InlineBuffer } from './inline.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {import('./remembered.js').Remembered} Remembered */
/** @typedef {'' | 'left' | 'right' | 'center'} Alignment */

/**
 * @param {Element} table @param {MarkdownStyle} style @param {number} depth
 * @param {Remembered | null} remembered
 * @returns {string} lines without a newline at the end; empty for a table without cells
 */
export function tableMarkdown(table, style, depth, remembered) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {Alignment[]} */
  let alignments = [];
  const isAlone = table.querySelector('table') === null;
  for (const row of table.querySelectorAll('tr')) {
    if (!isAlone && row.closest('table') !== table) continue;
    /** @type {string[] | undefined} */
    let texts = remembered?.get(row);
    if (texts === undefined || rows.length === 0) {
      const cells = [...row.children].filter((cell) => /^T[HD]$/.test(cell.tagName));
      if (cells.length === 0) continue;
      if (rows.length === 0) alignments = cells.map(alignmentOf);
      if (texts === undefined) {
        remembered?.spendTime();
        texts = cells.map((cell) => cellText(cell, style, depth));
        remembered?.set(row, texts);
      }
    }
    rows.push(texts);
  }
  const [header, ...body] = rows;
  if (header === undefined) return '';
  const plain = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const rule = (/** @type {string[]} */ cells, /** @type {string} */ edge) =>
    `|${edge}${cells.join(`${edge}|${edge}`)}${edge}|`;
  if (style.table !== 'padded') {
    const spaced = style.table === 'header-width';
    const cells = alignments.map((side, column) =>
      dashes(side, spaced ? displayWidth(header[column] ?? '') : 0),
    );
    return [plain(header), rule(cells, ' '), ...body.map(plain)].join('\n');
  }
  const widths = columnWidths(rows, header.length);
  const widest = widths.reduce((sum, width) => sum + width, 0);
  if (widest > style.widestPadded) {
    const cells = alignments.map((side) => dashes(side, 0));
    return [plain(header), rule(cells, ''), ...body.map(plain)].join('\n');
  }
  const cells = alignments.map((side, column) => dashes(side, (widths[column] ?? 0) + 2));
  const line = (/** @type {string[]} */ row) =>
    plain(row.map((cell, column) => padded(cell, widths[column] ?? 0)));
  return [line(header), rule(cells, ''), ...body.map(line)].join('\n');
}

/** @param {Element} cell @param {MarkdownStyle} style @param {number} depth */
function cellText(cell, style, depth) {
  const buffer = new InlineBuffer(style);
  collectInline(cell, buffer, { ...style, hardBreak: '<br>' }, depth + 1);
  return buffer.toString().trim().replace(/\n/g, ' ').replace(/\|/g, '\\|');
}

/** @param {Element} cell @returns {Alignment} */
function alignmentOf(cell) {
  const styled = /text-align:\s*(left|right|center)/.exec(cell.getAttribute('style') ?? '')?.[1];
  const side = styled ?? cell.getAttribute('align');
  return side === 'left' || side === 'right' || side === 'center' ? side : '';
}

/** The longest cell of each column. @param {string[][]} rows @param {number} columns */
function columnWidths(rows, columns) {
  const widths = new Array(columns).fill(0);
  for (const row of rows) {
    for (let column = 0; column < columns; column += 1) {
      widths[column] = Math.max(widths[column], displayWidth(row[column] ?? ''));
    }
  }
  return widths;
}

/** @param {string} cell @param {number} width */
const padded = (cell, width) => cell + ' '.repeat(Math.max(width - displayWidth(cell), 0));

/** @param {Alignment} side @param {number} width with the colons */
function dashes(side, width) {
  const left = side === 'left' || side === 'center' ? ':' : '';
  const right = side === 'right' || side === 'center' ? ':' : '';
  return left + '-'.repeat(Math.max(width - left.length - right.length, 3)) + right;
}

/** Columns that a text takes in a terminal: East Asian wide characters take two. */
function displayWidth(/** @type {string} */ text) {
  if (!/[\u1100-\uffff]/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
