// SPDX-License-Identifier: MIT
// Builds the fuzz targets and runs each for some seconds, starting from what earlier runs found.
// Prints "ok NAME" or "not ok NAME" a target; an input that broke one is kept in build/fuzz/found.
//
//   node tests/fuzz/run.mjs [--seconds 60] [TARGET…]

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
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

const targets = readdirSync(`${BUILD}/tests/fuzz`).filter((name) => /^fuzz_[a-z]+$/.test(name));
mkdirSync(`${BUILD}/found`, { recursive: true });
let failed = targets.length === 0;
for (const target of targets) {
  if (positionals.length > 0 && !positionals.includes(target)) continue;
  const corpus = `${BUILD}/corpus/${target}`;
  mkdirSync(corpus, { recursive: true });
  const seeds = `${ROOT}tests/fuzz/corpus/${target}`;
  const words = `${ROOT}tests/fuzz/${target}.dict`;
  const { status, stderr } = spawnSync(
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
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const runs = /number_of_executed_units: (\d+)/.exec(stderr)?.[1] ?? '0';
  // A target that executes nothing has not been tested.
  const ok = status === 0 && Number(runs) > 100;
  console.log(`${ok ? 'ok' : 'not ok'} ${target}: ${runs} executions in ${values.seconds} s`);
  if (!ok) {
    failed = true;
    console.log(stderr.split('\n').slice(-60).join('\n'));
  }
}
process.exitCode = failed ? 1 : 0;
