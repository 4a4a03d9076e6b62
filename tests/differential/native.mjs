// SPDX-License-Identifier: MIT
// The native tokenizer as a function from texts to ids, through the driver's pipe.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DRIVER = process.env.TOKENWATT_DRIVER ?? `${ROOT}build/native/tests/differential/driver`;

/**
 * Starts a driver for an encoding.
 * @param {string} encoding
 * @param {string} [file] of its vocabulary, default: the one of the source tree
 */
export function startNative(encoding, file = `${ROOT}data/${encoding}.twv`) {
  if (!existsSync(DRIVER)) throw new Error(`${DRIVER} is missing: run \`make build\` first`);
  const child = spawn(DRIVER, [file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  /** @type {{ wanted: number, chunks: Buffer[], size: number, resolve: Function, reject: Function } | null} */
  let batch = null;
  let failure = null;
  child.on('exit', (code) => {
    failure = new Error(`the driver stopped with exit code ${code}`);
    batch?.reject(failure);
  });
  child.stdout.on('data', (chunk) => {
    batch.chunks.push(chunk);
    batch.size += chunk.length;
    if (batch.size >= 4 * batch.wanted) settle();
  });

  /** Takes the answers apart once they are all there. */
  function settle() {
    const bytes = Buffer.concat(batch.chunks);
    batch.chunks = [bytes];
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const results = [];
    for (let at = 0; results.length < batch.wanted; ) {
      if (at >= words.length || at + 1 + words[at] > words.length) return;
      results.push(words.subarray(at + 1, at + 1 + words[at]));
      at += 1 + words[at];
    }
    const { resolve } = batch;
    batch = null;
    resolve(results);
  }

  return {
    name: `native ${encoding}`,
    /**
     * The ids of each text. Lone surrogates become U+FFFD, as Buffer makes them.
     * @param {string[]} texts
     * @returns {Promise<Uint32Array[]>}
     */
    encodeAll(texts) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        batch = { wanted: texts.length, chunks: [], size: 0, resolve, reject };
        const parts = [];
        for (const text of texts) {
          const bytes = Buffer.from(text, 'utf8');
          const size = Buffer.alloc(4);
          size.writeUInt32LE(bytes.length);
          parts.push(size, bytes);
        }
        parts.push(Buffer.alloc(4, 0xff)); // the driver's sign to send what it has
        child.stdin.write(Buffer.concat(parts));
      });
    },
    close() {
      child.removeAllListeners('exit');
      child.stdin.end();
    },
  };
}
