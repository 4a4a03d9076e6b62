// SPDX-License-Identifier: MIT
// Cold starts in fresh Node processes, in rounds over all engines.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENGINES } from './engines.mjs';
import { median } from './numbers.mjs';

const SCRIPT = fileURLToPath(new URL('cold.mjs', import.meta.url));

/** @param {string} name '' is the empty process */
function once(name) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', SCRIPT, ...(name ? [name] : [])],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${name} did not start: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * @param {number} rounds
 * @returns {{ name: string, ms: number, bytes: number }[]} medians; bytes above an empty process
 */
export function measureStarts(rounds) {
  const names = ['', ...ENGINES.map((engine) => engine.name)];
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      samples.get(name).push(once(name));
    }
  }
  const empty = median(samples.get('').map((sample) => sample.rss));
  return ENGINES.map(({ name }) => ({
    name,
    ms: median(samples.get(name).map((sample) => sample.ms)),
    bytes: median(samples.get(name).map((sample) => sample.rss)) - empty,
  }));
}
