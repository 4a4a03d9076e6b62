// SPDX-License-Identifier: MIT
// Reads that take long hold up nobody but those who read the same things.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startPostgresql, whyNoPostgresql } from '../store/postgresql.mjs';
import { collect } from './collector.mjs';
import { request } from './server.mjs';

const skip = whyNoPostgresql();
const postgresql = /** @type {import('../store/postgresql.mjs').Postgresql} */ (
  skip === undefined ? await startPostgresql() : undefined
);
after(() => postgresql?.remove());

test('health and the grid are answered while sums take long', { skip }, async () => {
  const store = postgresql.newStore();
  const server = await collect([], store);
  assert.equal((await server.calculate()).status, 200);
  // Sums of many years, for what they are to those who wait: each reading of them takes seconds.
  postgresql.query(
    'ALTER TABLE tokenwatt.usage_sum RENAME TO real_total;' +
      'CREATE VIEW tokenwatt.usage_sum AS SELECT t.* FROM tokenwatt.real_total t, pg_sleep(9)',
    postgresql.database(store),
  );
  const begun = performance.now();
  let answered = 0;
  const sums = Array.from({ length: 6 }, async () => {
    const { status, json } = await request(`${server.url}/api/v1/usage?by=all`);
    answered += 1;
    assert.deepEqual([status, json.total.requests], [200, 1]);
  });
  await new Promise((resolve) => setTimeout(resolve, 300)); // until they have begun
  for (const route of ['/api/health', '/api/carbon/FR', '/api/carbon/all', '/api/v1/models']) {
    assert.equal((await request(server.url + route)).status, 200, route);
    assert.equal(answered, 0, `${route} waited for sums`);
  }
  await Promise.all(sums);
  assert.ok(performance.now() - begun > 9000, 'they did take long');
  await server.stop();
});
