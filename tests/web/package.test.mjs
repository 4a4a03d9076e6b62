// SPDX-License-Identifier: MIT
// The package as it is published: found by its name, with its types, through a bundler.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { tokenizerJson } from '../small-tokenizers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, 'web/dist');

describe('package', () => {
  before(() => {
    assert.ok(existsSync(path.join(dist, 'index.js')), 'web/dist is missing: run "make build"');
  });

  test('works by its name, with the files beside its modules', async () => {
    const { createTokenwatt } = await import('tokenwatt');
    const { createTokenizer, TokenwattError } = await import('tokenwatt/tokenizer');
    const tw = await createTokenwatt();
    assert.equal(tw.countTokens('Hello, world!'), 4);
    await tw.loadEncoding('cl100k_base');
    assert.equal(tw.countTokens('Hello, world!', { encoding: 'cl100k_base' }), 4);
    const { usage, footprint } = tw.estimate({
      provider: 'OpenAI',
      model: 'gpt-4o',
      prompt: 'a',
      completion: 'b',
    });
    assert.equal(usage.prompt_tokens, 1);
    assert.ok(footprint.energy_wh > 0);
    const tokenizer = await createTokenizer();
    assert.throws(() => tw.countTokens(/** @type {any} */ (5)), TokenwattError, 'one class');
    assert.equal(tokenizer.countTokens('Hello, world!'), 4);
    const { createClient } = await import('tokenwatt/client');
    createClient({ endpoint: 'https://example.org/' }).close();
    const { createApi, createApiFetch } = await import('tokenwatt/fetch');
    for (const api of [tw, await createApi()]) {
      assert.equal((await createApiFetch(api)('/api/health')).status, 200);
    }
    const dom = await import('tokenwatt/dom');
    for (const name of ['markdownFromDom', 'readChat', 'watchChat']) {
      assert.equal(typeof dom[name], 'function', name);
    }
  });

  test('its program builds a vocabulary that its modules load', async () => {
    const { bin } = JSON.parse(readFileSync(path.join(root, 'web/package.json'), 'utf8'));
    const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
    try {
      const [from, output] = [path.join(folder, 'tokenizer.json'), path.join(folder, 'small.twv')];
      writeFileSync(from, JSON.stringify(tokenizerJson({ merges: ['a b', 'ab c'], first: 3 })));
      // Alone in a folder, as it has to work: it brings all that it needs.
      const program = path.join(folder, 'vocabulary.mjs');
      copyFileSync(path.join(root, 'web', bin['tokenwatt-vocabulary']), program);
      execFileSync(program, ['--from', from, '--name', 'small', '--output', output], {
        stdio: 'pipe',
      });
      const { createTokenwatt } = await import('tokenwatt');
      const tw = await createTokenwatt({ encodings: { small: readFileSync(output) } });
      assert.deepEqual([...tw.encode('abc', { encoding: 'small' })], [3 + 257]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('its types hold in strict TypeScript', () => {
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    const options =
      '--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --module nodenext';
    const libraries = '--target es2023 --lib es2024,dom,dom.iterable --types node';
    const consumer = path.join(root, 'tests/web/consumer.ts');
    execFileSync(
      process.execPath,
      [compiler, ...options.split(' '), ...libraries.split(' '), consumer],
      { cwd: root, stdio: 'inherit' },
    );
  });

  test('bundles for browsers without a warning, and the tokenizer alone stays small', async () => {
    const contents = "export { createTokenizer } from 'tokenwatt/tokenizer';";
    const { outputFiles, warnings } = await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    assert.deepEqual(warnings, []);
    assert.ok(outputFiles[0].contents.length < 16_000, `${outputFiles[0].contents.length} bytes`);
    assert.doesNotMatch(outputFiles[0].text, /tw_wasm_request|tokenwatt\.wasm/);
  });

  test('the tokenizer module knows no JSON and no tables', () => {
    const names = (/** @type {string} */ file) => {
      const module = new WebAssembly.Module(readFileSync(path.join(dist, file)));
      return WebAssembly.Module.exports(module).map(({ name }) => name);
    };
    assert.ok(names('tokenwatt.wasm').includes('tw_wasm_estimate'));
    assert.ok(!names('tokenizer.wasm').some((name) => name.startsWith('tw_wasm_')));
    const size = (/** @type {string} */ file) => readFileSync(path.join(dist, file)).length;
    assert.ok(size('tokenizer.wasm') < size('tokenwatt.wasm'));
  });

  test('everything that its manifest names is there', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'web/package.json'), 'utf8'));
    for (const entry of Object.values(manifest.exports)) {
      const named = typeof entry === 'string' ? [entry] : Object.values(entry);
      for (const file of named.filter((name) => !name.includes('*'))) {
        assert.ok(existsSync(path.join(root, 'web', file)), file);
      }
    }
    for (const file of ['index.html', 'tokenwatt.html', 'o200k_base.twv', 'cl100k_base.twv']) {
      assert.ok(existsSync(path.join(dist, file)), file);
    }
  });
});
