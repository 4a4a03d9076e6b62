// SPDX-License-Identifier: MIT

/** What the address of a page is given as. @typedef {string | URL | (() => string)} AddressSource */

/** @type {((this: Document) => string) | undefined} */
let ownUrl;

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

/**
 * Costs a tenth of `location.href`. Elements with that name can shadow the document's own property.
 * @param {Document} document @returns {string}
 */
function urlOf(document) {
  ownUrl ??= Object.getOwnPropertyDescriptor(Document.prototype, 'URL')?.get;
  return /** @type {NonNullable<typeof ownUrl>} */ (ownUrl).call(document);
}
