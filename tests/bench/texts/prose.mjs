// SPDX-License-Identifier: MIT
// English paragraphs out of comments and manuals, and manuals as they are.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, LOCALIZED, MODULES } from '../../corpora.mjs';
import { upTo } from './units.mjs';

const KERNEL = '/usr/include/linux'; // where the system has C headers
const SENTENCE = /^[A-Z“"'(].*[a-z]{2} [a-z]+ .*[.:!?)]$/s; // words, not a signature or a list
const PARAGRAPH = { least: 80, most: 4000 };
const MANUAL = 40_000; // characters

const isParagraph = (text) =>
  text.length >= PARAGRAPH.least &&
  text.length <= PARAGRAPH.most &&
  SENTENCE.test(text) &&
  !/[{}|]|```|^\s*[@#*-]/.test(text);

/** Paragraphs, each in one line, as in a chat; an empty line ends one. @param {string} text */
const paragraphs = (text) =>
  text
    .split(/\n[ \t]*\n/)
    .filter((part) => isParagraph(part.trim()))
    .map((part) => part.trim().replace(/\s*\n\s*/g, ' '));

/** What the comments of a source say, without their stars. @param {string} source */
const comments = (source) =>
  [...source.matchAll(/\/\*\*?([\s\S]*?)\*\//g)].flatMap(([, body]) =>
    paragraphs(body.replace(/^[ \t]*\*? ?/gm, '').replace(/^@\w+.*$/gm, '\n')),
  );

const read = (paths) => [...paths].map((path) => readFileSync(path, 'utf8'));

/** The documentation of Node and the DOM, of the installed packages, and of the kernel's interface. */
export function* english() {
  const declarations = [join(MODULES, '@types', 'node'), LOCALIZED].flatMap((folder) => [
    ...filesBelow(folder, '.d.ts'),
  ]);
  for (const source of read(declarations)) yield* comments(source);
  for (const source of read(filesBelow(join(MODULES, 'playwright-core'), '.d.ts'))) {
    yield* comments(source);
  }
  if (existsSync(KERNEL)) {
    for (const source of read(filesBelow(KERNEL, '.h'))) yield* comments(source);
  }
  for (const manual of manuals()) yield* paragraphs(manual);
}

/** The installed packages' manuals. */
function manuals() {
  return read(filesBelow(MODULES, '.md'));
}

/** Sections of the manuals, each with its heading; a changelog of years counts no more than others. */
export function sections() {
  return manuals().flatMap((manual) => {
    const all = manual.split(/(?=^#{1,3} )/m).filter((section) => section.trim() !== '');
    return upTo(all, MANUAL);
  });
}
