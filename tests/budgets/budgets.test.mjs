// SPDX-License-Identifier: MIT
// What Tokenwatt may weigh and take. A limit that is met by far is lowered; one that must rise is a
// decision, and CHANGELOG.md says why. Speed has no test: `make bench` measures it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ROOT } from '../bench/engines.mjs';

const gzipped = (path) => gzipSync(readFileSync(ROOT + path), { level: 9 }).length;

/** The script of an entry with everything it imports. */
function scriptOf(entry, seen = new Set()) {
  if (seen.has(entry)) return '';
  seen.add(entry);
  const text = readFileSync(`${ROOT}web/dist/${entry}`, 'utf8');
  const imported = [...text.matchAll(/from "\.\/([^"]+)"/g)].map((match) => match[1]);
  return imported.reduce((all, name) => all + scriptOf(name, seen), text);
}

/** KB after gzip -9. @type {[string, number][]} */
const FILES = [
  ['web/dist/tokenizer.wasm', 25],
  ['web/dist/tokenwatt.wasm', 132],
  ['data/o200k_base.twv', 760],
  ['data/cl100k_base.twv', 400],
];
for (const [path, limit] of FILES) {
  test(`${path} is at most ${limit} KB compressed`, () => {
    assert.ok(gzipped(path) <= limit * 1000, `${gzipped(path)} bytes`);
  });
}

test('the tables add at most 60 KB compressed to tokenwatt.wasm', () => {
  const path = 'build/wasm/tables.wasm'; // a module of nothing else
  assert.ok(gzipped(path) <= 60_000, `${gzipped(path)} bytes`);
});

test('all that a page needs to count exactly is at most 760 KB, by gzip and by brotli', () => {
  const parts = [
    Buffer.from(scriptOf('tokenizer.js')),
    readFileSync(`${ROOT}web/dist/tokenizer.wasm`),
    readFileSync(`${ROOT}data/o200k_base.twv`),
  ];
  const sum = (pack) => parts.reduce((total, part) => total + pack(part).length, 0);
  const sizes = {
    gzip: sum((part) => gzipSync(part, { level: 9 })),
    brotli: sum(brotliCompressSync),
  };
  for (const [method, size] of Object.entries(sizes)) {
    assert.ok(size <= 760_000, `${method}: ${size} bytes`);
  }
});

/** KB after gzip -9, by entry. */
const SCRIPTS = {
  'tokenizer.js': 10,
  'index.js': 12,
  'dom.js': 42,
  'fetch.js': 8,
  'service-worker.js': 6,
};
for (const [entry, limit] of Object.entries(SCRIPTS)) {
  test(`${entry} with its imports is at most ${limit} KB compressed`, () => {
    const size = gzipSync(scriptOf(entry), { level: 9 }).length;
    assert.ok(size <= limit * 1000, `${size} bytes`);
  });
}

test('the unpacked extension is at most 2.7 MB', () => {
  for (const browser of ['chrome', 'firefox']) {
    const folder = `${ROOT}extension/dist/${browser}`;
    const size = readdirSync(folder, { recursive: true })
      .map((name) => statSync(`${folder}/${name}`))
      .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
    assert.ok(size <= 2_700_000, `${browser}: ${size} bytes`);
  }
});

/** A module that asks for more than this cannot be loaded without generated code. */
test('tokenizer.wasm imports one function, and exports what the loader calls and no more', async () => {
  const module = await WebAssembly.compile(readFileSync(`${ROOT}web/dist/tokenizer.wasm`));
  const imports = WebAssembly.Module.imports(module).map(({ name }) => name);
  assert.deepEqual(imports, ['emscripten_notify_memory_growth']);
  const exports = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.deepEqual(exports.filter((name) => !name.startsWith('tw_')).sort(), [
    ...['__errno_location', '__indirect_function_table', '_initialize', 'free', 'malloc', 'memory'],
    ...['stackAlloc', 'stackRestore', 'stackSave'], // what the linker adds to every module
  ]);
  assert.ok(exports.length <= 24, `${exports.length} exports: ${exports.join(' ')}`);
});

test('it takes at most 18 MB of memory', () => {
  const script = fileURLToPath(new URL('../bench/cold.mjs', import.meta.url));
  const cold = (...names) =>
    JSON.parse(
      spawnSync(process.execPath, ['--expose-gc', script, ...names], { encoding: 'utf8' }).stdout,
    );
  // The least of three: a process may hold more than it needs for a moment.
  const least = (...names) => Math.min(...[0, 1, 2].map(() => cold(...names).rss));
  const memory = least('tokenwatt') - least();
  assert.ok(memory <= 18e6, `${memory} bytes above an empty process`);
});
