// SPDX-License-Identifier: MIT
// Markup like Claude's: a header with the language beside the code, which Prism has cut into lines
// and tokens, and KaTeX with its annotation.
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

/** @param {string} line */
const tokensOf = (line) =>
  line
    .split(/(\b[a-z]+\b|"[^"]*")/)
    .map((part, index) =>
      index % 2 === 1
        ? element('span', { className: ['token', 'keyword'] }, [text(part)])
        : text(part),
    );

const markup = rewriting((node) => {
  const code = fencedCode(node);
  if (code) {
    const name = languageOf(code);
    const lines = textOf(code).split(/(?<=\n)/);
    const button = element('button', { ariaLabel: 'Copy to clipboard' }, []);
    const header = element('div', { className: ['text-text-500', 'font-small'] }, [text(name)]);
    return element('div', { className: ['relative', 'group/copy', 'rounded-lg'] }, [
      element('div', { className: ['sticky'] }, [button]),
      ...(name === '' ? [] : [header]),
      element('div', {}, [
        element('pre', { className: ['code-block__code'] }, [
          element(
            'code',
            name === '' ? {} : { className: [`language-${name}`] },
            lines.map((line) => element('span', {}, tokensOf(line))),
          ),
        ]),
      ]),
    ]);
  }
  if (node.tagName === 'p' || node.tagName === 'li') {
    node.properties = { className: ['font-claude-response-body', 'whitespace-normal'] };
  }
  return undefined;
});

export const render = (/** @type {string} */ markdown) =>
  `<div class="standard-markdown grid">${renderReact(markdown, [katex, markup])}</div>`;
