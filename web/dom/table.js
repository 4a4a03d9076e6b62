// SPDX-License-Identifier: MIT
import { collectInline, InlineBuffer } from './inline.js';

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {'' | 'left' | 'right' | 'center'} Alignment */

/** Models stop padding a column for cells longer than this. */
const widestPadding = 40;

/**
 * @param {Element} table @param {MarkdownStyle} style @param {number} depth
 * @returns {string} lines without a newline at the end; empty for a table without cells
 */
export function tableMarkdown(table, style, depth) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {Alignment[]} */
  let alignments = [];
  for (const row of table.querySelectorAll('tr')) {
    if (row.closest('table') !== table) continue;
    const cells = [...row.children].filter((cell) => /^T[HD]$/.test(cell.tagName));
    if (cells.length === 0) continue;
    if (rows.length === 0) alignments = cells.map(alignmentOf);
    rows.push(cells.map((cell) => cellText(cell, style, depth)));
  }
  const [header, ...body] = rows;
  if (header === undefined) return '';
  const widths = columnWidths(rows, header.length, style);
  const rule = `|${alignments.map((side, column) => ruleCell(side, widths[column] ?? 3, style)).join('|')}|`;
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => padded(cell, column, widths, style)).join(' | ')} |`;
  return [line(header), rule, ...body.map(line)].join('\n');
}

/** @param {Element} cell @param {MarkdownStyle} style @param {number} depth */
function cellText(cell, style, depth) {
  const buffer = new InlineBuffer();
  collectInline(cell, buffer, { ...style, hardBreak: '<br>' }, depth + 1);
  return buffer.toString().trim().replace(/\n/g, ' ').replace(/\|/g, '\\|');
}

/** @param {Element} cell @returns {Alignment} */
function alignmentOf(cell) {
  const styled = /text-align:\s*(left|right|center)/.exec(cell.getAttribute('style') ?? '')?.[1];
  const side = styled ?? cell.getAttribute('align');
  return side === 'left' || side === 'right' || side === 'center' ? side : '';
}

/** @param {string[][]} rows @param {number} columns @param {MarkdownStyle} style */
function columnWidths(rows, columns, style) {
  const measured = style.table === 'padded' ? rows : rows.slice(0, 1);
  return Array.from({ length: columns }, (_, column) => {
    let width = style.table === 'compact' ? 3 : displayWidth(rows[0]?.[column] ?? '');
    if (style.table === 'compact') return width;
    for (const row of measured) {
      const cell = displayWidth(row[column] ?? '');
      if (cell <= widestPadding) width = Math.max(width, cell);
    }
    return width;
  });
}

/** @param {Alignment} side @param {number} width @param {MarkdownStyle} style */
function ruleCell(side, width, style) {
  const left = side === 'left' || side === 'center' ? ':' : '';
  const right = side === 'right' || side === 'center' ? ':' : '';
  const room = style.table === 'padded' ? width + 2 : width;
  const marks = style.table === 'compact' ? 0 : left.length + right.length;
  const dashes = left + '-'.repeat(Math.max(room - marks, 3)) + right;
  return style.table === 'padded' ? dashes : ` ${dashes} `;
}

/** @param {string} cell @param {number} column @param {number[]} widths @param {MarkdownStyle} style */
function padded(cell, column, widths, style) {
  if (style.table !== 'padded') return cell;
  return cell + ' '.repeat(Math.max((widths[column] ?? 0) - displayWidth(cell), 0));
}

/** Columns that a text takes in a terminal: East Asian wide characters take two. */
function displayWidth(/** @type {string} */ text) {
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
