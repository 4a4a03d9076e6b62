// SPDX-License-Identifier: MIT
// The collector under load, on this machine: posts that are on the disk when they are answered,
// beside /api/health, in one run; then memory, idle connections and slow clients. Needs wrk.
//
//   node tests/bench/server.mjs [--seconds 10] [--rounds 3] [--idle 10000] [--memory-seconds 30]
//     [sqlite|postgresql…]

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '../server/server.mjs';
import { startPostgresql, whyNoPostgresql } from '../store/postgresql.mjs';
import { machine } from './numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    idle: { type: 'string', default: '10000' },
    'memory-seconds': { type: 'string', default: '30' },
  },
});
const [seconds, rounds, idle] = [values.seconds, values.rounds, values.idle].map(Number);
const memorySeconds = Number(values['memory-seconds']);
if (spawnSync('wrk', ['-v']).error) throw new Error('wrk is missing: apt-get install wrk');

const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-bench-'));
const script = path.join(folder, 'post.lua');
writeFileSync(
  script,
  `wrk.method = "POST"
wrk.body = '{"provider":"OpenAI","model":"gpt-4o","prompt_tokens":800,"completion_tokens":300,"detected_region":"us-west-1"}'
wrk.headers["Content-Type"] = "application/json"
`,
);

/**
 * wrk with 64 connections.
 * @param {string} url @param {{ post?: boolean, for?: number }} [options]
 */
function load(url, { post = false, for: duration = seconds } = {}) {
  const output = execFileSync(
    'wrk',
    ['-t1', '-c64', `-d${duration}s`, '--latency', ...(post ? ['-s', script] : []), url],
    { encoding: 'utf8' },
  );
  const [, p99, unit] = output.match(/99%\s+([\d.]+)(us|ms|s)/) ?? [];
  const failed = Number(output.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  if (failed > 0) throw new Error(`${failed} requests failed:\n${output}`);
  return {
    perSecond: Number(output.match(/Requests\/sec:\s+([\d.]+)/)?.[1]),
    p99Ms: Number(p99) * { us: 0.001, ms: 1, s: 1000 }[unit ?? 'ms'],
  };
}

/** Its resident memory. @param {number | undefined} pid */
const megabytes = (pid) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1]) / 1024;

/** @param {number[]} numbers */
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Opens connections that say nothing. @param {number} port @param {number} count */
async function openIdle(port, count) {
  const sockets = [];
  for (let i = 0; i < count; i += 1) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    if (i % 200 === 199) {
      await Promise.race([
        new Promise((resolve) => socket.once('connect', resolve)),
        new Promise((resolve) => setTimeout(resolve, 2000)),
      ]);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  const open = () => sockets.filter((socket) => socket.readyState === 'open').length;
  const close = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { open, close };
}

/** A client that sends a byte a second; after how many seconds it is cut off. @param {number} port */
function slowClient(port) {
  return new Promise((resolve) => {
    const start = Date.now();
    const socket = net.connect(port, '127.0.0.1');
    const text = 'POST /api/v1/calculate HTTP/1.1\r\nHost: 127.0.0.1\r\nX: '.padEnd(500, 'x');
    let at = 0;
    const timer = setInterval(() => socket.write(text.charAt(at++)), 1000);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
      resolve((Date.now() - start) / 1000);
    };
    socket.on('error', end);
    socket.on('end', end);
    socket.on('close', end);
    setTimeout(end, 60_000).unref();
  });
}

/** @param {string} name @param {string} store */
async function measure(name, store) {
  const server = await serve([`--store=${store}`, '--timeout=20']);
  const calculate = `${server.url}/api/v1/calculate`;
  const health = `${server.url}/api/health`;
  load(calculate, { post: true, for: 2 });
  /** @type {number[][]} */
  const results = [];
  for (let round = 0; round < (rounds ?? 1); round += 1) {
    const reads = load(health);
    const posts = load(calculate, { post: true });
    results.push([
      reads.perSecond,
      posts.perSecond,
      posts.perSecond / reads.perSecond,
      posts.p99Ms,
    ]);
  }
  const column = (/** @type {number} */ index) => median(results.map((row) => row[index] ?? 0));
  console.log(`${name}: GET /api/health       ${column(0).toFixed(0)} a second`);
  console.log(`${name}: POST /v1/calculate    ${column(1).toFixed(0)} a second, stored`);
  console.log(`${name}: ratio                 ${column(2).toFixed(2)} (at least 0.5)`);
  console.log(`${name}: p99 of POST           ${column(3).toFixed(1)} ms (below 50)`);

  const before = megabytes(server.pid);
  load(calculate, { post: true, for: memorySeconds });
  const after = megabytes(server.pid);
  console.log(
    `${name}: memory                ${before.toFixed(1)} MB, ${after.toFixed(1)} MB after ${memorySeconds} s of posts`,
  );

  const crowd = await openIdle(server.port, idle ?? 0);
  const open = crowd.open();
  const crowded = load(calculate, { post: true, for: Math.min(seconds ?? 10, 10) });
  console.log(
    `${name}: beside ${open} idle      ${crowded.perSecond.toFixed(0)} a second, p99 ${crowded.p99Ms.toFixed(1)} ms, ${megabytes(server.pid).toFixed(1)} MB`,
  );
  const cutAfter = await slowClient(server.port);
  console.log(
    `${name}: a byte a second       cut off after ${cutAfter.toFixed(0)} s (--timeout=20)`,
  );
  console.log(`${name}: of the idle           ${crowd.open()} are still open then`);
  crowd.close();
  await server.stop();
}

console.log(machine());
for (const name of positionals.length > 0 ? positionals : ['sqlite', 'postgresql']) {
  if (name === 'sqlite') {
    await measure(name, `sqlite:${folder}/store.db`);
  } else {
    const why = whyNoPostgresql();
    if (why !== undefined) throw new Error(why);
    const postgresql = await startPostgresql();
    await measure(name, postgresql.newStore());
    await postgresql.remove();
  }
}
rmSync(folder, { recursive: true });
process.exit(0);
