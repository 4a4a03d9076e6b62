// SPDX-License-Identifier: MIT
// Small tokenizers of every kind that tools/build-vocabulary.mjs reads, natively and in WebAssembly,
// against the plainest way to read the same file: regular expressions and textbook merging.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readVocabulary } from '../../tools/vocabulary/read.mjs';
import { PATTERNS } from '../../tools/vocabulary/patterns.mjs';
import { writeVocabulary } from '../../tools/vocabulary/write.mjs';
import { createTokenizer } from '../../web/src/tokenizer.js';
import {
  characterReferenceOf,
  characterTokenizerJson,
  learnCharacterMerges,
} from '../small-characters.mjs';
import {
  LETTERS,
  learnMerges,
  referenceOf,
  splitsOf,
  tokenizerJson,
} from '../small-tokenizers.mjs';
import { startNative } from './native.mjs';
import { aroundEveryCodePoint, hasNewerCharacters, random, randomString } from './texts.mjs';

const wasm = readFileSync(new URL('../../build/wasm/tokenwatt.wasm', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'small-'));
after(() => rmSync(folder, { recursive: true }));

/** What merges are learned of: what the texts below are made of, in other company. */
const SAMPLE = [
  "It's 1234 words, don't you think? They'll say we'd've 567 of THEM'S  and   more...\n\n",
  'if (x == 10) {\n    return "//";\n}\r\n\r\n\tHTMLParser camelCase !a /usr/bin  ',
  'Größe naïve Übermaß e\u0301 ñ ß ǅ ſ ʰ один два три ЖИЗНЬ  ١٢٣ Ⅻ ½ ',
  '中文字符 かなカナ・ー゠ 한국어 ไทยกำ हिन्दी क्ष עברית العربية 👩‍👩‍👧 🇩🇪 ✊🏽 𝐀\u{10ffff} ',
]
  .join('')
  .repeat(3);
const MERGES = 260;
const RANDOM_STRINGS = 4000;
const CODE_POINTS = 0x20000;

/** Every few of the texts around code points: each kind of text, each block. */
function* texts() {
  const next = random(11);
  yield SAMPLE;
  for (let i = 0; i < RANDOM_STRINGS; i++) yield randomString(next);
  for (let first = 0; first < CODE_POINTS; first += 0x1000) {
    const around = aroundEveryCodePoint(first, first + 0x1000);
    for (let i = (first >> 12) % 13; i < around.length; i += 13) yield around[i];
  }
}
const TEXTS = [...texts()].map((text) => text.toWellFormed()).filter((t) => !hasNewerCharacters(t));

/**
 * Ids natively and in WebAssembly are those that `expected` says; natively, text is composed first if
 * the vocabulary wants it.
 */
async function compare(file, expected, compose = (/** @type {string} */ text) => text) {
  const path = join(folder, 'small.twv');
  writeFileSync(path, file);
  const native = startNative('small', path);
  const found = await native.encodeAll(TEXTS.map(compose));
  native.close();
  const tokenizer = await createTokenizer({ wasm, encodings: { small: file } });
  let joined = 0;
  for (const [i, text] of TEXTS.entries()) {
    const ids = expected(text);
    joined += Buffer.byteLength(text) - ids.length;
    assert.deepEqual([...found[i]], ids, `natively: ${JSON.stringify(text)}`);
    assert.deepEqual([...tokenizer.encode(text)], ids, `in wasm: ${JSON.stringify(text)}`);
  }
  assert.ok(joined > 10_000, 'merges have to matter');
}

for (const { name, splits } of PATTERNS) {
  test(`tokenizer.json, pattern ${name}: ids behind special ones`, async () => {
    const merges = learnMerges(SAMPLE, splits, MERGES);
    const json = tokenizerJson({ splits, merges, first: 5 });
    const vocabulary = readVocabulary(JSON.stringify(json), 'tokenizer.json');
    await compare(writeVocabulary('small', vocabulary), referenceOf(json));
  });
}

test('tokenizer.json: text that is composed first', async () => {
  const merges = learnMerges(SAMPLE.normalize('NFC'), splitsOf('qwen'), MERGES);
  const normalizer = { type: 'NFC' };
  const json = tokenizerJson({ splits: splitsOf('qwen'), merges, change: { normalizer } });
  const file = writeVocabulary('small', readVocabulary(JSON.stringify(json), 'tokenizer.json'));
  await compare(file, referenceOf(json), (text) => text.normalize('NFC'));
});

test('tokenizer.json: tokens merged from later ones, and whole pieces first', async () => {
  const merges = learnMerges(SAMPLE, splitsOf('cl100k'), MERGES);
  // Merges of later halves: each fifth of those that have a merged half comes before that.
  for (let i = MERGES - 1; i > 0; i -= 5) {
    const halves = merges[i].split(' ');
    const at = merges.findIndex((pair) => halves.includes(pair.replace(' ', '')));
    if (at >= 0 && at < i) merges.splice(at, 0, ...merges.splice(i, 1));
  }
  const json = tokenizerJson({ merges, model: { ignore_merges: true } });
  const vocabulary = readVocabulary(JSON.stringify(json), 'tokenizer.json');
  assert.ok(vocabulary.merges.some((halves, i) => Math.max(...halves) >= 256 + i));
  await compare(writeVocabulary('small', vocabulary), referenceOf(json));
});

/** The tokens of merges as base64, in the order of their ids. */
const base64Of = (merges) =>
  [...LETTERS, ...merges.map((pair) => pair.replace(' ', ''))].map((token) =>
    Buffer.from([...token].map((letter) => LETTERS.indexOf(letter))).toString('base64'),
  );

test('tekken.json', async () => {
  const splits = splitsOf('tekken');
  const merges = learnMerges(SAMPLE, splits, MERGES);
  const vocab = base64Of(merges).map((token_bytes, rank) => ({ rank, token_bytes }));
  const config = {
    pattern: splits[0],
    default_vocab_size: 1000 + vocab.length,
    default_num_special_tokens: 1000,
  };
  const vocabulary = readVocabulary(JSON.stringify({ config, vocab }), 'tekken.json');
  const json = tokenizerJson({ splits, merges, model: { ignore_merges: true } });
  const reference = referenceOf(json);
  await compare(writeVocabulary('small', vocabulary), (text) =>
    reference(text).map((id) => 1000 + id),
  );
});

test('ranks', async () => {
  const splits = splitsOf('o200k');
  const merges = learnMerges(SAMPLE, splits, MERGES);
  const lines = base64Of(merges).map((token, rank) => `${token} ${rank}\n`);
  const vocabulary = readVocabulary(lines.join(''), 'small.tiktoken', 'o200k');
  const json = tokenizerJson({ splits, merges, model: { ignore_merges: true } });
  await compare(writeVocabulary('small', vocabulary), referenceOf(json));
});

/** All of the sample but a few: what is no token becomes bytes. */
const CHARACTERS = [...new Set(SAMPLE)].filter((_, i) => i % 9 !== 5).join('');
/** Runs as Gemma has them, one that others begin with, and one that has another in it. */
const WHOLE = ['\n', '\n\n', '\n\n\n', '<b>', '</b>', '1<b>2', 'HTML', 'HTMLP', '中文'];

for (const [kind, more] of Object.entries({
  'without a pattern': { across: 0 },
  'tokens across blanks': { across: 60 },
  'a blank put before text': { across: 0, prepends: true },
  'tokens found whole': { across: 20, whole: WHOLE },
})) {
  test(`tokenizer.json of characters: ${kind}`, async () => {
    const merges = learnCharacterMerges(SAMPLE, MERGES, more.across).filter((pair) =>
      [...pair.replace(' ', '')].every((c) => c === '\u2581' || CHARACTERS.includes(c)),
    );
    const json = characterTokenizerJson({ characters: CHARACTERS, merges, ...more });
    const vocabulary = readVocabulary(JSON.stringify(json), 'tokenizer.json');
    assert.equal(vocabulary.characters.wholeCount > 0, more.whole !== undefined);
    await compare(writeVocabulary('small', vocabulary), characterReferenceOf(json));
  });
}
