// SPDX-License-Identifier: MIT
// Imitated streaming pages at the chat sites' true origins -> the events of watchChat, against the
// page's own record of what it did and when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  atEachChatSite,
  chatSites,
  eventsOf,
  sendPrompt,
  truthOf,
  untilDone,
  watchPage,
} from './pages.mjs';

/** Times may be off by this much. */
const toleranceMs = 50;

const [chatgpt] = chatSites;

/** @param {any[]} events @param {string} type */
const ofType = (events, type) => events.filter((event) => event.type === type);

/** @param {number} actual @param {number} truth @param {string} what */
function assertTime(actual, truth, what) {
  const off = actual - truth;
  assert.ok(Math.abs(off) <= toleranceMs, `${what} is ${off} ms off`);
}

/**
 * A page with a server behind it (pages/backend.js), watched with a store that takes its time.
 * @param {import('puppeteer-core').Page} page @param {number} storeMs
 */
async function watchSlowly(page, storeMs) {
  await page.evaluate(async (storeMs) => {
    const { watchChat, createTurnStore } = await import(`${location.origin}/web/dom/index.js`);
    const { __stop: before, chat } = /** @type {any} */ (window);
    before.abort();
    const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
    /** @type {any[]} */
    const records = [];
    const store = createTurnStore(async (/** @type {(records: any[]) => unknown} */ change) => {
      await pause(storeMs);
      return change(records);
    });
    /** @type {any[]} */
    const events = [];
    const onEvent = (/** @type {any} */ event) => events.push(event);
    watchChat(document, location.href, { onEvent, store });
    const ended = async () => {
      while (chat.streamingId !== null) await pause(2);
    };
    const server = `server:${new URLSearchParams(location.search).get('session')}`;
    const state = () => JSON.parse(localStorage.getItem(server) ?? '');
    window.name = 'first';
    Object.assign(window, { __events: events, pause, ended, state });
    await pause(200);
  }, storeMs);
}

/**
 * Each turn of the page's server was reported once, as it was.
 * @param {import('puppeteer-core').Page} page @param {number} count
 */
async function assertEachOnce(page, count) {
  await untilDone(page, count);
  await sleep(600);
  const done = ofType(await eventsOf(page), 'done');
  const truths = await page.evaluate(() => {
    const { chat, state } = /** @type {any} */ (window);
    const { messages } = state();
    return Object.values(chat.truth.turns).map((turn) => ({ ...turn, ...messages[turn.id] }));
  });
  assert.equal(done.length, count);
  assert.equal(truths.length, count);
  assert.equal(new Set(done.map(({ turnKey }) => turnKey)).size, count, 'keys');
  for (const [index, truth] of truths.entries()) {
    assert.equal(done[index].prompt, truth.prompt);
    assertTime(done[index].startTimeMs, truth.sentMs, `start of ${truth.prompt}`);
    if (!truth.failed) assert.equal(done[index].completion, truth.text);
    if (truth.firstTokenMs === undefined) continue;
    assertTime(done[index].firstTokenTimeMs, truth.firstTokenMs, `first token of ${truth.prompt}`);
  }
}

/**
 * A turn whose answer is over and quiet.
 * @param {import('puppeteer-core').Page} page @returns {Promise<any>} the branch it is on
 */
function answerFirst(page) {
  return page.evaluate(async () => {
    const { chat, pause, ended, state } = /** @type {any} */ (window);
    chat.send('Question', { text: 'The first answer, the longer one.', rate: 500, thinkMs: 80 });
    await pause(60);
    await ended();
    await pause(900);
    return state().leaf;
  });
}

atEachChatSite('watchChat', (open) => {
  for (const chat of chatSites) {
    test(`${chat.name}: one turn, its events, text and times`, async () => {
      const page = await open(chat, { history: 1, rate: 60, model: 'GPT-5.5' });
      await sendPrompt(page, 'Tell me **all** about it');
      await untilDone(page, 1);
      // Long enough for a code editor to replace what the answer showed.
      await sleep(1500);
      const events = await eventsOf(page);
      const [truth] = await truthOf(page);
      const kinds = events.map((event) => event.type).filter((type) => type !== 'update');
      assert.deepEqual(kinds, ['health', 'sent', 'first-token', 'done']);
      assert.ok(ofType(events, 'update').length >= 2, 'updates while it streams');
      assert.equal(new Set(events.slice(1).map((event) => event.turnKey)).size, 1, 'one key');

      const [done] = ofType(events, 'done');
      assert.match(done.turnKey, new RegExp(`^${chat.site}:[\\w-]{16,}$`));
      assert.equal(done.site, chat.site);
      assert.equal(done.prompt, truth.prompt);
      assert.equal(done.completion, truth.answer);
      assert.deepEqual(done.context, ['Earlier question 1', 'Earlier answer **1**.']);
      assert.match(done.model, /GPT-5\.5/);
      assert.equal(done.sentBy, 'composer');
      assert.equal(done.interrupted, false);
      assertTime(done.startTimeMs, truth.sentMs, 'start');
      assertTime(done.firstTokenTimeMs, truth.firstTokenMs, 'first token');
      assert.ok(
        done.seenMs - truth.lastTextMs < 2000,
        `done ${done.seenMs - truth.lastTextMs} ms late`,
      );
      await page.close();
    });

    test(`${chat.name}: two turns, the first is context of the second`, async () => {
      const page = await open(chat, { rate: 500, answer: 'Short *answer*.', think: 120 });
      await sendPrompt(page, 'First');
      await untilDone(page, 1);
      await sendPrompt(page, 'Second');
      await untilDone(page, 2);
      const [one, two] = ofType(await eventsOf(page), 'done');
      assert.notEqual(one.turnKey, two.turnKey);
      assert.deepEqual(two.context, ['First', 'Short *answer*.']);
      const truth = await truthOf(page);
      assertTime(two.startTimeMs, truth[1].sentMs, 'start');
      assertTime(two.firstTokenTimeMs, truth[1].firstTokenMs, 'first token');
      await page.close();
    });

    test(`${chat.name}: a regenerated answer is a turn of its own`, async () => {
      const page = await open(chat, { rate: 200, answer: 'The first answer.', think: 200 });
      await sendPrompt(page, 'Question');
      await untilDone(page, 1);
      await sleep(1200);
      await page.evaluate(() => {
        const button = document.createElement('button');
        button.id = 'again';
        button.textContent = 'Again';
        button.onclick = () => /** @type {any} */ (window).chat.regenerate();
        document.body.append(button);
      });
      await page.click('#again');
      await untilDone(page, 2);
      await sleep(800);
      const done = ofType(await eventsOf(page), 'done');
      const truth = await truthOf(page);
      assert.equal(done.length, 2);
      assert.notEqual(done[0].turnKey, done[1].turnKey);
      assert.equal(done[1].completion, truth[1].answer);
      assert.equal(done[1].sentBy, 'gesture');
      assert.deepEqual(done[1].context, []);
      assertTime(done[1].startTimeMs, truth[1].sentMs, 'start');
      assertTime(done[1].firstTokenTimeMs, truth[1].firstTokenMs, 'first token');
      await page.close();
    });

    test(`${chat.name}: another conversation's messages are context, not usage`, async () => {
      const page = await open(chat, { rate: 500, answer: 'Fine.', history: 2 });
      await sleep(300);
      await page.evaluate(() =>
        /** @type {any} */ (window).chat.navigate([
          ['Old question', 'Old answer'],
          ['Older', 'Words'],
        ]),
      );
      await sleep(1500);
      assert.deepEqual(ofType(await eventsOf(page), 'done'), []);
      await sendPrompt(page, 'New here');
      await untilDone(page, 1);
      const [done] = ofType(await eventsOf(page), 'done');
      assert.deepEqual(done.context, ['Old question', 'Old answer', 'Older', 'Words']);
      await page.close();
    });
  }

  for (const chat of chatSites) {
    test(`${chat.name}: regenerated as it ends, then left: two turns`, async () => {
      const page = await open(chat, { session: 'regenerated-and-left' });
      await watchSlowly(page, 0);
      await page.evaluate(async () => {
        const { chat, pause, ended } = /** @type {any} */ (window);
        chat.send('Question', { text: 'Short answer.', rate: 500, thinkMs: 100 });
        await pause(60);
        await ended();
        await pause(20);
        chat.regenerate({ text: 'Another answer, made anew.', rate: 500, thinkMs: 500 });
        await pause(100);
        chat.leave();
        await pause(700);
        chat.comeBack();
      });
      await assertEachOnce(page, 2);
      await page.close();
    });

    test(`${chat.name}: left before the store knows of the turn`, async () => {
      const page = await open(chat, { session: 'left-at-once' });
      await watchSlowly(page, 150);
      await page.evaluate(async () => {
        const { chat, pause } = /** @type {any} */ (window);
        chat.send('Question', { text: 'Short answer.', rate: 500, thinkMs: 400 });
        await pause(80);
        chat.leave();
        await pause(800);
        chat.comeBack();
      });
      await assertEachOnce(page, 1);
      await page.close();
    });

    test(`${chat.name}: as a regenerated answer ends the one before is shown again`, async () => {
      const page = await open(chat, { session: 'branch-as-it-ends' });
      await watchSlowly(page, 5);
      const first = await answerFirst(page);
      await page.evaluate(async (leaf) => {
        const { chat, pause, ended } = /** @type {any} */ (window);
        chat.regenerate({ text: 'Another answer.', rate: 500, thinkMs: 80 });
        await ended();
        await pause(20);
        chat.switchTo(leaf);
      }, first);
      await assertEachOnce(page, 2);
      await page.close();
    });

    test(`${chat.name}: as a regenerated answer ends the stopped one before is shown again`, async () => {
      const page = await open(chat, { session: 'stopped-branch-as-it-ends' });
      await watchSlowly(page, 5);
      await page.evaluate(async () => {
        const { chat, pause, ended, state } = /** @type {any} */ (window);
        chat.send('Question', { text: 'Never shown.', rate: 500, thinkMs: 5000 });
        await pause(300);
        chat.gesture(() => chat.stop());
        await pause(900);
        const { leaf } = state();
        chat.regenerate({ text: 'Another answer.', rate: 500, thinkMs: 80 });
        await ended();
        chat.switchTo(leaf);
      });
      await untilDone(page, 2);
      const [first, second] = ofType(await eventsOf(page), 'done');
      assert.deepEqual([first.completion, second.completion], ['', 'Another answer.']);
      assert.notEqual(first.answerId, second.answerId);
      await page.close();
    });

    test(`${chat.name}: back from the cache, the answer before is shown again`, async () => {
      const page = await open(chat, { session: 'back-and-branch' });
      await watchSlowly(page, 5);
      const first = await answerFirst(page);
      await page.evaluate(async (leaf) => {
        const { chat, pause, ended } = /** @type {any} */ (window);
        chat.regenerate({ text: 'Another answer.', rate: 100, thinkMs: 80 });
        await pause(120);
        window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
        await ended();
        await pause(100);
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
        await pause(50);
        chat.switchTo(leaf);
      }, first);
      await assertEachOnce(page, 2);
      await page.close();
    });

    test(`${chat.name}: back at the end of an edited turn, the prompt before is shown`, async () => {
      const page = await open(chat, { session: 'back-and-other-prompt' });
      await watchSlowly(page, 5);
      await page.evaluate(async () => {
        const { chat, pause, ended, state } = /** @type {any} */ (window);
        chat.send('Question', { text: 'The first answer.', rate: 500, thinkMs: 80 });
        await pause(60);
        await ended();
        await pause(900);
        const { leaf, messages } = state();
        const plan = { text: 'Another answer.', rate: 100, thinkMs: 80 };
        chat.edit(messages[leaf].parent, 'Edited question', plan);
        await pause(120);
        chat.leave();
        await pause(300);
        chat.comeBack();
        await pause(300);
        chat.switchTo(leaf);
      });
      await assertEachOnce(page, 2);
      await page.close();
    });

    test(`${chat.name}: edited as soon as the page is back`, async () => {
      const page = await open(chat, { session: 'back-and-edited' });
      await watchSlowly(page, 5);
      await page.evaluate(async () => {
        const { chat, pause, state } = /** @type {any} */ (window);
        const text = 'word '.repeat(60).trim();
        chat.send('Question', { text, rate: 100, thinkMs: 50 });
        await pause(300);
        chat.leave();
        await pause(900);
        chat.comeBack();
        await pause(30);
        const { leaf, messages } = state();
        const plan = { text: 'Answer to the edited one.', rate: 200, thinkMs: 150 };
        chat.edit(messages[leaf].parent, 'Edited question', plan);
      });
      await assertEachOnce(page, 2);
      await page.close();
    });

    test(`${chat.name}: edited while a failed turn may still go on`, async () => {
      const page = await open(chat, { session: 'failed-and-edited' });
      await watchSlowly(page, 5);
      await page.evaluate(async () => {
        const { chat, pause, ended, state } = /** @type {any} */ (window);
        const text = 'word '.repeat(60).trim();
        chat.send('Question', { text, rate: 100, thinkMs: 50, failsAfterMs: 150 });
        await pause(60);
        await ended();
        await pause(20);
        const { leaf, messages } = state();
        const plan = { text: 'Answer to the edited one.', rate: 50, thinkMs: 60 };
        chat.edit(messages[leaf].parent, 'Edited question', plan);
        // A later click starts nothing.
        await pause(150);
        document.body.click();
      });
      await assertEachOnce(page, 2);
      await page.close();
    });
  }

  for (const rate of [20, 500]) {
    test(`times at ${rate} tokens a second, sent by a click`, async () => {
      const answer = rate === 20 ? 'Slow words, one by one.' : 'word '.repeat(1500).trim();
      const page = await open(chatgpt, {
        rate,
        answer,
        prompt: 'Go',
        click: 1,
        think: 700,
        wait: 2500,
      });
      await untilDone(page, 1);
      const events = await eventsOf(page);
      const [truth] = await truthOf(page);
      const [done] = ofType(events, 'done');
      assert.equal(done.completion, answer);
      assertTime(done.startTimeMs, truth.sentMs, 'start');
      assertTime(done.firstTokenTimeMs, truth.firstTokenMs, 'first token');
      await page.close();
    });
  }

  test('leaving a conversation ends its turn, once', async () => {
    const page = await open(chatgpt, { rate: 50, answer: 'word '.repeat(400).trim() });
    await sendPrompt(page, 'Long one');
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__events.some((/** @type {any} */ e) => e.type === 'update'),
    );
    await sleep(600);
    await page.evaluate(() => /** @type {any} */ (window).chat.navigate([['Old', 'Answer']]));
    await untilDone(page, 1);
    await sleep(1000);
    const done = ofType(await eventsOf(page), 'done');
    assert.equal(done.length, 1);
    assert.equal(done[0].interrupted, true);
    assert.match(done[0].completion, /^word word/);
    await page.close();
  });

  test('a stopped answer is done with what it has', async () => {
    const page = await open(chatgpt, { rate: 60, answer: 'word '.repeat(400).trim() });
    await sendPrompt(page, 'Long one');
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__events.some((/** @type {any} */ e) => e.type === 'update'),
    );
    await page.click('#composer-submit-button');
    await untilDone(page, 1);
    const [done, ...more] = ofType(await eventsOf(page), 'done');
    assert.deepEqual(more, []);
    const shown = await page.evaluate(
      () => document.querySelector('[data-message-author-role=assistant] .markdown')?.textContent,
    );
    assert.equal(done.completion, shown?.trim());
    await page.close();
  });

  test('watching that begins while an answer streams leaves unknown times out', async () => {
    const page = await open(chatgpt, { rate: 60, answer: 'word '.repeat(60).trim(), history: 1 });
    await page.evaluate(() => /** @type {any} */ (window).__stop.abort());
    await sendPrompt(page, 'Sent unseen');
    await page.waitForFunction(() => /** @type {any} */ (window).__truth.turns[0]?.firstTokenMs);
    assert.deepEqual(ofType(await eventsOf(page), 'sent'), [], 'reported after the abort');
    await watchPage(page);
    await untilDone(page, 1);
    const events = await eventsOf(page);
    assert.deepEqual(ofType(events, 'sent'), []);
    const [done, ...more] = ofType(events, 'done');
    assert.deepEqual(more, []);
    assert.equal(done.sentBy, 'unseen');
    assert.equal(done.prompt, 'Sent unseen');
    assert.equal(done.completion, 'word '.repeat(60).trim());
    assert.ok(!('startTimeMs' in done) && !('firstTokenTimeMs' in done));
    await page.close();
  });

  test('a clock set back while the model thinks does not turn the times round', async () => {
    const page = await open(chatgpt, { rate: 200, answer: 'Now.', think: 600 });
    await sendPrompt(page, 'When?');
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() - 3_600_000;
    });
    await untilDone(page, 1);
    const [done] = ofType(await eventsOf(page), 'done');
    const waited = done.firstTokenTimeMs - done.startTimeMs;
    assert.ok(waited >= 600 && waited < 600 + 20 + 2 * toleranceMs, `waited ${waited} ms`);
    await page.close();
  });

  test('a new line in the composer sends nothing', async () => {
    const page = await open(chatgpt, { rate: 500, answer: 'Two lines.' });
    await page.click('#prompt-textarea');
    await page.keyboard.type('one');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await page.keyboard.type('two');
    await sleep(400);
    assert.deepEqual(ofType(await eventsOf(page), 'sent'), []);
    await page.keyboard.press('Enter');
    await untilDone(page, 1);
    const [truth] = await truthOf(page);
    assertTime(ofType(await eventsOf(page), 'sent')[0].startTimeMs, truth.sentMs, 'start');
    await page.close();
  });

  test('a listener that throws does not stop the watching', async () => {
    const page = await open(chatgpt, { rate: 500, answer: 'Still here.' });
    const seen = await page.evaluate(async () => {
      const { watchChat } = await import(`${location.origin}/web/dom/index.js`);
      /** @type {string[]} */
      const types = [];
      /** @type {any} */ (window).__thrown = types;
      window.addEventListener('error', (event) => event.preventDefault());
      watchChat(document, location.href, {
        onEvent(/** @type {any} */ event) {
          types.push(event.type);
          throw new Error('listener');
        },
      });
      return types;
    });
    assert.deepEqual(seen, ['health']);
    await sendPrompt(page, 'Hello');
    // Two watchers are at work, each with timers of its own.
    await page.waitForFunction(() => /** @type {any} */ (window).__thrown.includes('done'));
    await sleep(500);
    const types = await page.evaluate(() => /** @type {any} */ (window).__thrown);
    assert.equal(types.filter((/** @type {string} */ type) => type === 'done').length, 1);
    await page.close();
  });

  test('a host without an adapter is told at once', async () => {
    const page = await open(chatgpt);
    const events = await page.evaluate(async () => {
      const { watchChat } = await import(`${location.origin}/web/dom/index.js`);
      /** @type {any[]} */
      const events = [];
      const onEvent = (/** @type {any} */ event) => events.push(event);
      watchChat(document, 'https://chat.example.org/', { onEvent });
      return events;
    });
    assert.equal(events.length, 1);
    assert.equal(events[0].site, 'chat.example.org');
    assert.equal(events[0].health.state, 'not-understood');
    await page.close();
  });
});
