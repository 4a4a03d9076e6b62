// SPDX-License-Identifier: MIT
// What an answer is made of, by the source that the model wrote. An answer may hold several.

/** @type {[name: string, pattern: RegExp][]} */
const patterns = [
  ['tables', /^ *\|?.*\|.*\n *\|?[ :|-]*-[ :|-]*\|/m],
  ['fenced code', /^ *```/m],
  ['inline code', /(?<!`)`[^`\n]+`/],
  ['formulas', /\\\(|\\\[/],
  ['nested lists', /^ {2,}([-*+]|\d+[.)]) /m],
  ['bulleted lists', /^([-*+]) /m],
  ['numbered lists', /^\d+[.)] /m],
  ['headings', /^#{1,6} /m],
  ['emphasis', /\*\*\S|(?<!\*)\*[^*\s]/],
  ['links', /\[[^\]]+\]\(|https?:/],
  ['rules', /^(---+|\*\*\*)$/m],
  ['hard breaks', / {2}\n\S/],
  ['HTML', /<[a-z][^>]*>/i],
];

export const constructNames = [...patterns.map(([name]) => name), 'plain paragraphs'];

/** @param {string} markdown @returns {string[]} */
export function constructsOf(markdown) {
  const found = patterns.filter(([, pattern]) => pattern.test(markdown)).map(([name]) => name);
  return found.length > 0 ? found : ['plain paragraphs'];
}
