// SPDX-License-Identifier: MIT
// Packs what is published into dist/: the npm package, the extension for Chrome and Firefox, and
// the command line for this machine. The archives are reproducible; SHA256SUMS says what they are.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tar } from './tar.mjs';
import { zip } from './zip.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist');
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
mkdirSync(OUT);
for (const browser of ['chrome', 'firefox']) {
  const files = filesBelow(join(ROOT, 'extension/dist', browser));
  writeFileSync(join(OUT, `tokenwatt-${browser}-${version}.zip`), zip(files));
}
const packed = spawnSync('npm', ['pack', './web', '--pack-destination', OUT, '--silent'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (packed.status !== 0) throw new Error('npm pack failed');

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
    console.log(`dist/${name}: ${data.length} bytes`);
    return `${createHash('sha256').update(data).digest('hex')}  ${name}\n`;
  });
writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
