// SPDX-License-Identifier: MIT
// What a call of the calculate API costs, beside the parse of its own payload by cJSON.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Memory } from '../../web/src/memory.js';
import { loadWasm } from '../../web/src/wasm.js';
import { ROOT } from './engines.mjs';
import { median } from './numbers.mjs';

/** Names of a model as they come: each takes another way to its row. */
const MODELS = {
  "as the API's documentation writes it": 'gemini-3-pro',
  'an id of the tables': 'google/gemini-3-pro-preview',
  'without its vendor': 'gpt-5.2',
  'as a page shows it': 'GPT-5.2 Thinking',
  'of nobody': 'some-model',
};

/** The documented payload of a chat page. @param {string} model */
const payloadOf = (model) =>
  JSON.stringify({
    provider: 'Google',
    model,
    prompt_tokens: 788,
    completion_tokens: 312,
    reasoning_tokens: 0,
    cached_tokens: 0,
    startTimeMs: 1710000000000,
    firstTokenTimeMs: 1710000010000,
    source: 'dom_estimated',
    is_estimated: true,
    estimation_method: 'dom_gpt_tokenizer_v1',
  });
const TIMES = 2000; // a turn
const TURNS = 20; // a round

/** @typedef {{ where: string, model: string, parse: number, calculate: number }} Cost nanoseconds */

/**
 * The median of each, of turns that follow each other.
 * @param {string} where @param {string} model @param {number[][]} turns
 */
function costOf(where, model, turns) {
  const [parse, calculate] = [0, 1].map((i) => median(turns.map((turn) => turn[i])));
  return { where, model, parse, calculate };
}

/** @param {string} payload @param {number} rounds */
function measureNatively(payload, rounds) {
  const program = `${ROOT}build/native/tests/bench/native_calculate`;
  const { status, stdout, stderr } = spawnSync(program, [payload, String(rounds * TURNS)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => line.split(' ').map(Number));
}

async function loadIntoWasm() {
  const wasm = await WebAssembly.compile(readFileSync(`${ROOT}build/wasm/calculate.wasm`));
  const exports = await loadWasm(wasm, 'calculate.wasm', []);
  const { tw_bench_parse, tw_bench_calculate } =
    /** @type {Record<string, (...values: number[]) => number>} */ (
      /** @type {unknown} */ (exports)
    );
  const memory = new Memory(exports);
  return (/** @type {string} */ text, /** @type {number} */ rounds) => {
    const payload = new TextEncoder().encode(text);
    const at = memory.allocate(payload.length);
    memory.bytes.set(payload, at);
    const time = (/** @type {(...values: number[]) => number} */ run) => {
      const start = performance.now();
      if (run(at, payload.length, TIMES) !== TIMES) throw new Error('the payload is refused');
      return ((performance.now() - start) * 1e6) / TIMES;
    };
    const turns = Array.from({ length: rounds * TURNS + 1 }, () => [
      time(tw_bench_parse),
      time(tw_bench_calculate),
    ]);
    return turns.slice(1); // the first compiles it
  };
}

/** @param {number} rounds @returns {Promise<Cost[]>} */
export async function measureCalculate(rounds) {
  const measureInWasm = await loadIntoWasm();
  const places = { natively: measureNatively, 'in WebAssembly': measureInWasm };
  return Object.entries(places).flatMap(([where, measure]) =>
    Object.entries(MODELS).map(([how, model]) =>
      costOf(where, `${model} (${how})`, measure(payloadOf(model), rounds)),
    ),
  );
}
