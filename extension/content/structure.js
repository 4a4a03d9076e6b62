// SPDX-License-Identifier: MIT
// The structure of a page, for a report that it is not understood: names of tags and attributes, and
// of values only those listed here. No text, no address, no identifier.

/** Deeper, wider and longer reports tell nothing more. */
const deepest = 60;
const mostChildren = 40;
const mostLines = 4000;

/** Values that say what an element is, not whose it is. */
const toldValues = new Map([
  ['role', /^[a-z]{1,20}$/],
  ['type', /^[a-z]{1,12}$/],
  ['dir', /^(ltr|rtl|auto)$/],
  ['aria-live', /^(polite|assertive|off)$/],
  ['aria-busy', /^(true|false)$/],
  ['contenteditable', /^(true|false|plaintext-only|)$/],
  ['data-message-author-role', /^(user|assistant|system|tool)$/],
  ['data-turn', /^(user|assistant)$/],
  ['data-is-streaming', /^(true|false)$/],
  ['data-state', /^(open|closed|active|inactive|on|off)$/],
]);

/** Names of attributes and of custom elements may hold identifiers too: those have digits or length. */
const plainName = /^[a-z]+(-[a-z]+){0,4}$/;
const longestName = 40;

/** What draws and runs, but holds no part of a chat. */
const leftOut = new Set(['script', 'style', 'link', 'meta', 'noscript', 'path', 'template']);

/** @param {string} name @param {string} instead */
function told(name, instead) {
  const lower = name.toLowerCase();
  return plainName.test(lower) || /^h[1-6]$/.test(lower) ? lower.slice(0, longestName) : instead;
}

/** @param {Element} element */
function describe(element) {
  const attributes = [...element.attributes]
    .filter(({ name }) => name !== 'class' && name !== 'style')
    .map(({ name, value }) => {
      const shown = told(name, name.startsWith('data-') ? 'data-?' : '?');
      return toldValues.get(name)?.test(value) ? `${shown}=${value}` : shown;
    });
  const list = [...new Set(attributes)].sort().join(' ');
  return `${told(element.localName, 'x-?')}${list === '' ? '' : ` [${list}]`}`;
}

/**
 * One line an element, indented; elements beside each other that look alike are one with a count.
 * @param {Element} root
 */
export function structureOf(root) {
  /** @type {string[]} */
  const lines = [];
  walk(root, 0);
  if (lines.length >= mostLines) lines.push('…');
  return `${lines.join('\n')}\n`;

  /** @param {Element} element @param {number} depth */
  function walk(element, depth) {
    if (lines.length >= mostLines) return;
    lines.push(`${' '.repeat(depth)}${describe(element)}`);
    if (depth >= deepest) return;
    const children = childrenOf(element);
    for (let at = 0; at < children.length; ) {
      const child = /** @type {Element} */ (children[at]);
      const look = looks(child);
      let next = at + 1;
      while (next < children.length && looks(/** @type {Element} */ (children[next])) === look) {
        next += 1;
      }
      walk(child, depth + 1);
      const alike = next - at - 1;
      if (alike > 0) lines.push(`${' '.repeat(depth + 1)}+ ${alike} alike`);
      at = next;
    }
  }
}

/** @param {Element} element */
function childrenOf(element) {
  const children = [];
  // An open shadow root is a part of the page like another.
  const first = element.shadowRoot?.firstElementChild ?? element.firstElementChild;
  for (
    let child = first;
    child && children.length < mostChildren;
    child = child.nextElementSibling
  ) {
    if (!leftOut.has(child.localName)) children.push(child);
  }
  return children;
}

/** @param {Element} element */
function looks(element) {
  return `${describe(element)}>${childrenOf(element).map(describe).join(',')}`;
}
