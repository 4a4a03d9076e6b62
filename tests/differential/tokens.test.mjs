// SPDX-License-Identifier: MIT
// The same ids as the tiktoken package, natively and in WebAssembly: on real text, on random
// Unicode strings, and on every code point.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { realTexts } from '../corpora.mjs';
import { startNative } from './native.mjs';
import { startWasm } from './wasm.mjs';

/** @type {('o200k_base' | 'cl100k_base')[]} */
const ENCODINGS = ['o200k_base', 'cl100k_base'];
const BATCH = 4000;

/** A small seeded generator: the same strings on every run. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a text looks like in a failure: escaped, and only around the first difference. */
const shown = (text) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** Words, numbers, spaces and marks whose pieces depend on what stands beside them. */
const PARTS =
  "'s|'S|'ll|'re|'ſ|'|don|DON|a|B|ab|AB|Ab|aB|ß|ǅ|ʰ|中|あ|カ|한|ا|ע|ก|क|ि|́|̈|1|٣|Ⅻ|½|123|!|/|//|...|=|_|-|#| |  |   |\t|\n|\n\n|\r|\r\n|\u00a0|\u2003|\u3000|\u2028|\u0085|\u200b|\u200d|\ufeff|\u0000|\u0007|\ufffd|\uffff|😀|👩‍👩‍👧|🇩🇪|✊🏽|the| the|The| hello|<|endoftext|>|<|endoftext|>|\u{10ffff}|\u{e0001}|\u{1d400}|\ud800|\udfff".split(
    '|',
  );

/** A string of random code points: some blocks are common, all planes and lone surrogates occur. */
function randomString(next) {
  const length = 1 + next(24);
  let text = '';
  const kind = next(4);
  for (let i = 0; i < length; i++) {
    if (kind === 0) text += PARTS[next(PARTS.length)];
    else if (kind === 1) text += String.fromCodePoint(next(0x110000));
    else if (kind === 2) text += String.fromCharCode(next(0x10000));
    else text += next(2) ? PARTS[next(PARTS.length)] : String.fromCodePoint(next(0x3000));
  }
  return text;
}

for (const encoding of ENCODINGS) {
  describe(encoding, () => {
    const oracle = get_encoding(encoding);
    /** @type {{ name: string, encodeAll(texts: string[]): Promise<Uint32Array[]>, close(): void }[]} */
    let engines = [];
    before(async () => {
      engines = [startNative(encoding), await startWasm(encoding)];
    });
    after(() => {
      for (const engine of engines) engine.close();
      oracle.free();
    });

    /** Fails on the first text whose ids differ. */
    async function compare(texts) {
      const expected = texts.map((text) => oracle.encode_ordinary(text));
      for (const engine of engines) {
        const got = await engine.encodeAll(texts);
        assert.equal(got.length, texts.length);
        for (let i = 0; i < texts.length; i++) {
          const a = expected[i];
          const b = got[i];
          if (a.length === b.length && a.every((id, k) => id === b[k])) continue;
          const at = a.findIndex((id, k) => id !== b[k]);
          assert.fail(
            `${engine.name}: ${shown(texts[i])}: ids differ at ${at}: ` +
              `[${a.slice(at, at + 8)}] expected, [${b.slice(at, at + 8)}] found`,
          );
        }
      }
    }

    async function compareAll(texts) {
      for (let i = 0; i < texts.length; i += BATCH) await compare(texts.slice(i, i + BATCH));
    }

    test('real text, 20 MB of many kinds and scripts', async (t) => {
      let bytes = 0;
      for (const text of Object.values(realTexts())) {
        bytes += Buffer.byteLength(text);
        // Blocks, so that a difference is found near where it is.
        const blocks = [];
        for (let i = 0; i < text.length; i += 50_000) blocks.push(text.slice(i, i + 50_000));
        await compareAll(blocks);
      }
      assert.ok(bytes >= 20_000_000, `only ${bytes} bytes of text`);
      t.diagnostic(`${bytes} bytes`);
    });

    test('200,000 random Unicode strings', async () => {
      const next = random(encoding.length);
      for (let done = 0; done < 200_000; done += BATCH) {
        await compare(Array.from({ length: BATCH }, () => randomString(next)));
      }
    });

    test('every code point alone, and between letters, digits, spaces and newlines', async () => {
      for (let first = 0; first < 0x110000; first += BATCH / 2) {
        const texts = [];
        for (let c = first; c < Math.min(first + BATCH / 2, 0x110000); c++) {
          const char = String.fromCodePoint(c);
          // Beside "'s", "234" and "/" a wrong class shows even where no token joins the characters.
          texts.push(
            char,
            `a${char}b A${char}B 1${char}2  ${char} \n${char}\n'${char} x'${char}`,
            `${char}'s 1${char}234 x${char}'s !${char}'s  ${char}'s\n${char}/\n/`,
          );
        }
        await compare(texts);
      }
    });

    test('long runs and long words', async () => {
      const runs = ['a', ' ', '\n', 'ab', '😀', '中', '=', 'A', '\t ', 'aA', '́', '0', 'x y'];
      const next = random(5);
      const base64 = Array.from({ length: 3000 }, () => PARTS[10 + next(6)] + next(1e6)).join('');
      await compare([
        ...runs.flatMap((run) => [100, 511, 512, 513, 3000].map((n) => run.repeat(n))),
        Buffer.from(base64).toString('base64'),
        base64.replaceAll(/[^a-zA-Z]/g, ''),
      ]);
    });
  });
}
