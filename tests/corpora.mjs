// SPDX-License-Identifier: MIT
// Real text of many kinds and scripts, from what the lockfile installs and what Node has built in:
// nothing to download, the same everywhere.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as faker from '@faker-js/faker';

export const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));
export const LOCALIZED = join(MODULES, 'typescript-localized', 'lib');

/** Every file below a folder whose name ends so, in a stable order. */
export function* filesBelow(folder, ending) {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, ending);
    else if (entry.name.endsWith(ending)) yield path;
  }
}

/** The beginning of the files, joined, up to about `limit` characters. */
export function joinFiles(paths, limit) {
  let text = '';
  for (const path of paths) {
    if (text.length >= limit) break;
    text += readFileSync(path, 'utf8').slice(0, limit - text.length);
  }
  return text;
}

/** The prose of TypeScript's messages in one of its languages. */
export function messages(language) {
  const path = join(LOCALIZED, language, 'diagnosticMessages.generated.json');
  return Object.values(JSON.parse(readFileSync(path, 'utf8'))).join('\n');
}

export const MESSAGE_LANGUAGES = readdirSync(LOCALIZED, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Names of regions, languages and currencies, and dates, in every locale that Intl knows. */
export function displayNames() {
  const codes = Array.from({ length: 26 * 26 }, (_, i) =>
    String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)),
  );
  const lines = [];
  for (const first of codes) {
    const locale = first.toLowerCase();
    if (Intl.DisplayNames.supportedLocalesOf(locale).length === 0) continue;
    const region = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
    const language = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' });
    const currency = new Intl.DisplayNames(locale, { type: 'currency', fallback: 'none' });
    const names = [
      ...codes.map((code) => region.of(code)),
      ...codes.map((code) => language.of(code.toLowerCase())),
      ...Intl.supportedValuesOf('currency').map((code) => currency.of(code)),
    ];
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
    for (let day = 0; day < 40; day++) names.push(date.format(new Date(day * 11 * 86_400_000)));
    lines.push(names.filter(Boolean).join(', '));
  }
  return lines.join('\n');
}

/** Names, places and words in faker's locales. */
export function localizedWords() {
  const strings = [];
  const collect = (value) => {
    if (typeof value === 'string') strings.push(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(collect);
  };
  for (const [, locale] of Object.entries(faker.allLocales).sort()) collect(locale);
  return strings.join(' ');
}

/**
 * Real text by kind, about 22 MB of UTF-8 in all.
 * @returns {Record<string, string>}
 */
export function realTexts() {
  return {
    prose: joinFiles(filesBelow(MODULES, '.md'), 3_000_000),
    typescript: joinFiles(filesBelow(LOCALIZED, '.d.ts'), 3_000_000),
    javascript: joinFiles([join(LOCALIZED, 'typescript.js')], 9_000_000),
    json: joinFiles(filesBelow(MODULES, '.json'), 2_000_000),
    minified: joinFiles(filesBelow(join(MODULES, 'esbuild'), '.js'), 500_000),
    scripts: displayNames(),
    words: localizedWords(),
    ...Object.fromEntries(MESSAGE_LANGUAGES.map((language) => [language, messages(language)])),
  };
}
