// SPDX-License-Identifier: MIT
import { ownReader } from './own.js';

/** What the address of a page is given as. @typedef {string | URL | (() => string)} AddressSource */

/** Costs a tenth of `location.href`. @type {(document: Document) => string} */
const urlOf = ownReader(() => Document.prototype, 'URL');

/**
 * Gives the page's address as it is now: single-page sites change it without loading a page. It is
 * asked with every change of the page, and parsed only when it is another.
 * @param {Document} document @param {AddressSource} source
 * @returns {() => URL | null} the same object while the address is the same
 */
export function addressReader(document, source) {
  const given = typeof source === 'function' ? null : parse(String(source));
  const isLive = given !== null && given.origin === document.location?.origin;
  const hrefNow =
    typeof source === 'function' ? source : () => (isLive ? urlOf(document) : (given?.href ?? ''));
  let href = hrefNow();
  let address = parse(href);
  return () => {
    const now = hrefNow();
    if (now !== href) {
      href = now;
      address = parse(now);
    }
    return address;
  };
}

/** @param {string} text */
const parse = (text) => (URL.canParse(text) ? new URL(text) : null);
