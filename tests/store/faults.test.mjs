// SPDX-License-Identifier: MIT
// Full disks of a real, small file system, and clocks that are set while the collector runs.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, temporaryFolder } from '../cli/program.mjs';
import { collect, newStore, usage } from '../server/collector.mjs';
import { storedNumbers } from './killing.mjs';
import { startPostgresql, whyNoPostgresql } from './postgresql.mjs';

const { folder } = temporaryFolder();

/**
 * A file system of so many bytes, or undefined where none may be mounted.
 * @param {import('node:test').TestContext} t @param {string} size
 */
function smallDisk(t, size) {
  const place = path.join(folder, `disk-${size}`);
  mkdirSync(place);
  chmodSync(place, 0o777);
  chmodSync(folder, 0o755);
  const options = ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs', place];
  if (spawnSync('mount', options).status !== 0) return undefined;
  t.after(() => spawnSync('umount', ['-l', place]));
  return place;
}

/** Takes all the space that is left. @param {string} disk @returns {() => void} gives it back */
function fill(disk) {
  const file = path.join(disk, 'ballast');
  const fd = openSync(file, 'w');
  for (const size of [1 << 20, 1 << 12]) {
    const block = Buffer.alloc(size, 1);
    try {
      for (;;) writeSync(fd, block);
    } catch {
      // No space left on device
    }
  }
  closeSync(fd);
  return () => rmSync(file);
}

/**
 * Posts until the disk is full, then makes room.
 * @param {string} store @param {string} disk
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
  const giveBack = fill(disk);
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
  const disk = smallDisk(t, '3m');
  if (disk === undefined) return t.skip('no file system may be mounted here');
  await fillAndMend(`sqlite:${disk}/store.db`, disk);
});

test('a full disk, PostgreSQL', async (t) => {
  const why = whyNoPostgresql();
  if (why !== undefined) return t.skip(why);
  const disk = smallDisk(t, '40m');
  if (disk === undefined) return t.skip('no file system may be mounted here');
  const postgresql = await startPostgresql();
  try {
    const space = path.join(disk, 'space');
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
  const library = path.join(folder, 'clock.so');
  const source = fileURLToPath(new URL('clock.c', import.meta.url));
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source]);
  const file = path.join(folder, 'offset');
  /** @param {number} seconds */
  function setClock(seconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    writeFileSync(file, bytes);
  }
  setClock(0);
  Object.assign(process.env, { LD_PRELOAD: library, CLOCK_OFFSET_FILE: file });
  const server = await collect([], newStore());
  delete process.env.LD_PRELOAD;
  const day = 86_400;
  const jumps = [0, 3600, -3600, 400 * day, -400 * day, 2, 0];
  for (const [n, jump] of jumps.entries()) {
    setClock(jump);
    const started = Date.now();
    const headers = { 'idempotency-key': `jump-${n}` };
    const body = { ...usage, prompt_tokens: n };
    assert.equal((await server.calculate(body, headers)).status, 200);
    setClock(-jump);
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
