// SPDX-License-Identifier: MIT
// The service worker in real browsers: static files below a folder, and nothing that could answer.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserNames, launch } from '../dom/browsers.mjs';

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url));
const files = ['service-worker.js', 'tokenwatt.wasm', 'icon.svg'];
const example = ['index.html', 'page.js', 'page.css'].map((name) => `offline-api/${name}`);
/** @type {Record<string, string>} */
const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
types['.css'] = 'text/css';

/** The files of the package at /site/, pages at /, /site/ and /site/sub/; all that was asked for. */
async function serveFiles() {
  /** @type {string[]} */
  const asked = [];
  const state = { online: true, edition: '' };
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(pathname);
    if (!state.online) return void response.destroy();
    const name = pathname.replace(/^\/site\//, '').replace(/\/$/, '/index.html');
    if (files.includes(name) || example.includes(name)) {
      const type = types[path.extname(name)] ?? 'image/svg+xml';
      const headers = { 'content-type': type, 'cache-control': 'max-age=3600' };
      const bytes = await readFile(dist + name);
      // Another edition has another worker, as another build has.
      const text = name === 'service-worker.js' ? `${state.edition}\n${bytes}` : bytes;
      response.writeHead(200, headers).end(text);
    } else if (['/', '/site/', '/site/sub/'].includes(pathname)) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    } else {
      response.writeHead(404).end(`nothing at ${pathname}`);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    state,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In the page: registers a worker and waits until the page is its. */
async function register({ script, scope, type }) {
  const options = { scope, ...(type === undefined ? {} : { type }) };
  const { serviceWorker } = navigator;
  await serviceWorker.register(script, options);
  if (serviceWorker.controller) return;
  await new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
}

/** In the page: asks by fetch(). */
async function ask(address, init) {
  const response = await fetch(address, init);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ provider: 'OpenAI', prompt_tokens: 800, completion_tokens: 300 });
const post = { method: 'POST', headers: json, body };

for (const browserName of browserNames) {
  describe(`service worker (${browserName})`, () => {
    /** @type {Awaited<ReturnType<typeof serveFiles>>} */
    let server;
    /** @type {import('../dom/browsers.mjs').TestBrowser} */
    let browser;
    before(async () => {
      server = await serveFiles();
      // Firefox ends idle workers by itself, soon enough for a test.
      browser = await launch(browserName, {
        prefs: {
          'dom.serviceWorkers.idle_timeout': 300,
          'dom.serviceWorkers.idle_extended_timeout': 300,
        },
      });
    });
    after(async () => {
      await browser?.close();
      await server?.close();
    });

    /** A page of a site that nobody has visited: its worker is new. */
    async function visit(where) {
      const context = await browser.browser.createBrowserContext();
      const page = await context.newPage();
      await page.goto(`${server.origin}${where}`);
      return { page, close: () => context.close() };
    }

    /** Ends all workers, as browsers do with idle ones. @param {import('puppeteer-core').Page} page */
    async function endWorkers(page) {
      if (browserName === 'firefox') {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return;
      }
      const session = await page.createCDPSession();
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
      await session.detach();
    }

    for (const type of [undefined, 'module']) {
      test(`answers below a folder, as a ${type ?? 'classic'} worker`, async () => {
        const { page, close } = await visit('/site/');
        server.asked.length = 0;
        await page.evaluate(register, { script: 'service-worker.js', scope: './', type });
        for (const address of ['/api/v1/calculate', 'api/v1/calculate?x=%20']) {
          const answer = await page.evaluate(ask, address, post);
          assert.equal(answer.status, 200, answer.text);
          assert.ok(JSON.parse(answer.text).energy_wh > 0);
          assert.equal(answer.headers['content-type'], 'application/json');
        }
        const estimate = { model: 'gpt-4o', prompt_tokens: 100, completion_tokens: 50 };
        /** @type {[string, RequestInit, number][]} */
        const cases = [
          ['/api/v1/estimate', { ...post, body: JSON.stringify(estimate) }, 200],
          ['/api/leaderboard?model=llama&limit=5', {}, 200],
          ['/api/leaderboard?limit=0', {}, 400],
          ['/api/carbon/us-west-2', {}, 200],
          ['/api/health', {}, 200],
          ['/api/health', { method: 'HEAD' }, 200],
          ['/api/v1/calculate', { method: 'OPTIONS' }, 200],
          ['/api/v1/calculate', {}, 405],
          ['/api/v1/calculate', { method: 'POST', headers: json, body: '{' }, 400],
          ['/api/v1/calculate', { method: 'POST', body }, 415],
          ['/api/v1/history', {}, 503],
          ['/api/none', {}, 404],
        ];
        for (const [address, init, status] of cases) {
          const answer = await page.evaluate(ask, address, init);
          assert.equal(answer.status, status, `${address} ${answer.text}`);
          if (init.method === 'HEAD') assert.equal(answer.text, '');
          else if (status >= 400) assert.ok(JSON.parse(answer.text).error.code, answer.text);
        }
        assert.deepEqual(
          server.asked.filter((asked) => asked.includes('api')),
          [],
          'nothing reached the network',
        );
        // What is not below /api/ goes where it went.
        const none = await page.evaluate(ask, '/site/none', {});
        assert.deepEqual([none.status, none.text], [404, 'nothing at /site/none']);
        await close();
      });
    }

    test('takes blobs and streams, and its pages may abort', async () => {
      const { page, close } = await visit('/site/');
      await page.evaluate(register, { script: 'service-worker.js', scope: './' });
      const blob = await page.evaluate(async (text) => {
        const type = 'application/json';
        const sent = new Blob([text], { type });
        const response = await fetch('/api/v1/calculate', { method: 'POST', body: sent });
        return response.status;
      }, body);
      assert.equal(blob, 200);
      const aborted = await page.evaluate(async () => {
        const controller = new AbortController();
        const asked = fetch('/api/v1/models', { signal: controller.signal });
        controller.abort();
        return asked.then(
          () => 'answered',
          (error) => error.name,
        );
      });
      assert.equal(aborted, 'AbortError');
      assert.equal((await page.evaluate(ask, '/api/health', {})).status, 200, 'it still answers');
      await close();
    });

    test('works offline, also after the browser has ended it', async () => {
      const { page, close } = await visit('/site/sub/');
      await page.evaluate(register, { script: '../service-worker.js', scope: './' });
      server.state.online = false;
      try {
        server.asked.length = 0;
        for (let i = 0; i < 2; i += 1) {
          const answer = await page.evaluate(ask, '/api/v1/calculate', post);
          assert.equal(answer.status, 200, answer.text);
          await endWorkers(page);
        }
        const names = await page.evaluate(() => caches.keys());
        assert.equal(names.length, 1, String(names));
        // A browser may empty its caches: then there is an answer that says so.
        await page.evaluate(async () => {
          for (const name of await caches.keys()) await caches.delete(name);
        });
        await endWorkers(page);
        const broken = await page.evaluate(ask, '/api/health', {});
        assert.equal(broken.status, 503, broken.text);
        assert.equal(JSON.parse(broken.text).error.code, 'service_unavailable');
        server.state.online = true;
        const mended = await page.evaluate(ask, '/api/health', {});
        assert.equal(mended.status, 200, mended.text);
      } finally {
        server.state.online = true;
      }
      await close();
    });

    test('answers only below the folders that it is given', async () => {
      const { page, close } = await visit('/site/');
      const script = 'service-worker.js?base=/site/';
      await page.evaluate(register, { script, scope: './' });
      assert.equal((await page.evaluate(ask, 'api/health', {})).status, 200);
      const elsewhere = await page.evaluate(ask, '/api/health', {});
      assert.equal(elsewhere.text, 'nothing at /api/health', "the site's own API");
      await close();
    });

    test('takes the place of its older self', async () => {
      const { page, close } = await visit('/site/');
      await page.evaluate(register, { script: 'service-worker.js', scope: './' });
      await page.evaluate(async () => {
        const [name = ''] = await caches.keys();
        if (!/[0-9a-f]{16}/.test(name)) throw new Error(`${name} does not say of which build`);
        await caches.open(name.replace(/[0-9a-f]{16}/, '0'.repeat(16)));
        await caches.open('of the site');
      });
      server.state.edition = '// newer';
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        const changed = new Promise((resolve) => {
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
        });
        await registration.update();
        await changed;
      });
      await page.waitForFunction(async () => (await caches.keys()).length === 2);
      const names = await page.evaluate(() => caches.keys());
      assert.ok(names.includes('of the site'), String(names));
      assert.ok(!names.some((name) => name.includes('0'.repeat(16))), String(names));
      assert.equal((await page.evaluate(ask, '/api/health', {})).status, 200);
      await close();
    });

    test('the example page asks and shows', async () => {
      const context = await browser.browser.createBrowserContext();
      const page = await context.newPage();
      /** @type {string[]} */
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(`${server.origin}/site/offline-api/`);
      await page.waitForSelector('#send:not(:disabled)');
      server.state.online = false;
      try {
        const count = await page.$$eval('#example option', (options) => options.length);
        for (let i = 0; i < count; i += 1) {
          await page.select(
            '#example',
            await page.$eval(`#example option:nth-child(${i + 1})`, (o) => o.value),
          );
          await page.$eval('#status', (status) => {
            status.textContent = '';
          });
          await page.click('#send');
          await page.waitForFunction(() => document.querySelector('#status').textContent !== '');
          const [status, answer] = await page.evaluate(() =>
            ['#status', '#answer'].map((name) => document.querySelector(name).textContent),
          );
          assert.match(status, /^200, /, answer);
          assert.equal(JSON.parse(answer).error, undefined);
        }
      } finally {
        server.state.online = true;
      }
      assert.deepEqual(problems, []);
      await context.close();
    });
  });
}
