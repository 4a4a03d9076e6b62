// SPDX-License-Identifier: MIT
// Writes a .twv file. The format is described in docs/vocabulary-format.md.

import { crc32 } from '../crc32.mjs';
import { BYTES } from './merges.mjs';

const HEADER_SIZE = 64;
const LAST_PATTERN_OF_1 = 2;
const COMPOSED = 1;
const LATE = 2;
const BLANK = 4;
const NO_ID = 0xffffff;

/**
 * @param {string} name
 * @param {import('./read.mjs').Vocabulary} vocabulary
 */
export function writeVocabulary(name, vocabulary) {
  const { pattern, firstId, isComposed, tokens, merges, characters } = vocabulary;
  const listed = characters ? 3 * tokens.length : 0;
  const payload = Buffer.alloc(BYTES + 6 * merges.length + listed);
  for (let id = 0; id < BYTES; id++) payload[id] = tokens[id].charCodeAt(0);
  // Planes of equal significance: what repeats lies side by side, which compressors like.
  for (let side = 0; side < 2; side++) {
    for (let plane = 0; plane < 3; plane++) {
      const at = BYTES + (side * 3 + plane) * merges.length;
      merges.forEach((merge, i) => {
        payload[at + i] = (merge[side] >> (8 * plane)) & 0xff;
      });
    }
  }
  characters?.ids.forEach((id, token) => {
    const at = BYTES + 6 * merges.length + token;
    for (let plane = 0; plane < 3; plane++) {
      payload[at + plane * tokens.length] = ((id ?? NO_ID) >> (8 * plane)) & 0xff;
    }
  });
  const hasLate = merges.some((halves, i) => Math.max(...halves) >= BYTES + i);
  const hasBlank = characters?.beginsWithBlank;
  const flags = (isComposed ? COMPOSED : 0) | (hasLate ? LATE : 0) | (hasBlank ? BLANK : 0);
  const isFirstVersion = pattern <= LAST_PATTERN_OF_1 && firstId === 0 && flags === 0;
  const file = Buffer.concat([Buffer.alloc(HEADER_SIZE), payload]);
  file.write('TWV\x1a', 0, 'latin1');
  file.writeUInt16LE(characters ? 3 : isFirstVersion ? 1 : 2, 4);
  file.writeUInt16LE(pattern, 6);
  file.writeUInt32LE(tokens.length, 8);
  file.writeUInt32LE(payload.length, 12);
  file.writeUInt32LE(
    tokens.reduce((longest, token) => Math.max(longest, token.length), 0),
    20,
  );
  file.writeUInt32LE(characters ? characters.count : firstId, 24);
  file.writeUInt16LE(flags, 28);
  file.writeUInt16LE(characters ? characters.wholeCount : 0, 30);
  file.write(name, 32, 'latin1');
  file.writeUInt32LE(crc32(Buffer.concat([file.subarray(0, 16), file.subarray(20)])), 16);
  return file;
}
