// SPDX-License-Identifier: MIT
// Source text in many languages: of the installed packages, and C headers and Python where the
// system has them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { filesBelow, MODULES } from '../../corpora.mjs';
import { halfOf, scattered, spread, upTo } from './units.mjs';

const EXCERPT = 6000; // characters; what a chat shows of a file is seldom longer
const EXCERPTS_A_FILE = 4; // a file of megabytes must not outweigh all others
const WIDEST_LINE = 1000; // wider ones are minified or data

/** The same sources compiled another way, and token ranks, which are data. */
const NOT_CODE = /[/.](cjs|min)[/.]|ranks|encod(er|ing)s?\/|\.generated\./;

/** Folders below which a language's sources are, and its share of the text. */
const LANGUAGES = [
  { endings: ['.js', '.mjs'], folders: [MODULES], share: 4 },
  { endings: ['.ts'], folders: [MODULES], share: 4 },
  { endings: ['.json'], folders: [MODULES], share: 2 },
  { endings: ['.css'], folders: [MODULES], share: 1 },
  { endings: ['.html'], folders: [MODULES, '/usr/share'], share: 1 },
  { endings: ['.sh'], folders: [MODULES, '/usr/share'], share: 1 },
  { endings: ['.h'], folders: ['/usr/include'], share: 4 },
  { endings: ['.py'], folders: pythonFolders(), share: 4 },
];
const SHARES = LANGUAGES.reduce((sum, { share }) => sum + share, 0);

/** Where systems keep Python's own library. */
function pythonFolders() {
  const lib = '/usr/lib';
  if (!existsSync(lib)) return [];
  return readdirSync(lib)
    .filter((name) => /^python3/.test(name))
    .map((name) => `${lib}/${name}`);
}

/** Whole lines from several places of a source. @param {string} source */
function excerpts(source) {
  if (source.length <= EXCERPT * EXCERPTS_A_FILE) return [source];
  const step = Math.floor(source.length / EXCERPTS_A_FILE);
  return Array.from({ length: EXCERPTS_A_FILE }, (_, i) => {
    const start = source.indexOf('\n', i * step) + 1;
    return source.slice(start, source.lastIndexOf('\n', start + EXCERPT) + 1);
  });
}

const isProse = (source) => source.split('\n').every((line) => line.length <= WIDEST_LINE);

/**
 * One language's files, until there are enough for both halves.
 * @param {{ endings: string[], folders: string[] }} language
 * @param {number} size characters
 */
function filesOf({ endings, folders }, size) {
  const paths = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => endings.flatMap((ending) => [...filesBelow(folder, ending)]))
    .filter((path) => !NOT_CODE.test(path));
  const files = [];
  let sum = 0;
  for (const path of scattered(paths)) {
    const source = readFileSync(path, 'utf8');
    if (!isProse(source)) continue;
    files.push(source);
    sum += Math.min(source.length, EXCERPT * EXCERPTS_A_FILE);
    if (sum >= size) break;
  }
  return files;
}

/**
 * @param {number} size characters
 * @param {boolean} heldOut
 * @returns {string[]} excerpts
 */
export function code(size, heldOut) {
  const lists = LANGUAGES.map((language) => {
    const wanted = (size * language.share) / SHARES;
    const files = halfOf(filesOf(language, wanted * 3), heldOut);
    return upTo(files.flatMap(excerpts), wanted);
  });
  return spread(lists);
}
