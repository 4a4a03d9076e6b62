// SPDX-License-Identifier: MIT
// Posts records from many clients while the collector, or its database, is killed again and again;
// then compares what was acknowledged with what is stored.
import assert from 'node:assert/strict';
import http from 'node:http';
import { run } from '../cli/program.mjs';
import { serve } from '../server/server.mjs';

/** @typedef {import('./postgresql.mjs').Postgresql} Postgresql */

/** Numbers that are the same in each run. @param {number} seed */
export function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {string} store @returns {Record<string, any>[]} all records that are stored */
function storedRecords(store) {
  const { code, stdout, stderr } = run(['export', '--store', store]);
  assert.equal(code, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** All token counts that are stored: each record has its own. @param {string} store */
export const storedNumbers = (store) =>
  storedRecords(store).map(({ prompt_tokens }) => /** @type {number} */ (prompt_tokens));

const hourMs = 3_600_000;
/**
 * Questions to `/api/v1/usage`, and the group of a record and of a row of the answer.
 * @type {[string, (record: Record<string, any>) => string, (row: Record<string, any>) => string][]}
 */
const groupings = [
  ['by=all', () => '', () => ''],
  ['by=all&group=model', ({ model }) => model, ({ name }) => name],
  ['by=all&group=tenant', ({ tenant }) => tenant, ({ name }) => name ?? ''],
  ['by=day&group=provider', ({ provider }) => provider, ({ name }) => name],
  [
    'by=hour',
    ({ time_ms }) => new Date(time_ms - (time_ms % hourMs)).toISOString(),
    ({ start }) => new Date(start).toISOString(),
  ],
];

/**
 * The sums of requests, prompt tokens and energy of each group, by the group's name.
 * @template T
 * @param {T[]} list @param {(one: T) => string} groupOf @param {(one: T) => number[]} amountsOf
 */
function sumsByGroup(list, groupOf, amountsOf) {
  /** @type {Record<string, number[]>} */
  const groups = {};
  for (const one of list) {
    const sums = groups[groupOf(one)];
    groups[groupOf(one)] = amountsOf(one).map((amount, i) => amount + (sums?.[i] ?? 0));
  }
  return groups;
}

/**
 * The sums that the collector keeps beside its records are those of the records.
 * @param {string} url the collector's @param {Record<string, any>[]} records
 */
async function assertSums(url, records) {
  for (const [question, groupOfRecord, groupOfRow] of groupings) {
    const expected = sumsByGroup(records, groupOfRecord, (record) => [
      1,
      record.prompt_tokens,
      record.energy_wh,
    ]);
    const answer = await fetch(`${url}/api/v1/usage?${question}`);
    assert.equal(answer.status, 200, question);
    const { data } = /** @type {any} */ (await answer.json());
    const found = sumsByGroup(data, groupOfRow, (/** @type {any} */ row) => [
      row.requests,
      row.inputTokens,
      row.energyWh,
    ]);
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), question);
    for (const [group, [requests, tokens, energyWh]] of Object.entries(expected)) {
      assert.deepEqual(found[group].slice(0, 2), [requests, tokens], `${question}: '${group}'`);
      // Another order of adding rounds otherwise.
      assert.ok(Math.abs(found[group][2] / energyWh - 1) < 1e-9, `${question}: '${group}'`);
    }
  }
}

/** What is posted falls into groups of several sizes. */
const models = [
  ['OpenAI', 'gpt-4o'],
  ['OpenAI', 'o3'],
  ['Anthropic', 'claude-sonnet-4'],
];
const tenants = ['north', 'south', undefined, 'north'];

/** A client that goes on until it is told to stop. */
class Clients {
  /** @type {Set<number>} */
  acknowledged = new Set();
  posts = 0;
  made = 0;
  url = '';
  stopped = false;
  /** @type {Map<number, number>} how often each status came */
  statuses = new Map();

  /** @param {() => number} next */
  constructor(next, count = 16) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: count });
    this.ends = Array.from({ length: count }, async () => {
      while (!this.stopped) await this.#postOne(next);
    });
  }

  /** Every fourth post repeats one whose answer may have been lost. @param {() => number} next */
  async #postOne(next) {
    const again = next() < 0.25 && this.made > 0;
    const n = again ? Math.floor(next() * this.made) : this.made++;
    try {
      const status = await this.#post(n);
      this.posts += 1;
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status === 200) this.acknowledged.add(n);
      if (status === 503) await sleep(20);
    } catch {
      await sleep(20); // the server is gone
    }
  }

  /** @param {number} n @returns {Promise<number>} */
  #post(n) {
    return new Promise((resolve, reject) => {
      const request = http.request(`${this.url}/api/v1/calculate`, {
        method: 'POST',
        agent: this.agent,
        headers: { 'content-type': 'application/json', 'idempotency-key': `record-${n}` },
        timeout: 20_000,
      });
      request.on('timeout', () => request.destroy());
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('cut off')));
      });
      const [provider, model] = models[n % models.length];
      const tenant_id = tenants[n % tenants.length];
      request.end(
        JSON.stringify({ provider, model, prompt_tokens: n, completion_tokens: 9, tenant_id }),
      );
    });
  }

  async end() {
    this.stopped = true;
    await Promise.all(this.ends);
    this.agent.destroy();
  }
}

/**
 * Kills, restarts, and checks at the end.
 * @param {string} store
 * @param {{ kills: number, seed: number, postgresql?: Postgresql, progress?: (done: number) => void }} options
 *   `postgresql`: every second kill is one of the database instead
 */
export async function killAndCount(store, { kills, seed, postgresql, progress }) {
  const next = random(seed);
  const clients = new Clients(random(seed + 1));
  let killed = 0;
  let crashed = 0;
  let server = await serve([`--store=${store}`]);
  for (let round = 0; round < kills; round += 1) {
    clients.url = server.url;
    await sleep(30 + next() * 300);
    if (postgresql !== undefined && next() < 0.5) {
      crashed += 1;
      await postgresql.crash();
      await sleep(next() * 200);
      await postgresql.start();
    } else {
      killed += 1;
      await server.stop('SIGKILL');
      server = await serve([`--store=${store}`]);
    }
    progress?.(round + 1);
  }
  // It recovers by itself: the last word is an acknowledgement.
  clients.url = server.url;
  const before = clients.acknowledged.size;
  for (let i = 0; i < 400 && clients.acknowledged.size === before; i += 1) await sleep(50);
  assert.ok(clients.acknowledged.size > before, 'it takes records again, without a restart');
  await clients.end();

  const records = storedRecords(store);
  const stored = records.map(({ prompt_tokens }) => prompt_tokens);
  const kept = new Set(stored);
  const lost = [...clients.acknowledged].filter((n) => !kept.has(n));
  assert.deepEqual(lost, [], 'no acknowledged record is lost');
  assert.equal(kept.size, stored.length, 'no record is there twice');
  const health = await fetch(`${server.url}/api/health`);
  const { data } = /** @type {any} */ (await health.json());
  assert.equal(data.records, stored.length, 'the counts are in step with the records');
  await assertSums(server.url, records);
  await server.stop();
  const statuses = Object.fromEntries(clients.statuses);
  const unexpected = Object.keys(statuses).filter((status) => !['200', '503'].includes(status));
  assert.deepEqual(unexpected, [], JSON.stringify(statuses));
  return {
    killed,
    crashed,
    posts: clients.posts,
    acknowledged: clients.acknowledged.size,
    stored: stored.length,
    statuses,
  };
}
