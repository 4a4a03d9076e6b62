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

/** Pages of the extension, each a folder with what is named like it. */
const pages = ['popup', 'history', 'options', 'welcome'];

const managedSchema = 'managed-schema.json';

/** What is copied as it is: [from, to inside the package]. */
const files = [
  ['extension/_locales', '_locales'],
  ['extension/icons/16.png', 'icons/16.png'],
  ['extension/icons/32.png', 'icons/32.png'],
  ['extension/icons/48.png', 'icons/48.png'],
  ['extension/icons/128.png', 'icons/128.png'],
  ['extension/shared/theme.css', 'shared/theme.css'],
  ['extension/shared/figures.css', 'shared/figures.css'],
  ...pages.flatMap((page) =>
    ['html', 'css'].map((kind) => [`extension/${page}/${page}.${kind}`, `${page}/${page}.${kind}`]),
  ),
  ['build/wasm/tokenwatt.wasm', 'tokenwatt.wasm'],
  ['data/o200k_base.twv', 'o200k_base.twv'],
  ['data/LICENSES.md', 'LICENSES.md'],
];

/** @type {import('esbuild').Plugin} */
const withoutNode = {
  name: 'without-node',
  setup({ onLoad }) {
    // Only Node reads files so, and the stores ask for bundles without computed imports.
    onLoad({ filter: /local-file\.js$/ }, () => ({
      contents: 'export function readLocal() { throw new Error("there are no local files"); }',
    }));
  },
};

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
  // Firefox takes what an organisation chose from its own policies.
  if (browser === 'chrome') {
    await copy(path.join(source, managedSchema), path.join(folder, managedSchema));
  }
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
    target: ['chrome121', 'firefox142'],
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
      ...Object.fromEntries(
        pages.map((page) => [`${page}/${page}`, path.join(source, page, `${page}.js`)]),
      ),
    },
    plugins: [withoutNode],
  });
  await build({
    ...common,
    format: 'iife',
    entryPoints: { content: path.join(source, 'content/index.js') },
    // The style of the line lies in its shadow root.
    loader: { '.css': 'text' },
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
  delete whole.storage;
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
