// SPDX-License-Identifier: MIT
// A real `tokenwatt serve` with a store, and before it a proxy that keeps what passed, and that can
// be "down", or fail in other ways.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../build/native/tokenwatt', import.meta.url));

/**
 * @typedef {object} Exchange one request that passed, and what the server answered
 * @property {string} method @property {string} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body @property {number} status @property {string} answer
 */

/**
 * What goes wrong with one request: an answer of the proxy's own (a number is its status), one that
 * is lost after the server took the record (`lost`: all of it, `cut`: from the middle of its body),
 * or one that takes its time.
 * @typedef {number | 'lost' | 'cut' | 'slow'} Fault
 */

const slowMs = 1500;

/**
 * Starts both. `endpoint` is the proxy's address of the calculate route.
 * @param {{ withKey?: boolean, withStore?: boolean }} [options] without a key the server lets everybody
 *   on this machine in, without a store it keeps nothing
 */
export async function startCollector({ withKey = false, withStore = true } = {}) {
  const server = await startServer(withKey, withStore);
  /** What happens to the next posts, in turn; null for nothing. @type {(Fault | null)[]} */
  const faults = [];
  let hidesOnceOnly = false;
  /** @type {Exchange[]} */
  const exchanges = [];
  const proxy = http.createServer((request, response) => pass(request, response));
  const port = await freePort();
  await up();
  return {
    endpoint: `http://127.0.0.1:${port}/api/v1/calculate`,
    /** Of the server, '' without one. */
    key: server.key,
    exchanges,
    faults,
    /** Whether its answers hide that it takes a record once. @param {boolean} does */
    hideOnceOnly(does) {
      hidesOnceOnly = does;
    },
    /** What the server has recorded. @returns {Promise<any[]>} */
    rows: () => server.rows(),
    /** The posts of usage, without the preflights and the empty test requests. */
    posts: () => exchanges.filter(({ method, body }) => method === 'POST' && body !== '{}'),
    /** What the server's own log says. */
    log: () => server.log(),
    up,
    down,
    async close() {
      await down();
      await server.close();
    },
  };

  async function up() {
    if (proxy.listening) return;
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
  }

  async function down() {
    if (!proxy.listening) return;
    const closed = once(proxy, 'close');
    proxy.close();
    proxy.closeAllConnections();
    await closed;
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async function pass(request, response) {
    const body = await read(request);
    const { host: _, ...headers } = request.headers;
    const fault = (request.method === 'POST' && faults.shift()) || null;
    if (typeof fault === 'number') {
      response.writeHead(fault, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const onward = http.request({
      host: '127.0.0.1',
      port: server.port,
      method: request.method,
      path: request.url,
      headers: { ...headers, host: `127.0.0.1:${server.port}` },
    });
    onward.end(body);
    const [answer] = /** @type {[http.IncomingMessage]} */ (await once(onward, 'response'));
    const answerBody = await read(answer);
    exchanges.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: body.toString(),
      status: answer.statusCode ?? 0,
      answer: answerBody.toString(),
    });
    if (fault === 'lost') {
      response.destroy();
      return;
    }
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, slowMs));
    if (hidesOnceOnly) delete answer.headers['idempotency-key'];
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault !== 'cut') {
      response.end(answerBody);
      return;
    }
    response.write(answerBody.subarray(0, answerBody.length / 2));
    setTimeout(() => response.destroy(), 20);
  }
}

/** @param {boolean} withKey @param {boolean} withStore */
async function startServer(withKey, withStore) {
  if (!existsSync(program)) throw new Error(`${program} is missing: run "make build"`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-e2e-'));
  const log = path.join(folder, 'log.jsonl');
  const port = await freePort();
  const store = `--store=sqlite:${path.join(folder, 'usage.db')}`;
  const key = withKey ? addKey(store) : '';
  const options = [`--listen=127.0.0.1:${port}`, `--log=${log}`, ...(withStore ? [store] : [])];
  const child = spawn(program, ['serve', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const exited = once(child, 'exit');
  await reachable(port, () => {
    if (child.exitCode !== null) throw new Error(`tokenwatt serve ended: ${errors}`);
  });
  return {
    port,
    key,
    async rows() {
      const headers = key === '' ? {} : { authorization: `Bearer ${key}` };
      const address = `http://127.0.0.1:${port}/api/v1/history?limit=100000`;
      const answer = await fetch(address, { headers });
      if (!answer.ok) throw new Error(`the history answers ${answer.status}`);
      return (await answer.json()).data;
    },
    /** @returns {any[]} */
    log: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    async close() {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param {string} store @returns {string} */
function addKey(store) {
  const said = execFileSync(program, ['keys', 'add', store, '--name=e2e'], { encoding: 'utf8' });
  const [key] = said.match(/\beco_\w+/) ?? [];
  if (key === undefined) throw new Error(`tokenwatt keys add said: ${said}`);
  return key;
}

/** @param {number} port @param {() => void} check called while waiting */
async function reachable(port, check) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    check();
    const socket = net.connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`nothing listens on 127.0.0.1:${port} after 5 s`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {AsyncIterable<Buffer>} stream */
async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
