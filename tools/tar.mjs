// SPDX-License-Identifier: MIT

const BLOCK = 512;

/** @param {string} name @param {number} size @param {number} mode */
function header(name, size, mode) {
  if (Buffer.byteLength(name) > 100) throw new Error(`tar: the name ${name} is too long`);
  const block = Buffer.alloc(BLOCK);
  const octal = (/** @type {number} */ number, /** @type {number} */ digits) =>
    `${number.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108); // owner and group: root
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136); // 1970-01-01: the same bytes whenever it is made
  block.write('0', 156); // a plain file
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156); // the checksum counts itself as blanks
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}

/**
 * A tar archive that depends on nothing but names, modes and contents, so that anyone can make it
 * again.
 * @param {{ name: string, data: Buffer, mode?: number }[]} files names with forward slashes
 * @returns {Buffer}
 */
export function tar(files) {
  const parts = [];
  for (const { name, data, mode = 0o644 } of [...files].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    parts.push(header(name, data.length, mode), data);
    parts.push(Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
