// SPDX-License-Identifier: MIT
// Starts the real server, and speaks to it with and without an HTTP library.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { after } from 'node:test';
import { program } from '../cli/program.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts `tokenwatt serve` on a free port and waits until it listens.
 * @param {string[]} [args] @param {{ program?: string }} [options]
 */
export async function serve(args = [], { program: file = program } = {}) {
  const listen = args.some((arg) => arg.startsWith('--listen')) ? [] : ['--listen=127.0.0.1:0'];
  const child = spawn(file, ['serve', ...listen, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return /** @type {number | null} */ (code);
  });
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => {
      output.stderr += data;
      const match = output.stderr.match(/^listening on (http:\/\/\S+)$/m);
      if (match) resolve(match[1]);
    });
    exited.then((code) => reject(new Error(`it ended with ${code}: ${output.stderr}`)));
  });
  return {
    url: String(url),
    port: Number(new URL(url).port),
    output,
    exited,
    pid: child.pid,
    /** @param {NodeJS.Signals} [signal] */
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/**
 * One request with exactly these headers.
 * @param {string} url @param {http.RequestOptions & { body?: string | Uint8Array }} [options]
 * @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders, body: Buffer, json: any }>}
 */
export function request(url, { body, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { agent: false, ...options }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: bytes,
        get json() {
          return JSON.parse(bytes.toString());
        },
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** @param {string} url @param {unknown} body @param {Record<string, string>} [headers] */
export function post(url, body, headers = {}) {
  return request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/**
 * Sends these bytes and returns all that comes back until the server closes or is silent.
 * @param {number} port @param {string | Uint8Array} bytes
 * @param {{ host?: string, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function raw(port, bytes, { host = '127.0.0.1', timeoutMs = 3000 } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    let received = '';
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (data) => {
      received += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });
}
