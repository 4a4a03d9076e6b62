// SPDX-License-Identifier: MIT
// Tokenwatt itself, from the package's own files, once for each life of the background.
import { createTokenwatt } from '../../web/src/index.js';

/** @type {ReturnType<typeof createTokenwatt> | undefined} */
let loading;

/** With o200k_base loaded, which nearly every turn needs. */
export function tokenwatt() {
  loading ??= createTokenwatt();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
