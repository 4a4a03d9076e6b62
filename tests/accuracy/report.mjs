// SPDX-License-Identifier: MIT
// Prints how well the markdown of an answer is rebuilt from a page, in tokens: docs/accuracy.md.
//
//   TOKENWATT_SAMPLES=FOLDER node tests/accuracy/report.mjs [chromium | firefox]
import { ownAnswers, realAnswers } from './answers.mjs';
import { constructNames } from './constructs.mjs';
import { openReader } from './measure.mjs';
import { renderers } from './renderers.mjs';
import { accuracyOf } from './statistics.mjs';

/** @typedef {import('./measure.mjs').Message} Message */

const percent = (/** @type {number} */ share, digits = 2) => `${(100 * share).toFixed(digits)} %`;
const signed = (/** @type {number} */ share) => (share < 0 ? '' : '+') + percent(share);

/** @param {string[]} heads @param {string[][]} rows */
function printTable(heads, rows) {
  const line = (/** @type {string[]} */ cells) => console.log(`| ${cells.join(' | ')} |`);
  line(heads);
  line(heads.map((_, column) => (column === 0 ? '---' : '---:')));
  for (const row of rows) line(row);
  console.log('');
}

/** @param {string} name @param {Message[]} messages */
function row(name, messages) {
  const { count, bias, median, p95, exact } = accuracyOf(messages);
  const same = messages.filter((m) => m.sourceText === m.rebuiltText).length / messages.length;
  const shares = [percent(median), percent(p95), percent(exact, 1), percent(same, 1)];
  return [name, String(count), signed(bias), ...shares];
}

const columns = ['messages', 'bias', 'median', 'p95', 'exact', 'same text'];

const browser = process.argv[2] === 'firefox' ? 'firefox' : 'chromium';
const sets = realAnswers() ?? ownAnswers();
const reader = await openReader(browser, { others: true });
/** @type {Map<string, Message[]>} */
const results = new Map();
for (const renderer of renderers) results.set(renderer.name, await reader.measure(renderer, sets));
await reader.close();
const every = [...results.values()].flat();
const models = sets.map((set) => set.model);

console.log(`In ${browser}, ${models.join(' and ')}.\n`);
printTable(
  ['renderer', ...columns],
  [...results].map(([name, messages]) => row(name, messages)),
);
printTable(
  ['renderer, half, model', ...columns],
  [...results].flatMap(([name, messages]) =>
    models.flatMap((model) =>
      ['tuned', 'held out'].map((half) =>
        row(
          `${name}, ${half}, ${model}`,
          messages.filter((message) => message.model === model && message.half === half),
        ),
      ),
    ),
  ),
);
printTable(
  ['answers with', ...columns],
  constructNames
    .map((name) => ({ name, found: every.filter((m) => m.constructs.includes(name)) }))
    .filter(({ found }) => found.length > 0)
    .map(({ name, found }) => row(name, found)),
);
/** Without the share of the same text, which no other way is after. @param {string} name @param {Message[]} messages */
const tokensOnly = (name, messages) => row(name, messages).slice(0, -1);

printTable(
  ['read by, all renderers', ...columns.slice(0, -1)],
  [
    tokensOnly('`markdownFromDom`', every),
    tokensOnly(
      'turndown with its GFM plugin',
      every.map((message) => ({ ...message, rebuilt: message.turndown ?? 0 })),
    ),
    tokensOnly(
      '`textContent`',
      every.map((message) => ({ ...message, rebuilt: message.textContent ?? 0 })),
    ),
  ],
);
