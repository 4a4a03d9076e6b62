// SPDX-License-Identifier: MIT
// What one client posts is nobody else's matter: neither in the same commit nor under the same id.
import assert from 'node:assert/strict';
import test from 'node:test';
import { addKey, collect, usage } from './collector.mjs';
import { stores } from './stores.mjs';

const event = { tenant_id: 't', model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 1 };

for (const { name, newStore, whyNot: skip } of stores) {
  test(`${name}: of many at once, each gets what its own is worth`, { skip }, async () => {
    const server = await collect(['--free-events=5'], newStore());
    const plain = addKey(server.store, 'plain');
    const live = addKey(server.store, 'live', ['--live']);
    await server.stop();
    const again = await collect(['--free-events=5'], server.store);
    /** @type {((i: number) => Promise<{ status: number }>)[]} */
    const posts = [
      (i) => again.calculate({ ...usage, prompt_tokens: i }, again.bearer(plain)),
      (i) => {
        const headers = { ...again.bearer(plain), 'idempotency-key': 'one-for-many' };
        return again.calculate({ ...usage, prompt_tokens: i }, headers);
      },
      (i) => again.track({ ...event, prompt_tokens: i }, live),
      () => again.calculate({ ...usage, prompt_tokens: -1 }, again.bearer(plain)),
      () => again.calculate('{', again.bearer(plain)),
      () => again.calculate(usage, again.bearer(`${plain}x`)),
      (i) => again.calculate({ ...usage, model: `Ελλάς 😀 \u0007 ${i}` }, again.bearer(plain)),
    ];
    const answers = await Promise.all(
      Array.from({ length: 40 * posts.length }, async (_, i) => {
        const { status } = await posts[i % posts.length](i);
        return `${i % posts.length}: ${status}`;
      }),
    );
    const counts = Object.fromEntries(
      [...new Set(answers)]
        .sort()
        .map((one) => [one, answers.filter((other) => other === one).length]),
    );
    assert.deepEqual(counts, {
      '0: 200': 40,
      '1: 200': 1,
      '1: 409': 39,
      '2: 202': 5,
      '2: 402': 35,
      '3: 400': 40,
      '4: 400': 40,
      '5: 401': 40,
      '6: 200': 40,
    });
    assert.equal(await again.count(plain), 40 + 1 + 5 + 40);
    await again.stop();
  });

  test(`${name}: an id is its key's own, and tells nothing of others'`, { skip }, async () => {
    const server = await collect([], newStore());
    const first = await server.track({ ...event, event_id: 'turn-1' }); // when there was no key
    const keys = ['ada', 'bob'].map((tenant) => addKey(server.store, tenant, ['--tenant', tenant]));
    const seen = [first.json.event_id];
    for (const [i, key] of keys.entries()) {
      const own = { ...event, tenant_id: undefined, prompt_tokens: 100 + i, event_id: 'turn-1' };
      const body = { ...own, tenant_id: i === 0 ? 'ada' : 'bob' };
      const posted = await server.track(body, key);
      assert.equal(posted.status, 202, 'as if nobody else had used it');
      seen.push(posted.json.event_id);
      // The same through the header, and through the other route: its own again.
      const retry = await server.track({ ...body, event_id: undefined }, key, {
        'idempotency-key': 'turn-1',
      });
      assert.deepEqual([retry.status, retry.json.event_id], [202, posted.json.event_id]);
      const { json } = await server.history('', key);
      assert.deepEqual(
        json.data.map((/** @type {any} */ row) => [`evt_${row.id}`, row.inputTokens, row.tenant]),
        [[posted.json.event_id, 100 + i, body.tenant_id]],
      );
      const other = await server.track({ ...body, prompt_tokens: 7 }, key);
      assert.equal(other.status, 409);
      assert.ok(!JSON.stringify(other.json).includes('10'), 'it does not say what is there');
    }
    assert.equal(new Set(seen).size, 3);
    // The server's id of a record is no key to it.
    const [id] = seen.map((one) => one.slice('evt_'.length));
    const posted = await server.track({ ...event, tenant_id: 'bob', event_id: id }, keys[1]);
    assert.equal(posted.status, 202);
    assert.ok(!seen.includes(posted.json.event_id));
    await server.stop();
  });
}
