// SPDX-License-Identifier: MIT
// The tokenizers that are compared, each as its manual uses it, with o200k_base and special-token
// text taken as plain text. A module in engines/ is the same in Node and in a page.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ count(text: string): number, encode(text: string): ArrayLike<number> }} Engine
 * @typedef {(path: string) => Promise<Uint8Array<ArrayBuffer>>} Read gives a file of the project
 * @typedef {(read: Read) => Promise<Engine>} Load
 */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * `files` are what a page downloads beside the script.
 * @type {{ name: string, module: string, files: string[] }[]}
 */
export const ENGINES = [
  {
    name: 'tokenwatt',
    module: 'tokenwatt',
    files: ['web/dist/tokenizer.wasm', 'web/dist/o200k_base.twv'],
  },
  { name: 'gpt-tokenizer', module: 'gpt-tokenizer', files: [] },
  {
    name: 'tiktoken',
    module: 'tiktoken',
    files: ['node_modules/tiktoken/lite/tiktoken_bg.wasm'],
  },
  { name: 'ai-tokenizer', module: 'ai-tokenizer', files: [] },
  {
    name: '@microsoft/tiktokenizer',
    module: 'microsoft-tiktokenizer',
    files: ['node_modules/gpt-tokenizer/data/o200k_base.tiktoken'],
  },
  { name: 'js-tiktoken', module: 'js-tiktoken', files: [] },
];

/** The version that is installed, or this project's. @param {string} name */
export function versionOf(name) {
  const path = name === 'tokenwatt' ? 'web/package.json' : `node_modules/${name}/package.json`;
  return JSON.parse(readFileSync(ROOT + path, 'utf8')).version;
}

/** @type {Read} */
export const readOfProject = (path) => readFile(ROOT + path);

/** Loads an engine in Node. @param {string} name @returns {Promise<Engine>} */
export async function loadEngine(name) {
  const engine = ENGINES.find((one) => one.name === name);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  const { load } = await import(`./engines/${engine.module}.js`);
  return load(readOfProject);
}
