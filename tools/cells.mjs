// SPDX-License-Identifier: MIT
// Cells of a table as what they must be: an error names file, line and column of one that is not.

/** @typedef {import('./csv.mjs').Row} Row */

/** @param {Row} row @param {string} column */
export function text(row, column) {
  const value = row.cells[column] ?? '';
  if (value === '') throw row.error(column, 'is empty');
  return value;
}

/** @param {Row} row @param {string} column @param {readonly string[]} allowed */
export function oneOf(row, column, allowed) {
  const value = row.cells[column] ?? '';
  if (!allowed.includes(value)) {
    throw row.error(column, `is '${value}', must be one of: ${allowed.join(', ')}`);
  }
  return value;
}

/** @param {Row} row @param {string} column @param {number} least @param {number} most */
export function number(row, column, least, most) {
  const value = row.cells[column] ?? '';
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw row.error(column, `is '${value}', must be a number`);
  if (Number(value) < least || Number(value) > most) {
    throw row.error(column, `is ${value}, must lie between ${least} and ${most}`);
  }
  return Number(value);
}

/** @param {Row} row @param {string} column @param {number} least @param {number} most */
export function numberOrUnknown(row, column, least, most) {
  return row.cells[column] === '' ? Number.NaN : number(row, column, least, most);
}

/** Throws where two rows have the same key. @param {Row[]} rows @param {string} column */
export function unique(rows, column, key = (/** @type {Row} */ row) => text(row, column)) {
  const seen = new Set();
  for (const row of rows) {
    if (seen.has(key(row))) throw row.error(column, `'${key(row)}' is there twice`);
    seen.add(key(row));
  }
}
