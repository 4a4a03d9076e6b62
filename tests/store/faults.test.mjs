// SPDX-License-Identifier: MIT
// Full disks of a real, small file system, and clocks that are set while the collector runs.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run, temporaryFolder } from '../cli/program.mjs';
import { createClock, smallDisk } from '../machine.mjs';
import { collect, newStore, usage } from '../server/collector.mjs';
import { storedNumbers } from './killing.mjs';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const { folder } = temporaryFolder();

/**
 * Posts until the disk is full, then makes room.
 * @param {string} store @param {NonNullable<ReturnType<typeof smallDisk>>} disk
 */
async function fillAndMend(store, disk) {
  const server = await collect([], store);
  /** @type {number[]} */
  const taken = [];
  let n = 0;
  async function post() {
    n += 1;
    const answer = await server.calculate({ ...usage, prompt_tokens: n });
    if (answer.status === 200) taken.push(n);
    return answer;
  }
  assert.equal((await post()).status, 200);
  const giveBack = disk.fill();
  let refused;
  for (let i = 0; i < 3000 && refused === undefined; i += 1) {
    const answer = await post();
    if (answer.status !== 200) refused = answer;
  }
  assert.ok(refused !== undefined, 'the disk was never full');
  assert.deepEqual([refused.status, refused.json.error.code], [503, 'service_unavailable']);
  assert.match(refused.json.error.message, /disk|space/);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  giveBack();
  for (let i = 0; i < 100 && (await post()).status !== 200; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(taken.includes(n), 'it goes on without a restart');
  assert.deepEqual(
    storedNumbers(store).sort((a, b) => a - b),
    taken,
    'what was acknowledged is there, and nothing else',
  );
  await server.stop();
}

test('a full disk, SQLite', async (t) => {
  const disk = smallDisk(folder, '3m');
  if (disk === undefined) return t.skip('no file system may be mounted here');
  t.after(disk.remove);
  await fillAndMend(`sqlite:${disk.place}/store.db`, disk);
});

test('a full disk, PostgreSQL', async (t) => {
  const why = whyNoPostgresql();
  if (why !== undefined) return t.skip(why);
  const disk = smallDisk(folder, '40m');
  if (disk === undefined) return t.skip('no file system may be mounted here');
  t.after(disk.remove);
  const postgresql = await startPostgresql();
  try {
    const space = path.join(disk.place, 'space');
    mkdirSync(space);
    const owner = spawnSync('stat', ['-c', '%u:%g', path.join(postgresql.folder, 'data')]);
    execFileSync('chown', [owner.stdout.toString().trim(), space]);
    postgresql.query(`CREATE TABLESPACE small LOCATION '${space}'`);
    const store = postgresql.newStore();
    postgresql.query(`ALTER DATABASE ${postgresql.database(store)} SET TABLESPACE small`);
    await fillAndMend(store, disk);
  } finally {
    await postgresql.remove();
  }
});

test('a clock that is set back and forth: nothing is lost, refused or doubled', async () => {
  const clock = createClock(folder);
  Object.assign(process.env, clock.environment);
  const server = await collect([], newStore());
  delete process.env.LD_PRELOAD;
  const day = 86_400;
  const jumps = [0, 3600, -3600, 400 * day, -400 * day, 2, 0];
  for (const [n, jump] of jumps.entries()) {
    clock.set(jump);
    const started = Date.now();
    const headers = { 'idempotency-key': `jump-${n}` };
    const body = { ...usage, prompt_tokens: n };
    assert.equal((await server.calculate(body, headers)).status, 200);
    clock.set(-jump);
    assert.equal((await server.calculate(body, headers)).status, 200, 'a retry after a jump');
    assert.equal((await server.health()).status, 200);
    assert.ok(Date.now() - started < 3000, 'nothing waits for the clock');
  }
  assert.equal(await server.count(), jumps.length);
  const { stdout } = run(['export', '--store', server.store]);
  const times = [...stdout.matchAll(/"received_ms":(\d+)/g)].map((match) => Number(match[1]));
  const days = (Math.max(...times) - Math.min(...times)) / 1000 / day;
  assert.ok(days > 799 && days < 801, `the clock was set: ${days} days`);
  const numbers = storedNumbers(server.store).sort((a, b) => a - b);
  assert.deepEqual(numbers, [...jumps.keys()]);
});
