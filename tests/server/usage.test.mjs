// SPDX-License-Identifier: MIT
// GET /api/v1/usage: its sums are those of the records that the history lists.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { run } from '../cli/program.mjs';
import { collect } from './collector.mjs';
import { assertSums, collectUsedOnEach, DAY_MS } from './used.mjs';

for (const used of await collectUsedOnEach()) {
  const { name } = used;
  if ('whyNot' in used) {
    test(name, { skip: used.whyNot }, () => {});
    continue;
  }
  const { newStore, collector, keys, events, real } = used;
  after(() => collector.stop());

  /** @param {string} query @param {string} [key] @returns {Promise<{ status: number, json: any }>} */
  async function usage(query, key = keys.reader) {
    const response = await fetch(`${collector.url}/api/v1/usage${query}`, {
      headers: collector.bearer(key),
    });
    return { status: response.status, json: await response.json() };
  }

  test(`${name}: sums what the history lists, by each span and group`, async () => {
    const { json: all } = await usage('?by=all');
    assertSums(all.total, real, 'total');
    assert.equal(all.data.length, 1);
    assert.ok(!('start' in all.data[0]) && !('name' in all.data[0]));
    for (const [by, length] of /** @type {const} */ ([
      ['hour', 13],
      ['day', 10],
      ['month', 7],
    ])) {
      const { json } = await usage(`?by=${by}`);
      const starts = new Set(real.map(({ logDate }) => logDate.slice(0, length)));
      assert.deepEqual(
        json.data.map((/** @type {any} */ row) => row.start.slice(0, length)),
        [...starts].sort(),
      );
      for (const row of json.data) {
        const start = row.start.slice(0, length);
        const of = real.filter(({ logDate }) => logDate.startsWith(start));
        assertSums(row, of, `${by} ${start}`);
      }
      assertSums(json.total, real, by);
    }
    for (const [group, member] of /** @type {const} */ ([
      ['model', 'model'],
      ['provider', 'provider'],
      ['key', 'keyName'],
      ['tenant', 'tenant'],
    ])) {
      const { json } = await usage(`?by=all&group=${group}`);
      assert.equal(json.data.length, new Set(real.map((event) => event[member])).size, group);
      for (const row of json.data) {
        const of = real.filter((event) => event[member] === row.name);
        assertSums(row, of, `${group} ${row.name}`);
        if (group === 'key') assert.match(row.maskedKey, /^eco_\.\.\..{4}$/);
      }
      const energies = json.data.map((/** @type {any} */ row) => row.energyWh);
      assert.deepEqual(
        energies,
        [...energies].sort((a, b) => b - a),
        'the most energy first',
      );
    }
  });

  test(`${name}: of a period, a key, a tenant, with tests`, async () => {
    const [day] = events[30].logDate.split('T');
    const { json } = await usage(`?by=all&startDate=${day}&endDate=${day}`);
    assertSums(
      json.total,
      real.filter(({ logDate }) => logDate.startsWith(day)),
      day,
    );
    assert.deepEqual(
      [json.meta.from, json.meta.until],
      [`${day}T00:00:00.000Z`, new Date(Date.parse(day) + DAY_MS).toISOString()],
    );
    assertSums((await usage('?tests=include')).json.total, events, 'with tests');
    const name = 'Beta laptop';
    const of = events.filter(({ keyName }) => keyName === name);
    assertSums((await usage(`?keyName=${encodeURIComponent(name)}`)).json.total, of, name);
    assertSums((await usage('?tenant=beta')).json.total, of, 'tenant');
    assertSums((await usage('?keyName=nobody')).json.total, [], 'no such key');
    assertSums((await usage('?startDate=2001-01-01&endDate=2001-12-31')).json.total, [], 'empty');
    assertSums(
      (await usage('?startDate=2025-02-01&endDate=2025-01-01')).json.total,
      [],
      'reversed',
    );
  });

  test(`${name}: any period, to the millisecond, in any zone, by any span`, async () => {
    const times = events.map(({ logDate }) => Date.parse(logDate)).sort((a, b) => a - b);
    let seed = 7;
    /** Below `limit`. @param {number} limit */
    const draw = (limit) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % limit;
    };
    /** @param {number} at @param {number} minutes */
    const write = (at, minutes) => {
      const zone = `${minutes < 0 ? '-' : '+'}${new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)}`;
      return encodeURIComponent(new Date(at + minutes * 60_000).toISOString().replace('Z', zone));
    };
    const spans = ['all', 'hour', 'day', 'month'];
    const groups = ['none', 'model', 'provider', 'key', 'tenant'];
    for (let n = 0; n < 80; n += 1) {
      // Often a bound is at an event, and often both are within an hour of each other.
      const first = Number(times[draw(times.length)]) + draw(3) - 1;
      const last = n % 4 === 0 ? first + draw(3_600_000) : Number(times[draw(times.length)]);
      const minutes = Number([0, 330, -210, 345][draw(4)]);
      const by = spans[n % 4];
      const group = groups[n % 5];
      const tenant = n % 3 === 0 ? 'acme' : undefined;
      const { status, json } = await usage(
        `?by=${by}&group=${group}&startDate=${write(first, minutes)}&endDate=${write(last, minutes)}${tenant ? `&tenant=${tenant}` : ''}`,
      );
      const of = real.filter((event) => {
        const at = Date.parse(event.logDate);
        return at >= first && at <= last && (tenant === undefined || event.tenant === tenant);
      });
      assert.equal(status, 200);
      assertSums(json.total, of, `${first} to ${last} by ${by}, ${group}, ${tenant}`);
    }
  });

  test(`${name}: a key of a tenant sees that tenant alone`, async () => {
    const of = real.filter(({ tenant }) => tenant === 'acme');
    for (const group of ['none', 'model', 'key', 'tenant']) {
      const { json } = await usage(`?group=${group}`, keys.readerOfAcme);
      assertSums(json.total, of, group);
      assert.equal(json.meta.tenant, 'acme');
      assert.ok(!JSON.stringify(json.data).includes('eta'), group);
    }
    assertSums((await usage('?tenant=beta', keys.readerOfAcme)).json.total, [], 'another');
    const other = await usage('?keyName=Beta%20laptop', keys.readerOfAcme);
    assertSums(other.json.total, [], 'a key of another');
  });

  test(`${name}: wrong questions and wrong keys`, async () => {
    for (const [query, field] of [
      ['?by=week', 'by'],
      ['?group=developer', 'group'],
      ['?tests=yes', 'tests'],
      ['?startDate=soon', 'startDate'],
      ['?endDate=2025-02-30', 'endDate'],
    ]) {
      const { status, json } = await usage(query);
      assert.deepEqual([status, json.error.details.field], [400, field], query);
    }
    const { json } = await usage('?by=week');
    assert.deepEqual(json.error.details.allowed, ['hour', 'day', 'month', 'all']);
    assert.equal((await usage('', keys.writer)).status, 403);
    assert.equal((await usage('', 'eco_none')).status, 401);
    assert.equal((await fetch(`${collector.url}/api/v1/usage`)).status, 401);
    const warned = (await usage('?by=all&colour=red')).json;
    assert.match(JSON.stringify(warned.meta.warnings), /colour/);
  });

  test(`${name}: at most 10,000 rows`, async () => {
    const own = await collect([], newStore());
    await own.calculate();
    const record = JSON.parse(run(['export', '--store', own.store]).stdout);
    /** @param {number} first @param {number} last hours before it */
    const add = (first, last) => {
      let input = '';
      for (let n = first; n <= last; n++) {
        const id = `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
        input += `${JSON.stringify({ ...record, id, time_ms: record.time_ms - n * 3_600_000 })}\n`;
      }
      const { code, stderr } = run(['import', '--store', own.store], { input });
      assert.deepEqual([code, stderr.split(',')[0]], [0, `${last - first + 1} added`]);
    };
    const ask = async (/** @type {string} */ query) =>
      (await fetch(`${own.url}/api/v1/usage${query}`)).json();
    add(1, 9_999);
    const whole = await ask('?by=hour');
    assert.deepEqual([whole.data.length, whole.total.requests], [10_000, 10_000]);
    add(10_000, 10_000);
    const { error } = await ask('?by=hour');
    assert.equal(error.details.field, 'by');
    assert.match(error.message, /more than 10000 rows/);
    const [day] = new Date(record.time_ms).toISOString().split('T');
    assert.ok((await ask(`?by=hour&startDate=${day}&endDate=${day}`)).data.length <= 24);
    assert.equal((await ask('?by=all')).total.requests, 10_001);
    assert.equal((await ask('?startDate=1970-01-01&endDate=9999-12-31')).total.requests, 10_001);
    await own.stop();
  });
}
