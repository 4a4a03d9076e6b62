// SPDX-License-Identifier: MIT
// What a page downloads before its first exact count: the minified script and its files, each
// compressed by itself, as servers do.

import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundleEngine } from './bundle.mjs';
import { ENGINES, ROOT, versionOf } from './engines.mjs';

const gzip = (data) => gzipSync(data, { level: 9 });
const brotli = (data) =>
  brotliCompressSync(data, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      [constants.BROTLI_PARAM_LGWIN]: 22, // what every browser takes
    },
  });

/** @returns {Promise<{ name: string, raw: number, gzip: number, brotli: number }[]>} bytes */
export async function measureSizes() {
  const rows = [];
  for (const { name, module, files } of ENGINES) {
    const parts = [await bundleEngine(module), ...files.map((path) => readFileSync(ROOT + path))];
    const sum = (pack) => parts.reduce((total, part) => total + pack(part).length, 0);
    rows.push({
      name: `${name} ${versionOf(name)}`,
      raw: sum((part) => part),
      gzip: sum(gzip),
      brotli: sum(brotli),
    });
  }
  return rows;
}
