// SPDX-License-Identifier: MIT
// The store's keeper may be stopped at any moment: no turn is lost by that.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ledger } from '../../web/dom/ledger.js';
import { createTurnStore, memoryTurnStore } from '../../web/dom/turn-store.js';

/** @type {import('../../web/dom/turn-store.js').TurnFacts} */
const facts = { prompt: 'p', answer: null, begun: true, sentBy: 'composer', startTimeMs: 1 };

/** A store whose first claims get no answer. @param {number} failures */
function interrupted(failures) {
  const store = memoryTurnStore();
  let left = failures;
  return {
    ...store,
    /** @type {typeof store.claim} */
    claim: (...asked) =>
      left-- > 0 ? Promise.reject(new Error('stopped')) : store.claim(...asked),
  };
}

test('a claim that is interrupted is made again, in the store', async () => {
  const store = interrupted(1);
  const { turnKey, state } = await new Ledger(store).claim(facts);
  assert.equal(state, 'mine');
  assert.equal(await store.whoseEnd(turnKey, 'another tab'), 'elsewhere', 'the store knows it');
});

test('a turn that the store knows nothing of is reported by the page that has it', async () => {
  const ledger = new Ledger(interrupted(2));
  const { turnKey, state } = await ledger.claim(facts);
  assert.equal(state, 'mine');
  assert.equal(await ledger.finish(turnKey), 'yours');
});

test('nobody but a page reports what the store knows nothing of', async () => {
  const store = createTurnStore(async (change) => change([]));
  assert.equal(await store.whoseEnd('p', ''), 'over');
});
