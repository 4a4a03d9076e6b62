// SPDX-License-Identifier: MIT
// Builds the fuzz targets and runs each for some seconds, starting from what earlier runs found.
// Prints "ok NAME" or "not ok NAME" a target; an input that broke one is kept in build/fuzz/found.
//
//   node tests/fuzz/run.mjs [--seconds 60] [TARGET…]

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD = `${ROOT}build/fuzz`;
const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
});

for (const command of [
  ['cmake', '--preset', 'fuzz'],
  ['cmake', '--build', '--preset', 'fuzz', '--parallel'],
]) {
  const { status } = spawnSync(command[0], command.slice(1), { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

const all = readdirSync(`${BUILD}/tests/fuzz`).filter((name) => /^fuzz_[a-z]+$/.test(name));
const unknown = positionals.filter((name) => !all.includes(name));
if (all.length === 0 || unknown.length > 0) {
  console.error(
    `tests/fuzz/run.mjs: no target ${unknown.join(', ')}; there are: ${all.join(', ')}`,
  );
  process.exit(2);
}
mkdirSync(`${BUILD}/found`, { recursive: true });

/** @param {string} target @returns {Promise<{ status: number | null, output: string }>} */
function fuzz(target) {
  const corpus = `${BUILD}/corpus/${target}`;
  mkdirSync(corpus, { recursive: true });
  const seeds = `${ROOT}tests/fuzz/corpus/${target}`;
  const words = `${ROOT}tests/fuzz/${target}.dict`;
  const child = spawn(
    `${BUILD}/tests/fuzz/${target}`,
    [
      `-max_total_time=${values.seconds}`,
      '-max_len=2000',
      '-timeout=20',
      '-print_final_stats=1',
      ...(existsSync(words) ? [`-dict=${words}`] : []),
      `-artifact_prefix=${BUILD}/found/${target}-`,
      corpus,
      ...(existsSync(seeds) ? [seeds] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ status: null, output: message }));
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** @param {string} target */
async function check(target) {
  const { status, output } = await fuzz(target);
  const runs = /number_of_executed_units: (\d+)/.exec(output)?.[1] ?? '0';
  // A target that executes nothing has not been tested.
  const ok = status === 0 && Number(runs) > 100;
  console.log(`${ok ? 'ok' : 'not ok'} ${target}: ${runs} executions in ${values.seconds} s`);
  if (ok) return;
  process.exitCode = 1;
  console.log(output.split('\n').slice(-60).join('\n'));
}

const left = positionals.length > 0 ? positionals : all;
// As many at once as there are cores.
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let target = left.shift(); target !== undefined; target = left.shift()) {
      await check(target);
    }
  }),
);
