// SPDX-License-Identifier: MIT
// Speed in Node on each kind of text, in rounds over all engines that begin with another engine
// each time; and whether the ids are those of tiktoken.

import { benchTexts } from './texts.mjs';
import { ENGINES, loadEngine } from './engines.mjs';
import { median } from './numbers.mjs';
import { measureSpeeds } from './speed.js';

/** @typedef {Record<string, Record<string, import('./speed.js').Speeds>>} SpeedsByKind kind, engine */

/** Consecutive parts of a text, with their size in UTF-8. */
export function partsOf(text, number) {
  const length = Math.floor(text.length / number);
  return Array.from({ length: number }, (_, i) => {
    const part = text.slice(i * length, (i + 1) * length);
    const all = typeof part === 'string' ? part : part.join('');
    return { text: part, bytes: Buffer.byteLength(all) };
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

/** The middle one of each figure. */
export function medians(samples) {
  return Object.fromEntries(
    Object.keys(samples[0]).map((key) => [key, median(samples.map((sample) => sample[key]))]),
  );
}

/**
 * @param {number} rounds
 * @param {number} characters of each kind of text, over all rounds
 * @returns {Promise<{ speeds: SpeedsByKind, inexact: string[] }>}
 */
export async function measureThroughput(rounds, characters) {
  const engines = [];
  for (const { name } of ENGINES) engines.push({ name, ...(await loadEngine(name)) });
  const oracle = engines.find((engine) => engine.name === 'tiktoken');

  /** @type {SpeedsByKind} */
  const speeds = {};
  const inexact = [];
  for (const [kind, text] of Object.entries(benchTexts(characters))) {
    // Two parts a round, and two before the first to warm the compilers up.
    const parts = partsOf(text, 2 * (rounds + 1));
    const samples = new Map(engines.map((engine) => [engine.name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (let i = 0; i < engines.length; i++) {
        const engine = engines[(i + round) % engines.length];
        const sample = measureSpeeds(engine, parts[2 * round], parts[2 * round + 1]);
        if (round > 0) samples.get(engine.name).push(sample);
      }
    }
    speeds[kind] = Object.fromEntries([...samples].map(([name, list]) => [name, medians(list)]));
    for (const engine of engines) {
      if (!isExact(engine, oracle, text)) inexact.push(`${engine.name} on ${kind}`);
    }
  }
  return { speeds, inexact };
}
