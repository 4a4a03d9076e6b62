// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createTokenwatt } from '../../web/src/index.js';
import { temporaryFolder } from '../cli/program.mjs';
import { buildVocabulary } from '../small-tokenizers.mjs';
import { inEveryEnvironment } from './environments.mjs';

await inEveryEnvironment('estimate', 'tests/web/estimate-suite.js', 'web/src/index.js');

const { folder } = temporaryFolder();
const merges = ['a t', 'w at', 'Ġ wat'];
const llama3 = buildVocabulary(folder, 'llama3', { merges });
const gemma3 = buildVocabulary(folder, 'gemma3', { merges });
const qwen3 = buildVocabulary(folder, 'qwen3', {
  merges: ['Ã ©'],
  change: { normalizer: { type: 'NFC' } },
});
const fileAt = (/** @type {string} */ path) =>
  readFileSync(new URL(`../../${path}`, import.meta.url));
const wasm = new WebAssembly.Module(fileAt('build/wasm/tokenwatt.wasm'));
const o200k_base = fileAt('data/o200k_base.twv');

const llama = 'llama-3.3-70b-instruct';
const turn = { provider: 'Meta', model: llama, prompt: 'watt, watt', completion: ' watt' };
const counts = (/** @type {any} */ { usage }) => [usage.prompt_tokens, usage.completion_tokens];

test("a family's vocabulary that is loaded counts, whatever it is loaded from", async () => {
  const sources = [
    pathToFileURL(llama3.path),
    new Response(llama3.bytes),
    llama3.bytes.buffer.slice(
      ...[llama3.bytes.byteOffset, llama3.bytes.byteOffset + llama3.bytes.length],
    ),
  ];
  for (const source of sources) {
    const tw = await createTokenwatt({ wasm, encodings: { o200k_base, llama3: source } });
    assert.equal(tw.encodingOf(llama), 'llama3');
    assert.equal(tw.countTokens('watt, watt', { model: llama }), 5, 'wat t , _wat t');
    const estimate = tw.estimate(turn);
    assert.deepEqual(counts(estimate), [5, 2]);
    const { details } = estimate.footprint;
    assert.deepEqual(details.tokens, {
      basis: 'exact for the llama3 vocabulary',
      encoding: 'llama3',
      uncertainty: 0,
    });
    assert.doesNotMatch(details.warnings.join(), /token/);
    assert.deepEqual(tw.estimate({ ...turn, prompt: 5, completion: 2 }), estimate, 'as counts');
  }
});

test('before it is loaded the tokens are estimated, after it they are exact', async () => {
  const tw = await createTokenwatt({ wasm, encodings: { o200k_base } });
  assert.equal(tw.encodingOf(llama), 'o200k_base');
  const before = tw.estimate(turn).footprint.details;
  assert.equal(before.tokens.basis, 'estimated from o200k_base with the ratios of llama3');
  await tw.loadEncoding('llama3', llama3.bytes);
  assert.deepEqual(counts(tw.estimate(turn)), [5, 2]);
  assert.equal(tw.encodingOf(llama), 'llama3');
  const after = tw.estimate(turn).footprint.details;
  const width = ({ range }) => range.energy_wh.high / range.energy_wh.low;
  assert.ok(width(after) < width(before), 'the range is narrower');
  // Others do not change.
  assert.equal(tw.encodingOf('gpt-4o'), 'o200k_base');
  assert.equal(tw.encodingOf('gpt-4'), 'cl100k_base', 'which would be loaded next');
  const grok = tw.estimate({ ...turn, provider: 'xAI', model: 'grok-4' });
  assert.equal(grok.footprint.details.tokens.basis, 'counted with o200k_base');
});

test('a stand-in keeps its doubt', async () => {
  const tw = await createTokenwatt({ wasm, encodings: { o200k_base, gemma3: gemma3.bytes } });
  const gemini = { ...turn, provider: 'Google', model: 'gemini-2.5-pro' };
  const estimate = tw.estimate(gemini);
  assert.deepEqual(counts(estimate), [5, 2]);
  const { tokens, warnings, confidence } = estimate.footprint.details;
  assert.deepEqual(tokens, {
    basis: "exact for the gemma3 vocabulary, which stands in for the model's own",
    encoding: 'gemma3',
    stand_in: 'Gemma 3',
    uncertainty: 0.14,
  });
  assert.match(warnings.join('\n'), /Gemma 3 stands in/);
  assert.equal(confidence, 'estimated');
  const gemma = tw.estimate({ ...gemini, model: 'google/gemma-3-27b-it' });
  assert.equal(gemma.footprint.details.tokens.basis, 'exact for the gemma3 vocabulary');
});

test('text is composed for a vocabulary that wants it, and long text is not cut', async () => {
  const tw = await createTokenwatt({
    ...{ wasm, encodings: { o200k_base, qwen3: qwen3.bytes, llama3: llama3.bytes } },
  });
  const qwen = { model: 'qwen/qwen3-32b' };
  assert.equal(tw.countTokens('e\u0301', qwen), 1);
  const composed = tw.estimate({ ...turn, ...qwen, prompt: 'e\u0301', completion: '\u00e9' });
  assert.deepEqual(counts(composed), [1, 1]);
  // Longer than what the module takes at once: 2²² UTF-16 units, which lie within a token here.
  const long = ` watt${' watt'.repeat(1 << 20)}`;
  assert.equal(tw.countTokens(long, { model: llama }), 2 * ((1 << 20) + 1));
});

test('some names mean a model at their provider only', async () => {
  const tw = await createTokenwatt({ wasm, encodings: { o200k_base, gemma3: gemma3.bytes } });
  assert.equal(tw.encodingOf('2.5 Pro'), 'o200k_base');
  assert.equal(tw.encodingOf('2.5 Pro', 'Google'), 'gemma3');
  const options = { model: '2.5 Pro', provider: 'Google' };
  assert.equal(tw.countTokens('watt, watt', options), 5);
  assert.deepEqual(counts(tw.estimate({ ...turn, ...options })), [5, 2]);
  const wrong = /** @type {any} */ ({ model: 5 });
  assert.throws(() => tw.countTokens('a', wrong), { code: 'invalid_argument', field: 'model' });
});

test('without o200k_base the first vocabulary stands in, and a warning says so', async () => {
  const tw = await createTokenwatt({ wasm, encodings: { llama3: llama3.bytes } });
  const other = tw.estimate({ ...turn, provider: 'Anthropic', model: 'claude-opus-4' });
  assert.equal(other.footprint.details.tokens.basis, 'counted with llama3');
  assert.match(other.footprint.details.warnings.join('\n'), /counted with llama3/);
  const none = await createTokenwatt({ wasm, encodings: [] });
  assert.throws(() => none.estimate(turn), { code: 'encoding_not_loaded' });
  assert.deepEqual(counts(none.estimate({ ...turn, prompt: 3, completion: 4 })), [3, 4]);
});
