// SPDX-License-Identifier: MIT
// The kinds of text that speed is measured on, from what the lockfile installs and what Node has
// built in, so that anyone can measure the same.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayNames, filesBelow, joinFiles, LOCALIZED, MODULES, messages } from '../corpora.mjs';

/** The sentences of the comments in Node's and the DOM's type declarations. */
function documentation() {
  const folders = [join(MODULES, '@types', 'node'), LOCALIZED];
  const source = folders.map((folder) => joinFiles(filesBelow(folder, '.d.ts'), Infinity)).join('');
  const lines = [];
  let inCode = false;
  for (const [, line] of source.matchAll(/^[ \t]*\* ?(.*)$/gm)) {
    if (line.startsWith('```')) inCode = !inCode;
    else if (!inCode && /^[A-Z].*[a-z]{3} [a-z]+ /.test(line)) lines.push(line);
  }
  return lines.join('\n');
}

/** One sentence of each language after another. */
function interleaved(...languages) {
  const lists = languages.map((language) => messages(language).split('\n'));
  return lists[0].flatMap((_, i) => lists.map((list) => list[i])).join('\n');
}

/** Lines in another order, the same every time: short texts without context. */
function shuffledLines(text) {
  const lines = text.split('\n').filter((line) => line.length > 10 && line.length < 200);
  let state = 1;
  for (let i = lines.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const k = state % (i + 1);
    [lines[i], lines[k]] = [lines[k], lines[i]];
  }
  return lines;
}

/**
 * About `size` characters of each kind, or what there is.
 * @param {number} size
 * @returns {Record<string, string | string[]>} messages are an array, to be counted one by one
 */
export function benchTexts(size) {
  const manuals = joinFiles(filesBelow(MODULES, '.md'), size);
  const code = readFileSync(join(LOCALIZED, 'typescript.js'), 'utf8');
  return {
    English: documentation().slice(0, size),
    code: code.slice(1_000_000, 1_000_000 + size),
    CJK: interleaved('ja', 'zh-cn', 'ko', 'zh-tw').slice(0, size),
    'mixed scripts': displayNames().slice(0, size),
    markdown: manuals,
    'short messages': shuffledLines(manuals),
  };
}
