// SPDX-License-Identifier: MIT
import { chatgpt } from './chatgpt.js';
import { gemini } from './gemini.js';

/** @typedef {import('./types.js').Site} Site */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').PageTurn} PageTurn */

/** Every site whose pages can be read. @type {readonly Site[]} */
export const sites = [chatgpt, gemini];

/** @param {URL | null} url @returns {Site | null} */
export function siteOfUrl(url) {
  return sites.find((site) => url !== null && site.hosts.includes(url.hostname)) ?? null;
}

/** For a saved page without its address. @param {ParentNode} root @returns {Site | null} */
export function siteOfContent(root) {
  return sites.find((site) => layerOf(site, root) !== null) ?? null;
}

/** @param {Site} site @param {ParentNode} root @returns {Layer | null} */
export function layerOf(site, root) {
  return site.layers.find((layer) => layer.detect(root)) ?? null;
}
