// SPDX-License-Identifier: MIT
// What is published: the same bytes whenever it is made, within its size, and fine with the store.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-dist-'));
const mostBytes = 1_200_000;

after(() => rmSync(folder, { recursive: true }));

/** @param {string} program @param {string[]} options */
function run(program, options) {
  const ran = spawnSync(program, options, { cwd: root, encoding: 'utf8' });
  assert.equal(ran.status, 0, `${program} ${options.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

/** Builds the extension and packs everything. @param {string} name of the folder */
function made(name) {
  const out = path.join(folder, name);
  run(process.execPath, ['tools/build-extension.mjs']);
  run(process.execPath, ['tools/make-dist.mjs', out]);
  return { out, sums: readFileSync(path.join(out, 'SHA256SUMS'), 'utf8') };
}

const first = made('first');

test('packing twice gives the same bytes', () => {
  assert.equal(made('second').sums, first.sums);
  const names = first.sums.split('\n').map((line) => line.slice(66));
  for (const expected of [
    /-chrome-.*zip$/,
    /-firefox-.*zip$/,
    /-source-.*gz$/,
    /^tokenwatt-[\d.]+\.tgz$/,
  ]) {
    assert.ok(
      names.some((name) => expected.test(name)),
      `${expected} is one of ${names}`,
    );
  }
});

for (const browser of ['chrome', 'firefox']) {
  test(`the package for ${browser} is at most ${mostBytes / 1e6} MB, and has what it needs`, () => {
    const name = readdirSync(first.out).find((file) => file.includes(`-${browser}-`)) ?? '';
    const file = path.join(first.out, name);
    assert.ok(statSync(file).size <= mostBytes, `${statSync(file).size} bytes`);
    const listed = run('python3', ['-m', 'zipfile', '-l', file]);
    for (const part of ['manifest.json', 'background.js', 'content.js', 'o200k_base.twv']) {
      assert.match(listed, new RegExp(`^${part.replaceAll('.', '\\.')} `, 'm'));
    }
    assert.doesNotMatch(listed, /cl100k|\.map |\.d\.ts |README/);
  });
}

test('the sources have what the packages are made of, and nothing that was made', () => {
  const name = readdirSync(first.out).find((file) => file.includes('-source-')) ?? '';
  const listed = run('tar', ['-tzf', path.join(first.out, name)]);
  for (const part of ['extension/manifest.json', 'tools/build-extension.mjs', 'src/api.c']) {
    assert.ok(listed.includes(`/${part}\n`), part);
  }
  assert.doesNotMatch(listed, /\/(node_modules|dist|build)\//);
});

test('Firefox’s store has nothing against the package', () => {
  const said = run('node_modules/.bin/web-ext', [
    'lint',
    '--source-dir=extension/dist/firefox',
    '--no-config-discovery',
    '--output=json',
  ]);
  const { summary, ...found } = JSON.parse(said);
  assert.deepEqual(summary, { errors: 0, notices: 0, warnings: 0 }, JSON.stringify(found));
});
