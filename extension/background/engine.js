// SPDX-License-Identifier: MIT
// Tokenwatt itself, from the package's own files, once for each life of the background.
import { createTokenwatt } from '../../web/src/index.js';

/** @type {ReturnType<typeof createTokenwatt> | undefined} */
let loading;

/** With o200k_base loaded, which nearly every turn needs. */
export function tokenwatt() {
  loading ??= load();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** Reads both files at once: the second need not wait until the first is compiled. */
function load() {
  const file = (/** @type {string} */ name) => fetch(chrome.runtime.getURL(name));
  const vocabulary = file('o200k_base.twv').then((answer) => answer.arrayBuffer());
  // Where the module can't be had, nobody asks for the vocabulary.
  vocabulary.catch(() => {});
  return createTokenwatt({ wasm: file('tokenwatt.wasm'), encodings: { o200k_base: vocabulary } });
}
