// SPDX-License-Identifier: MIT
// The module's memory when it runs out: the real module, whose malloc refuses what a test says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Memory } from '../../web/src/memory.js';
import { tokensOf } from '../../web/src/tokens.js';
import { loadWasm } from '../../web/src/wasm.js';

const fileAt = (path) => new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));

/** A tokenizer, and a way to have it refused blocks for which `refuses` is true. */
async function refusing() {
  const wasm = fileAt('build/wasm/tokenizer.wasm').buffer;
  const exports = { ...(await loadWasm(wasm, 'tokenizer.wasm', [])) };
  const { malloc } = exports;
  const memory = new Memory(exports);
  const tokenizer = await tokensOf(memory, { o200k_base: fileAt('data/o200k_base.twv').buffer });
  const refuse = (refuses) => {
    exports.malloc = (size) => (refuses(size) ? 0 : malloc(size));
  };
  return { memory, tokenizer, refuse };
}

test('a block of more than 4 GB is refused, not cut to what is left of it modulo 4 GB', async () => {
  const { memory } = await refusing();
  const before = memory.bytes.length;
  for (const size of [2 ** 32, 2 ** 32 + 64, 2 ** 40]) {
    assert.throws(() => memory.allocate(size), { code: 'out_of_memory' });
  }
  assert.throws(() => memory.withIds(2 ** 30 + 16, () => 0), { code: 'out_of_memory' });
  assert.equal(memory.bytes.length, before);
});

test('a counter that had no memory half-way is freed: it could only be wrong from then on', async () => {
  const { tokenizer, refuse } = await refusing();
  const units = 1 << 20;
  const updated = tokenizer.createCounter();
  updated.update('x y z');
  // One endless piece: its later blocks are longer, and allocated apart.
  refuse((size) => size > 3 * units + 100);
  assert.throws(() => updated.update(`x y z${'a'.repeat(8 * units)}`), { code: 'out_of_memory' });
  refuse(() => false);
  assert.throws(() => updated.update('x y z more'), { code: 'invalid_argument' });

  assert.equal(tokenizer.countTokens('x y z more'), 4);
});

test('so is one whose character was completed before memory ran out', async () => {
  const { tokenizer, refuse } = await refusing();
  const counter = tokenizer.createCounter();
  counter.append('\ud83d');
  refuse((size) => size > 100);
  assert.throws(() => counter.append(`\ude00${'c'.repeat(1 << 20)}`), { code: 'out_of_memory' });
  refuse(() => false);
  assert.throws(() => counter.append('\ude00'), { code: 'invalid_argument' });
});
