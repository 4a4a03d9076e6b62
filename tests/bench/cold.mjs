// SPDX-License-Identifier: MIT
// One cold start, in a process of its own: the time from nothing to the first count, and the memory
// then. Without a name it is the empty process.
//
//   node --expose-gc tests/bench/cold.mjs [NAME]

import { loadEngine } from './engines.mjs';

const name = process.argv[2];
const start = performance.now();
const engine = name ? await loadEngine(name) : undefined;
engine?.count('Hello, world! 你好，世界！');
const ms = performance.now() - start;
globalThis.gc?.();
console.log(JSON.stringify({ ms, rss: process.memoryUsage.rss() }));
