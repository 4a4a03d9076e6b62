// SPDX-License-Identifier: MIT
// How byte-level tokenizers write bytes as characters: printable ones of Latin-1 as themselves, the
// others as those from U+0100 on, in order.

/** @type {Map<string, string>} */
const byteOf = new Map();
let next = 0x100;
for (let byte = 0; byte < 256; byte++) {
  const isItself = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  byteOf.set(String.fromCharCode(isItself ? byte : next++), String.fromCharCode(byte));
}

/**
 * The bytes of a token, one character a byte; undefined if it is not written so.
 * @param {string} token
 */
export function bytesOf(token) {
  let bytes = '';
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) return undefined;
    bytes += byte;
  }
  return bytes;
}
