// SPDX-License-Identifier: MIT
// Markup like Gemini's: custom elements around code and tables, a paragraph in every list item, TeX
// in data-math and no MathML.
import katex from 'katex';
import { createElement } from 'react';
import {
  classesOf,
  element,
  fencedCode,
  highlight,
  languageOf,
  renderReact,
  rewriting,
  text,
  textOf,
} from './react.mjs';

const blocks = /^(p|ul|ol|pre|blockquote|table|h[1-6]|hr|div|response-element)$/;

/** Text and inline elements of an item stand in a paragraph. @param {import('./react.mjs').Node} item */
function withParagraphs(item) {
  /** @type {import('./react.mjs').Node[]} */
  const children = [];
  /** @type {import('./react.mjs').Node | null} */
  let paragraph = null;
  for (const child of item.children ?? []) {
    if (child.type === 'element' && blocks.test(child.tagName ?? '')) {
      paragraph = null;
      children.push(child);
    } else if (paragraph) {
      paragraph.children?.push(child);
    } else if (child.type !== 'text' || /\S/.test(child.value ?? '')) {
      paragraph = element('p', { dataPathToNode: '0' }, [child]);
      children.push(paragraph);
    }
  }
  return { ...item, children };
}

const formulas = rewriting((node) => {
  const classes = classesOf(node);
  if (classes.includes('math-inline')) {
    const tex = textOf(node);
    return element('span', { className: ['math-inline'], dataMath: tex, dataIndexInNode: '1' }, [
      element('katex-html', { tex }, []),
    ]);
  }
  const code = fencedCode(node);
  if (code && classesOf(code).includes('math-display')) {
    const tex = textOf(code).trim();
    return element('div', { className: ['math-block'], dataMath: tex }, [
      element('katex-html', { tex, display: 'true' }, []),
    ]);
  }
  return undefined;
});

const markup = rewriting((node) => {
  const code = fencedCode(node);
  if (code) {
    const name = languageOf(code);
    const label = name === '' ? 'Code snippet' : name[0]?.toUpperCase() + name.slice(1);
    const buttons = element('div', { className: ['buttons'] }, [
      element('button', { ariaLabel: 'Copy code' }, [text('content_copy')]),
    ]);
    code.properties = { role: 'text', dataTestId: 'code-content', className: ['code-container'] };
    return element('response-element', {}, [
      element('code-block', {}, [
        element('div', { className: ['code-block'] }, [
          element('div', { className: ['code-block-decoration'] }, [
            element('span', {}, [text(label)]),
            buttons,
          ]),
          element('div', { className: ['formatted-code-block-internal-container'] }, [node]),
        ]),
      ]),
    ]);
  }
  switch (node.tagName) {
    case 'strong':
      return { ...node, tagName: 'b' };
    case 'em':
      return { ...node, tagName: 'i' };
    case 'li':
      return withParagraphs(node);
    case 'table':
      return element('response-element', {}, [
        element('table-block', {}, [
          element('div', { className: ['table-content'] }, [
            node,
            element('div', { className: ['table-footer'] }, [
              element('button', {}, [text('Export to Sheets')]),
            ]),
          ]),
        ]),
      ]);
    default:
      return undefined;
  }
});

const components = {
  'katex-html': (/** @type {{ tex: string, display?: string }} */ { tex, display }) =>
    createElement('span', {
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the library's own output, in a test
      dangerouslySetInnerHTML: {
        __html: katex.renderToString(tex, {
          output: 'html',
          displayMode: display === 'true',
          throwOnError: false,
          strict: 'ignore',
        }),
      },
    }),
};

export const render = (/** @type {string} */ markdown) =>
  renderReact(markdown, [formulas, highlight, markup], /** @type {any} */ (components));
