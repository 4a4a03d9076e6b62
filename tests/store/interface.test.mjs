// SPDX-License-Identifier: MIT
// The C tests of the store's interface, against a real PostgreSQL. (Against SQLite they run with the
// other unit tests.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const skip = whyNoPostgresql();
const postgresql = skip === undefined ? await startPostgresql() : undefined;
after(() => postgresql?.remove());

for (const name of ['test_store', 'test_store_reading']) {
  test(`${name} on PostgreSQL`, { skip }, () => {
    const program = fileURLToPath(new URL(`../../build/dev/tests/unit/${name}`, import.meta.url));
    assert.ok(existsSync(program), `${program} is missing: build the preset "dev"`);
    const env = { ...process.env, TOKENWATT_TEST_STORE: postgresql?.newStore() };
    const { status, stdout, stderr } = spawnSync(program, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout + stderr, /\[ {2}PASSED {2}\] \d+ test\(s\)/);
  });
}
