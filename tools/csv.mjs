// SPDX-License-Identifier: MIT
// Reads the project's CSV tables: RFC 4180, a header line, and errors that say file:line:column.

import { readFileSync } from 'node:fs';

/** A cell or line that is not as it should be. */
export class CsvError extends Error {}

/**
 * One row, with where each of its cells stands in the file.
 * @typedef {object} Row
 * @property {Record<string, string>} cells by column
 * @property {(column: string, message: string) => CsvError} error names the cell and its place
 */

/**
 * @param {string} path
 * @param {readonly string[]} columns that the header must have, in this order
 * @returns {Row[]}
 */
export function readCsv(path, columns) {
  const text = readFileSync(path, 'utf8');
  const records = parse(text, path);
  const header = records.shift();
  const names = header?.cells.map((cell) => cell.text) ?? [];
  if (names.join() !== columns.join()) {
    throw new CsvError(`${path}:1:1: the header must be ${columns.join(',')}`);
  }
  return records.map(({ line, cells }) => {
    if (cells.length !== columns.length) {
      throw new CsvError(`${path}:${line}:1: ${cells.length} cells, not ${columns.length}`);
    }
    const byColumn = Object.fromEntries(columns.map((name, i) => [name, cells[i]?.text ?? '']));
    return {
      cells: byColumn,
      error(column, message) {
        const cell = cells[columns.indexOf(column)];
        return new CsvError(`${path}:${cell?.line}:${cell?.column}: ${column} ${message}`);
      },
    };
  });
}

/** @typedef {{ text: string, line: number, column: number }} Cell */

/**
 * @param {string} text
 * @param {string} path
 * @returns {{ line: number, cells: Cell[] }[]}
 */
function parse(text, path) {
  /** @type {{ line: number, cells: Cell[] }[]} */
  const records = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  while (at < text.length) {
    /** @type {Cell[]} */
    const cells = [];
    const recordLine = line;
    for (;;) {
      const cell = { text: '', line, column: at - lineStart + 1 };
      cells.push(cell);
      if (text[at] === '"') {
        for (at += 1; ; at += 1) {
          if (at >= text.length) {
            throw new CsvError(`${path}:${cell.line}:${cell.column}: the quotation has no end`);
          }
          if (text[at] === '"' && text[at + 1] !== '"') break;
          if (text[at] === '"') at += 1;
          if (text[at] === '\n') {
            line += 1;
            lineStart = at + 1;
          }
          cell.text += text[at];
        }
        at += 1;
      } else {
        while (at < text.length && !',\n"'.includes(text[at] ?? '')) cell.text += text[at++];
      }
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      if (at < text.length && text[at] !== '\n') {
        const column = at - lineStart + 1;
        throw new CsvError(`${path}:${line}:${column}: unexpected ${JSON.stringify(text[at])}`);
      }
      at += 1;
      line += 1;
      lineStart = at;
      break;
    }
    records.push({ line: recordLine, cells });
  }
  return records;
}
