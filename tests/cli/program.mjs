// SPDX-License-Identifier: MIT
// Runs the real executable.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const program =
  process.env.TOKENWATT_CLI ??
  fileURLToPath(new URL('../../build/native/tokenwatt', import.meta.url));
if (!existsSync(program)) throw new Error(`${program} is missing: run "make build"`);

/**
 * @param {string[]} args
 * @param {{ input?: string | Uint8Array, stdout?: number, env?: NodeJS.ProcessEnv }} [options]
 */
export function run(args, { input = '', stdout, env } = {}) {
  const result = spawnSync(program, args, {
    input,
    env: env ?? process.env,
    maxBuffer: 1 << 28,
    stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
    timeout: 30_000,
  });
  if (result.error && /** @type {any} */ (result.error).code !== 'EPIPE') throw result.error;
  return {
    code: result.status,
    bytes: result.stdout,
    stdout: result.stdout?.toString() ?? '',
    stderr: result.stderr.toString(),
  };
}

/** The same through a shell, where "$TOKENWATT" is the executable. @param {string} script */
export function shell(script) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    env: { ...process.env, TOKENWATT: program },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 30_000,
  });
  return { code: status, stdout, stderr };
}

/** A folder that goes when the tests have ended; `file` writes into it. */
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    /** @param {string} name @param {string | Uint8Array} content */
    file(name, content) {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
  };
}
