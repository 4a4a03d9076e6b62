// SPDX-License-Identifier: MIT
// Speed in Node on each kind of text, in rounds over all engines that begin with another engine
// each time; and whether the ids are those of tiktoken.

import { ENGINES, loadEngine, readOfProject } from './engines.mjs';
import { median, medians } from './numbers.mjs';
import { measureCalls, measureSpeeds, measureSplitting } from './speed.js';
import { loadSplitter } from './splitter.js';

/**
 * @typedef {import('./speed.js').Part} Part
 * @typedef {import('./speed.js').Speeds} Speeds
 * @typedef {Record<string, Record<string, Speeds>>} SpeedsByKind kind, engine
 * @typedef {object} Throughput
 * @property {SpeedsByKind} speeds
 * @property {Record<string, number>} splitting MB/s of our splitter alone, by kind
 * @property {Record<string, Record<string, number>>} calls nanoseconds by engine
 * @property {Record<string, string[]>} inexact engines whose ids differ, by kind
 */

/** A copy as a program has it that was given this text alone, not a view of a longer one. */
const flat = (text) => Buffer.from(text).toString();

/** Consecutive parts of a text. @param {import('./texts.mjs').Text} text @returns {Part[]} */
export function partsOf(text, number) {
  const length = Math.floor(text.length / number);
  return Array.from({ length: number }, (_, i) => {
    const part = text.slice(i * length, (i + 1) * length);
    return typeof part === 'string'
      ? { text: flat(part), bytes: Buffer.byteLength(part) }
      : { text: part.map(flat), bytes: Buffer.byteLength(part.join('')) };
  });
}

/** Whether an engine gives the ids of the oracle, and as many as it counts. */
function isExact(engine, oracle, text) {
  const messages = typeof text === 'string' ? [text] : text;
  return messages.every((message) => {
    const expected = oracle.encode(message);
    const ids = engine.encode(message);
    return (
      ids.length === expected.length &&
      engine.count(message) === expected.length &&
      expected.every((id, i) => id === ids[i])
    );
  });
}

/** All engines, beginning with another one each round. */
const turns = (engines, round) => engines.map((_, i) => engines[(i + round) % engines.length]);

/**
 * @param {number} rounds
 * @param {Record<string, import('./texts.mjs').Text>} texts of each kind, for all rounds
 * @returns {Promise<Throughput>}
 */
export async function measureThroughput(rounds, texts) {
  const engines = [];
  for (const { name } of ENGINES) engines.push({ name, ...(await loadEngine(name)) });
  const oracle = engines.find((engine) => engine.name === 'tiktoken');
  const splitter = await loadSplitter(readOfProject);

  /** @type {Throughput} */
  const result = { speeds: {}, splitting: {}, calls: {}, inexact: {} };
  for (const [kind, text] of Object.entries(texts)) {
    // Two parts a round, and two before the first to warm the compilers up.
    const parts = partsOf(text, 2 * (rounds + 1));
    const samples = new Map(engines.map((engine) => [engine.name, []]));
    const splits = [];
    for (let round = 0; round <= rounds; round++) {
      for (const engine of turns(engines, round)) {
        const sample = measureSpeeds(engine, parts[2 * round], parts[2 * round + 1]);
        if (round > 0) samples.get(engine.name).push(sample);
      }
      const split = measureSplitting(splitter, parts[2 * round]);
      if (round > 0) splits.push(split);
    }
    result.speeds[kind] = Object.fromEntries(
      [...samples].map(([name, all]) => [name, medians(all)]),
    );
    result.splitting[kind] = median(splits);
    result.inexact[kind] = engines
      .filter((engine) => !parts.every((part) => isExact(engine, oracle, part.text)))
      .map(({ name }) => name);
  }

  const calls = new Map(engines.map((engine) => [engine.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const engine of turns(engines, round)) calls.get(engine.name).push(measureCalls(engine));
  }
  result.calls = Object.fromEntries([...calls].map(([name, all]) => [name, medians(all)]));
  return result;
}
