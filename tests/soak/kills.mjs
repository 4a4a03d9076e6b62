// SPDX-License-Identifier: MIT
// Kills the collector, or its database, again and again under load; none acknowledged may be lost.
//
//   node tests/soak/kills.mjs [--kills 200] [--seed N] [sqlite|postgresql…]

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killAndCount } from '../store/killing.mjs';
import { startPostgresql, whyNoPostgresql } from '../store/postgresql.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];

/** @param {number} done */
function progress(done) {
  if (done % 20 === 0) console.error(`${done} of ${kills}`);
}

async function onSqlite() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-kills-'));
  try {
    return await killAndCount(`sqlite:${folder}/store.db`, { kills, seed, progress });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function onPostgresql() {
  const why = whyNoPostgresql();
  if (why !== undefined) throw new Error(why);
  const postgresql = await startPostgresql();
  try {
    return await killAndCount(postgresql.newStore(), { kills, seed, postgresql, progress });
  } finally {
    await postgresql.remove();
  }
}

for (const name of positionals.length > 0 ? positionals : ['sqlite', 'postgresql']) {
  const start = Date.now();
  const result = await (name === 'sqlite' ? onSqlite() : onPostgresql());
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${name}: ${JSON.stringify({ ...result, seconds })}`);
}
process.exit(0);
