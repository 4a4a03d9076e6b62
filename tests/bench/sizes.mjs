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

/**
 * @typedef {{ name: string, raw: number, gzip: number, brotli: number }} Size bytes
 */

/** A file by itself. @param {string} path @returns {Size} */
export function sizeOfFile(path) {
  const data = readFileSync(ROOT + path);
  return {
    name: path.split('/').at(-1),
    raw: data.length,
    gzip: gzip(data).length,
    brotli: brotli(data).length,
  };
}

/** All that a page downloads, of each engine in turn. @returns {Promise<Size[]>} */
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
