// SPDX-License-Identifier: MIT

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */

/**
 * The TeX of a formula, from where renderers keep it: KaTeX's annotation, Gemini's `data-math`,
 * MathML's alttext.
 * @param {Element} element
 * @returns {{ tex: string, display: boolean } | null} null where the element is no formula
 */
export function readMath(element) {
  const name = element.localName;
  const classes = element.classList;
  const isMath =
    name === 'math' ||
    element.hasAttribute('data-math') ||
    classes.contains('katex') ||
    classes.contains('katex-display');
  if (!isMath) return null;
  const tex =
    element.getAttribute('data-math') ??
    element.querySelector('annotation[encoding="application/x-tex"]')?.textContent ??
    element.querySelector('[data-math]')?.getAttribute('data-math') ??
    element.getAttribute('alttext');
  if (tex === null || tex === undefined) return null;
  const display =
    classes.contains('katex-display') ||
    classes.contains('math-block') ||
    classes.contains('math-display') ||
    (name === 'math' ? element : element.querySelector('math'))?.getAttribute('display') ===
      'block';
  return { tex: tex.trim(), display };
}

/** @param {{ tex: string, display: boolean }} math @param {MarkdownStyle} style */
export function mathMarkdown({ tex, display }, style) {
  const [open, close] = display ? style.displayMath : style.inlineMath;
  return open + tex + close;
}
