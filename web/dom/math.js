// SPDX-License-Identifier: MIT

/** @typedef {import('./styles.js').MarkdownStyle} MarkdownStyle */
/** @typedef {{ tex: string, display: boolean }} Formula */

/**
 * The TeX of a formula, from where renderers keep it: KaTeX's annotation, Gemini's `data-math`,
 * MathML's alttext, the text of a formula that KaTeX could not read. A page that keeps none of them
 * shows the formula's characters, which are better than nothing.
 * @param {Element} element
 * @returns {Formula | null} null where the element is no formula
 */
export function readMath(element) {
  const name = element.localName;
  const classes = element.getAttribute('class') ?? '';
  const katex = classes.includes('katex') && katexClass.exec(classes)?.[1];
  if (!katex && name !== 'math' && !element.hasAttribute('data-math')) return null;
  if (katex === 'katex-error') {
    const display = !inlineParents.has(element.parentElement?.tagName ?? '');
    return { tex: element.textContent ?? '', display };
  }
  const tex =
    element.getAttribute('data-math') ??
    element.querySelector('annotation[encoding="application/x-tex"]')?.textContent ??
    (katex ? katexText(element) : element.getAttribute('alttext'));
  if (tex === null) return null;
  const display =
    /(?:^|\s)(?:katex-display|math-block|math-display)(?:\s|$)/.test(classes) ||
    (name === 'math' ? element : element.querySelector('math'))?.getAttribute('display') ===
      'block';
  return { tex, display };
}

/** @param {Element} element */
function katexText(element) {
  const around = element.querySelector('[data-math]')?.getAttribute('data-math');
  return around ?? (element.textContent ?? '').replace(/\u200b/g, '');
}

const katexClass = /(?:^|\s)(katex|katex-display|katex-error)(?:\s|$)/;

/** Where a formula stands in a line of text. */
const inlineParents = new Set('P LI SPAN STRONG B EM I A TD TH H1 H2 H3 H4 H5 H6'.split(' '));

/**
 * @param {Formula} math @param {MarkdownStyle} style
 * @param {boolean} [nested] stands in a list item
 */
export function mathMarkdown({ tex, display }, style, nested = false) {
  if (!display && isMoney(tex)) return `$${tex}$`;
  const trimmed = tex.trim();
  const onLines = nested || trimmed.includes('\n');
  if (display) {
    const [open, close] = onLines ? style.displayMathOnLines : style.displayMath;
    return open + trimmed + close;
  }
  const [open, close] = style.inlineMath;
  // No spaces around a pair of brackets or what hangs on the word before: "\\((2, 3)\\)", "m\\(^2\\)".
  return /^[(^_]/.test(trimmed)
    ? open.trimEnd() + trimmed + close.trimStart()
    : open + trimmed + close;
}

/**
 * "It costs $5 and saves $3": some renderers take what stands between two prices for a formula.
 * @param {string} tex
 */
function isMoney(tex) {
  if (!/^\d/.test(tex) || /[\\^_{}]/.test(tex)) return false;
  return /\s$/.test(tex) || /[a-z]{3}/i.test(tex);
}
