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
  if (marker.startsWith('[')) return 4;
  return style.listIndent === 'content' ? marker.length : Number(style.listIndent);
}

/** Models put blank lines between points whose text is this long on average. */
const longItem = 150;

/**
 * Whether blank lines stand between the items.
 * @param {Element} list @param {Element[]} items @param {MarkdownStyle} style
 * @param {boolean} nested whether the list is in another's item
 */
export function isLoose(list, items, style, nested) {
  if (!style.everyItemHasParagraph) return items.some((item) => paragraphsIn(item) > 0);
  if (items.some((item) => paragraphsIn(item) > 1)) return true;
  if (nested) return false;
  const outline = items.some((item) => item.querySelector('ul, ol') !== null);
  if (list.tagName === 'OL') return outline || meanLength(items) >= longItem;
  return outline && meanLength(items) >= longItem;
}

/** @param {Element} item */
function paragraphsIn(item) {
  let count = 0;
  for (let child = item.firstElementChild; child; child = child.nextElementSibling) {
    if (child.tagName === 'P') count += 1;
  }
  return count;
}

/** @param {Element[]} items */
const meanLength = (items) =>
  items.reduce((sum, item) => sum + (item.textContent ?? '').length, 0) / items.length;

/** "[x] " for an item with a check box. @param {Element} item */
export function taskBox(item) {
  const first = item.firstElementChild;
  const box = first?.tagName === 'P' ? first.firstElementChild : first;
  if (box?.tagName !== 'INPUT' || box.getAttribute('type') !== 'checkbox') return '';
  return box.hasAttribute('checked') ? '[x] ' : '[ ] ';
}
