// SPDX-License-Identifier: MIT
// Packs what is published into dist/, or the folder that is given: the npm package, the extension for
// Chrome and Firefox, all sources (stores ask for them), and the command line for this machine. The
// archives are reproducible; SHA256SUMS says what they are.
//
//   node tools/make-dist.mjs [FOLDER]

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tar } from './tar.mjs';
import { zip } from './zip.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = process.argv[2] ?? join(ROOT, 'dist');
const version = readFileSync(join(ROOT, 'VERSION'), 'utf8').trim();

/** Every file below a folder, with its path from there. */
function filesBelow(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, name);
    return [{ name, data: readFileSync(join(folder, name)) }];
  });
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const browser of ['chrome', 'firefox']) {
  const files = filesBelow(join(ROOT, 'extension/dist', browser));
  writeFileSync(join(OUT, `tokenwatt-${browser}-${version}.zip`), zip(files));
}
const packed = spawnSync('npm', ['pack', './web', '--pack-destination', OUT, '--silent'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (packed.status !== 0) throw new Error('npm pack failed');

// The bundle of sources makes all but itself again: it is no repository.
const listed = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
if (listed.status === 0) {
  const sources = listed.stdout
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => ({
      name: `tokenwatt-${version}/${name}`,
      data: readFileSync(join(ROOT, name)),
      mode: statSync(join(ROOT, name)).mode & 0o100 ? 0o755 : 0o644,
    }));
  const file = join(OUT, `tokenwatt-source-${version}.tar.gz`);
  writeFileSync(file, gzipSync(tar(sources), { level: 9 }));
}

// The program finds the demo page from where it lies itself: bin/ and share/ stay together.
const folder = `tokenwatt-${version}-${process.platform}-${process.arch}`;
const program = { name: 'bin/tokenwatt', data: readFileSync(join(ROOT, 'build/native/tokenwatt')) };
const installed = [
  { ...program, mode: 0o755 },
  ...filesBelow(join(ROOT, 'web/dist')).map(({ name, data }) => ({
    name: `share/tokenwatt/web/${name}`,
    data,
  })),
  ...['README.md', 'LICENSE', 'CHANGELOG.md', 'data/LICENSES.md'].map((name) => ({
    name: `share/doc/tokenwatt/${name}`,
    data: readFileSync(join(ROOT, name)),
  })),
].map((file) => ({ ...file, name: `${folder}/${file.name}` }));
writeFileSync(join(OUT, `${folder}.tar.gz`), gzipSync(tar(installed), { level: 9 }));

const sums = readdirSync(OUT)
  .sort()
  .map((name) => {
    const data = readFileSync(join(OUT, name));
    console.log(`${name}: ${data.length} bytes`);
    return `${createHash('sha256').update(data).digest('hex')}  ${name}\n`;
  });
writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
