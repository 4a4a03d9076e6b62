// SPDX-License-Identifier: MIT
import { chatgpt } from './chatgpt.js';
import { claude } from './claude.js';
import { copilot } from './copilot.js';
import { deepseek } from './deepseek.js';
import { gemini } from './gemini.js';
import { grok } from './grok.js';
import { mistral } from './mistral.js';
import { perplexity } from './perplexity.js';

export { genericSite } from './generic.js';

/** @typedef {import('./types.js').Site} Site */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').PageTurn} PageTurn */

/** Every site that has an adapter. @type {readonly Site[]} */
export const sites = [chatgpt, gemini, claude, copilot, perplexity, grok, mistral, deepseek];

/** @param {URL | null} url @returns {Site | null} */
export function siteOfUrl(url) {
  return sites.find((site) => url !== null && site.hosts.includes(url.hostname)) ?? null;
}

/** For a saved page without its address. @param {ParentNode} root @returns {Site | null} */
export function siteOfContent(root) {
  // Le Chat marks its messages as ChatGPT does, and their parts as nobody else.
  if (root.querySelector('[data-message-part-type]') !== null) return mistral;
  return sites.find((site) => layerOf(site, root) !== null) ?? null;
}

/** @param {Site} site @param {ParentNode} root @returns {Layer | null} */
export function layerOf(site, root) {
  return site.layers.find((layer) => layer.detect(root)) ?? null;
}
