// SPDX-License-Identifier: MIT
// A collector over whose store two tenants and a test have posted usage, and what it sums up to.
import assert from 'node:assert/strict';
import { addKey, collect } from './collector.mjs';
import { stores } from './stores.mjs';

export const DAY_MS = 86_400_000;

/** @typedef {{ provider: string, model: string, keyName: string | null, tenant: string | null,
 *   isTest: boolean, logDate: string, inputTokens: number, outputTokens: number,
 *   reasoningTokens: number, cachedTokens: number, energyWh: number, co2Grams: number,
 *   waterMl: number, method: string, confidence: string }} Event */

const models = [
  ['OpenAI', 'gpt-4o'],
  ['Anthropic', 'claude-3-opus'],
  ['Google', 'gemini-3-pro'],
];

/** Sixty records of the last 24 days. Stop its collector. @param {string} [address] of a store */
export async function collectUsed(address) {
  const collector = await collect([], address);
  const { store } = collector;
  const keys = {
    acme: addKey(store, 'Acme laptop', ['--tenant', 'acme']),
    beta: addKey(store, 'Beta laptop', ['--tenant', 'beta']),
    test: addKey(store, 'A test', ['--test']),
    reader: addKey(store, 'Auditor', ['--scope', 'history']),
    readerOfAcme: addKey(store, 'Reader', ['--scope', 'history', '--tenant', 'acme']),
    writer: addKey(store, 'Writer', ['--scope', 'record']),
  };
  const now = Date.now();
  for (let i = 0; i < 60; i++) {
    const [provider, model] = models[i % models.length];
    const key = [keys.acme, keys.beta, keys.acme, keys.test][i % 4];
    const body = {
      provider,
      model,
      prompt_tokens: 100 + 37 * i,
      completion_tokens: 50 + 11 * i,
      reasoning_tokens: i,
      cached_tokens: 2 * i,
      startTimeMs: now - (i % 24) * DAY_MS,
    };
    assert.equal((await collector.calculate(body, collector.bearer(key))).status, 200);
  }
  const { json } = await collector.history('?limit=1000', keys.reader);
  /** @type {Event[]} */
  const events = json.data;
  assert.equal(events.length, 60);
  /** Those that count: test keys' do not. */
  const real = events.filter(({ isTest }) => !isTest);
  return { collector, keys, events, real, modelCount: models.length };
}

/** The same on each database that there is, before any test runs; whyNot says why one is not there. */
export const collectUsedOnEach = () =>
  Promise.all(
    stores.map(async ({ name, newStore, whyNot }) =>
      whyNot === undefined
        ? { name, newStore, ...(await collectUsed(newStore())) }
        : { name, whyNot },
    ),
  );

const quantities = /** @type {const} */ ([
  'inputTokens',
  'outputTokens',
  'reasoningTokens',
  'cachedTokens',
  'energyWh',
  'co2Grams',
  'waterMl',
]);

/** Sums are those of these records. @param {any} sums @param {Event[]} of @param {string} what */
export function assertSums(sums, of, what) {
  assert.equal(sums.requests, of.length, what);
  for (const quantity of quantities) {
    const expected = of.reduce((sum, event) => sum + event[quantity], 0);
    assertNear(sums[quantity], expected, `${what}: ${quantity}`);
  }
  for (const quantity of ['energyWh', 'co2Grams', 'waterMl']) {
    assert.ok(sums[`${quantity}Low`] <= sums[quantity], what);
    assert.ok(sums[`${quantity}High`] >= sums[quantity], what);
  }
}

/** Equal but for the rounding of JSON. @param {number} value @param {number} expected @param {string} what */
export function assertNear(value, expected, what) {
  assert.ok(Math.abs(value - expected) <= 1e-8 * expected, `${what}: ${value}, not ${expected}`);
}
