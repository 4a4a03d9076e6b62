// SPDX-License-Identifier: MIT
// Making and finding elements. Data becomes text, never markup.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | EventListener>} [properties] `class`, `on…`
 *   listeners, attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * An element of the page, which must be there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return /** @type {T} */ (found);
}

/** Writes only what changed, so that screen readers do not repeat the rest. */
export function setText(/** @type {HTMLElement} */ where, /** @type {string} */ text) {
  if (where.textContent !== text) where.textContent = text;
}

/** @param {string} text @param {boolean} [bad] */
export function notice(text, bad = false) {
  return element('p', { class: bad ? 'notice bad' : 'notice' }, text);
}
