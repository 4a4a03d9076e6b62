// SPDX-License-Identifier: MIT
// What chat pages do before they render: models write \( … \) and \[ … \], which markdown has no
// rule for, and renderers know $ … $ and $$ … $$.

const codeOrMath =
  /(```[\s\S]*?(?:```|$)|`[^`\n]*`)|^([ \t]*)\\\[([\s\S]*?)\\\][ \t]*$|\\\[([\s\S]*?)\\\]|\\\(([\s\S]*?)\\\)/gm;

/** @param {string} markdown */
export function withDollars(markdown) {
  return markdown.replace(codeOrMath, (whole, code, indent, alone, display, inline) => {
    if (code !== undefined) return whole;
    if (alone !== undefined) {
      const lines = alone.replace(/^[ \t]*\n|\n[ \t]*$/g, '');
      return `${indent}$$\n${lines.startsWith(indent) ? lines : indent + lines.trim()}\n${indent}$$`;
    }
    return display !== undefined ? `$$${display}$$` : `$${inline.trim()}$`;
  });
}
