// SPDX-License-Identifier: MIT
// What the tokenizer has to do, the same in Node, Chromium and Firefox. Each test gets an
// environment: the project's modules and where its files are.

import { equal, fails, ok, randomizer } from './assert.js';

/**
 * @typedef {object} Environment
 * @property {typeof import('../../web/src/tokenizer.js')['createTokenizer']} createTokenizer
 * @property {(path: string) => URL} url of a file of the project
 * @property {(path: string) => Promise<Uint8Array<ArrayBuffer>>} bytes of a file of the project
 */

const wasm = 'build/wasm/tokenizer.wasm';
const encodings = /** @type {const} */ (['o200k_base', 'cl100k_base']);

/** @param {Environment} env */
async function tokenizer({ createTokenizer, url }) {
  const sources = encodings.map((name) => [name, url(`data/${name}.twv`)]);
  return createTokenizer({ wasm: url(wasm), encodings: Object.fromEntries(sources) });
}

/** Texts cut and glued at random places, surrogates and long runs included. */
const alphabet = [
  ...['a', 'B', ' ', ' ', '\n', '1', '.', "'s", 'the ', 'É', 'ß', '中', '文', 'ا', '\u0301'],
  ...['😀', '\ud83d', '\ude00', '\0', '\r\n', '\ufeff', '   ', '!!!', 'http://', '<|endoftext|>'],
];

/** @param {(below: number) => number} random @param {number} length */
function randomText(random, length) {
  return Array.from({ length: random(length) }, () => alphabet[random(alphabet.length)]).join('');
}

/** @type {Record<string, (env: Environment) => Promise<void>>} */
export const tests = {
  async 'gives the ids of the vectors, and their text back'(env) {
    const tw = await tokenizer(env);
    const text = new TextDecoder().decode(await env.bytes('tests/vectors/tokens.json'));
    for (const vector of JSON.parse(text)) {
      for (const encoding of encodings) {
        const ids = tw.encode(vector.text, { encoding });
        const what = `${encoding} of ${JSON.stringify(vector.text)}`;
        equal([...ids], vector[encoding], what);
        equal(tw.countTokens(vector.text, { encoding }), ids.length, `count, ${what}`);
        equal(tw.decode(ids, { encoding }), vector.text.toWellFormed(), `decoded, ${what}`);
      }
    }
  },

  async 'counts what is odd: empty, NUL, byte-order mark, lone surrogates'(env) {
    const tw = await tokenizer(env);
    equal(tw.countTokens(''), 0, 'empty');
    equal([...tw.encode('')], [], 'empty');
    equal(tw.decode([]), '', 'no ids');
    for (const text of ['\0', 'a\0b', '\ufeff', '\ufeffx', '\r\n', '<|endoftext|>']) {
      equal(tw.decode(tw.encode(text)), text, JSON.stringify(text));
    }
    equal([...tw.encode('a\ud800b')], [...tw.encode('a\ufffdb')], 'a lone surrogate');
    equal(
      [...tw.encode('\udc00\ud800')],
      [...tw.encode('\ufffd\ufffd')],
      'two the wrong way round',
    );
  },

  async 'counter: equal to a fresh count after each of many random edits'(env) {
    const tw = await tokenizer(env);
    for (const encoding of encodings) {
      const random = randomizer(encoding.length * 7919);
      for (let round = 0; round < 12; round++) {
        const counter = tw.createCounter({ encoding });
        let text = '';
        for (let edit = 0; edit < 60; edit++) {
          const more = randomText(random, 40);
          const at = random(text.length + 1);
          const to = Math.min(text.length, at + random(30));
          const append = random(3) === 0;
          text = append ? text + more : text.slice(0, at) + more + text.slice(to);
          const total = append ? counter.append(more) : counter.update(text);
          equal(total, tw.countTokens(text, { encoding }), JSON.stringify(text));
          equal(counter.total, total, 'total');
        }
        counter.free();
      }
    }
  },

  async 'counter: characters cut between two calls'(env) {
    const tw = await tokenizer(env);
    const text = 'x😀\ud83d y \ude00😀😀\ud800\ud800\udc00 中';
    const one = tw.createCounter();
    const grown = tw.createCounter();
    for (let i = 0; i < text.length; i++) {
      const expected = tw.countTokens(text.slice(0, i + 1));
      equal(one.append(text[i]), expected, `after ${i + 1} units`);
      equal(grown.update(text.slice(0, i + 1)), expected, `updated to ${i + 1} units`);
    }
    equal(grown.update(text.slice(3)), tw.countTokens(text.slice(3)), 'cut at the front');
    one.free();
    grown.free();
    one.free();
    await fails(() => one.append('x'), 'invalid_argument', /freed/);
    await fails(() => one.update('x'), 'invalid_argument', /freed/);
  },

  async 'long text: the same count in blocks, with little memory'(env) {
    const tw = await tokenizer(env);
    // Lone and paired surrogates fall on the blocks' edges.
    const part = 'The quick brown 😀 fox — «jumps» over 中文 and 日本語. \ud83d';
    const long = part.repeat(60_000);
    const per = tw.countTokens(part + part) - tw.countTokens(part);
    equal(tw.countTokens(long), tw.countTokens(part) + 59_999 * per, 'the count');
    const ids = tw.encode(long);
    equal(ids.length, tw.countTokens(long), 'the ids');
    equal(tw.decode(ids) === long.toWellFormed(), true, 'decoded');
    const counter = tw.createCounter();
    equal(counter.update(long), ids.length, 'a counter');
    equal(counter.update(`x${long}`), tw.countTokens(`x${long}`), 'changed at its beginning');
    counter.free();
  },

  async 'loads from an address, an answer, bytes, a module, and promises of them'(env) {
    const { createTokenizer, url, bytes } = env;
    const file = await bytes(wasm);
    const padded = new Uint8Array(file.length + 8);
    padded.set(file, 5);
    const twv = await bytes('data/cl100k_base.twv');
    const typed = (/** @type {string} */ type) =>
      new Response(file.slice(), { headers: { 'content-type': type } });
    const sources = {
      URL: url(wasm),
      text: url(wasm).href,
      'Response as application/wasm': typed('application/wasm'),
      'Response as application/octet-stream': typed('application/octet-stream'),
      'Response without a type': new Response(file.slice()),
      ArrayBuffer: file.buffer.slice(file.byteOffset, file.byteOffset + file.length),
      Uint8Array: padded.subarray(5, 5 + file.length),
      Module: await WebAssembly.compile(file),
      promise: Promise.resolve(typed('application/wasm')),
    };
    for (const [name, source] of Object.entries(sources)) {
      const encodings = { cl100k_base: name === 'promise' ? Promise.resolve(twv) : twv };
      const tw = await createTokenizer({ wasm: source, encodings });
      equal(tw.encodings, ['cl100k_base'], `encodings, wasm from ${name}`);
      equal(tw.countTokens('Hello, world!'), 4, `counted, wasm from ${name}`);
    }
    const tw = await createTokenizer({ wasm: file, encodings: [] });
    for (const source of [url('data/o200k_base.twv'), new Response('')]) {
      await tw.loadEncoding('o200k_base', source);
    }
    await Promise.all(
      [1, 2].map(() => tw.loadEncoding('cl100k_base', url('data/cl100k_base.twv'))),
    );
    equal(tw.encodings, ['o200k_base', 'cl100k_base'], 'loaded later');
    equal(tw.countTokens('Hello, world!', { encoding: 'cl100k_base' }), 4, 'counted');
  },

  async 'says what is wrong with a module'(env) {
    const { createTokenizer, url } = env;
    const wrong = (/** @type {any} */ source) => () => createTokenizer({ wasm: source });
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    await fails(wrong(empty), 'wasm_load_failed', /no export memory/);
    await fails(wrong(new Uint8Array(50)), 'wasm_load_failed', /compiled/);
    await fails(wrong(new ArrayBuffer(0)), 'wasm_load_failed', /compiled/);
    await fails(wrong(url('build/wasm/none.wasm')), 'wasm_load_failed', /none\.wasm/);
    await fails(wrong(new Response('no', { status: 404 })), 'wasm_load_failed', /404/);
    await fails(wrong(42), 'invalid_argument', /wasm must be/);
    await fails(wrong({}), 'invalid_argument', /tokenizer\.wasm/);
    const read = new Response('x');
    await read.text();
    await fails(wrong(read), 'wasm_load_failed', /already read/);
  },

  async 'refuses every vocabulary that is cut, changed or foreign'(env) {
    const { createTokenizer, url, bytes } = env;
    const module = await WebAssembly.compile(await bytes(wasm));
    const tw = await createTokenizer({ wasm: module, encodings: [] });
    const whole = await bytes('data/cl100k_base.twv');
    const load = (/** @type {any} */ file) => () => tw.loadEncoding('cl100k_base', file);
    const codes = /^vocabulary_(truncated|corrupt|foreign|version)$/;
    const lengths = [0, 1, 3, 4, 8, 16, 31, 32, 33, 64, 100, 1000, whole.length >> 1];
    for (const length of [...lengths, whole.length - 1]) {
      const error = await failsSomehow(load(whole.slice(0, length)), codes);
      const code = length < 4 ? codes : /truncated|corrupt/;
      ok(code.test(error.code), `${length} bytes: ${error.code}`);
    }
    const random = randomizer(4711);
    const places = [
      ...Array(48).keys(),
      ...Array.from({ length: 150 }, () => random(whole.length)),
    ];
    for (const at of places) {
      const changed = whole.slice();
      changed[at] ^= 1 << random(8);
      await failsSomehow(load(changed), codes);
    }
    await failsSomehow(load(new Uint8Array([...whole, 0])), codes);
    await fails(load(new TextEncoder().encode('<!doctype html>')), 'vocabulary_foreign', /cl100k/);
    await fails(load(await bytes(wasm)), 'vocabulary_foreign', /bytes/);
    await fails(
      load(url('data/o200k_base.twv')),
      'invalid_argument',
      /is the vocabulary o200k_base/,
    );
    await fails(load(url('data/none.twv')), 'vocabulary_load_failed', /none\.twv/);
    await fails(load(7), 'invalid_argument', /number 7/);
    equal(tw.encodings, [], 'nothing was loaded');
    await tw.loadEncoding('cl100k_base', whole);
    equal(tw.countTokens('Hello, world!'), 4, 'the right one still loads');
  },

  async 'refuses wrong arguments, naming them'(env) {
    const { createTokenizer, url } = env;
    const encodings = { o200k_base: url('data/o200k_base.twv') };
    const tw = /** @type {any} */ (await createTokenizer({ wasm: url(wasm), encodings }));
    const counter = tw.createCounter();
    for (const wrong of [undefined, null, 5, true, {}, ['a'], new Uint8Array(2), Symbol('s')]) {
      await fails(() => tw.countTokens(wrong), 'invalid_argument', /^text must be a string/);
      await fails(() => tw.encode(wrong), 'invalid_argument', /^text must be a string/);
      await fails(() => counter.append(wrong), 'invalid_argument', /^text must be a string/);
      await fails(() => counter.update(wrong), 'invalid_argument', /^text must be a string/);
    }
    for (const wrong of [undefined, null, 5, 'abc', {}]) {
      await fails(() => tw.decode(wrong), 'invalid_argument', /^ids must be/);
    }
    for (const wrong of [-1, 1.5, NaN, 2 ** 32, '5', null]) {
      await fails(() => tw.decode([1, wrong]), 'invalid_argument', /^ids\[1\]/);
    }
    await fails(() => tw.decode([13225, 199_998]), 'unknown_token', /ids\[1\] is 199998/);
    await fails(() => tw.decode(new Uint32Array([2 ** 32 - 1])), 'unknown_token', /ids\[0\]/);
    await fails(() => tw.countTokens('a', 'cl100k_base'), 'invalid_argument', /options/);
    await fails(() => tw.countTokens('a', { encoding: 7 }), 'invalid_argument', /encoding/);
    await fails(() => tw.countTokens('a', { encoding: 'toString' }), 'not_found', /o200k_base/);
    const unloaded = { encoding: 'cl100k_base' };
    const hint = /loadEncoding\('cl100k_base'\)/;
    await fails(() => tw.countTokens('a', unloaded), 'encoding_not_loaded', hint);
    await fails(() => tw.createCounter(unloaded), 'encoding_not_loaded', hint);
    await fails(() => tw.loadEncoding('p50k_base'), 'not_found', /p50k_base/);
    await fails(() => tw.loadEncoding(7), 'invalid_argument', /encoding/);
    await fails(() => createTokenizer({ wasm: url(wasm), encodings: 'x' }), 'invalid_argument');
    equal(tw.countTokens('still here'), 2, 'afterwards');
  },

  async 'counts 100 MB in bounded memory'(env) {
    const { tw, memory } = await tokenizerAndMemory(env);
    const part = 'The quick brown fox jumps over the lazy dog. ';
    const per = tw.countTokens(part + part) - tw.countTokens(part);
    const times = Math.ceil(100e6 / part.length);
    const before = memory.buffer.byteLength;
    const expected = tw.countTokens(part) + (times - 1) * per;
    equal(tw.countTokens(part.repeat(times)), expected, 'the count');
    const grown = memory.buffer.byteLength - before;
    ok(grown < 16e6, `${grown} bytes more`);
  },

  async 'gives memory back'(env) {
    const { tw, memory } = await tokenizerAndMemory(env);
    const text = 'some words of text '.repeat(2000);
    const work = () => {
      const counter = tw.createCounter();
      counter.update(text);
      counter.update(`${text}x${text}`);
      counter.free();
      tw.decode(tw.encode(text));
    };
    work();
    const before = memory.buffer.byteLength;
    for (let i = 0; i < 100; i++) work();
    equal(memory.buffer.byteLength, before, 'bytes of memory');
  },
};

/** The instance's memory is nobody's business but these tests'. @param {Environment} env */
async function tokenizerAndMemory({ createTokenizer, bytes }) {
  const module = await WebAssembly.compile(await bytes(wasm));
  const encodings = { cl100k_base: await bytes('data/cl100k_base.twv') };
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = /** @type {any} */ (
    async (/** @type {WebAssembly.Module} */ compiled, /** @type {any} */ imports) => {
      const instance = await instantiate(compiled, imports);
      memories.push(/** @type {WebAssembly.Memory} */ (instance.exports.memory));
      return instance;
    }
  );
  try {
    const tw = await createTokenizer({ wasm: module, encodings });
    return { tw, memory: memories[0] };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/** @param {() => unknown} run @param {RegExp} codes */
async function failsSomehow(run, codes) {
  try {
    await run();
  } catch (error) {
    if (!codes.test(error.code)) throw error;
    return error;
  }
  throw new Error('no error');
}
