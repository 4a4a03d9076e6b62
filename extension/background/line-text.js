// SPDX-License-Identifier: MIT
// What the line beside an answer says. It is made here: the first number that a page's own thread
// writes in the user's language takes it ten milliseconds.
import { amount, wholeNumber } from '../shared/format.js';
import { text } from '../shared/i18n.js';
import { quantities, tokensOf } from '../store/amounts.js';

/** @typedef {import('../shared/messages.js').LineText} LineText */

/** @param {import('../store/amounts.js').Amounts} amounts of the answer's turn @returns {LineText} */
export function lineText(amounts) {
  const figures = quantities.map((quantity) => amount(quantity, amounts.footprint[quantity]));
  const values = figures.map(({ value, unit }) => `${value} ${unit}`);
  const ranges = figures.map(({ range, unit }) => `${range} ${unit}`);
  const said = text('line', wholeNumber(tokensOf(amounts)), ...values);
  const { promptTokens, completionTokens, reasoningTokens } = amounts;
  const answered = completionTokens + reasoningTokens;
  const split = text('line_split', wholeNumber(promptTokens), wholeNumber(answered));
  return {
    said,
    spoken: text('line_spoken', said),
    more: [split, text('line_range', ...ranges), text('line_why'), text('line_hint')],
    off: text('line_off'),
    language: text('language'),
    direction: text('@@bidi_dir'),
  };
}
