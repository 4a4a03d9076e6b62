// SPDX-License-Identifier: MIT

/** Fetch cannot read files in Node. @param {URL} address */
export async function readLocal(address) {
  // Not written as a literal, so that bundlers for browsers leave it alone.
  const fs = 'node:fs/promises';
  const { readFile: read } = await import(/* webpackIgnore: true */ /* @vite-ignore */ fs);
  return /** @type {Uint8Array<ArrayBuffer>} */ (await read(address));
}
