// SPDX-License-Identifier: MIT
// A sample of the random sessions that `make soak` runs a thousand of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSessions } from '../soak/run-sessions.mjs';
import { browserNames } from './browsers.mjs';

for (const name of browserNames) {
  test(`each turn of 12 random sessions is reported once (${name})`, async () => {
    const { problems, turns } = await runSessions(name, { first: 1, count: 12, atOnce: 4 });
    assert.deepEqual(problems, []);
    assert.ok(turns >= 20, `${turns} turns`);
  });
}
