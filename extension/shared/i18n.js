// SPDX-License-Identifier: MIT
// The strings of _locales, in code and in pages.

/**
 * @param {string} name a message of _locales/en/messages.json
 * @param {...(string | number)} values what $1, $2, … stand for
 */
export function text(name, ...values) {
  return chrome.i18n.getMessage(name, values.map(String)) || name;
}

/**
 * Puts the strings in the place of their names (`__MSG_name__`) in a page, and shows it: its body is
 * hidden until then.
 */
export function localizePage() {
  document.documentElement.lang = text('language');
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    node.data = node.data.replace(/__MSG_(\w+?)__/g, (_, name) => text(name));
  }
  document.body.hidden = false;
}

/** @template {HTMLElement} T @param {string} id @returns {T} an element that the page has */
export function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}
