// SPDX-License-Identifier: MIT
// Footnotes, as remark-gfm and markdown-it's plugin render them: a reference is a link to an item of
// a list at the end, and the name that the model gave it is in the item's id.

/** @param {string} id or a link to it */
const nameIn = (id) => /^#?(?:user-content-)?fn-?([^#]+)$/.exec(id)?.[1];

/**
 * "[^name]" for a link that refers to a footnote.
 * @param {Element} link @param {string} label its text
 * @returns {string | null} null for any other link
 */
export function footnoteReference(link, label) {
  const marked =
    link.hasAttribute('data-footnote-ref') ||
    link.parentElement?.classList.contains('footnote-ref');
  if (!marked) return null;
  return `[^${nameIn(link.getAttribute('href') ?? '') ?? label.replace(/[[\]]/g, '')}]`;
}

/** A link from a footnote back to where it is referred to. @param {Element} link */
export const isFootnoteReturn = (link) =>
  link.hasAttribute('data-footnote-backref') || link.classList.contains('footnote-backref');

/** The marker of an item that is a footnote, else null. @param {Element} item */
export function footnoteMarker(item) {
  const name = item.id ? nameIn(item.id) : undefined;
  if (name === undefined || item.closest('[data-footnotes], .footnotes') === null) return null;
  return `[^${name}]: `;
}
