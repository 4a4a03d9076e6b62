// SPDX-License-Identifier: MIT
// Text in other languages than English: messages of programs, words, names and dates.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as faker from '@faker-js/faker';
import { LOCALIZED, MODULES } from '../../corpora.mjs';

/** Every string of at least `least` characters in a value. */
function* stringsIn(value, least) {
  if (typeof value === 'string') {
    if (value.length >= least) yield value;
  } else if (value && typeof value === 'object') {
    for (const part of Object.values(value)) yield* stringsIn(part, least);
  }
}

/** TypeScript's messages. @param {string} language such as 'zh-cn' */
export function messages(language) {
  const path = join(LOCALIZED, language, 'diagnosticMessages.generated.json');
  return existsSync(path) ? [...stringsIn(JSON.parse(readFileSync(path, 'utf8')), 1)] : [];
}

/** What zod says of wrong input; the strings of its source. @param {string} language 'zh-CN' */
function zodMessages(language) {
  const path = join(MODULES, 'zod', 'v4', 'locales', `${language}.js`);
  if (!existsSync(path)) return [];
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/[`"]([^`"\n]{4,})[`"]/g)]
    .map(([, text]) => text.replaceAll(/\$\{[^}]*\}/g, '42'))
    .filter((text) => /\P{ASCII}/u.test(text));
}

/** @param {string} language such as 'zh_CN' */
function yargsMessages(language) {
  const path = join(MODULES, 'yargs', 'locales', `${language}.json`);
  return existsSync(path) ? [...stringsIn(JSON.parse(readFileSync(path, 'utf8')), 4)] : [];
}

/** faker's words, in lines of some. @param {string} language such as 'zh_CN' */
function words(language) {
  const all = [...stringsIn(faker.allLocales[language] ?? {}, 2)].filter((word) =>
    /\P{ASCII}/u.test(word),
  );
  return Array.from({ length: Math.ceil(all.length / 12) }, (_, i) =>
    all.slice(i * 12, i * 12 + 12).join(i % 2 === 0 ? ' ' : '、'),
  );
}

const DAY_MS = 86_400_000;
const CODES = Array.from({ length: 26 * 26 }, (_, i) =>
  String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)),
);

/** Lines of names, dates and spans of time as Intl writes them. @param {string} locale */
function intlLines(locale) {
  const names = (type, codes) => {
    const of = new Intl.DisplayNames(locale, { type, fallback: 'none' });
    return codes.map((code) => of.of(code)).filter(Boolean);
  };
  const list = new Intl.ListFormat(locale);
  const all = [
    ...names('region', CODES),
    ...names(
      'language',
      CODES.map((code) => code.toLowerCase()),
    ),
    ...names('currency', Intl.supportedValuesOf('currency')),
  ];
  const lines = Array.from({ length: Math.ceil(all.length / 8) }, (_, i) =>
    list.format(all.slice(i * 8, i * 8 + 8)),
  );
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
  const span = new Intl.RelativeTimeFormat(locale);
  for (let day = 0; day < 40; day++) {
    lines.push(`${date.format(new Date(day * 11 * DAY_MS))} — ${span.format(day - 20, 'day')}`);
  }
  return lines;
}

/** Chinese, Japanese and Korean: a list of each. @returns {string[][]} */
export function cjk() {
  const languages = [
    { typescript: 'ja', zod: 'ja', yargs: 'ja', faker: 'ja' },
    { typescript: 'zh-cn', zod: 'zh-CN', yargs: 'zh_CN', faker: 'zh_CN' },
    { typescript: 'ko', zod: 'ko', yargs: 'ko', faker: 'ko' },
    { typescript: 'zh-tw', zod: 'zh-TW', yargs: 'zh_TW', faker: 'zh_TW' },
  ];
  return languages.map((names) => [
    ...messages(names.typescript),
    ...zodMessages(names.zod),
    ...yargsMessages(names.yargs),
    ...words(names.faker),
    ...intlLines(names.typescript),
  ]);
}

/** Every other language that the sources know: a list of each source. @returns {string[][]} */
export function otherLanguages() {
  const isOther = (name) => !/^(ja|ko|zh|en|base)/i.test(name);
  const filesIn = (folder, ending) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending) && isOther(name))
      .map((name) => name.slice(0, -ending.length));
  const locales = CODES.map((code) => code.toLowerCase()).filter(
    (code) => isOther(code) && Intl.DisplayNames.supportedLocalesOf(code).length > 0,
  );
  return [
    ...readdirSync(LOCALIZED).filter(isOther).map(messages),
    ...filesIn(join(MODULES, 'zod', 'v4', 'locales'), '.js').map(zodMessages),
    ...filesIn(join(MODULES, 'yargs', 'locales'), '.json').map(yargsMessages),
    ...Object.keys(faker.allLocales).filter(isOther).map(words),
    ...locales.map(intlLines),
  ];
}
