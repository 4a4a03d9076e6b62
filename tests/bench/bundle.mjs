// SPDX-License-Identifier: MIT

import { build } from 'esbuild';
import { ROOT } from './engines.mjs';

/** The script that a page downloads for an engine. @param {string} module */
export async function bundleEngine(module) {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}tests/bench/engines/${module}.js`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external: ['fs', 'path'], // required by one of them in functions that a page does not call
    logLevel: 'error',
  });
  return Buffer.from(outputFiles[0].contents);
}
