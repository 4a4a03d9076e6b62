// SPDX-License-Identifier: MIT
// Builds the unpacked extension: extension/dist/chrome (Chrome, Edge, Chromium) and
// extension/dist/firefox, from one source. Needs build/wasm/tokenwatt.wasm.
import { access, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = path.join(root, 'extension');
const target = path.join(source, 'dist');

/** What is copied as it is: [from, to inside the package]. */
const files = [
  ['extension/_locales', '_locales'],
  ['extension/icons/16.png', 'icons/16.png'],
  ['extension/icons/32.png', 'icons/32.png'],
  ['extension/icons/48.png', 'icons/48.png'],
  ['extension/icons/128.png', 'icons/128.png'],
  ['extension/shared/theme.css', 'shared/theme.css'],
  ['extension/popup/popup.html', 'popup/popup.html'],
  ['extension/popup/popup.css', 'popup/popup.css'],
  ['extension/options/options.html', 'options/options.html'],
  ['extension/options/options.css', 'options/options.css'],
  ['build/wasm/tokenwatt.wasm', 'tokenwatt.wasm'],
  ['data/o200k_base.twv', 'o200k_base.twv'],
  ['data/cl100k_base.twv', 'cl100k_base.twv'],
  ['data/LICENSES.md', 'LICENSES.md'],
];

const manifest = JSON.parse(await readFile(path.join(source, 'manifest.json'), 'utf8'));
manifest.version = (await readFile(path.join(root, 'VERSION'), 'utf8')).trim();

for (const [browser, ofBrowser] of Object.entries({
  chrome: chromeManifest,
  firefox: geckoManifest,
})) {
  const folder = path.join(target, browser);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundle(folder);
  for (const [from, to] of files) await copy(path.join(root, from), path.join(folder, to));
  const text = `${JSON.stringify(ofBrowser(structuredClone(manifest)), null, 2)}\n`;
  await writeFile(path.join(folder, 'manifest.json'), text);
  const size = await sizeOf(folder);
  console.error(`extension/dist/${browser}: ${(size / 1e6).toFixed(2)} MB unpacked`);
}

/** @param {string} folder */
async function bundle(folder) {
  const common = /** @type {import('esbuild').BuildOptions} */ ({
    bundle: true,
    outdir: folder,
    outbase: source,
    target: ['chrome121', 'firefox140'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  // The background and the pages are modules; a content script cannot be one.
  await build({
    ...common,
    format: 'esm',
    entryPoints: {
      background: path.join(source, 'background/index.js'),
      'popup/popup': path.join(source, 'popup/popup.js'),
      'options/options': path.join(source, 'options/options.js'),
    },
  });
  await build({
    ...common,
    format: 'iife',
    entryPoints: { content: path.join(source, 'content/index.js') },
  });
}

/** Each browser warns about the other's keys, so each gets its own. @param {any} whole */
function chromeManifest(whole) {
  delete whole.browser_specific_settings;
  delete whole.background.scripts;
  return whole;
}

/** @param {any} whole */
function geckoManifest(whole) {
  delete whole.minimum_chrome_version;
  delete whole.background.service_worker;
  return whole;
}

/** @param {string} from @param {string} to */
async function copy(from, to) {
  try {
    await access(from);
  } catch {
    console.error(`${path.relative(root, from)} is missing: run "make build", which makes it`);
    process.exit(1);
  }
  await cp(from, to, { recursive: true });
}

/** @param {string} folder @returns {Promise<number>} bytes of all files in it */
async function sizeOf(folder) {
  const names = await readdir(folder, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(path.join(folder, name))));
  return stats.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
