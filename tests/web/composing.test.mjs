// SPDX-License-Identifier: MIT
// Text that a vocabulary takes in normal form C, arriving in parts: composed part by part, it has to be
// what composing all of it gives.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readVocabulary } from '../../tools/vocabulary/read.mjs';
import { writeVocabulary } from '../../tools/vocabulary/write.mjs';
import { settledUnits } from '../../web/src/composing.js';
import { createTokenizer } from '../../web/src/tokenizer.js';
import { random } from '../differential/texts.mjs';
import { learnMerges, splitsOf, tokenizerJson } from '../small-tokenizers.mjs';

/** All code points but surrogates. */
function* codePoints() {
  for (let c = 0; c < 0x110000; c++) if (c < 0xd800 || c > 0xdfff) yield String.fromCodePoint(c);
}

test('no character that text is cut before composes with what is before it, or moves', () => {
  const seconds = new Set();
  for (const character of codePoints()) {
    const parts = [...character.normalize('NFD')];
    if (parts.length > 1 && character.normalize('NFC') === character) seconds.add(parts.at(-1));
  }
  assert.ok(seconds.has('\u0301') && seconds.has('\u1161'), 'what composes with what is before it');
  let cuts = 0;
  for (const character of codePoints()) {
    if (settledUnits(`a${character}`) === 0) continue;
    cuts++;
    const [first] = character.normalize('NFD');
    assert.ok(!seconds.has(first), `${character} composes with what is before it`);
    // U+0345 goes behind every other mark.
    const moves = `a\u0345${first}`.normalize('NFD') !== `a\u0345${first}`;
    assert.ok(!moves, `U+${first.codePointAt(0).toString(16)} moves before U+0345`);
  }
  assert.ok(cuts > 1_000_000, 'all but marks and a few letters');
});

test('halves of pairs are not cut apart, nor looked at alone', () => {
  assert.equal(settledUnits(''), 0);
  assert.equal(settledUnits('a'), 0);
  assert.equal(settledUnits('ab'), 1);
  assert.equal(settledUnits('ae\u0301'), 1);
  assert.equal(settledUnits('ab\ud834'), 1, 'the other half may make it a mark');
  assert.equal(settledUnits('ab\ud834\udd65'), 1, 'as U+1D165 is one');
  assert.equal(settledUnits('a😀'), 1);
  assert.equal(settledUnits('😀'), 0);
  assert.equal(settledUnits('a\udd65'), 1, 'a lone second half');
});

const PARTS =
  "a|e|o|ö|e\u0301|\u0301|\u0323|\u0345|\u0327|\u1100|\u1161|\u11a8|한|가|\u11a8|क|\u093c|か|\u3099|\u2126|\ufb1d| |'s|1|\n|中|\u212b|\ud834|\udd65|\u{1d15e}|😀|\ud83d|word |, |\u0f71\u0f72|\u16d67|\u{16d63}|\u{16d67}|\u{16d67}".split(
    '|',
  );

test('counters count as all of the text composed at once, at every step', async () => {
  const sample = PARTS.join(' ').toWellFormed().normalize('NFC').repeat(4);
  const splits = splitsOf('qwen');
  const merges = learnMerges(`${sample} wordöd éaé한국`, splits, 80);
  const json = tokenizerJson({ splits, merges, change: { normalizer: { type: 'NFC' } } });
  const file = writeVocabulary('small', readVocabulary(JSON.stringify(json), 'tokenizer.json'));
  const wasm = readFileSync(new URL('../../build/wasm/tokenwatt.wasm', import.meta.url));
  const tokenizer = await createTokenizer({ wasm, encodings: { small: file } });
  const next = random(5);
  const part = () => Array.from({ length: next(4) }, () => PARTS[next(PARTS.length)]).join('');
  for (let round = 0; round < 300; round++) {
    const counter = tokenizer.createCounter();
    let text = '';
    for (let step = 0; step < 40; step++) {
      const kind = next(12);
      if (kind === 0) {
        const at = next(text.length + 1);
        text = text.slice(0, at) + part() + text.slice(at + next(3));
        counter.update(text);
      } else if (kind < 3) {
        text += part();
        counter.update(text);
      } else {
        const more = part();
        text += more;
        counter.append(more);
      }
      assert.equal(counter.total, tokenizer.countTokens(text), JSON.stringify(text));
    }
    counter.free();
  }
});
