// SPDX-License-Identifier: MIT
// Markup like that of ChatGPT's app shell: everything that its copy button knows how to treat is
// marked with data-markdown-copy, and code stands in an editor.
import {
  element,
  fencedCode,
  katex,
  languageOf,
  renderReact,
  rewriting,
  text,
  textOf,
} from './react.mjs';

const markup = rewriting((node, parent) => {
  const code = fencedCode(node);
  if (code) {
    const name = languageOf(code);
    const lines = textOf(code).replace(/\n$/, '').split('\n');
    const header = element('div', { dataMarkdownCopy: 'exclude' }, [
      element('span', {}, [text(name === '' ? 'Code' : name.toUpperCase())]),
      element('button', {}, [text('Copy')]),
    ]);
    const content = element(
      'div',
      { className: ['cm-content'], ...(name !== '' && { dataLanguage: name }) },
      lines.map((line) =>
        element('div', { className: ['cm-line'] }, [
          line === '' ? element('br', {}, []) : element('span', {}, [text(line)]),
        ]),
      ),
    );
    return element('div', { dataMarkdownCopy: 'code-block' }, [
      header,
      element('div', { className: ['cm-editor'] }, [
        element('div', { className: ['cm-scroller'] }, [content]),
      ]),
    ]);
  }
  if (node.tagName === 'code' && parent.tagName !== 'pre') {
    return element('span', { dataMarkdownCopy: 'inline-code' }, [text(textOf(node))]);
  }
  if (node.tagName === 'table') return element('div', { dataMarkdownTable: '' }, [node]);
  return undefined;
});

export const render = (/** @type {string} */ markdown) =>
  '<div data-markdown-text-style="assistant-message"><span data-chatgpt-agent-turn-start></span>' +
  `${renderReact(markdown, [katex, markup])}</div>`;
