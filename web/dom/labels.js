// SPDX-License-Identifier: MIT
// The header that many pages put above a code block, outside of it: the language's name, and buttons.

/** No language has a longer name; what a model writes above its code is a paragraph of its own. */
const longestName = 30;

/** A header stands only a few elements away from its code, in boxes that hold little else. */
const furthest = 4;
const fullest = 4;

/** Whether the text of a box between two blocks may be a header. @param {string} text */
export const mayBeHeader = (text) =>
  text.length <= longestName && !/[\n*`$:]|\.(?:\s|$)/.test(text);

/**
 * Whether a box heads a code block: something holds the two and nothing else. A page that holds
 * a paragraph and code so would be read wrong; chat pages have <p> for paragraphs.
 * @param {Element} box @param {Element} block
 */
export function isHeaderOf(box, block) {
  let holder = block.parentElement;
  for (let level = 0; level < furthest && holder; level += 1) {
    if (!isNearlyEmpty(holder)) return false;
    if (holder.contains(box)) return holder !== box && holder.querySelector('p, ul, ol') === null;
    holder = holder.parentElement;
  }
  return false;
}

/** Stops counting early: a page can put any number of children there. @param {Element} holder */
function isNearlyEmpty(holder) {
  let child = holder.firstElementChild;
  for (let count = 0; count < fullest && child; count += 1) child = child.nextElementSibling;
  return child === null;
}
