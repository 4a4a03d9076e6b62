// SPDX-License-Identifier: MIT
// The features of src/token_features.h by name, and the kind of text that each speaks of.

import { readFileSync } from 'node:fs';

const header = readFileSync(new URL('../../src/token_features.h', import.meta.url), 'utf8');

/** In the order of the C enum. */
export const FEATURES = [...header.matchAll(/^ {2}TW_TOKEN_([A-Z0-9_]+),/gm)].map((match) =>
  String(match[1]).toLowerCase(),
);

/** Of text, in the order of tw_token_kind. @type {readonly string[]} */
export const KINDS = ['chat', 'latin', 'code', 'cjk', 'other'];

const CODE = ['hump', 'joined_word', 'capitals', 'sign_and_break', 'spaces', 'space'];

/** @param {string} feature @returns {string} one of KINDS */
export function kindOf(feature) {
  if (/^(foreign_|accent_)/.test(feature)) return 'latin';
  if (/^(han|kana|hangul)/.test(feature)) return 'cjk';
  if (FEATURES.indexOf(feature) > FEATURES.indexOf('bytes')) return 'other';
  return CODE.includes(feature) ? 'code' : 'chat';
}
