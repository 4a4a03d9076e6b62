// SPDX-License-Identifier: MIT
// A machine that goes wrong in the middle: a small disk that fills up, a clock that is set.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A file system of so many bytes, or undefined where none may be mounted.
 * @param {string} folder that holds it @param {string} size
 * @returns {{ place: string, fill: () => () => void, remove: () => void } | undefined} `fill` takes
 *   all the space that is left, and returns what gives it back
 */
export function smallDisk(folder, size) {
  const place = path.join(folder, `disk-${size}`);
  mkdirSync(place);
  chmodSync(place, 0o777);
  chmodSync(folder, 0o755);
  const options = ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs', place];
  if (spawnSync('mount', options).status !== 0) return undefined;
  return {
    place,
    fill: () => fill(place),
    remove() {
      spawnSync('umount', ['-l', place]);
    },
  };
}

/** @param {string} disk */
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
 * A clock of the day for programs that are started with its `environment`: they see it `set` to so
 * many seconds ahead, at once.
 * @param {string} folder for its files
 */
export function createClock(folder) {
  const library = path.join(folder, 'clock.so');
  const source = fileURLToPath(new URL('clock.c', import.meta.url));
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source]);
  const file = path.join(folder, 'offset');
  set(0);
  return { environment: { LD_PRELOAD: library, CLOCK_OFFSET_FILE: file }, set };

  /** @param {number} seconds */
  function set(seconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    writeFileSync(file, bytes);
  }
}
