// SPDX-License-Identifier: MIT
// The same in Chromium: each engine in a fresh page that downloads it from this machine.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { launch } from '../dom/browsers.mjs';
import { bundle, bundleEngine } from './bundle.mjs';
import { ENGINES, ROOT } from './engines.mjs';
import { median, medians } from './numbers.mjs';
import { SPLITTER_FILES } from './splitter.js';
import { partsOf } from './throughput.mjs';

/**
 * @typedef {import('./speed.js').Part} Part
 * @typedef {object} InChromium
 * @property {string} version
 * @property {Record<string, number>} starts milliseconds by engine
 * @property {import('./throughput.mjs').SpeedsByKind} speeds
 * @property {Record<string, number>} splitting MB/s of our splitter alone, by kind
 * @property {Record<string, Record<string, number>>} calls nanoseconds by engine
 *
 * @typedef {Record<string, { warmUp: Part[], toCount: Part, toEncode: Part }>} Round by kind
 */

const TYPES = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

/** For every round texts that no round has seen. @returns {Round[]} */
function roundsOf(texts, rounds) {
  return Array.from({ length: rounds }, (_, round) =>
    Object.fromEntries(
      Object.entries(texts).map(([kind, text]) => {
        const [warmCount, warmEncode, ...parts] = partsOf(text, 2 * (rounds + 1));
        const [toCount, toEncode] = parts.slice(2 * round);
        return [kind, { warmUp: [warmCount, warmEncode], toCount, toEncode }];
      }),
    ),
  );
}

/** Every file that the pages ask for, by address. @param {Round[]} rounds */
async function filesToServe(rounds) {
  const files = new Map();
  const put = (name, type, data) => files.set(`/${name}`, { type, data });
  put('', TYPES.html, Buffer.from('<!doctype html><title>bench</title>'));
  put('speed.js', TYPES.js, readFileSync(`${ROOT}tests/bench/speed.js`));
  put('splitter.js', TYPES.js, await bundle('tests/bench/splitter.js'));
  rounds.forEach((round, i) => {
    put(`${i}.json`, 'application/json', Buffer.from(JSON.stringify(round)));
  });
  for (const { module } of ENGINES) put(`${module}.js`, TYPES.js, await bundleEngine(module));
  for (const path of [...SPLITTER_FILES, ...ENGINES.flatMap((engine) => engine.files)]) {
    const type = TYPES[path.split('.').at(-1)] ?? 'application/octet-stream';
    put(basename(path), type, readFileSync(ROOT + path));
  }
  return files;
}

/** @param {Awaited<ReturnType<typeof filesToServe>>} files */
async function serve(files) {
  const server = createServer((request, response) => {
    const file = files.get(request.url);
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.type ?? 'text/plain',
      'cache-control': 'no-store',
      // A page that is isolated has a finer clock.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(file?.data);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** Runs in the page. */
async function engineInPage({ module, round }) {
  const read = async (path) =>
    new Uint8Array(await (await fetch(`/${path.split('/').at(-1)}`)).arrayBuffer());
  const start = performance.now();
  const { load } = await import(`${location.origin}/${module}.js`);
  const engine = await load(read);
  engine.count('Hello, world! 你好，世界！');
  const ms = performance.now() - start;

  const { measureCalls, measureSpeeds } = await import(`${location.origin}/speed.js`);
  const texts = await (await fetch(`/${round}.json`)).json();
  const speeds = {};
  for (const [kind, { warmUp, toCount, toEncode }] of Object.entries(texts)) {
    measureSpeeds(engine, warmUp[0], warmUp[1]);
    speeds[kind] = measureSpeeds(engine, toCount, toEncode);
  }
  return { ms, speeds, calls: measureCalls(engine) };
}

/** Runs in the page. */
async function splitterInPage({ round }) {
  const read = async (path) =>
    new Uint8Array(await (await fetch(`/${path.split('/').at(-1)}`)).arrayBuffer());
  const { loadSplitter } = await import(`${location.origin}/splitter.js`);
  const { measureSplitting } = await import(`${location.origin}/speed.js`);
  const splitter = await loadSplitter(read);
  const texts = await (await fetch(`/${round}.json`)).json();
  const speeds = {};
  for (const [kind, { warmUp, toCount }] of Object.entries(texts)) {
    measureSplitting(splitter, warmUp[0]);
    speeds[kind] = measureSplitting(splitter, toCount);
  }
  return speeds;
}

/**
 * @param {number} number of rounds
 * @param {Record<string, import('./texts.mjs').Text>} texts of each kind, for all rounds
 * @returns {Promise<InChromium>}
 */
export async function measureInChromium(number, texts) {
  const rounds = roundsOf(texts, number);
  const server = await serve(await filesToServe(rounds));
  const browser = await launch('chromium');
  const inFreshPage = async (run, options) => {
    const page = await browser.newPage(server.address);
    try {
      return await page.evaluate(run, options);
    } finally {
      await page.close();
    }
  };
  try {
    const samples = new Map(ENGINES.map((engine) => [engine.name, []]));
    const splits = [];
    await inFreshPage(splitterInPage, { round: 0 }); // the first page pays for the browser's start
    for (let round = 0; round < number; round++) {
      for (let i = 0; i < ENGINES.length; i++) {
        const { name, module } = ENGINES[(i + round) % ENGINES.length];
        samples.get(name).push(await inFreshPage(engineInPage, { module, round }));
      }
      splits.push(await inFreshPage(splitterInPage, { round }));
    }
    /** @param {(sample: any) => any} pick */
    const byEngine = (pick) =>
      Object.fromEntries([...samples].map(([name, all]) => [name, pick(all)]));
    return {
      version: await browser.browser.version(),
      starts: byEngine((all) => median(all.map((one) => one.ms))),
      calls: byEngine((all) => medians(all.map((one) => one.calls))),
      speeds: Object.fromEntries(
        Object.keys(texts).map((kind) => [
          kind,
          byEngine((all) => medians(all.map((one) => one.speeds[kind]))),
        ]),
      ),
      splitting: medians(splits),
    };
  } finally {
    await browser.close();
    server.close();
  }
}
