// SPDX-License-Identifier: MIT
// Loads Tokenwatt: from files beside the page, or in the single-file page from within it.

import { createTokenwatt } from '../src/index.js';

export async function loadEngine() {
  const wasm = embedded('tokenwatt.wasm');
  const vocabulary = embedded('o200k_base.twv');
  return createTokenwatt({
    ...(wasm && { wasm }),
    ...(vocabulary && { encodings: { o200k_base: vocabulary } }),
  });
}

/**
 * Loads an encoding that a model or the text view wants.
 * @param {import('../src/index.js').Tokenwatt} tw @param {string} name
 */
export function loadEncoding(tw, name) {
  return tw.encodings.includes(name)
    ? Promise.resolve()
    : tw.loadEncoding(name, embedded(`${name}.twv`));
}

/**
 * A file that the single-file page carries, gzipped and in base64.
 * @param {string} name
 * @returns {Promise<ArrayBuffer> | undefined}
 */
function embedded(name) {
  const holder = document.getElementById(`file:${name}`);
  if (holder === null) return undefined;
  const text = atob(holder.textContent.trim());
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
