// SPDX-License-Identifier: MIT
// Ten kills at random; `make soak` has two hundred.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../cli/program.mjs';
import { killAndCount } from './killing.mjs';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const skip = whyNoPostgresql();
const postgresql = skip === undefined ? await startPostgresql() : undefined;
after(() => postgresql?.remove());
const { folder } = temporaryFolder();

test('killed ten times, on SQLite: nothing acknowledged is lost, nothing doubled', async () => {
  const store = `sqlite:${path.join(folder, 'store.db')}`;
  const { acknowledged } = await killAndCount(store, { kills: 10, seed: 20260101 });
  assert.ok(acknowledged > 100, `${acknowledged} records were acknowledged`);
});

test('killed ten times, it or the database, on PostgreSQL: likewise', { skip }, async () => {
  if (postgresql === undefined) return;
  const store = postgresql.newStore();
  const options = { kills: 10, seed: 20260102, postgresql };
  const { acknowledged, killed, crashed } = await killAndCount(store, options);
  assert.ok(acknowledged > 100, `${acknowledged} records were acknowledged`);
  assert.ok(killed > 0 && crashed > 0, `${killed} and ${crashed}`);
});
