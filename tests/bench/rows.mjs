// SPDX-License-Identifier: MIT
// What pages of the history and the sums of the dashboard cost as a store grows: each at most three
// times what it costs at 100,000 records.
//
//   node tests/bench/rows.mjs [--rows 1000000] [--rounds 30] [sqlite|postgresql…]

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgresql, whyNoPostgresql } from '../store/postgresql.mjs';
import { machine, printTable } from './numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '30' },
  },
});
const FEW = 100_000;
const MOST_TIMES = 3;
const NOISE_MS = 5; // below this a ratio says nothing
const program = fileURLToPath(
  new URL('../../build/native/tests/bench/store_rows', import.meta.url),
);

/** @typedef {{ query: string, rows: number, p50_ms: number, p99_ms: number, per_second: number }} Line */

/** @param {string} store @param {number} rows @returns {Line[]} */
function measure(store, rows) {
  return execFileSync(program, [store, String(rows), values.rounds ?? '30'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @param {string} name @param {() => string} newStore */
function compare(name, newStore) {
  const many = Number(values.rows);
  const [fewLines, manyLines] = [measure(newStore(), FEW), measure(newStore(), many)];
  console.log(`${name}: filled with ${manyLines[0]?.per_second} records a second\n`);
  let slower = 0;
  const table = fewLines.slice(1).map((few, i) => {
    const line = /** @type {Line} */ (manyLines[i + 1]);
    const ratio = line.p50_ms / few.p50_ms;
    const isSlow = ratio > MOST_TIMES && line.p50_ms > NOISE_MS;
    slower += isSlow ? 1 : 0;
    return [
      few.query,
      few.p50_ms.toFixed(1),
      line.p50_ms.toFixed(1),
      line.p99_ms.toFixed(1),
      `${ratio.toFixed(1)}${isSlow ? ' !' : ''}`,
    ];
  });
  printTable([name, `${FEW}, ms`, `${many}, ms`, 'p99, ms', 'times'], table);
  return slower;
}

console.log(`${machine()}\n`);
let slower = 0;
for (const name of positionals.length > 0 ? positionals : ['sqlite', 'postgresql']) {
  if (name === 'sqlite') {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-rows-'));
    let made = 0;
    slower += compare(name, () => `sqlite:${folder}/store-${made++}.db`);
    rmSync(folder, { recursive: true });
  } else {
    const why = whyNoPostgresql();
    if (why !== undefined) throw new Error(why);
    const postgresql = await startPostgresql();
    slower += compare(name, postgresql.newStore);
    await postgresql.remove();
  }
}
if (slower > 0) {
  console.log(`${slower} queries cost more than ${MOST_TIMES} times`);
  process.exit(1);
}
