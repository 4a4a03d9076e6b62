// SPDX-License-Identifier: MIT
// Builds a .twv vocabulary from published ranks (a .tiktoken file) after checking their SHA-256.
// The format is described in docs/vocabulary-format.md; tokenizer/vocabulary.c reads it.
//
//   node tools/build-vocabulary.mjs o200k_base RANKS.tiktoken OUT.twv

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from './crc32.mjs';

const ENCODINGS = {
  cl100k_base: {
    pattern: 1,
    sha256: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
  },
  o200k_base: {
    pattern: 2,
    sha256: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  },
};

const HEADER_SIZE = 64;
const BYTES = 256;

/** Stops with a message: what was wrong, where, and what to do. */
function fail(message) {
  console.error(`build-vocabulary: ${message}`);
  process.exit(1);
}

/**
 * Reads a .tiktoken file: a line a token, its bytes in base64, a space, its rank.
 * Returns the tokens in rank order, as strings of one character a byte.
 */
function readRanks(text, path) {
  const tokens = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const match = /^([A-Za-z0-9+/]+=*) (\d+)$/.exec(line);
    if (!match) fail(`${path}:${index + 1}: expected "BASE64 RANK"`);
    tokens[Number(match[2])] = Buffer.from(match[1], 'base64').toString('latin1');
  }
  for (let rank = 0; rank < tokens.length; rank++) {
    if (!tokens[rank]) fail(`${path}: no token has rank ${rank}; ranks must be 0, 1, 2, …`);
    if (rank < BYTES && tokens[rank].length !== 1) {
      fail(`${path}: rank ${rank} is not a single byte; the first ${BYTES} have to be`);
    }
  }
  return tokens;
}

/**
 * The two tokens that each token is merged from: what byte-pair merging of its own bytes, with the
 * ranks below its own, leaves before the last merge.
 */
function findMerges(tokens, path) {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  return tokens.slice(BYTES).map((token, index) => {
    const parts = [...token];
    while (parts.length > 2) {
      let lowest = BYTES + index;
      let best = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = ranks.get(parts[i] + parts[i + 1]);
        if (rank !== undefined && rank < lowest) {
          lowest = rank;
          best = i;
        }
      }
      if (best < 0)
        fail(`${path}: the token of rank ${BYTES + index} cannot be reached by merging`);
      parts.splice(best, 2, parts[best] + parts[best + 1]);
    }
    return parts.map((part) => ranks.get(part));
  });
}

function encode(name, pattern, tokens, merges) {
  const payload = Buffer.alloc(BYTES + 6 * merges.length);
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
  const file = Buffer.concat([Buffer.alloc(HEADER_SIZE), payload]);
  file.write('TWV\x1a', 0, 'latin1');
  file.writeUInt16LE(1, 4);
  file.writeUInt16LE(pattern, 6);
  file.writeUInt32LE(tokens.length, 8);
  file.writeUInt32LE(payload.length, 12);
  file.writeUInt32LE(
    tokens.reduce((longest, token) => Math.max(longest, token.length), 0),
    20,
  );
  file.write(name, 32, 'latin1');
  file.writeUInt32LE(crc32(Buffer.concat([file.subarray(0, 16), file.subarray(20)])), 16);
  return file;
}

const [name, ranksPath, outPath] = process.argv.slice(2);
const encoding = ENCODINGS[name];
if (!encoding || !outPath) {
  fail(`usage: build-vocabulary.mjs ${Object.keys(ENCODINGS).join('|')} RANKS.tiktoken OUT.twv`);
}
const ranks = readFileSync(ranksPath);
const sha256 = createHash('sha256').update(ranks).digest('hex');
if (sha256 !== encoding.sha256) {
  fail(`${ranksPath}: SHA-256 is ${sha256}, but the published ${name} has ${encoding.sha256}`);
}
const tokens = readRanks(ranks.toString('latin1'), ranksPath);
const file = encode(name, encoding.pattern, tokens, findMerges(tokens, ranksPath));
writeFileSync(outPath, file);
console.error(`${outPath}: ${tokens.length} tokens, ${file.length} bytes`);
