// SPDX-License-Identifier: MIT
// Loopback servers for tests: the project's files over http, and imitated chat sites over https.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = fileURLToPath(new URL('./pages/', import.meta.url));

/** @type {Record<string, string>} */
const contentTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What a page with `?csp` allows: its own scripts, and no style, request or frame. */
const strictPolicy =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; require-trusted-types-for 'script'";

/** @typedef {(url: URL) => string | null} FileOf maps an address to a file, null for a 404 */

/** A page with a `session` is played by a server behind it. @param {URL} url @param {Buffer} page */
function withBackend(url, page) {
  if (!url.searchParams.has('session') || url.pathname.endsWith('.js')) return page;
  const script = '<script src="/streaming.js"></script>';
  return page.toString().replace(script, `${script}<script src="/backend.js"></script>`);
}

/** @param {FileOf} fileOf @returns {http.RequestListener} */
function answer(fileOf) {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host ?? 'localhost'}`);
    const file = fileOf(url);
    try {
      if (file === null) throw new Error('no such page');
      const body = withBackend(url, await readFile(file));
      const type = contentTypes[path.extname(file)] ?? 'application/octet-stream';
      const policy = url.searchParams.has('csp') ? { 'content-security-policy': strictPolicy } : {};
      const headers = { 'content-type': type, 'cache-control': 'no-store', ...policy };
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    }
  };
}

/** @param {http.Server | https.Server} server */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/** @param {string} folder @param {string} name stays inside the folder, else null */
function inside(folder, name) {
  const file = path.join(folder, decodeURIComponent(name));
  return file.startsWith(folder) ? file : null;
}

/**
 * The project's `web/` at /web/ (unbundled modules) and the imitated pages at /, over http.
 */
export async function serveProject() {
  const { port, close } = await listen(
    http.createServer(
      answer(({ pathname }) =>
        pathname.startsWith('/web/') ? inside(root, pathname) : inside(pages, pathname.slice(1)),
      ),
    ),
  );
  return { port, close, origin: `http://127.0.0.1:${port}` };
}

/** The hosts that `serveChatSites` plays. */
export const chatHosts = [
  'chatgpt.com',
  'gemini.google.com',
  'claude.ai',
  'copilot.microsoft.com',
  'www.perplexity.ai',
  'grok.com',
  'chat.mistral.ai',
  'chat.deepseek.com',
];

/**
 * The imitated streaming pages over https, each at every path of its host; at chatgpt.com
 * `?renderer=app-shell` gives the renderer of September 2026. The pages' other parameters are
 * described in pages/streaming.js. The project's modules are at /web/ here too.
 */
export async function serveChatSites() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-tls-'));
  const key = path.join(folder, 'key.pem');
  const cert = path.join(folder, 'cert.pem');
  const names = chatHosts.map((host) => `DNS:${host}`).join(',');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
    ].concat(['-subj', `/CN=${chatHosts[0]}`, '-addext', `subjectAltName=${names}`]),
    { stdio: 'ignore' },
  );
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    answer((url) => {
      if (url.pathname.startsWith('/web/')) return inside(root, url.pathname);
      if (/^\/(?:streaming|streaming-sites|backend)\.js$/.test(url.pathname)) {
        return path.join(pages, url.pathname);
      }
      if (url.pathname === '/sessions.js') return path.join(root, 'tests/soak/sessions.js');
      if (url.searchParams.has('driver')) return path.join(root, 'tests/soak/driver.html');
      if (url.pathname === '/favicon.ico') return null;
      if (url.hostname === 'gemini.google.com') return path.join(pages, 'streaming-gemini.html');
      if (url.hostname !== 'chatgpt.com') return path.join(pages, 'streaming-sites.html');
      const shell = url.searchParams.get('renderer') === 'app-shell';
      return path.join(
        pages,
        shell ? 'streaming-chatgpt-app-shell.html' : 'streaming-chatgpt.html',
      );
    }),
  );
  rmSync(folder, { recursive: true });
  return listen(server);
}
