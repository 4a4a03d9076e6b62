// SPDX-License-Identifier: MIT
// From markdown to the pages that show it: two libraries as chat pages use them, and markup in the
// manner of sites whose renderer is their own.
import { withDollars } from './math.mjs';
import { render as renderAppShell } from './renderers/app-shell.mjs';
import { render as renderClaude } from './renderers/claude.mjs';
import { render as renderGemini } from './renderers/gemini.mjs';
import { render as renderMarkdownIt } from './renderers/markdown-it.mjs';
import { highlight, katex, renderReact } from './renderers/react.mjs';

/**
 * @typedef {object} Renderer
 * @property {string} name
 * @property {(markdown: string) => string} render gives HTML
 * @property {object} [page] what an adapter knows of these pages, for `markdownFromDom`
 */

/** @type {Renderer[]} */
export const renderers = [
  { name: 'react-markdown', render: (markdown) => renderReact(markdown, [katex, highlight]) },
  { name: 'markdown-it', render: renderMarkdownIt },
  { name: 'Gemini-like', render: renderGemini, page: { everyItemHasParagraph: true } },
  { name: 'Claude-like', render: renderClaude },
  { name: 'app-shell-like', render: renderAppShell },
].map((renderer) => ({
  ...renderer,
  render: (/** @type {string} */ markdown) => renderer.render(withDollars(markdown)),
}));
