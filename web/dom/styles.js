// SPDX-License-Identifier: MIT
// How models write the markdown that a rendered page no longer shows. Counted by
// tests/accuracy/habits.mjs over every second answer of GPT-4o and of Mistral Large to 805 prompts,
// and for GPT-5 on pages that keep source offsets; docs/accuracy.md has the counts.

/**
 * @typedef {object} MarkdownStyle
 * @property {string} bullet marker of an unordered item, with its space
 * @property {number | 'content'} listIndent indentation of what is nested in an item: a number of
 *   spaces, or as far as the item's own text
 * @property {boolean} everyItemHasParagraph the page wraps each item's text in <p>, so that <p>
 *   does not tell a list with blank lines from one without
 * @property {string[]} close kinds of two blocks with no blank line between, as "heading bullets";
 *   kinds are heading, paragraph, bullets, numbers, code, math, table, quote, rule
 * @property {boolean} escapes whether text that would be read as emphasis was escaped; not so for
 *   prompts, which pages show as typed
 * @property {string} hardBreak what a <br> was
 * @property {'padded' | 'header-width' | 'compact'} table columns padded to their widest cell with
 *   a rule that touches the pipes; cells as they are with a rule as wide as the header's cells;
 *   cells as they are with a rule of three dashes
 * @property {number} widestPadded characters in the longest row of a table that is still padded
 * @property {[string, string]} inlineMath
 * @property {[string, string]} displayMath
 * @property {[string, string]} displayMathOnLines in list items, and for formulas of several lines
 */

/** @type {MarkdownStyle} */
const common = {
  bullet: '- ',
  listIndent: 'content',
  everyItemHasParagraph: false,
  close: [],
  escapes: false,
  hardBreak: '  \n',
  table: 'padded',
  widestPadded: 200,
  inlineMath: ['\\( ', ' \\)'],
  displayMath: ['\\[\n', '\n\\]'],
  displayMathOnLines: ['\\[\n', '\n\\]'],
};

export const styles = {
  common,
  /** @type {MarkdownStyle} */
  gpt4: {
    ...common,
    escapes: true,
    close: [
      'heading bullets',
      'heading numbers',
      'heading paragraph',
      'paragraph bullets',
      'paragraph math',
      'math math',
    ],
    displayMath: ['\\[ ', ' \\]'],
  },
  /** @type {MarkdownStyle} */
  gpt5: { ...common, escapes: true, table: 'header-width', inlineMath: ['\\(', '\\)'] },
  /** @type {MarkdownStyle} */
  gemini: {
    ...common,
    escapes: true,
    bullet: '* ',
    table: 'compact',
    inlineMath: ['$', '$'],
    displayMath: ['$$', '$$'],
    displayMathOnLines: ['$$\n', '\n$$'],
  },
  /** @type {MarkdownStyle} */
  mistral: {
    ...common,
    escapes: true,
    close: ['paragraph bullets'],
    widestPadded: 160,
    inlineMath: ['$', '$'],
    displayMath: ['$$\n', '\n$$'],
    displayMathOnLines: ['$$\n', '\n$$'],
  },
};

/**
 * How a model writes, by the name that a page or an API gives it.
 * @param {string | null | undefined} model
 * @param {MarkdownStyle} [otherwise] for a model that is not known: that of the site's models
 */
export function styleOfModel(model, otherwise = styles.common) {
  const name = (model ?? '').toLowerCase();
  if (/^(gpt-[34]|chatgpt-4|o[134]\b)/.test(name)) return styles.gpt4;
  if (/^(gpt|chatgpt|o\d)/.test(name)) return styles.gpt5;
  if (/gem(ini|ma)/.test(name)) return styles.gemini;
  if (/mistral|mixtral|magistral/.test(name)) return styles.mistral;
  return otherwise;
}
