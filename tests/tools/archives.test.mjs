// SPDX-License-Identifier: MIT
// The archives of `make dist`: others can read them, and they are the same whenever they are made.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { crc32 } from '../../tools/crc32.mjs';
import { tar } from '../../tools/tar.mjs';
import { zip } from '../../tools/zip.mjs';

const FILES = [
  { name: 'pages/index.html', data: Buffer.from('<p>hello</p>\n'.repeat(100)) },
  { name: 'größe.txt', data: Buffer.from('1') },
  { name: 'empty', data: Buffer.alloc(0) },
];

test('tar: the system reads names, modes, dates and contents', () => {
  const archive = tar([...FILES, { name: 'bin/run', data: Buffer.from('#!'), mode: 0o755 }]);
  const listed = spawnSync('tar', ['-tvf', '-', '--utc'], { input: archive, encoding: 'utf8' });
  assert.equal(listed.status, 0, listed.stderr);
  assert.match(listed.stdout, /^-rwxr-xr-x .* 2 1970-01-01 00:00 bin\/run$/m);
  assert.match(listed.stdout, /^-rw-r--r-- .* 0 1970-01-01 00:00 empty$/m);
  const page = spawnSync('tar', ['-xOf', '-', 'pages/index.html'], { input: archive });
  assert.deepEqual(page.stdout, FILES[0].data);
});

test('tar: a name that does not fit is refused', () => {
  assert.throws(() => tar([{ name: 'x'.repeat(101), data: Buffer.alloc(0) }]), /too long/);
});

test('zip: the directory leads to each file, whole and with its checksum', () => {
  const archive = zip(FILES);
  const end = archive.length - 22;
  assert.equal(archive.readUInt32LE(end), 0x06054b50);
  const found = {};
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < archive.readUInt16LE(end + 10); i++) {
    assert.equal(archive.readUInt32LE(at), 0x02014b50);
    const nameSize = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameSize);
    const local = archive.readUInt32LE(at + 42);
    assert.equal(archive.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + nameSize;
    const data = inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20)));
    assert.equal(crc32(data), archive.readUInt32LE(at + 16));
    assert.equal(data.length, archive.readUInt32LE(at + 24));
    found[name] = data;
    at += 46 + nameSize;
  }
  assert.equal(at, end);
  assert.deepEqual(found, Object.fromEntries(FILES.map(({ name, data }) => [name, data])));
});

for (const [name, pack] of Object.entries({ tar, zip })) {
  test(`${name}: the order of the files changes nothing`, () => {
    assert.deepEqual(pack([...FILES].reverse()), pack(FILES));
  });
}
