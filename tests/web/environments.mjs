// SPDX-License-Identifier: MIT
// The same suite of tests in Node and in both browsers.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { browserNames, launch } from '../dom/browsers.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What browsers may see of the project. */
const served = /^\/(web|data|build\/wasm|tests\/web|tests\/vectors)\//;

/** @type {Record<string, string>} */
const contentTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Serves the project's files, and an empty page at /. */
export async function serveRoot() {
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const type = contentTypes[path.extname(pathname)] ?? 'application/octet-stream';
    try {
      if (pathname === '/') {
        response.writeHead(200, { 'content-type': contentTypes['.html'] }).end('<!doctype html>');
        return;
      }
      if (!served.test(pathname)) throw new Error('not served');
      const file = await readFile(path.join(root, pathname));
      response.writeHead(200, { 'content-type': type }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/**
 * Registers the tests of a suite module in Node, Chromium and Firefox.
 *
 * @param {string} title
 * @param {string} suite its file, from the root
 * @param {string} entry the module it tests, from the root
 */
export async function inEveryEnvironment(title, suite, entry) {
  const fromRoot = (/** @type {string} */ file) => pathToFileURL(path.join(root, file));
  const { tests } = await import(fromRoot(suite).href);
  const names = Object.keys(tests);

  describe(`${title} (Node)`, () => {
    for (const name of names) {
      test(name, async () => {
        await tests[name]({
          ...(await import(fromRoot(entry).href)),
          url: fromRoot,
          bytes: async (/** @type {string} */ file) =>
            new Uint8Array(await readFile(fromRoot(file))),
        });
      });
    }
  });

  for (const browserName of browserNames) {
    describe(`${title} (${browserName})`, () => {
      /** @type {Awaited<ReturnType<typeof serveRoot>>} */
      let server;
      /** @type {import('../dom/browsers.mjs').TestBrowser} */
      let browser;
      /** @type {import('puppeteer-core').Page} */
      let page;
      before(async () => {
        server = await serveRoot();
        browser = await launch(browserName);
        page = await browser.newPage(`${server.origin}/`);
        page.setDefaultTimeout(120_000);
      });
      after(async () => {
        await browser?.close();
        await server?.close();
      });
      for (const name of names) {
        test(name, async () => {
          const failure = await page.evaluate(runInPage, suite, entry, name);
          if (failure !== null) throw new Error(failure);
        });
      }
    });
  }
}

/** @param {string} suite @param {string} entry @param {string} name */
async function runInPage(suite, entry, name) {
  try {
    const url = (/** @type {string} */ file) => new URL(`/${file}`, location.href);
    const { tests } = await import(url(suite).href);
    await tests[name]({
      ...(await import(url(entry).href)),
      url,
      bytes: async (/** @type {string} */ file) =>
        new Uint8Array(await (await fetch(url(file))).arrayBuffer()),
    });
    return null;
  } catch (error) {
    return `${error.name}: ${error.message}\n${error.stack}`;
  }
}
