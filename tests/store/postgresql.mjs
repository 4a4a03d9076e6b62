// SPDX-License-Identifier: MIT
// A real PostgreSQL for tests: in a temporary folder, on a Unix socket only, gone at the end.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const USER = 'tokenwatt';

/** Where the server's programs are: they are seldom on PATH. @returns {string | undefined} */
function findPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  const folders = [
    process.env.TOKENWATT_POSTGRESQL,
    ...versions.sort((a, b) => b - a).map((version) => path.join(debian, String(version), 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => folder !== undefined && existsSync(path.join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root. @returns {{ uid?: number, gid?: number } | undefined} */
function otherUser() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name]).stdout.toString());
    if (uid !== '') return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/**
 * Why there can be none, or undefined. In CI that is an error: a test that is always skipped shows
 * nothing.
 */
export function whyNoPostgresql() {
  let why;
  if (findPrograms() === undefined) {
    why =
      'no PostgreSQL server: install it, or name its folder of programs in TOKENWATT_POSTGRESQL';
  } else if (otherUser() === undefined) {
    why = 'PostgreSQL does not run as root, and there is no user "postgres" or "nobody"';
  }
  if (why !== undefined && process.env.CI) throw new Error(why);
  return why;
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes a server and starts it.
 * @param {{ settings?: Record<string, string>, folder?: string }} [options] `folder`: where its
 *   folder is made
 */
export async function startPostgresql({ settings = {}, folder: parent = os.tmpdir() } = {}) {
  const programs = String(findPrograms());
  const user = otherUser() ?? {};
  const folder = mkdtempSync(path.join(parent, 'tw-pg-'));
  const data = path.join(folder, 'data');
  const options = { ...user, cwd: folder };
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o755);
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...options, stdio: 'ignore' },
  );
  const flags = Object.entries({
    listen_addresses: '',
    unix_socket_directories: folder,
    logging_collector: 'off',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  let log = '';

  /** @param {string} sql @param {string} [database] */
  const query = (sql, database = 'postgres') =>
    execFileSync(
      path.join(programs, 'psql'),
      ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-U', USER, '-d', database],
      { ...options, input: sql, stdio: ['pipe', 'pipe', 'pipe'] },
    )
      .toString()
      .trim();

  const isReady = () =>
    spawnSync(path.join(programs, 'pg_isready'), ['-q', '-h', folder], options).status === 0;

  async function start() {
    server = spawn(path.join(programs, 'postgres'), ['-D', data, ...flags], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on('data', (text) => {
        log = (log + text).slice(-20_000);
      });
    }
    while (!isReady()) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${log}`);
      await sleep(50);
    }
  }

  /** @param {NodeJS.Signals} signal */
  async function end(signal) {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const closed = once(server, 'close');
    server.kill(signal);
    await closed;
  }

  await start();
  let made = 0;
  return {
    folder,
    query,
    start,
    pid: () => Number(server?.pid),
    /** As when it is stopped by its administrator. */
    stop: () => end('SIGINT'),
    /** As when its machine loses power, but for what the disk had not written. */
    crash: () => end('SIGQUIT'),
    /** What it wrote last. */
    log: () => log,
    /** The address of a new, empty database. @param {{ encoding?: 'UTF8' | 'LATIN1' }} [options] */
    newStore({ encoding = 'UTF8' } = {}) {
      made += 1;
      const locale = encoding === 'UTF8' ? 'C.UTF-8' : 'C';
      query(
        `CREATE DATABASE store${made} ENCODING '${encoding}' LOCALE '${locale}' TEMPLATE template0`,
      );
      return `postgresql:///store${made}?host=${encodeURIComponent(folder)}&user=${USER}`;
    },
    /** The name of the database of an address. @param {string} address */
    database: (address) => new URL(address.replace(':///', '://host/')).pathname.slice(1),
    async remove() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startPostgresql>>} Postgresql */

/** Whether this process may mount file systems. */
export function mayMount() {
  try {
    accessSync('/dev', constants.W_OK);
  } catch {
    return false;
  }
  return process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
}
