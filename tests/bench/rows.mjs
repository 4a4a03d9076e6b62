// SPDX-License-Identifier: MIT
// What pages of the history and the sums of the dashboard cost as a store grows: each at most three
// times what it costs at 100,000 records. The records are written by SQL (rows-*.sql), since the
// store itself takes a quarter of an hour for ten million; how many go into it a second is what the
// first lines say.
//
//   node tests/bench/rows.mjs [--rows 1000000] [--rounds 30] [--folder DIR] [sqlite|postgresql…]

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
    folder: { type: 'string', default: os.tmpdir() },
  },
});
const FEW = 100_000;
const WRITTEN = 20_000; // one transaction after another, for the speed of that
const TURNS = 3; // the two stores by turns: other work on the machine meets both
const MOST_TIMES = 3;
// Reads the records of the two hours that it cuts: told, not judged. The dashboard asks for days.
const CUTS_HOURS = 'sums of a month, to the second';
const NOISE_MS = 5; // below this a ratio says nothing
const program = fileURLToPath(
  new URL('../../build/native/tests/bench/store_rows', import.meta.url),
);

/** @typedef {{ query: string, rows: number, p50_ms: number, p99_ms: number, per_second: number }} Line */

/** @param {string} store @param {number} rows 0: as it is @returns {Line[]} */
function measure(store, rows) {
  return execFileSync(program, [store, String(rows), values.rounds ?? '30'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @param {number[]} numbers */
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/**
 * The medians of several measurements, query by query.
 * @param {Line[][]} turns
 */
const medians = (turns) =>
  (turns[0] ?? []).map(({ query }, i) => ({
    query,
    p50: median(turns.map((lines) => lines[i]?.p50_ms ?? 0)),
    p99: median(turns.map((lines) => lines[i]?.p99_ms ?? 0)),
  }));

/**
 * @param {string} name @param {() => string} newStore
 * @param {(store: string, rows: number, sql: string) => void} fill
 */
function compare(name, newStore, fill) {
  const many = Number(values.rows);
  const [first] = measure(newStore(), WRITTEN);
  console.log(`${name}: ${first?.per_second} records a second, in transactions of 2,000`);
  const sql = readFileSync(new URL(`rows-${name}.sql`, import.meta.url), 'utf8');
  const stores = [FEW, many].map((rows) => {
    const store = newStore();
    measure(store, 0); // makes the tables
    fill(store, rows, sql);
    return store;
  });
  /** @type {Line[][][]} */
  const turns = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [i, store] of stores.entries()) turns[i]?.push(measure(store, 0));
  }
  const [fewLines, manyLines] = [medians(turns[0] ?? []), medians(turns[1] ?? [])];
  let slower = 0;
  const table = fewLines.map((few, i) => {
    const line = manyLines[i] ?? few;
    const ratio = line.p50 / few.p50;
    const isSlow = ratio > MOST_TIMES && line.p50 > NOISE_MS && few.query !== CUTS_HOURS;
    slower += isSlow ? 1 : 0;
    return [
      few.query,
      few.p50.toFixed(1),
      line.p50.toFixed(1),
      line.p99.toFixed(1),
      `${ratio.toFixed(1)}${isSlow ? ' !' : ''}`,
    ];
  });
  printTable([name, `${FEW}, ms`, `${many}, ms`, 'p99, ms', 'times'], table);
  return slower;
}

/** @param {string} store @param {number} rows @param {string} sql */
function fillSqlite(store, rows, sql) {
  const file = store.slice('sqlite:'.length);
  const options = { input: sql.replaceAll(':rows', String(rows)) };
  execFileSync('sqlite3', ['-bail', file], options);
}

console.log(`${machine()}\n`);
let slower = 0;
for (const name of positionals.length > 0 ? positionals : ['sqlite', 'postgresql']) {
  if (name === 'sqlite') {
    const folder = mkdtempSync(path.join(values.folder ?? '', 'tokenwatt-rows-'));
    let made = 0;
    slower += compare(name, () => `sqlite:${folder}/store-${made++}.db`, fillSqlite);
    rmSync(folder, { recursive: true });
  } else {
    const why = whyNoPostgresql();
    if (why !== undefined) throw new Error(why);
    const postgresql = await startPostgresql({ folder: values.folder });
    slower += compare(name, postgresql.newStore, (store, rows, sql) => {
      postgresql.query(sql.replaceAll(':rows', String(rows)), postgresql.database(store));
    });
    await postgresql.remove();
  }
}
if (slower > 0) {
  console.log(`${slower} queries cost more than ${MOST_TIMES} times`);
  process.exit(1);
}
