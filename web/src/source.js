// SPDX-License-Identifier: MIT
// Where a file comes from: an address, an answer to a fetch, or its bytes.

import { TokenwattError, describe, tagOf } from './errors.js';
import { readLocal } from './local-file.js';

/**
 * An address (text is relative to the page), an answer, the bytes, or a promise of one of these.
 * @typedef {URL | string | Response | ArrayBuffer | Uint8Array} FileSource
 */

/**
 * Opens a file without reading more of an answer than its head.
 *
 * @param {FileSource} source
 * @param {string} name for messages
 * @param {string} code of the error if it cannot be had
 * @returns {Promise<Response | Uint8Array<ArrayBuffer>>} a response is a good one, still unread
 */
export async function openFile(source, name, code) {
  const tag = tagOf(source);
  if (tag === 'ArrayBuffer') return new Uint8Array(/** @type {ArrayBuffer} */ (source));
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  }
  if (tag === 'Response') return checked(/** @type {Response} */ (source), name, code);
  if (tag !== 'URL' && typeof source !== 'string') {
    const kinds = 'a URL, Response, ArrayBuffer or Uint8Array';
    throw new TokenwattError('invalid_argument', `${name}: got ${describe(source)}, not ${kinds}`);
  }
  const address = addressOf(/** @type {URL | string} */ (source), name);
  try {
    if (address.protocol === 'file:' && 'process' in globalThis) return await readLocal(address);
    return checked(await fetch(address), name, code);
  } catch (error) {
    if (error instanceof TokenwattError) throw error;
    throw failure(code, `${name} could not be read from ${shown(address)}`, error);
  }
}

/**
 * Reads a whole file.
 * @param {FileSource} source @param {string} name @param {string} code as in openFile()
 */
export async function readFile(source, name, code) {
  const opened = await openFile(source, name, code);
  if (opened instanceof Uint8Array) return opened;
  try {
    return new Uint8Array(await opened.arrayBuffer());
  } catch (error) {
    throw failure(code, `${name}: the download broke off`, error);
  }
}

/** @param {string} code @param {string} what @param {unknown} cause */
export function failure(code, what, cause) {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TokenwattError(code, `${what}: ${why}`, { cause });
}

/** @param {URL | string} source @param {string} name */
function addressOf(source, name) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(source, base);
  } catch {
    const hint = base
      ? ''
      : ' (outside a page it must be absolute, such as file:///… or https://…)';
    throw new TokenwattError('invalid_argument', `${name}: '${source}' is no address${hint}`);
  }
}

/** @param {Response} response @param {string} name @param {string} code */
function checked(response, name, code) {
  const where = response.url ? ` from ${shown(new URL(response.url))}` : '';
  if (response.bodyUsed) {
    throw new TokenwattError(code, `${name}: the Response${where} was already read`);
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new TokenwattError(code, `${name} could not be loaded${where}: HTTP status ${status}`);
  }
  return response;
}

/** Without what may be secret, and not at the length of a data: URL. @param {URL} address */
function shown(address) {
  return address.href.replace(/[?#].*$/s, '').slice(0, 200);
}
