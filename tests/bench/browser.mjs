// SPDX-License-Identifier: MIT
// The same in Chromium: each engine in a fresh page that downloads it from this machine.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { launch } from '../dom/browsers.mjs';
import { bundleEngine } from './bundle.mjs';
import { ENGINES, ROOT } from './engines.mjs';
import { median } from './numbers.mjs';
import { benchTexts } from './texts.mjs';
import { medians, partsOf } from './throughput.mjs';

const TYPES = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

/** Every file that the pages ask for, by address. */
async function filesToServe() {
  const files = new Map([
    ['/', { type: TYPES.html, data: Buffer.from('<!doctype html><title>bench</title>') }],
    ['/speed.js', { type: TYPES.js, data: readFileSync(`${ROOT}tests/bench/speed.js`) }],
  ]);
  for (const { module, files: beside } of ENGINES) {
    files.set(`/${module}.js`, { type: TYPES.js, data: await bundleEngine(module) });
    for (const path of beside) {
      const type = TYPES[path.split('.').at(-1)] ?? 'application/octet-stream';
      files.set(`/${basename(path)}`, { type, data: readFileSync(ROOT + path) });
    }
  }
  return files;
}

/** Runs in the page. */
async function inPage({ module, toCount, toEncode }) {
  const read = async (path) =>
    new Uint8Array(await (await fetch(`/${path.split('/').at(-1)}`)).arrayBuffer());
  const start = performance.now();
  const { load } = await import(`/${module}.js`);
  const engine = await load(read);
  engine.count('Hello, world! 你好，世界！');
  const ms = performance.now() - start;
  const { measureSpeeds } = await import(`${location.origin}/speed.js`);
  const sample = {};
  for (const kind of Object.keys(toCount)) {
    // The page's compiler warms up on half of the text.
    const half = (part) => {
      const middle = part.text.length >> 1;
      return { text: part.text.slice(0, middle), bytes: part.bytes / 2 };
    };
    measureSpeeds(engine, half(toCount[kind]), half(toEncode[kind]));
    const speeds = measureSpeeds(engine, toCount[kind], toEncode[kind]);
    sample[kind] = { 'count, hot': speeds['count, hot'], 'encode, hot': speeds['encode, hot'] };
  }
  return { ms, sample };
}

/**
 * @param {number} rounds
 * @param {number} characters of each kind of text
 * @param {string[]} kinds
 * @returns {Promise<{ version: string, starts: Record<string, number>, speeds: Record<string, Record<string, { 'count, hot': number }>> }>}
 *   milliseconds by engine; speeds by kind and engine
 */
export async function measureInChromium(rounds, characters, kinds) {
  const files = await filesToServe();
  const server = createServer((request, response) => {
    const file = files.get(request.url);
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.type ?? 'text/plain',
      'cache-control': 'no-store',
    });
    response.end(file?.data);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const all = benchTexts(characters);
  const toCount = {};
  const toEncode = {};
  for (const kind of kinds) [toCount[kind], toEncode[kind]] = partsOf(all[kind], 2);

  const browser = await launch('chromium');
  try {
    const samples = new Map(ENGINES.map((engine) => [engine.name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { name, module } of ENGINES) {
        const page = await browser.newPage(`http://127.0.0.1:${port}/`);
        samples.get(name).push(await page.evaluate(inPage, { module, toCount, toEncode }));
        await page.close();
      }
    }
    /** @type {Record<string, number>} */
    const starts = {};
    const speeds = Object.fromEntries(kinds.map((kind) => [kind, {}]));
    for (const [name, list] of samples) {
      starts[name] = median(list.map((one) => one.ms));
      for (const kind of kinds) speeds[kind][name] = medians(list.map((one) => one.sample[kind]));
    }
    return { version: await browser.browser.version(), starts, speeds };
  } finally {
    await browser.close();
    server.close();
  }
}
