// SPDX-License-Identifier: MIT
// How models write the markdown that a rendered page no longer shows. Counted over GPT-4o's and
// Mistral Large's answers to 805 prompts, and for GPT-5 on pages that keep source offsets.

/**
 * @typedef {object} MarkdownStyle
 * @property {string} bullet marker of an unordered item, with its space
 * @property {number | 'content'} listIndent indentation of what is nested in an item: a number of
 *   spaces, or as far as the item's own text
 * @property {boolean} everyItemHasParagraph the page wraps each item's text in <p>, so that <p>
 *   does not tell a list with blank lines from one without
 * @property {string} hardBreak what a <br> was
 * @property {'padded' | 'header-width' | 'compact'} table columns padded to their widest cell with
 *   a rule that touches the pipes; cells as they are with a rule as wide as the header's cells;
 *   cells as they are with a rule of three dashes
 * @property {[string, string]} inlineMath
 * @property {[string, string]} displayMath
 */

/** @type {MarkdownStyle} */
const common = {
  bullet: '- ',
  listIndent: 'content',
  everyItemHasParagraph: false,
  hardBreak: '  \n',
  table: 'padded',
  inlineMath: ['\\( ', ' \\)'],
  displayMath: ['\\[\n', '\n\\]'],
};

export const styles = {
  common,
  /** @type {MarkdownStyle} */
  gpt4: { ...common, displayMath: ['\\[ ', ' \\]'] },
  /** @type {MarkdownStyle} */
  gpt5: { ...common, table: 'header-width', inlineMath: ['\\(', '\\)'] },
  /** @type {MarkdownStyle} */
  gemini: {
    ...common,
    bullet: '* ',
    table: 'compact',
    inlineMath: ['$', '$'],
    displayMath: ['$$', '$$'],
  },
  /** @type {MarkdownStyle} */
  mistral: { ...common, inlineMath: ['$', '$'], displayMath: ['$$\n', '\n$$'] },
};

/** How a model writes, by the name that a page or an API gives it. @param {string | null} model */
export function styleOfModel(model) {
  const name = (model ?? '').toLowerCase();
  if (/^(gpt-[34]|chatgpt-4|o[134]\b)/.test(name)) return styles.gpt4;
  if (/^(gpt|chatgpt|o\d)/.test(name)) return styles.gpt5;
  if (/gem(ini|ma)/.test(name)) return styles.gemini;
  if (/mistral|mixtral|magistral/.test(name)) return styles.mistral;
  return styles.common;
}
