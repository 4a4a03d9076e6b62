// SPDX-License-Identifier: MIT
// react-markdown with what chat pages add to it: tables, formulas, highlighted code.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import Markdown from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';

/** @typedef {import('react-markdown').Options} Options */

// Made once: the highlighter loads all of its languages each time that it is made.
const highlighter = rehypeHighlight();
export const highlight = () => highlighter;
export const katex = /** @type {const} */ ([rehypeKatex, { strict: 'ignore' }]);

/**
 * @param {string} markdown @param {any[]} rehypePlugins
 * @param {Options['components']} [components]
 */
export function renderReact(markdown, rehypePlugins, components = {}) {
  const options = { remarkPlugins: [remarkGfm, remarkMath], rehypePlugins, components };
  return renderToStaticMarkup(createElement(Markdown, options, markdown));
}

/** @typedef {{ type: string, tagName?: string, value?: string, properties?: Record<string, any>, children?: Node[], position?: any }} Node */

/** @param {string} tagName @param {Record<string, any>} properties @param {Node[]} children @returns {Node} */
export const element = (tagName, properties, children) => ({
  type: 'element',
  tagName,
  properties,
  children,
});

/** @param {string} value @returns {Node} */
export const text = (value) => ({ type: 'text', value });

/** All text below a node. @param {Node} node @returns {string} */
export const textOf = (node) => node.value ?? (node.children ?? []).map(textOf).join('');

/**
 * A rehype plugin that puts others in the place of elements, children first.
 * @param {(node: Node, parent: Node) => Node | Node[] | undefined} change
 */
export function rewriting(change) {
  const walk = (/** @type {Node} */ node) => {
    node.children = node.children?.flatMap((child) => {
      walk(child);
      return (child.type === 'element' && change(child, node)) || child;
    });
  };
  return () => walk;
}

/** Class names of a node. @param {Node} node @returns {string[]} */
export const classesOf = (node) => [node.properties?.className ?? []].flat();

/** The language of a <code>, '' without. @param {Node} code */
export const languageOf = (code) =>
  classesOf(code)
    .find((name) => name.startsWith('language-'))
    ?.slice('language-'.length) ?? '';

/** The <code> of a fenced block, where the node is one. @param {Node} node */
export function fencedCode(node) {
  const [code] = node.tagName === 'pre' ? (node.children ?? []) : [];
  return code?.tagName === 'code' ? code : undefined;
}
