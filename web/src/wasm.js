// SPDX-License-Identifier: MIT
// Loads a module: compiles it from wherever it is, gives it the few functions it imports, starts it.

import { TokenwattError, describe, tagOf } from './errors.js';
import { failure, openFile } from './source.js';

/**
 * @typedef {import('./source.js').FileSource | WebAssembly.Module} WasmSource
 * @typedef {import('./exports.js').Exports} Exports
 */

/**
 * @param {WasmSource | PromiseLike<WasmSource>} source
 * @param {string} name such as "tokenwatt.wasm", for messages
 * @param {readonly string[]} needed exports that it must have
 * @returns {Promise<Exports>}
 */
export async function loadWasm(source, name, needed) {
  const module = await compile(await source, name);
  const exported = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
  const missing = needed.filter((entry) => !exported.has(entry));
  if (missing.length > 0) {
    const what = `${name} has no export ${missing.join(', ')}`;
    throw new TokenwattError('wasm_load_failed', `${what}: it is another module or version`);
  }
  try {
    const instance = await WebAssembly.instantiate(module, importsOf(module));
    const exports = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
    exports._initialize?.();
    return exports;
  } catch (error) {
    throw failure('wasm_load_failed', `${name} could not be started`, error);
  }
}

/** @param {WasmSource} source @param {string} name @returns {Promise<WebAssembly.Module>} */
async function compile(source, name) {
  if (tagOf(source) === 'WebAssembly.Module') return /** @type {WebAssembly.Module} */ (source);
  if (source === null || (typeof source !== 'object' && typeof source !== 'string')) {
    const kinds = 'a URL, Response, ArrayBuffer or WebAssembly.Module';
    throw new TokenwattError('invalid_argument', `wasm must be ${kinds}, not ${describe(source)}`, {
      field: 'wasm',
    });
  }
  const file = await openFile(
    /** @type {import('./source.js').FileSource} */ (source),
    name,
    'wasm_load_failed',
  );
  try {
    if (file instanceof Uint8Array) return await WebAssembly.compile(file);
    // Browsers compile while downloading only what a server calls by its right name.
    const type = file.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/wasm') return await WebAssembly.compileStreaming(file);
    return await WebAssembly.compile(await file.arrayBuffer());
  } catch (error) {
    throw failure('wasm_load_failed', `${name} could not be compiled`, error);
  }
}

/**
 * The library does no input or output, so whatever toolchain functions a module names are never
 * needed for their effect: a refusal as WASI spells it is the right answer, and an exit is an error.
 *
 * @param {WebAssembly.Module} module
 */
function importsOf(module) {
  const notSupported = 52;
  /** @type {Record<string, Record<string, (...values: number[]) => number>>} */
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') throw new TypeError(`it imports a ${kind}, ${from}.${name}`);
    imports[from] ??= {};
    imports[from][name] = /abort|exit/.test(name)
      ? (...values) => {
          throw new WebAssembly.RuntimeError(`${name}(${values})`);
        }
      : () => notSupported;
  }
  return imports;
}
