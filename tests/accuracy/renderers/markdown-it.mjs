// SPDX-License-Identifier: MIT
import katexPlugin from '@vscode/markdown-it-katex';
import MarkdownIt from 'markdown-it';

const markdownIt = new MarkdownIt({ linkify: true }).use(katexPlugin.default ?? katexPlugin, {
  throwOnError: false,
  strict: 'ignore',
});

export const render = (/** @type {string} */ markdown) => markdownIt.render(markdown);
