// SPDX-License-Identifier: MIT
// tokenwatt count, encode and decode with vocabularies that are not GPT's

import assert from 'node:assert/strict';
import test from 'node:test';
import { readVocabulary } from '../../tools/vocabulary/read.mjs';
import { writeVocabulary } from '../../tools/vocabulary/write.mjs';
import { characterTokenizerJson } from '../small-characters.mjs';
import { splitsOf, tokenizerJson } from '../small-tokenizers.mjs';
import { run, temporaryFolder } from './program.mjs';

const { file } = temporaryFolder();

/** @param {string} name @param {object} json */
const vocabulary = (name, json) =>
  file(name, writeVocabulary('small', readVocabulary(JSON.stringify(json), 'tokenizer.json')));

test('characters: a file in parts on threads counts as in one, a blank is put before it once', () => {
  const merges = ['\u2581 w', 'o r', '\u2581w or'];
  const whole = ['<b>', '\n\n'];
  const text = file('long.txt', 'word<b>\n\n'.repeat(700_000)); // some 6 MB, several parts
  const found = vocabulary(
    'whole.twv',
    characterTokenizerJson({ characters: 'word<b> ', merges, whole }),
  );
  for (const threads of [1, 2]) {
    const { stdout } = run(['count', '-t', String(threads), '-v', found, text]);
    assert.equal(stdout, `${5 * 700_000} ${text}\n`, 'w, or, d, <b>, line breaks');
  }
  const blank = vocabulary(
    'blank.twv',
    characterTokenizerJson({ characters: 'word<b> ', merges, prepends: true }),
  );
  for (const threads of [1, 2]) {
    const { stdout } = run(['count', '-t', String(threads), '-v', blank, text]);
    assert.equal(stdout, `${8 * 700_000 - 1} ${text}\n`, 'the first "wor" is one token');
  }
  const ids = run(['encode', '-v', blank], { input: 'word w' }).stdout;
  assert.equal(ids.trim().split(' ').length, 3);
  assert.equal(run(['decode', '-v', blank], { input: ids }).stdout, 'word w');
});

test('text that would have to be composed is counted as it is, which is said', () => {
  const json = tokenizerJson({
    splits: splitsOf('qwen'),
    merges: ['Ã ©'],
    change: { normalizer: { type: 'NFC' } },
  });
  const path = vocabulary('composed.twv', json);
  const composed = run(['count', '-v', path], { input: '\u00e9' });
  assert.deepEqual([composed.code, composed.stdout], [0, '1\n']);
  assert.match(composed.stderr, /exact for text in Unicode normalization form C only/);
  assert.equal(run(['count', '-v', path], { input: 'e\u0301' }).stdout, '3\n');
});
