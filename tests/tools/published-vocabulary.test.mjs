// SPDX-License-Identifier: MIT
// Vocabularies from files such as tokenizers are published in: small ones of each kind, made here,
// with ids worked out by hand; and what has to be refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { PATTERNS } from '../../tools/vocabulary/patterns.mjs';
import { readVocabulary } from '../../tools/vocabulary/read.mjs';
import { writeVocabulary } from '../../tools/vocabulary/write.mjs';
import { createTokenizer } from '../../web/src/tokenizer.js';
import { characterTokenizerJson } from '../small-characters.mjs';
import { splitsOf, tokenizerJson } from '../small-tokenizers.mjs';

const wasm = readFileSync(new URL('../../build/wasm/tokenwatt.wasm', import.meta.url));

const read = (json, ...more) => readVocabulary(JSON.stringify(json), 'tokenizer.json', ...more);

/** The ids of a text, in WebAssembly. */
async function tokenizerOf(json) {
  const file = writeVocabulary('small', read(json));
  return createTokenizer({ wasm, encodings: { small: file } });
}

/** The pieces of a text: with no merges but those that join all of a piece, ids are per byte. */
const joined = async (splits, merges, text) => {
  const tokenizer = await tokenizerOf(tokenizerJson({ splits: splitsOf(splits), merges }));
  return [...tokenizer.encode(text)].map((id) => tokenizer.decode([id]));
};

test('Qwen: digits are single, merges of digits never happen', async () => {
  assert.deepEqual(await joined('qwen', ['1 2', 'a b'], 'ab12'), ['ab', '1', '2']);
  assert.deepEqual(await joined('cl100k', ['1 2', 'a b'], 'ab12'), ['ab', '12']);
});

test('Tekken: contractions are pieces of their own, digits single', async () => {
  const merges = ["t '", "' s", '1 2'];
  assert.deepEqual(await joined('tekken', merges, "it's12"), ['i', 't', "'s", '1', '2']);
  assert.deepEqual(await joined('o200k', merges, "it's12"), ['i', "t'", 's', '12']);
});

test('Tekken: many pieces in one block, and a long text', async () => {
  const text = "don't 1234 they'll've HTMLParser x/y//\n".repeat(40);
  const merges = ["n '", "' t", 'l l', '1 2', 'L P', '/ \n'.replace('\n', 'Ċ')];
  const tokens = await joined('tekken', merges, text);
  assert.equal(tokens.join(''), text);
  const wanted = splitsOf('tekken')[0];
  const found = [];
  for (const [piece] of text.matchAll(new RegExp(wanted, 'gu'))) {
    // Each merge is of two bytes, and none overlap in a piece of this text.
    let rest = piece;
    while (rest !== '') {
      const pair = ["'t", 'll', 'LP', '/\n'].find((two) => rest.startsWith(two)) ?? rest[0];
      found.push(pair);
      rest = rest.slice(pair.length);
    }
  }
  assert.deepEqual(tokens, found);
});

test('DeepSeek: digits by three, kana and ideographs apart, symbols with the letters behind', async () => {
  const merges = ['1 2', '12 3', '123 4', '! a', 'a b', 'Ġ a', 'Ġ Ġ'];
  const pieces = await joined('deepseek', merges, '1234!ab  a  1');
  assert.deepEqual(pieces, ['123', '4', '!a', 'b', ' ', ' a', '  ', '1']);
});

test('ids begin behind special tokens, which are never found', async () => {
  const tokenizer = await tokenizerOf(tokenizerJson({ merges: ['a b'], first: 3 }));
  assert.deepEqual([...tokenizer.encode('ab<1>')].at(0), 3 + 256);
  assert.equal(tokenizer.decode([3 + 256]), 'ab');
  assert.throws(() => tokenizer.decode([2]), { code: 'unknown_token' });
  assert.throws(() => tokenizer.decode([260]), { code: 'unknown_token' });
});

test('a token may be merged from a later one, and be a whole piece only', async () => {
  // "bc" comes after "abc", which is made of it at once.
  const merges = ['a bc', 'b c'];
  const late = await tokenizerOf(tokenizerJson({ merges }));
  assert.deepEqual([...late.encode('abc')], [256]);
  assert.deepEqual([...late.encode('bc')], [257]);
  const vocab = tokenizerJson({ merges: ['a b'], model: { ignore_merges: true } });
  vocab.model.vocab.bc = 257;
  vocab.model.vocab.abc = 258;
  vocab.model.merges = ['a b', 'b c'];
  const whole = await tokenizerOf(vocab);
  assert.deepEqual([...whole.encode('abc')], [258]);
  assert.equal(whole.countTokens('abcd'), 3, 'ab, c, d: not within a longer piece');
  vocab.model.ignore_merges = false;
  assert.throws(() => read(vocab), /cannot be reached by merging/);
});

test('text is composed where the tokenizer does so, in counters too', async () => {
  const json = tokenizerJson({ merges: ['Ã ©'], change: { normalizer: { type: 'NFC' } } });
  const tokenizer = await tokenizerOf(json);
  assert.deepEqual([...tokenizer.encode('e\u0301')], [256]);
  assert.equal(tokenizer.countTokens('e\u0301'), 1);
  const counter = tokenizer.createCounter();
  assert.equal(counter.append('e'), 1);
  assert.equal(counter.append('\u0301'), 1);
  assert.equal(counter.update('e\u0301e'), 2);
  counter.free();
});

test('the small module refuses patterns that it does not have, by a code', async () => {
  const small = readFileSync(new URL('../../build/wasm/tokenizer.wasm', import.meta.url));
  const merges = ['a b'];
  for (const { name, number } of PATTERNS) {
    const file = writeVocabulary('small', read(tokenizerJson({ splits: splitsOf(name), merges })));
    const made = createTokenizer({ wasm: small, encodings: { small: file } });
    if (number <= 2) assert.equal((await made).countTokens('ab'), 1);
    else await assert.rejects(made, { code: 'vocabulary_pattern' });
  }
  const json = characterTokenizerJson({ characters: 'ab ', merges: ['a b'] });
  const file = writeVocabulary('small', read(json));
  const made = createTokenizer({ wasm: small, encodings: { small: file } });
  await assert.rejects(made, { code: 'vocabulary_pattern' });
});

test('characters: merged over all of a text, others as bytes, ids as they are listed', async () => {
  const merges = ['\u2581 a', 'a b', '中 文'];
  const json = characterTokenizerJson({ characters: 'ab 中文é', merges });
  const { vocab } = json.model;
  const ids = (...tokens) => tokens.map((token) => vocab[token]);
  const tokenizer = await tokenizerOf(json);
  const encoded = (text) => [...tokenizer.encode(text)];
  assert.deepEqual(encoded('ab ab'), ids('ab', '\u2581a', 'b'), 'rank before place');
  assert.deepEqual(encoded('中文é字'), ids('中文', 'é', '<0xE5>', '<0xAD>', '<0x97>'));
  assert.deepEqual(encoded('\u2581a\n'), ids('\u2581a', '<0x0A>'), 'U+2581 is a blank');
  assert.equal(tokenizer.decode(tokenizer.encode('ab 中😀\n')), 'ab 中😀\n');
  assert.throws(() => tokenizer.decode([vocab['<0x61>']]), { code: 'unknown_token' });
});

test('characters: a blank before text, and none before no text', async () => {
  const merges = ['\u2581 a'];
  const json = characterTokenizerJson({ characters: 'ab ', merges, prepends: true });
  const { vocab } = json.model;
  const tokenizer = await tokenizerOf(json);
  assert.deepEqual([...tokenizer.encode('aa')], [vocab['\u2581a'], vocab.a]);
  assert.deepEqual([...tokenizer.encode('b')], [vocab['\u2581'], vocab.b]);
  assert.equal(tokenizer.countTokens(''), 0);
  assert.equal(tokenizer.decode(tokenizer.encode(' a')), ' a');
  const counter = tokenizer.createCounter();
  assert.equal(counter.append('a'), 1);
  assert.equal(counter.append('a'), 2);
  assert.equal(counter.update(''), 0);
  assert.equal(counter.append('b'), 2);
  counter.free();
});

test('characters: tokens found whole, the first in the text and the longest there', async () => {
  const whole = ['<b>', '\n', '\n\n', '\n\n\n'];
  const json = characterTokenizerJson({ characters: '<b>x ', merges: ['x <', 'b >'], whole });
  const { vocab } = json.model;
  const ids = (...tokens) => tokens.map((token) => vocab[token]);
  const tokenizer = await tokenizerOf(json);
  assert.deepEqual([...tokenizer.encode('x<b>x<b')], ids('x', '<b>', 'x<', 'b'));
  assert.deepEqual([...tokenizer.encode('<<b>b>')], ids('<', '<b>', 'b>'));
  assert.deepEqual([...tokenizer.encode('\n\n\n\n\nx')], ids('\n\n\n', '\n\n', 'x'));
});

test('characters: a token that its own do not merge into is left out', () => {
  const json = characterTokenizerJson({ characters: 'abc', merges: ['b c', 'a b', 'ab c'] });
  const { tokens } = read(json);
  assert.ok(tokens.includes('bc') && tokens.includes('ab') && !tokens.includes('abc'));
});

test('characters: what cannot be exact is refused, by name', () => {
  const plain = { characters: 'ab ', merges: ['a b'] };
  const refused = /** @type {[any, RegExp][]} */ ([
    [
      { ...plain, change: { normalizer: { type: 'NFKC' } } },
      /normalizer .*NFKC.* is not supported/,
    ],
    [{ ...plain, change: { normalizer: null } }, /normalizer .*null.* is not supported/],
    [{ ...plain, change: { pre_tokenizer: { type: 'Metaspace' } } }, /pre_tokenizer Metaspace/],
    [{ ...plain, model: { ignore_merges: true } }, /ignore_merges/],
    [{ ...plain, model: { dropout: 0.1 } }, /dropout/],
    [{ ...plain, merges: ['a b c'] }, /merge 0 .* is not of two tokens/],
    [{ ...plain, merges: ['a z'] }, /merge 0 .* is not of two tokens/],
    [{ ...plain, merges: ['<0x0A> b'] }, /merge 0 is of a byte/],
    [{ ...plain, model: { vocab: { a: 0, b: 1, ab: 2 } } }, /no token <0x00> to fall back to/],
    [{ ...plain, whole: ['<b>'], prepends: true }, /a blank before text and finds tokens whole/],
    [{ ...plain, whole: ['a\u2581b'] }, /is found whole, which is not supported/],
    [{ ...plain, whole: ['x'.repeat(256)] }, /is found whole, which is not supported/],
    [{ ...plain, whole: ['ab', 'xabxabxab'] }, /has others in it/],
  ]);
  for (const [change, message] of refused) {
    assert.throws(() => read(characterTokenizerJson(change)), message);
  }
  const json = characterTokenizerJson({ ...plain, whole: ['<b>'] });
  json.added_tokens[2].lstrip = true;
  assert.throws(() => read(json), /has lstrip/);
});

test('what cannot be exact is refused, by name', () => {
  const plain = { merges: ['a b'] };
  const refused = /** @type {[any, RegExp][]} */ ([
    [{ ...plain, model: { dropout: 0.1 } }, /dropout/],
    [{ ...plain, model: { type: 'Unigram' } }, /Unigram, not BPE/],
    [{ ...plain, splits: ['\\w+'] }, /pattern that is not known: \\w\+/],
    [{ ...plain, change: { normalizer: { type: 'Lowercase' } } }, /normalizer Lowercase/],
    [{ ...plain, change: { pre_tokenizer: null } }, /byte-level/],
    [{ ...plain, model: { merges: ['a z z'] } }, /merge 0 .* is not two tokens/],
    [{ ...plain, model: { merges: ['a z'] } }, /merge 0 is of or makes a token that is not/],
    [
      { merges: ['a b', 'c d'], model: { merges: ['c d', 'a b'] } },
      /another order than that of the ids/,
    ],
  ]);
  for (const [change, message] of refused) {
    assert.throws(() => read(tokenizerJson(change)), message);
  }
  assert.throws(() => read({ hello: 1 }), /neither a tokenizer.json/);
  assert.throws(() => readVocabulary('{', 'x'), /is not JSON/);
  assert.throws(() => readVocabulary('IQ== 0\n', 'x', 'cl100k'), /no token has rank 1/);
  assert.throws(() => readVocabulary('IQ== 0\n', 'x'), /add --pattern, one of cl100k/);
});

test('tekken.json: ids behind the special ones, tokens beyond the used size left out', () => {
  const vocab = [...Array(256).keys()].map((rank) => ({
    ...{ rank, token_bytes: Buffer.from([rank]).toString('base64') },
  }));
  vocab.push({ rank: 256, token_bytes: btoa('ab') }, { rank: 257, token_bytes: btoa('cd') });
  const config = {
    pattern: splitsOf('tekken')[0],
    default_vocab_size: 1257,
    default_num_special_tokens: 1000,
  };
  const { firstId, tokens, merges, pattern } = read({ config, vocab });
  assert.deepEqual([firstId, tokens.length, pattern], [1000, 257, 4]);
  assert.deepEqual(merges, [[97, 98]]);
});
