// SPDX-License-Identifier: MIT
import katexPlugin from '@vscode/markdown-it-katex';
import MarkdownIt from 'markdown-it';

/** A CommonJS module's default export, by whatever name Node gives it. @param {any} module */
const interop = (module) => module.default ?? module;

const markdownIt = new MarkdownIt({ linkify: true }).use(interop(katexPlugin), {
  throwOnError: false,
  strict: 'ignore',
});

export const render = (/** @type {string} */ markdown) => markdownIt.render(markdown);
