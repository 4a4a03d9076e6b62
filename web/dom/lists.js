// SPDX-License-Identifier: MIT
// What the markup tells of a list's own marks.

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/** The number of each item. @param {Element} list @param {Element[]} items */
export function numbersOf(list, items) {
  let next = Number.parseInt(list.getAttribute('start') ?? '1', 10) || 0;
  return items.map((item) => {
    const value = Number.parseInt(item.getAttribute('value') ?? '', 10);
    const number = Number.isNaN(value) ? next : value;
    next = number + 1;
    return number;
  });
}

/** How far what is nested in an item is indented. @param {string} marker @param {MarkdownStyle} style */
export function markerIndent(marker, style) {
  return style.listIndent === 'content' ? marker.length : Number(style.listIndent);
}

/**
 * Whether blank lines stand between the items.
 * @param {Element} list @param {Element[]} items @param {MarkdownStyle} style
 */
export function isLoose(list, items, style) {
  if (style.everyItemHasParagraph) {
    // Models separate the numbered points of an outline by blank lines.
    return list.tagName === 'OL' && items.some((item) => item.querySelector('ul, ol') !== null);
  }
  return items.some((item) => {
    for (let child = item.firstElementChild; child; child = child.nextElementSibling) {
      if (child.tagName === 'P') return true;
    }
    return false;
  });
}

/** "[x] " for an item with a check box. @param {Element} item */
export function taskBox(item) {
  const first = item.firstElementChild;
  const box = first?.tagName === 'P' ? first.firstElementChild : first;
  if (box?.tagName !== 'INPUT' || box.getAttribute('type') !== 'checkbox') return '';
  return box.hasAttribute('checked') ? '[x] ' : '[ ] ';
}
