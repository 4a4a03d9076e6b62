// SPDX-License-Identifier: MIT

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {{ tex: string, display: boolean }} Formula */

/**
 * The TeX of a formula, from where renderers keep it: KaTeX's annotation, Gemini's `data-math`,
 * MathML's alttext.
 * @param {Element} element
 * @returns {Formula | null} null where the element is no formula
 */
export function readMath(element) {
  const name = element.localName;
  const classes = element.getAttribute('class') ?? '';
  const isMath =
    name === 'math' ||
    element.hasAttribute('data-math') ||
    (classes.includes('katex') && /(?:^|\s)katex(?:-display)?(?:\s|$)/.test(classes));
  if (!isMath) return null;
  const tex =
    element.getAttribute('data-math') ??
    element.querySelector('annotation[encoding="application/x-tex"]')?.textContent ??
    element.querySelector('[data-math]')?.getAttribute('data-math') ??
    element.getAttribute('alttext');
  if (tex === null || tex === undefined) return null;
  const display =
    /(?:^|\s)(?:katex-display|math-block|math-display)(?:\s|$)/.test(classes) ||
    (name === 'math' ? element : element.querySelector('math'))?.getAttribute('display') ===
      'block';
  return { tex, display };
}

/**
 * @param {Formula} math @param {MarkdownStyle} style
 * @param {boolean} [nested] stands in a list item
 */
export function mathMarkdown({ tex, display }, style, nested = false) {
  if (!display && isMoney(tex)) return `$${tex}$`;
  const trimmed = tex.trim();
  const onLines = nested || trimmed.includes('\n');
  const [open, close] = !display
    ? style.inlineMath
    : onLines
      ? style.displayMathOnLines
      : style.displayMath;
  return open + trimmed + close;
}

/**
 * "It costs $5 and saves $3": some renderers take what stands between two prices for a formula.
 * @param {string} tex
 */
function isMoney(tex) {
  if (!/^\d/.test(tex) || /[\\^_{}]/.test(tex)) return false;
  return /\s$/.test(tex) || /[a-z]{3}/i.test(tex);
}
