// SPDX-License-Identifier: MIT
// A sample of the random sessions that `make soak` runs a thousand of.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSessions } from '../soak/run-sessions.mjs';
import { browserNames } from './browsers.mjs';

describe('random sessions', { concurrency: true }, () => {
  for (const name of browserNames) {
    test(`each turn of 6 random sessions is reported once (${name})`, async () => {
      const { problems, turns } = await runSessions(name, { first: 1, count: 6, atOnce: 2 });
      assert.deepEqual(problems, []);
      assert.ok(turns >= 12, `${turns} turns`);
    });
  }
});
