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
 * The form of a string that goes with a number: `NAME_one` for what the language counts as one.
 * @param {string} name @param {number} count @param {...(string | number)} values
 */
export function counted(name, count, ...values) {
  const one = new Intl.PluralRules(text('language')).select(count) === 'one';
  return text(one ? `${name}_one` : name, ...values);
}

const spokenAttributes = ['aria-label', 'placeholder', 'title'];

/**
 * Puts the strings in the place of their names (`__MSG_name__`) in a page, and shows it: its body is
 * hidden until then.
 */
export function localizePage() {
  document.documentElement.lang = text('language');
  document.documentElement.dir = text('@@bidi_dir');
  const filled = (/** @type {string} */ raw) =>
    raw.replace(/__MSG_(\w+?)__/g, (_, name) => text(name));
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (node.data.includes('__MSG_')) node.data = filled(node.data);
  }
  for (const name of spokenAttributes) {
    for (const element of document.querySelectorAll(`[${name}^=__MSG_]`)) {
      element.setAttribute(name, filled(element.getAttribute(name) ?? ''));
    }
  }
  document.body.hidden = false;
}

/** @template {HTMLElement} T @param {string} id @returns {T} an element that the page has */
export function byId(id) {
  return /** @type {T} */ (document.getElementById(id));
}
