// SPDX-License-Identifier: MIT
// Builds web/dist/: the npm package's modules and types, its WebAssembly and vocabularies, the service
// worker and a page that shows it, the demo page, tokenwatt.html, the same page in one file that opens
// from anywhere, the collector's dashboard, and the package's program that builds vocabularies.
//
//   node tools/build-web.mjs

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = `${root}web/dist`;

/** Built and committed files that are copied as they are. */
const binaries = [
  'build/wasm/tokenizer.wasm',
  'build/wasm/tokenwatt.wasm',
  'data/o200k_base.twv',
  'data/cl100k_base.twv',
];

/** What the package's `exports` name. @type {Record<string, string>} */
const modules = {
  index: 'web/src/index.js',
  tokenizer: 'web/src/tokenizer.js',
  dom: 'web/dom/index.js',
  client: 'web/src/client.js',
  fetch: 'web/src/fetch.js',
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: ['chrome123', 'firefox121', 'node20'],
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
};

await demandInputs();
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const file of binaries) await copyFile(root + file, `${dist}/${basename(file)}`);
await buildModules();
await buildServiceWorker();
await buildOfflineApiPage();
await buildProgram();
await buildTypes();
const page = await bundlePage();
await writePage(page);
await writeSingleFile(page);
await buildDashboard();

async function demandInputs() {
  for (const file of binaries) {
    await access(root + file).catch(() => {
      const how = file.startsWith('build/')
        ? 'run "make build", which compiles it'
        : 'it is part of the source tree: check it out again';
      console.error(`build-web: ${file} is missing: ${how}`);
      process.exit(1);
    });
  }
}

/** Not minified: that is for the program's own bundler, which still needs the comments for it. */
async function buildModules() {
  await build({
    ...common,
    entryPoints: modules,
    // What several entries use becomes a file of its own, so that it exists once in a program.
    splitting: true,
    chunkNames: 'shared-[hash]',
    outdir: dist,
  });
}

/**
 * One file without imports, which browsers run as a module and as a classic script alike. It names
 * the module that it belongs to, so that another module makes another worker, which browsers notice.
 */
async function buildServiceWorker() {
  const wasm = await readFile(`${dist}/tokenwatt.wasm`);
  const digest = createHash('sha256').update(wasm).digest('hex').slice(0, 16);
  const { outputFiles } = await build({
    ...common,
    format: 'iife',
    entryPoints: { 'service-worker': 'web/src/service-worker.js' },
    define: { 'import.meta.url': 'location.href' },
    outdir: dist,
    minify: true,
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  const named = replaceOnce(script, /TOKENWATT_WASM_DIGEST/, digest);
  await writeFile(`${dist}/service-worker.js`, named);
}

/** In a folder of its own: a worker is for a folder's pages, and this one is not for the demo's. */
async function buildOfflineApiPage() {
  await mkdir(`${dist}/offline-api`);
  await build({
    ...common,
    entryPoints: ['web/demo/offline-api/page.js', 'web/demo/offline-api/page.css'],
    outdir: `${dist}/offline-api`,
    minify: true,
  });
  await copyFile(`${root}web/demo/offline-api/index.html`, `${dist}/offline-api/index.html`);
}

/** The page that a collector with a store has at "/". It shares the demo's icon. */
async function buildDashboard() {
  await build({
    ...common,
    entryPoints: ['web/dashboard/dashboard.js', 'web/dashboard/dashboard.css'],
    outdir: dist,
    minify: true,
  });
  await copyFile(`${root}web/dashboard/dashboard.html`, `${dist}/dashboard.html`);
}

/** What the package's `bin` names, in one file. */
async function buildProgram() {
  await build({
    ...common,
    entryPoints: { vocabulary: 'tools/build-vocabulary.mjs' },
    platform: 'node',
    outdir: dist,
  });
  await chmod(`${dist}/vocabulary.js`, 0o755);
}

/** The types come from the JSDoc of the sources; each entry has a file that points there. */
async function buildTypes() {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'));
  const tsc = compiler.replace('package.json', 'bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', `${root}web`], { cwd: root, stdio: 'inherit' });
  for (const [name, file] of Object.entries(modules)) {
    const source = file.replace(/^web/, './types');
    await writeFile(`${dist}/${name}.d.ts`, `export * from '${source}';\n`);
  }
}

/** @typedef {{ html: string, script: string, style: string, icon: Buffer }} Page */

/** @returns {Promise<Page>} */
async function bundlePage() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['web/demo/demo.js', 'web/demo/demo.css'],
    outdir: dist,
    minify: true,
    write: false,
  });
  const [script, style] = ['.js', '.css'].map((ending) => {
    const file = outputFiles.find(({ path }) => path.endsWith(ending));
    if (file === undefined) throw new Error(`the demo page's ${ending} did not come out`);
    return file.text;
  });
  return {
    html: await readFile(`${root}web/demo/index.html`, 'utf8'),
    script: script ?? '',
    style: style ?? '',
    icon: await readFile(`${root}web/demo/icon.svg`),
  };
}

/** @param {Page} page */
async function writePage({ html, script, style, icon }) {
  await writeFile(`${dist}/index.html`, html);
  await writeFile(`${dist}/demo.js`, script);
  await writeFile(`${dist}/demo.css`, style);
  await writeFile(`${dist}/icon.svg`, icon);
}

/** @param {Page} page */
async function writeSingleFile({ html, script, style, icon }) {
  const files = await Promise.all(
    binaries.slice(1).map(async (file) => {
      const data = gzipSync(await readFile(root + file), { level: 9 }).toString('base64');
      return `<script type="text/plain" id="file:${basename(file)}">${data}</script>`;
    }),
  );
  const scripts = [...files, `<script type="module">${script}</script>`].join('\n');
  const address = `data:image/svg+xml;base64,${icon.toString('base64')}`;
  let single = html.replaceAll('./icon.svg', address);
  single = replaceOnce(single, /<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`);
  single = replaceOnce(single, / *<script type="module"[^>]*><\/script>\n/, '');
  single = replaceOnce(single, /<\/body>/, `${scripts}\n</body>`);
  await writeFile(`${dist}/tokenwatt.html`, single);
}

/** @param {string} text @param {RegExp} what @param {string} by */
function replaceOnce(text, what, by) {
  if (!what.test(text)) throw new Error(`web/demo/index.html has no ${what}`);
  return text.replace(what, () => by);
}
