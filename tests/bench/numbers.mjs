// SPDX-License-Identifier: MIT

import { cpus } from 'node:os';

/** What it was measured on. */
export const machine = () =>
  `${cpus()[0].model}, ${cpus().length} cores, ${process.platform}, Node ${process.version}`;

/** @param {number[]} numbers */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The median of each figure. @param {Record<string, number>[]} samples with the same keys */
export const medians = (samples) =>
  Object.fromEntries(
    Object.keys(samples[0]).map((key) => [key, median(samples.map((sample) => sample[key]))]),
  );

/**
 * Prints an aligned Markdown table; the first column is text.
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function printTable(head, rows) {
  const cells = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) =>
    row.map(String),
  );
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const pad = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  for (const row of cells) console.log(`| ${row.map(pad).join(' | ')} |`);
  console.log();
}
