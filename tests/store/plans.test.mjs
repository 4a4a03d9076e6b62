// SPDX-License-Identifier: MIT
// What PostgreSQL does to answer the store: it finds rows by an index, and reads no table from end
// to end. (For SQLite: tests/unit/test_sqlite_cost.c.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const skip = whyNoPostgresql();
const postgresql =
  skip === undefined
    ? await startPostgresql({
        settings: {
          session_preload_libraries: 'auto_explain',
          'auto_explain.log_min_duration': '0',
          enable_seqscan: 'off', // small tables are read whole otherwise
          logging_collector: 'on',
          log_directory: '.',
          log_filename: 'plans.log',
        },
      })
    : undefined;
after(() => postgresql?.remove());

const LARGE = ['record', 'record_count', 'usage_sum'];

/** The nodes that read one of the large tables. @param {string} log */
function readsOf(log) {
  const lines = log.split('\n');
  return lines.flatMap((line, at) => {
    const [, node, table] =
      line.match(/(Seq Scan|Index (?:Only )?Scan (?:Backward )?using \S+) on (\w+)/) ?? [];
    const [, index] = line.match(/Bitmap Index Scan on (\w+)/) ?? [];
    const isLarge = LARGE.includes(String(table)) || LARGE.some((name) => index?.startsWith(name));
    if (!isLarge) return [];
    return [{ node: node ?? `Bitmap ${index}`, hasBounds: /Index Cond/.test(lines[at + 1] ?? '') }];
  });
}

test('every question about records is answered by an index, between bounds', { skip }, () => {
  const program = fileURLToPath(
    new URL('../../build/dev/tests/unit/test_store_reading', import.meta.url),
  );
  const env = { ...process.env, TOKENWATT_TEST_STORE: postgresql?.newStore() };
  const { status, stdout, stderr } = spawnSync(program, { env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  const log = readFileSync(path.join(String(postgresql?.folder), 'data', 'plans.log'), 'utf8');
  const reads = readsOf(log);
  assert.ok(reads.length > 1000, `${reads.length} plans were seen`);
  for (const index of ['record_by_time', 'record_by_key', 'usage_sum_by_start']) {
    assert.ok(
      reads.some(({ node }) => node.includes(index)),
      `${index} is used`,
    );
  }
  const whole = reads.filter(({ node, hasBounds }) => node === 'Seq Scan' || !hasBounds);
  assert.deepEqual([...new Set(whole.map(({ node }) => node))], []);
});
