// SPDX-License-Identifier: MIT
// tokenwatt estimate
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTokenwatt } from '../../web/dist/index.js';
import { buildVocabulary } from '../small-tokenizers.mjs';
import { run, temporaryFolder } from './program.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { folder, file } = temporaryFolder();
const prompt = file('prompt.md', 'What is a watt?');
const completion = file('completion.md', 'A watt is a joule a second, named after James Watt.');
const reasoning = file('reasoning.md', 'The user asks for a unit. Keep it short.');
const first = file('first.md', 'Hello!');
const second = file('second.md', 'Hi. How can I help you today?');
const turn = ['--provider', 'OpenAI', '--prompt', prompt, '--completion', completion];

/** @param {string[]} args @param {{ input?: string }} [options] */
function estimate(args, options) {
  const result = run(['estimate', '--json', ...turn, ...args], options);
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout);
}

/** @param {string} path @param {string} [encoding] */
function tokens(path, encoding = 'o200k_base') {
  return Number.parseInt(run(['count', '--encoding', encoding, path]).stdout, 10);
}

test('the payload, field for field', () => {
  const { usage } = estimate(['--model', 'gpt-4o']);
  assert.deepEqual(usage, {
    provider: 'OpenAI',
    model: 'gpt-4o',
    prompt_tokens: tokens(prompt),
    completion_tokens: tokens(completion),
    reasoning_tokens: 0,
    cached_tokens: 0,
    source: 'text_estimated',
    is_estimated: true,
    estimation_method: 'text_gpt_tokenizer_v1',
  });
});

test('every option reaches the payload', () => {
  const { usage, footprint } = estimate([
    ...['--model', 'gpt-4o', '--reasoning', reasoning, '--context', first, '--context', second],
    ...['--origin', 'page', '--region', 'us-west-1', '--method', 'tokenwatt'],
    ...['--start-ms', '1710000000000', '--first-token-ms=1710000010000'],
  ]);
  const context = tokens(first) + tokens(second);
  assert.deepEqual(usage, {
    provider: 'OpenAI',
    model: 'gpt-4o',
    // GPT's chat template: 4 tokens a message, 3 that prime the reply.
    prompt_tokens: tokens(prompt) + context + 3 * 4 + 3,
    completion_tokens: tokens(completion),
    reasoning_tokens: tokens(reasoning),
    cached_tokens: context + 2 * 4,
    startTimeMs: 1710000000000,
    firstTokenTimeMs: 1710000010000,
    detected_region: 'us-west-1',
    source: 'dom_estimated',
    is_estimated: true,
    estimation_method: 'dom_gpt_tokenizer_v1',
  });
  assert.equal(footprint.audit.calculationMethod, 'EXACT_REGION');
  assert.equal(footprint.audit.finalRegion, 'us-west-1');
});

test('the footprint is what calculate answers to the payload', () => {
  const { usage, footprint } = estimate(['--model', 'gpt-4o', '--region', 'europe-west4']);
  const answer = run(['calculate'], { input: JSON.stringify(usage) });
  assert.equal(answer.code, 0, answer.stderr);
  const { tokens: basis, ...details } = footprint.details;
  assert.deepEqual(JSON.parse(answer.stdout), { ...footprint, details });
  assert.deepEqual(basis, {
    basis: 'exact for the o200k_base vocabulary',
    encoding: 'o200k_base',
    uncertainty: 0,
  });
  for (const name of ['energy_wh', 'co2_grams', 'water_ml', 'tree_days']) {
    const { low, high } = footprint.details.range[name];
    assert.ok(low > 0 && low <= footprint[name] && footprint[name] <= high, name);
  }
});

test("tokens are counted with the model's encoding, or the one that is asked for", () => {
  const russian = file('russian.md', 'Расскажи мне, пожалуйста, о единицах измерения энергии.');
  const [o200k, cl100k] = ['o200k_base', 'cl100k_base'].map((name) => tokens(russian, name));
  assert.notEqual(o200k, cl100k, 'the text tells them apart');
  const counted = (/** @type {string[]} */ ...args) =>
    estimate(['--prompt', russian, ...args]).usage.prompt_tokens;
  assert.equal(counted('--model', 'gpt-4o'), o200k);
  assert.equal(counted('--model', 'gpt-4'), cl100k);
  assert.equal(counted('--model', 'gpt-4', '--encoding', 'o200k_base'), o200k);
  assert.equal(counted('--model', 'grok-4'), o200k, 'of which nothing is known');
  assert.ok(counted('--model', 'claude-3-opus') > o200k * 1.5, 'Claude 2 has few Russian words');
});

test('what is not exact comes with a warning', () => {
  const warnings = (/** @type {string[]} */ ...args) =>
    estimate(args).footprint.details.warnings.join('\n');
  assert.equal(warnings('--model', 'gpt-4o'), '');
  assert.match(
    warnings('--provider', 'Anthropic', '--model', 'claude-3-opus'),
    /Claude 2 stands in/,
  );
  assert.match(warnings('--provider', 'xAI', '--model', 'grok-4'), /counted with o200k_base/);
  assert.match(warnings('--model', 'gpt-99-ultra'), /'gpt-99-ultra' is not in the table/);
  assert.match(warnings('--model', 'gpt-4o', '--region', 'atlantis'), /'atlantis' is no known/);
  assert.match(warnings(), /No model was given/);
});

test("other vocabularies' tokens are near the real ones, and those of the npm package", async () => {
  const models = { gemma3: 'google/gemma-3-27b-it', llama3: 'llama-3.3-70b-instruct' };
  const sample = JSON.parse(readFileSync(`${root}tests/vectors/token-ratios.json`, 'utf8'));
  const tw = await createTokenwatt({
    wasm: await WebAssembly.compile(readFileSync(`${root}web/dist/tokenwatt.wasm`)),
    encodings: { o200k_base: readFileSync(`${root}data/o200k_base.twv`) },
  });
  for (const [family, model] of Object.entries(models)) {
    for (const [i, { text, tokens: real }] of sample.entries()) {
      const { usage, footprint } = estimate(['--model', model, '--prompt', file(`${i}.md`, text)]);
      const error = usage.prompt_tokens / real[family] - 1;
      assert.ok(Math.abs(error) < 0.2, `${family}, text ${i}: ${error}`);
      assert.equal(tw.countTokens(text, { model }), usage.prompt_tokens, `${family}, text ${i}`);
      assert.equal(footprint.details.tokens.family, family);
    }
  }
});

test('exact with the vocabulary of the family, by its name', () => {
  const merges = ['a t', 'w at', 'Ġ wat'];
  const llama = buildVocabulary(folder, 'llama3', { merges }).path;
  const counted = (/** @type {string[]} */ ...args) =>
    estimate(['--prompt', file('watt.md', 'watt, watt'), ...args]);
  const { usage, footprint } = counted('-m', 'llama-3.3-70b-instruct', '--vocabulary', llama);
  assert.equal(usage.prompt_tokens, 5, 'wat t , _wat t');
  assert.deepEqual(footprint.details.tokens, {
    basis: 'exact for the llama3 vocabulary',
    encoding: 'llama3',
    uncertainty: 0,
  });
  assert.deepEqual(footprint.details.warnings, []);
  const shown = run(['estimate', ...turn, '-m', 'llama-3.3-70b-instruct', '-v', llama]);
  assert.match(shown.stdout, /^tokens .*; exact for the llama3 vocabulary$/m);

  const gemma = buildVocabulary(folder, 'gemma3', { merges }).path;
  const gemini = counted('--provider', 'Google', '-m', 'gemini-2.5-pro', '-v', gemma);
  assert.equal(gemini.usage.prompt_tokens, 5);
  assert.deepEqual(gemini.footprint.details.tokens, {
    basis: "exact for the gemma3 vocabulary, which stands in for the model's own",
    encoding: 'gemma3',
    stand_in: 'Gemma 3',
    uncertainty: 0.14,
  });
  assert.match(gemini.footprint.details.warnings.join('\n'), /Gemma 3 stands in/);
  assert.equal(gemini.footprint.details.confidence, 'estimated');

  const other = counted('-m', 'qwen/qwen3-32b', '--vocabulary', llama);
  assert.equal(other.usage.prompt_tokens, 5, 'no ratio applies to it');
  assert.equal(other.footprint.details.tokens.basis, 'counted with llama3');
  assert.match(other.footprint.details.warnings.join('\n'), /own tokenizer \(qwen\)/);
});

test('one text may be standard input, and texts may be empty', () => {
  const empty = file('empty.md', '');
  const { usage } = estimate(['--prompt', '-', '--completion', empty], { input: 'Hello!' });
  assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [tokens(first), 0]);
});

test('the table for people', () => {
  const { code, stdout, stderr } = run(['estimate', ...turn, '--model', 'gpt-4o', '--region', 'x']);
  assert.deepEqual([code, stderr], [0, '']);
  const labels = stdout.split('\n').map((line) => line.slice(0, 12).trim());
  assert.deepEqual(labels, [
    ...['model', 'tokens', 'energy', 'CO2e', 'water', 'tree', 'method', 'region', 'warning', ''],
  ]);
  assert.match(stdout, /^model {7}OpenAI gpt-4o, found as openai\/gpt-4o \(\w+\)$/m);
  assert.match(
    stdout,
    new RegExp(
      `prompt ${tokens(prompt)} \\(cached 0\\), .*; exact for the o200k_base vocabulary$`,
      'm',
    ),
  );
  assert.match(stdout, /^energy {6}0\.\d+ Wh +0\.\d+ to 0\.\d+$/m);
  assert.match(stdout, /^region .*gCO2e\/kWh in 20\d\d$/m);
  assert.match(stdout, /^warning {5}'x' is no known region/m);
  assert.doesNotMatch(stdout, /\d e[-+]\d|nan|null/, 'no exponents, nothing unknown');
});

test('bad data: exit 1, and a message that names it', () => {
  const cases = [
    [['--prompt', `${folder}/none`], `${folder}/none: No such file or directory`],
    [['--context', folder], `${folder}: is a directory`],
    [['--start-ms', '2000', '--first-token-ms', '1000'], 'firstTokenTimeMs'],
    [['--model', 'm'.repeat(5000)], 'model'],
    [['--provider', ''], 'provider'],
  ];
  for (const [args, message] of /** @type {[string[], string][]} */ (cases)) {
    const { code, stdout, stderr } = run(['estimate', ...turn, ...args]);
    assert.deepEqual([code, stdout], [1, ''], message);
    assert.ok(stderr.startsWith('tokenwatt estimate: ') && stderr.includes(message), stderr);
  }
});

test('usage errors: exit 2, and a hint', () => {
  const cases = [
    [['--provider', 'OpenAI', '--prompt', prompt], "option '--completion' is needed"],
    [['--prompt', prompt, '--completion', completion], "option '--provider' is needed"],
    [[...turn, '--origin', 'web'], "'--origin' takes 'text' or 'page', not 'web'"],
    [[...turn, '--method', 'tokenwat'], "did you mean 'tokenwatt'?"],
    [[...turn, '--method', 'guess'], "unknown method 'guess': there are tokenwatt, ecologits,"],
    [[...turn, '--start-ms', 'noon'], "'--start-ms' needs a whole number from 0, not 'noon'"],
    [[...turn, '--start-ms', '-5'], "not '-5'"],
    [[...turn, '--first-token-ms', '1e3'], "not '1e3'"],
    [[...turn, '--start-ms', '99999999999999999999'], 'needs a whole number'],
    [[...turn, '--prompt', '-', '--context', '-'], 'only one FILE can be standard input'],
    [[...turn, '--encoding', 'p50k_base'], "unknown encoding 'p50k_base'"],
    [[...turn, '--promt', prompt], "did you mean '--prompt'?"],
    [[...turn, 'extra.md'], "unexpected 'extra.md'"],
    [[...turn, ...Array(65).fill(['--context', first]).flat()], 'at most 64 --context files'],
  ];
  for (const [args, message] of /** @type {[string[], string][]} */ (cases)) {
    const { code, stdout, stderr } = run(['estimate', ...args]);
    assert.deepEqual([code, stdout], [2, ''], message);
    assert.ok(stderr.includes(message), stderr);
    assert.match(stderr, /Try 'tokenwatt estimate --help'\.\n$/);
  }
});
