// SPDX-License-Identifier: MIT
// The kinds of text that speed is measured on, from what the lockfile installs, what Node has built
// in and what the system has, in two halves of which one is kept out of tuning.

import { answers } from './texts/chats.mjs';
import { code } from './texts/code.mjs';
import { cjk, messages, otherLanguages } from './texts/languages.mjs';
import { english, sections } from './texts/prose.mjs';
import { halfOf, spread, upTo } from './texts/units.mjs';

/** @typedef {string | string[]} Text messages are an array, taken one by one */

const MESSAGE = { shortest: 10, longest: 200 }; // characters

const isMessage = (line) => line.length > MESSAGE.shortest && line.length < MESSAGE.longest;

/** Lines of manuals, and a fifth of messages in other languages. @param {boolean} heldOut */
function shortMessages(heldOut) {
  const lines = sections()
    .flatMap((section) => section.split('\n'))
    .filter(isMessage);
  const local = ['de', 'fr', 'es', 'ja', 'zh-cn', 'ru'].flatMap(messages).filter(isMessage);
  const half = halfOf(lines, heldOut);
  return spread([half, halfOf(local, heldOut).slice(0, half.length / 4)]);
}

/**
 * The maker of each kind: about `size` characters in units that are joined.
 * @type {Record<string, { unitsOf: (size: number, heldOut: boolean) => string[], between: string }>}
 */
const KINDS = {
  English: { unitsOf: (_, heldOut) => halfOf(english(), heldOut), between: '\n\n' },
  code: { unitsOf: code, between: '\n' },
  CJK: {
    unitsOf: (_, heldOut) => spread(cjk().map((list) => halfOf(list, heldOut))),
    between: '\n',
  },
  'mixed scripts': {
    unitsOf: (size, heldOut) => {
      const lists = otherLanguages().map((list) => halfOf(list, heldOut));
      // Equal shares of each source, or those with megabytes would be all that is measured.
      return spread(lists.map((list) => upTo(list, (size * 4) / lists.length)));
    },
    between: '\n',
  },
  markdown: {
    unitsOf: (_, heldOut) => halfOf(sections(), heldOut),
    between: '\n',
  },
  'chat markdown': { unitsOf: (_, heldOut) => halfOf(answers(), heldOut), between: '\n\n' },
};

/**
 * About `size` characters of each kind, or what there is of it. A kind without any is left out.
 * @param {number} size
 * @param {boolean} heldOut the half that nothing is tuned on
 * @returns {Record<string, Text>}
 */
export function benchTexts(size, heldOut) {
  /** @type {Record<string, Text>} */
  const texts = {};
  for (const [kind, { unitsOf, between }] of Object.entries(KINDS)) {
    const text = upTo(unitsOf(size, heldOut), size).join(between).slice(0, size);
    if (text !== '') texts[kind] = text;
  }
  texts['short messages'] = upTo(shortMessages(heldOut), size);
  return texts;
}
