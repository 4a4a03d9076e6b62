// SPDX-License-Identifier: MIT
// Where text can be cut so that composing its parts (Unicode normalization form C) composes the whole.

/**
 * Characters that neither compose with what is before them nor change places with it: all but marks,
 * the vowels and final consonants of Hangul, and the vowel signs of Kirat Rai, which are letters.
 */
const BEGINS = /^[^\p{M}\u1160-\u11ff\u{16d63}-\u{16d6a}]/u;

/** @param {number} unit */
const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
/** @param {number} unit */
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * How many units of a text no text that follows it can change: those before its last character that
 * begins anew. The first half of a pair is not looked at before the second has come.
 * @param {string} text
 */
export function settledUnits(text) {
  let at = text.length - 1;
  if (isHigh(text.charCodeAt(at))) at--;
  for (; at > 0; at--) {
    if (isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1))) at--;
    if (at > 0 && BEGINS.test(text.slice(at, at + 2))) return at;
  }
  return 0;
}
