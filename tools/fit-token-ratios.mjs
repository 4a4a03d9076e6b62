// SPDX-License-Identifier: MIT
// Fits data/token_ratios.csv against real tokenizers, which it fetches into build/token-ratios/.
// docs/token-ratios.md explains what and why.
//
//   make token-ratios                         fits and writes the table
//   node tools/fit-token-ratios.mjs --report  prints the held-out errors, by language too
//   node tools/fit-token-ratios.mjs --check   the table against a sample counted before; no network

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readCsv } from './csv.mjs';
import { featureReader } from './token-ratios/core.mjs';
import { counterOf, FAMILIES } from './token-ratios/families.mjs';
import { FEATURES, KINDS, kindOf } from './token-ratios/features.mjs';
import { apply, errorsOf, fit, fitInSteps } from './token-ratios/fit.mjs';
import { SCRATCH } from './token-ratios/packages.mjs';
import { readSample, SAMPLE, SAMPLE_TEXTS } from './token-ratios/sample.mjs';
import { FLAT, RATIO_COLUMNS } from './token-ratios/tables.mjs';
import { digest, isHeldOut, samples } from './token-ratios/texts.mjs';

const TABLE = fileURLToPath(new URL('../data/token_ratios.csv', import.meta.url));
const YEAR = 2026;
/** The figures for chats are of messages of at least so many o200k_base tokens. */
const SHORTEST_CHAT = 100;
/** Real answers decide what English costs; each counts as this many of the others. */
const CHAT_WEIGHT = 6;

/**
 * Real counts of all texts; kept, since the slowest tokenizer takes minutes.
 * @param {import('./token-ratios/families.mjs').Family} family @param {string[]} texts
 * @returns {Promise<number[]>}
 */
async function realCounts(family, texts) {
  const path = join(SCRATCH, `counts-${family.name}.json`);
  const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const keys = texts.map((text) => digest(text).slice(0, 20));
  let count;
  for (const [i, text] of texts.entries()) {
    if (known[keys[i]] !== undefined) continue;
    count ??= await counterOf(family);
    known[keys[i]] = count(text);
  }
  if (count) writeFileSync(path, JSON.stringify(known));
  return keys.map((key) => known[key]);
}

/** @param {string} feature */
function unitOf(feature) {
  if (feature === FLAT) return 'tokens per o200k_base token of English chat';
  if (feature.endsWith('letter')) return 'tokens per letter';
  if (feature === 'digit') return 'tokens per digit';
  if (feature === 'space' || feature === 'symbol_character') return 'tokens per character';
  return 'tokens per o200k_base token of the kind';
}

const rounded = (/** @type {number} */ value, digits = 3) => Number(value.toFixed(digits));
const quoted = (/** @type {unknown} */ cell) => (/,/.test(String(cell)) ? `"${cell}"` : cell);

/** @param {readonly any[]} messages */
const long = (messages) =>
  messages.filter(({ sample, text }) => sample.kind !== 'chat' || text.tokens >= SHORTEST_CHAT);

/** @param {import('./token-ratios/families.mjs').Family} family @param {any[]} all */
function fitFamily(family, all) {
  const messages = all.filter(({ tokens }) => tokens > 0);
  const training = messages.filter(({ sample }) => !isHeldOut(sample));
  const weight = (/** @type {any} */ { sample }) => (sample.kind === 'chat' ? CHAT_WEIGHT : 1);
  const points = training.map((message) => ({
    counts: message.text.counts,
    tokens: message.tokens,
    weight: weight(message),
  }));
  const values = fitInSteps(points);
  const heldOut = messages
    .filter(({ sample }) => isHeldOut(sample))
    .map((message) => ({ ...message, estimate: apply(values, message.text.counts) }));
  const [flat = 1] = fit(
    training
      .filter(({ sample }) => sample.kind === 'chat')
      .map(({ text, tokens }) => ({ counts: [text.tokens], tokens })),
  ).map((value) => rounded(value));
  const byKind = new Map(
    KINDS.map((kind) => [kind, errorsOf(long(heldOut.filter((m) => m.sample.kind === kind)))]),
  );
  const flatErrors = errorsOf(
    long(heldOut.filter(({ sample }) => sample.kind === 'chat')).map(({ text, tokens }) => ({
      estimate: text.tokens * flat,
      tokens,
    })),
  );
  return { family, values, flat, byKind, flatErrors, heldOut };
}

/** @param {ReturnType<typeof fitFamily>} result */
function rowsOf({ family, values, flat, byKind, flatErrors }) {
  const source = `${family.specifier}: the vocabulary of ${family.vocabulary}`;
  const row = (/** @type {string} */ feature, kind, value, errors) => [
    ...[family.name, feature, kind, value, unitOf(feature), YEAR, source, errors.n],
    ...[rounded(errors.biasPercent, 2), rounded(errors.p95Percent, 2)],
  ];
  return [
    row(FLAT, 'chat', flat, flatErrors),
    ...FEATURES.map((feature, i) => ({ feature, value: values[i] ?? 0 }))
      .filter(({ value }) => value > 0)
      .map(({ feature, value }) =>
        row(feature, kindOf(feature), value, byKind.get(kindOf(feature))),
      ),
  ];
}

const percent = (/** @type {number} */ value) =>
  `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;

/** @template T @param {readonly T[]} items @param {(item: T) => string} keyOf */
function groupBy(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** @param {ReturnType<typeof fitFamily>[]} results */
function report(results, byLanguage = false) {
  stdout.write(
    `| family | flat | ${KINDS.join(' | ')} |\n|---|---|${'---|'.repeat(KINDS.length)}\n`,
  );
  const cell = ({ biasPercent, p95Percent }) =>
    `${biasPercent.toFixed(2)} / ${p95Percent.toFixed(1)}`;
  for (const { family, flat, flatErrors, byKind } of results) {
    const cells = KINDS.map((kind) => cell(byKind.get(kind)));
    stdout.write(`| ${family.name} | ${flat} (${cell(flatErrors)}) | ${cells.join(' | ')} |\n`);
  }
  if (!byLanguage) return;
  for (const { family, heldOut } of results) {
    const groups = groupBy(heldOut, ({ sample }) => `${sample.kind} ${sample.language}`);
    const parts = [...groups].map(
      ([name, group]) => `${name} ${percent(errorsOf(group).biasPercent)}`,
    );
    stdout.write(`${family.name}: ${parts.join(', ')}\n`);
  }
}

/** Fits all families and writes the table, or only prints what it would say. */
async function fitAll(writes = true) {
  mkdirSync(SCRATCH, { recursive: true });
  const read = await featureReader();
  const all = samples();
  if (!all.some(({ kind }) => kind === 'chat')) {
    throw new Error('no chats: TOKENWATT_SAMPLES must name a folder with chats/*.jsonl');
  }
  const texts = all.map(({ text }) => read(text));
  const results = [];
  for (const family of FAMILIES) {
    const counts = await realCounts(
      family,
      all.map(({ text }) => text),
    );
    const messages = all.map((sample, i) => ({ sample, text: texts[i], tokens: counts[i] ?? 0 }));
    results.push(fitFamily(family, messages));
  }
  report(results, !writes);
  if (!writes) return;
  const lines = [RATIO_COLUMNS, ...results.flatMap(rowsOf)].map((row) => row.map(quoted).join());
  writeFileSync(TABLE, `${lines.join('\n')}\n`);
  await writeSample();
}

/** The committed sample, counted by the real tokenizers. */
async function writeSample() {
  const sample = SAMPLE_TEXTS.map((text) => ({ text, tokens: {} }));
  for (const family of FAMILIES) {
    const count = await counterOf(family);
    for (const each of sample) each.tokens[family.name] = count(each.text);
  }
  writeFileSync(SAMPLE, `${JSON.stringify(sample, null, 1)}\n`);
}

/** A text may be off by this many times what nineteen of twenty are not; a family, by this much. */
const TEXT_LIMIT = 2.5;
const FAMILY_LIMIT = 0.05;

/** Whether the table gives, by the core's features, what the real tokenizers counted. @param {string} table */
async function check(table) {
  const rows = readCsv(table, RATIO_COLUMNS).map(({ cells }) => cells);
  const read = await featureReader();
  const sample = readSample();
  let worst = 0;
  for (const { name } of FAMILIES) {
    const mine = rows.filter(({ family, feature }) => family === name && feature !== FLAT);
    const values = FEATURES.map((feature) =>
      Number(mine.find((row) => row.feature === feature)?.value ?? 0),
    );
    const limit = Math.max(...mine.map((row) => Number(row.p95_percent))) / 100;
    const messages = sample.map(({ text, tokens }) => ({
      estimate: apply(values, read(text).counts),
      tokens: tokens[name] ?? Number.NaN,
    }));
    for (const [i, { estimate, tokens }] of messages.entries()) {
      const error = Math.abs(estimate / tokens - 1);
      if (!(error <= TEXT_LIMIT * limit)) {
        throw new Error(`${name}: text ${i} has ${tokens} tokens, not ${estimate}`);
      }
    }
    const bias = Math.abs(errorsOf(messages).biasPercent) / 100;
    worst = Math.max(worst, bias);
    if (!(bias <= FAMILY_LIMIT)) throw new Error(`${name}: ${(bias * 100).toFixed(1)} % off`);
  }
  stdout.write(
    `${FAMILIES.length} families, ${sample.length} texts: at most ${(worst * 100).toFixed(1)} % off\n`,
  );
}

const [option, table = TABLE] = argv.slice(2);
try {
  if (option === '--check') await check(table);
  else await fitAll(option !== '--report');
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : error}\n`);
  exit(1);
}
