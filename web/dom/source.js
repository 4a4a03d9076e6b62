// SPDX-License-Identifier: MIT
// Elements that carry the markdown that they show.

/** ChatGPT's documents within an answer: they can be edited, folded and scrolled. */
const sourceSelector = '[data-markdown-copy=rich-block][data-markdown-copy-text]';

/** What was written, or null where it has to be rebuilt. @param {Element} element */
export function sourceOf(element) {
  if (!element.hasAttributes() || !element.matches(sourceSelector)) return null;
  return element.getAttribute('data-markdown-copy-text')?.trim() || null;
}
