// SPDX-License-Identifier: MIT
// How counting grows with cores: `tokenwatt count -t N` on one large file.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './engines.mjs';
import { median } from './numbers.mjs';

const PROGRAM = join(ROOT, 'build', 'native', 'tokenwatt');
const LARGE = 200e6; // bytes: seconds for one thread, so that the start does not matter

/** @param {number} threads @param {string} path */
function run(threads, path) {
  const start = performance.now();
  const { status, error } = spawnSync(PROGRAM, ['count', '-t', String(threads), path]);
  if (error) throw error;
  return { ms: performance.now() - start, done: status === 0 };
}

/**
 * @param {number} rounds
 * @param {{ path: string }[]} texts what the large file is made of
 * @returns {{ threads: number, speed: number }[] | undefined} MB/s; nothing where there is no `-t`
 */
export function measureCores(rounds, texts) {
  const data = Buffer.concat(texts.map(({ path }) => readFileSync(path)));
  const folder = join(ROOT, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const small = join(folder, 'small.txt');
  writeFileSync(small, 'Hello, world!');
  if (!run(1, small).done) return undefined;

  const path = join(folder, 'large.txt');
  const copies = Math.ceil(LARGE / data.length);
  writeFileSync(path, Buffer.concat(Array.from({ length: copies }, () => data)));
  const all = availableParallelism();
  const counts = [1, 2, 4, 8, 16, 32, 64].filter((threads) => threads < all).concat(all);
  const samples = counts.map(() => []);
  for (let round = 0; round < rounds; round++) {
    counts.forEach((threads, i) => {
      const { ms } = run(threads, path);
      samples[i].push((data.length * copies) / 1000 / ms);
    });
  }
  return counts.map((threads, i) => ({ threads, speed: median(samples[i]) }));
}
