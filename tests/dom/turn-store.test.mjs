// SPDX-License-Identifier: MIT
// What a turn has come to is kept while it streams: it is the turn's end if its page is killed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../web/dom/ledger.js';
import { LiveTurn } from '../../web/dom/live-turn.js';
import { Reporter } from '../../web/dom/reporter.js';
import { createTurnStore } from '../../web/dom/turn-store.js';
import { siteOfUrl } from '../../web/sites/index.js';

/** @typedef {import('../../web/dom/events.js').DoneEvent} DoneEvent */
/** @typedef {import('../../web/dom/turn-store.js').TurnStore} TurnStore */

const minuteMs = 60_000;
const tab = 'a tab';
const site = siteOfUrl(new URL('https://chatgpt.com/'));
if (site === null) throw new Error('there is no ChatGPT');

/** @type {import('../../web/dom/turn-store.js').TurnFacts} */
const facts = { prompt: 'p', answer: null, begun: true, sentBy: 'composer', startTimeMs: 1 };

/** A turn of a page, as it begins, or has come so far. @param {string} [completion] */
function liveTurn(completion = '') {
  const start = { timeMs: Date.now(), atMs: performance.now() };
  const begin = {
    prompt: 'How many?',
    promptId: 'p',
    attachments: () => [],
    context: [],
    cachedMessages: 0,
    sentBy: /** @type {const} */ ('composer'),
    start,
  };
  // It has no page that could be read.
  const live = new LiveTurn(begin, /** @type {any} */ (null));
  live.completion = completion;
  return live;
}

/** @param {string} completion @returns {DoneEvent} */
const draftOf = (completion) =>
  liveTurn(completion).doneEvent(
    /** @type {import('../../web/sites/types.js').Site} */ (site),
    true,
    false,
  );

/** A store with one turn of `tab`, and a clock for it. */
async function storeWithTurn() {
  /** @type {import('../../web/dom/turn-store.js').TurnRecord[]} */
  const records = [];
  const store = createTurnStore(async (change) => change(records));
  const { turnKey } = await store.claim(facts, tab);
  return {
    store,
    turnKey,
    /** As if so much time had passed. @param {number} ms */
    pass(ms) {
      for (const record of records) {
        record.seenMs -= ms;
        if (record.leftMs !== undefined) record.leftMs -= ms;
      }
    },
  };
}

/** What the abandoned turns had come to. @param {Awaited<ReturnType<typeof storeWithTurn>>['store']} store */
async function reported(store) {
  const { drafts } = await store.abandoned();
  return drafts.map(({ completion }) => completion);
}

test('only who follows a turn keeps what it has come to, and only until its end', async () => {
  const { store, turnKey } = await storeWithTurn();
  assert.equal(await store.keep('another turn', tab, draftOf('One')), false);
  assert.equal(await store.keep(turnKey, 'another tab', draftOf('One')), false);
  assert.equal(await store.keep(turnKey, tab, draftOf('One')), true);
  await store.end(turnKey);
  assert.equal(await store.keep(turnKey, tab, draftOf('One and two')), false);
});

test('a turn whose page is killed ends with what was kept last, once', async () => {
  const { store, turnKey, pass } = await storeWithTurn();
  await store.keep(turnKey, tab, draftOf('One'));
  await store.keep(turnKey, tab, draftOf('One and two'));
  pass(29 * minuteMs);
  assert.deepEqual(await reported(store), []);
  const { nextMs } = await store.abandoned();
  assert.ok(Math.abs((nextMs ?? 0) - (Date.now() + minuteMs)) < 1000, 'asked again when it is due');
  pass(2 * minuteMs);
  assert.deepEqual(await reported(store), [], 'it may say yet that it is there');
  assert.equal(await store.whoseEnd(turnKey, ''), 'yours', 'it is not over');
  pass(2 * minuteMs);
  assert.deepEqual(await reported(store), ['One and two']);
  assert.deepEqual(await reported(store), []);
  assert.equal(await store.whoseEnd(turnKey, tab), 'over');
  assert.equal((await store.abandoned()).nextMs, null);
});

test('a page that is back from a long sleep, or whose clock was set, keeps its turn', async () => {
  const { store, turnKey, pass } = await storeWithTurn();
  await store.keep(turnKey, tab, draftOf('One'));
  for (const ms of [600 * minuteMs, -600 * minuteMs]) {
    pass(ms);
    assert.deepEqual(await reported(store), []);
    await store.touch(turnKey, tab, {});
    pass(2 * minuteMs);
    assert.deepEqual(await reported(store), []);
    assert.equal(await store.whoseEnd(turnKey, tab), 'yours');
  }
});

test('what a tab followed that is gone was left, unless nothing was kept of it', async () => {
  const { store, turnKey, pass } = await storeWithTurn();
  const isGone = (/** @type {string} */ one) => one === tab;
  assert.equal(await store.gone(isGone), false);
  assert.deepEqual(await store.abandoned(), { drafts: [], nextMs: null });
  assert.equal((await store.resume('p', null, tab))?.state, 'mine', 'it can still be taken up');
  await store.keep(turnKey, tab, draftOf('One'));
  assert.equal(await store.gone((one) => one !== tab), false);
  assert.equal(await store.gone(isGone), true);
  assert.deepEqual(await reported(store), [], 'another page may show it');
  pass(minuteMs);
  assert.deepEqual(await reported(store), ['One']);
  assert.equal(await store.gone(isGone), false);
});

test('a turn of which nothing was kept is not ended by silence', async () => {
  const { store, turnKey, pass } = await storeWithTurn();
  pass(600 * minuteMs);
  assert.deepEqual(await store.abandoned(), { drafts: [], nextMs: null });
  assert.equal(await store.whoseEnd(turnKey, tab), 'yours');
});

test('who takes a turn up and is killed leaves what the page before it had', async () => {
  const { store, turnKey, pass } = await storeWithTurn();
  await store.leave(turnKey, tab, draftOf('One'));
  const claim = await store.resume('p', null, 'another tab');
  assert.equal(claim?.draft?.completion, 'One');
  pass(minuteMs);
  assert.deepEqual(await reported(store), [], 'it is followed');
  pass(31 * minuteMs);
  await store.abandoned();
  pass(2 * minuteMs);
  assert.deepEqual(await reported(store), ['One']);
});

test('a page hands over what a turn has come to, now and then', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const { store } = await storeWithTurn();
  /** @type {string[]} */
  const kept = [];
  const ledger = new Ledger({
    ...store,
    keep: (turnKey, tab, draft) => {
      kept.push(draft.completion);
      return store.keep(turnKey, tab, draft);
    },
  });
  const reporter = new Reporter(site, ledger, () => {});
  const live = liveTurn();
  reporter.begin(live, { ...facts, prompt: 'another' }, null);
  /** @param {number} afterMs @param {string} completion */
  const grows = async (afterMs, completion) => {
    now += afterMs;
    live.firstTokenAtMs ??= now;
    if (completion !== live.completion) {
      live.completion = completion;
      reporter.update(live);
    }
    reporter.keep(live, () => live.doneEvent(site, true, false));
    await live.said;
    await new Promise((resolve) => setImmediate(resolve));
  };
  await grows(0, 'One');
  await grows(900, 'One and');
  assert.deepEqual(kept, []);
  await grows(200, 'One and');
  assert.deepEqual(kept, ['One and'], 'also where the text stands still');
  await grows(9000, 'One and two');
  assert.deepEqual(kept, ['One and']);
  await grows(1100, 'One and two');
  await grows(60_000, 'One and two');
  assert.deepEqual(kept, ['One and', 'One and two'], 'nothing is handed over twice');
});

test('a long context is not handed over again and again', async () => {
  const { store } = await storeWithTurn();
  /** @type {DoneEvent[]} */
  const kept = [];
  const ledger = new Ledger({
    ...store,
    keep: async (_turnKey, _tab, draft) => {
      kept.push(draft);
      return true;
    },
  });
  const reporter = new Reporter(site, ledger, () => {});
  for (const length of [99_990, 99_991]) {
    const live = liveTurn('One');
    reporter.begin(live, { ...facts, prompt: `${length}` }, null);
    live.firstTokenAtMs = performance.now() - minuteMs;
    reporter.update(live);
    const context = ['x'.repeat(length), '0123456789'];
    const contextIds = ['a', 'b'];
    reporter.keep(live, () => ({ ...live.doneEvent(site, true, false), context, contextIds }));
    await live.said;
  }
  const seen = kept.map(({ context, contextIds, contextIncomplete }) => [
    context.map((text) => text.length),
    contextIds,
    contextIncomplete,
  ]);
  assert.deepEqual(seen, [
    [[99_990, 10], ['a', 'b'], false],
    [[0, 0], ['a', 'b'], true],
  ]);
});

test('what did not get through is handed over again', async (t) => {
  let now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const { store } = await storeWithTurn();
  let asked = 0;
  const ledger = new Ledger({
    ...store,
    keep: async () => {
      asked += 1;
      if (asked === 1) throw new Error('stopped');
      return true;
    },
  });
  const reporter = new Reporter(site, ledger, () => {});
  const live = liveTurn('One');
  reporter.begin(live, { ...facts, prompt: 'another' }, null);
  live.firstTokenAtMs = now;
  reporter.update(live);
  for (const ms of [1000, 10_000, 10_000]) {
    now += ms;
    reporter.keep(live, () => live.doneEvent(site, true, false));
    await live.said;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(asked, 2);
});

test('a page that shares its turns with no other keeps nothing', async () => {
  const reporter = new Reporter(site, new Ledger(undefined), () => {});
  const live = liveTurn('One');
  reporter.begin(live, facts, null);
  live.firstTokenAtMs = performance.now() - minuteMs;
  reporter.update(live);
  reporter.keep(live, () => assert.fail('it is made'));
  await live.said;
});
