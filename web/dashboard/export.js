// SPDX-License-Identifier: MIT
// The figures as files.
import { element } from '../demo/elements.js';

/** @typedef {import('./collector.js').Row} Row */

/** @param {unknown} value */
function cell(value) {
  if (typeof value === 'number' || value === undefined || value === null) return `${value ?? ''}`;
  // A text that a spreadsheet would take for a formula gets a quote before it.
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One line a row; `kind` says what it is a sum of.
 * @param {{ kind: string, rows: Row[] }[]} parts
 */
export function toCsv(parts) {
  const columns = /** @type {const} */ ([
    'start',
    'name',
    'requests',
    'inputTokens',
    'outputTokens',
    'reasoningTokens',
    'cachedTokens',
    'energyWh',
    'energyWhLow',
    'energyWhHigh',
    'co2Grams',
    'co2GramsLow',
    'co2GramsHigh',
    'waterMl',
    'waterMlLow',
    'waterMlHigh',
  ]);
  const lines = [['kind', ...columns].join(',')];
  for (const { kind, rows } of parts) {
    for (const row of rows) {
      lines.push([cell(kind), ...columns.map((column) => cell(row[column]))].join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** @param {string} name @param {Blob | string} content @param {string} type */
export function saveFile(name, content, type) {
  const href = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
