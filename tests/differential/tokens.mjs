// SPDX-License-Identifier: MIT
// The same ids as the tiktoken package, natively and in WebAssembly: on real text, on random
// Unicode strings, and on every code point.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { realTexts } from '../corpora.mjs';
import { startNative } from './native.mjs';
import { PARTS, aroundEveryCodePoint, random, randomString } from './texts.mjs';
import { startWasm } from './wasm.mjs';

const BATCH = 4000;

/** What a text looks like in a failure: escaped, and only around the first difference. */
const shown = (text) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** The tests of one encoding. @param {'o200k_base' | 'cl100k_base'} encoding */
export function testTokens(encoding) {
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
        await compare(aroundEveryCodePoint(first, Math.min(first + BATCH / 2, 0x110000)));
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
