// SPDX-License-Identifier: MIT
// What the package may do, and that its strings and files fit together; needs no browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { defaults } from '../../extension/shared/settings.js';
import { sites } from '../../web/sites/index.js';

const folder = fileURLToPath(new URL('../../extension/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8'));
const messages = JSON.parse(readFileSync(`${folder}_locales/en/messages.json`, 'utf8'));
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(js|html)$/.test(name) && !/^(dist|node_modules)\//.test(name))
  .map((name) => ({ name, text: readFileSync(folder + name, 'utf8') }));

test('asks for these permissions and no others', () => {
  assert.deepEqual(manifest.permissions, ['storage', 'unlimitedStorage', 'alarms']);
  assert.equal(manifest.host_permissions, undefined);
  assert.equal(manifest.optional_permissions, undefined);
  assert.deepEqual(manifest.optional_host_permissions, [
    'https://*/*',
    'http://127.0.0.1/*',
    'http://localhost/*',
  ]);
  assert.equal(manifest.externally_connectable, undefined);
  assert.equal(manifest.web_accessible_resources, undefined);
});

test('only the background can read the key', async () => {
  const { metafile } = await build({
    entryPoints: ['popup', 'history', 'options', 'welcome', 'content', 'background'].map(
      (part) => ({
        in: `${folder}${part}/${['content', 'background'].includes(part) ? 'index' : part}.js`,
        out: part,
      }),
    ),
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    metafile: true,
    loader: { '.css': 'text' },
    logLevel: 'error',
  });
  const holders = Object.entries(metafile.outputs)
    .filter(([, { inputs }]) => Object.keys(inputs).some((name) => name.endsWith('/key.js')))
    .map(([name]) => path.basename(name));
  assert.deepEqual(holders, ['background.js']);
});

test('an organisation can choose what the options offer, and nothing else', () => {
  const schema = JSON.parse(readFileSync(`${folder}managed-schema.json`, 'utf8'));
  const offered = Object.keys(schema.properties).toSorted();
  assert.deepEqual(
    offered,
    Object.keys(defaults)
      .filter((name) => name !== 'linePlaces')
      .toSorted(),
  );
});

test('runs scripts of its own only', () => {
  assert.deepEqual(manifest.content_security_policy, {
    extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'",
  });
  for (const { name, text } of sources) {
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
      name,
    );
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)/, `${name} has an inline script`);
  }
});

test('reads the pages of the sites that have an adapter', () => {
  const [script, ...others] = manifest.content_scripts;
  assert.deepEqual(others, []);
  assert.deepEqual(
    script.matches,
    // ChatGPT's old host only redirects; pages saved from it are read all the same.
    sites
      .flatMap(({ hosts }) => hosts)
      .filter((host) => host !== 'chat.openai.com')
      .map((host) => `https://${host}/*`),
  );
});

test('has every string that is shown, and shows every string that it has', () => {
  const used = new Set();
  for (const { text } of sources) {
    for (const [, name] of text.matchAll(/__MSG_(\w+?)__/g)) used.add(name);
    // Every quoted word that is also a string's name counts as its use: some are chosen by `?:`.
    for (const [, name] of text.matchAll(/'(\w+)'/g)) if (name in messages) used.add(name);
    for (const [, name] of text.matchAll(/\btext\(\s*'(\w+)'/g)) used.add(name);
    for (const [, name] of text.matchAll(/\bcounted\(\s*'(\w+)'/g)) used.add(`${name}_one`);
  }
  for (const [, name] of JSON.stringify(manifest).matchAll(/__MSG_(\w+)__/g)) used.add(name);
  assert.deepEqual([...used].sort(), Object.keys(messages).sort());
});

/** @type {string[]} */
const locales = readdirSync(`${folder}_locales`);

test('speaks six languages', () => {
  assert.deepEqual(locales.toSorted(), ['de', 'en', 'es', 'fr', 'ja', 'zh_CN']);
});

for (const locale of locales) {
  test(`every string is there in ${locale}, with all that it is filled with`, () => {
    /** @type {Record<string, { message: string }>} */
    const strings = JSON.parse(readFileSync(`${folder}_locales/${locale}/messages.json`, 'utf8'));
    assert.deepEqual(Object.keys(strings), Object.keys(messages));
    assert.equal(strings.language.message, locale.replace('_', '-'));
    const same = [];
    for (const [name, { message }] of Object.entries(strings)) {
      const places = (/** @type {string} */ text) => (text.match(/\$\d/g) ?? []).toSorted();
      assert.deepEqual(places(message), places(messages[name].message), name);
      assert.equal(message, message.trim(), name);
      if (message === messages[name].message) same.push(name);
    }
    if (locale !== 'en') assert.ok(same.length < 20, `untranslated: ${same}`);
    // The stores show it in each language.
    assert.ok(strings.description.message.length <= 132, 'at most 132 characters');
  });
}

test('keeps to the limits of the stores', () => {
  assert.match(manifest.browser_specific_settings.gecko.id, /^[a-z0-9-._]*@[a-z0-9-._]+$/i);
  const { required, optional } =
    manifest.browser_specific_settings.gecko.data_collection_permissions;
  assert.deepEqual(required, ['none']);
  assert.deepEqual(optional, ['websiteActivity', 'websiteContent']);
});
