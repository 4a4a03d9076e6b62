// SPDX-License-Identifier: MIT

import { build } from 'esbuild';
import { ROOT } from './engines.mjs';

/** The script that a page downloads for an engine. @param {string} module */
export const bundleEngine = (module) => bundle(`tests/bench/engines/${module}.js`);

/** A module with all that it imports. @param {string} path */
export async function bundle(path) {
  const { outputFiles } = await build({
    entryPoints: [ROOT + path],
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
