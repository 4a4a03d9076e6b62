// SPDX-License-Identifier: MIT

/** What the address of a page is given as. @typedef {string | URL | (() => string)} AddressSource */

/**
 * The page's address as it is now: single-page sites change it without loading a page.
 * @param {Document} document @param {AddressSource} source @returns {URL | null}
 */
export function addressNow(document, source) {
  const given = typeof source === 'function' ? source() : String(source);
  if (!URL.canParse(given)) return null;
  const address = new URL(given);
  const live = typeof source !== 'function' && document.location;
  return live && live.origin === address.origin ? new URL(live.href) : address;
}
