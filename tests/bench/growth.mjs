// SPDX-License-Identifier: MIT
// How the cost of a text grows with its size, in Node, hot.

import { loadEngine } from './engines.mjs';
import { median } from './numbers.mjs';
import { bestOf } from './speed.js';

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7]; // characters

/**
 * @param {number} rounds
 * @param {string} material repeated where it is shorter
 * @returns {Promise<{ bytes: number, count: number, encode: number }[]>} MB/s
 */
export async function measureGrowth(rounds, material) {
  const engine = await loadEngine('tokenwatt');
  const rows = SIZES.map((size) => {
    const text = material.repeat(Math.ceil(size / material.length)).slice(0, size);
    const flat = Buffer.from(text).toString();
    return { text: flat, bytes: Buffer.byteLength(flat), count: [], encode: [] };
  });
  for (let round = 0; round <= rounds; round++) {
    for (const { text, bytes, count, encode } of rows) {
      const estimate = bytes / 1e5; // milliseconds at 100 MB/s
      const speeds = [
        bytes / 1000 / bestOf(() => engine.count(text), estimate),
        bytes / 1000 / bestOf(() => engine.encode(text), estimate),
      ];
      if (round === 0) continue; // warms up
      count.push(speeds[0]);
      encode.push(speeds[1]);
    }
  }
  return rows.map(({ bytes, count, encode }) => ({
    bytes,
    count: median(count),
    encode: median(encode),
  }));
}
