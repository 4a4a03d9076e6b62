// SPDX-License-Identifier: MIT
// What watching costs a page: memory over many turns, and how often the page's messages are looked
// for. The time of its callbacks is measured by tests/bench/watching.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEachChatSite, chatSites, eventsOf, sendPrompt, truthOf } from './pages.mjs';
import { untilDone, watchPage } from './pages.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

const [chatgpt] = chatSites;

/**
 * What may be kept of a turn: two messages with their ids and texts, what is known of its prompt,
 * and its record in the store. Here these are 900 characters in all.
 */
const bytesOfTurn = 3000;

/** A watcher in place of the page's own, which keeps no events. @param {Page} page */
function watchWithoutKeeping(page) {
  return page.evaluate(async () => {
    const { watchChat } = await import(`${location.origin}/web/dom/index.js`);
    const { __stop: before } = /** @type {any} */ (window);
    before.abort();
    Object.assign(window, { done: 0, removed: [] });
    watchChat(document, location.href, {
      onEvent(/** @type {any} */ { type }) {
        if (type === 'done') /** @type {any} */ (window).done += 1;
      },
    });
  });
}

/**
 * Sends prompts one after the other until so many turns are done. The page keeps the last three
 * exchanges and weak references to what it removed.
 * @param {Page} page @param {number} count
 */
function chatUntil(page, count) {
  return page.evaluate(async (count) => {
    const { chat, site, __truth: truth } = /** @type {any} */ (window);
    const my = /** @type {any} */ (window);
    const until = async (/** @type {() => boolean} */ test) => {
      while (!test()) await new Promise((resolve) => setTimeout(resolve, 4));
    };
    const { length } = 'Question 200 '.repeat(10);
    for (let turn = my.done + 1; turn <= count; turn += 1) {
      const last = turn === count;
      const text = `Question ${turn} `.repeat(10).padEnd(length, '.');
      Object.assign(chat, { answer: `An **answer** with \`code\` to ${text}`, thinkMs: 10 });
      Object.assign(chat, { lingerMs: 10, rate: 5000 });
      chat.typeAndSend(text, false);
      await until(() => chat.streaming !== null);
      await until(() => chat.streaming === null);
      if (last) await until(() => my.done === count);
      truth.turns.length = 0;
      const thread = /** @type {Element} */ (document.getElementById('thread'));
      while (thread.children.length > 6) {
        const row = /** @type {Element} */ (thread.firstElementChild);
        my.removed.push(...[row, ...row.querySelectorAll('*')].map((node) => new WeakRef(node)));
        row.remove();
      }
      site.composer().replaceChildren();
    }
  }, count);
}

/** How many of the removed elements are still there. @param {Page} page @returns {Promise<number>} */
function keptElements(page) {
  return page.evaluate(() => {
    const my = /** @type {any} */ (window);
    my.removed = my.removed.filter((/** @type {WeakRef<Element>} */ one) => one.deref());
    return my.removed.length;
  });
}

atEachChatSite('what watching costs', (open, browserName) => {
  test('memory grows by what is known of a turn, and no element is kept', async () => {
    const page = await open(chatgpt);
    await watchWithoutKeeping(page);
    await chatUntil(page, 50);
    const before = browserName === 'chromium' ? await memoryOf(page) : null;
    await chatUntil(page, 200);
    if (before !== null) {
      const after = await memoryOf(page);
      const grown = (after.heap - before.heap) / 150;
      assert.ok(grown < bytesOfTurn, `${Math.round(grown)} bytes a turn`);
      assert.ok(after.nodes - before.nodes <= 10, `${before.nodes} nodes, then ${after.nodes}`);
      assert.equal(after.jsEventListeners, before.jsEventListeners);
      assert.equal(after.kept, 0, 'elements that were removed are still there');
    } else {
      // Firefox collects when memory is asked for.
      let kept = await keptElements(page);
      for (let round = 0; kept > 0 && round < 60; round += 1) {
        await page.evaluate(
          () => Array.from({ length: 200 }, () => new Array(50_000).fill({})).length,
        );
        await sleep(250);
        kept = await keptElements(page);
      }
      assert.equal(kept, 0, 'elements that were removed are still there');
    }
    await page.close();
  });

  test('text that is added to the answer makes nobody look for the messages again', async () => {
    const page = await open(chatgpt, { rate: 1000, answer: 'Words '.repeat(20), linger: 60_000 });
    await page.evaluate(async () => {
      const { siteOfUrl } = await import(`${location.origin}/web/sites/index.js`);
      const counted = { looks: 0 };
      Object.assign(window, { counted });
      for (const layer of siteOfUrl(new URL(location.href)).layers) {
        const { turns } = layer;
        layer.turns = (/** @type {ParentNode} */ root) => {
          counted.looks += 1;
          return turns(root);
        };
      }
    });
    await sendPrompt(page, 'Go on');
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__events.some((/** @type {any} */ e) => e.type === 'update'),
    );
    // A click or key makes the watcher look for some time.
    await sleep(2500);
    const { looks, changes, seconds } = await page.evaluate(async () => {
      const { counted } = /** @type {any} */ (window);
      const answer = /** @type {Element} */ (document.querySelector('.markdown'));
      const last = /** @type {Element} */ (answer.lastElementChild);
      const text = document.createTextNode('');
      last.append(text);
      await new Promise((resolve) => setTimeout(resolve, 300));
      counted.looks = 0;
      const began = performance.now();
      let changes = 0;
      while (performance.now() - began < 3000) {
        text.data += ' more';
        if (changes % 3 === 0) last.append(` appended ${changes}`);
        if (changes % 10 === 0) answer.append(document.createElement('p'));
        changes += 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return { looks: counted.looks, changes, seconds: (performance.now() - began) / 1000 };
    });
    const updates = (await eventsOf(page)).filter(({ type }) => type === 'update');
    assert.ok(changes > 20, `${changes} changes`);
    assert.match(updates.at(-1).completion, /more appended/);
    // Every other second all the same: attributes are not observed.
    assert.ok(looks <= seconds / 2 + 1, `${looks} looks in ${seconds} s`);
    // A change elsewhere is looked at.
    const looksElsewhere = await page.evaluate(async () => {
      const { counted } = /** @type {any} */ (window);
      const before = counted.looks;
      for (let times = 0; times < 8; times += 1) {
        document.body.append(document.createElement('div'));
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      return counted.looks - before;
    });
    assert.ok(looksElsewhere >= 4, `${looksElsewhere} looks`);
    await page.close();
  });

  test('an answer that comes in too many parts for a while does not end the watching', async () => {
    const page = await open(chatgpt, {
      rate: 40,
      answer: 'Words of an answer. '.repeat(20).trim(),
    });
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await sendPrompt(page, 'Go on');
    await page.waitForFunction(() =>
      /** @type {any} */ (window).__events.some((/** @type {any} */ e) => e.type === 'update'),
    );
    await page.evaluate(async () => {
      const answer = document.querySelector('[data-message-author-role=assistant]');
      const parts = document.createElement('div');
      for (let i = 0; i < 2500; i += 1) {
        parts.append(Object.assign(document.createElement('div'), { className: 'markdown' }));
      }
      answer?.append(parts);
      for (const part of parts.children) part.append('x');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      parts.remove();
    });
    await untilDone(page, 1);
    const [truth] = await truthOf(page);
    const events = await eventsOf(page);
    assert.equal(events.findLast(({ type }) => type === 'done').completion, truth.answer);
    assert.deepEqual(errors, []);
    await page.close();
  });

  for (const chat of chatSites) {
    test(`${chat.name}: few updates are few readings, and the end is as exact`, async () => {
      const answer = 'Words of an answer that takes some time. '.repeat(15).trim();
      const page = await open(chat, { rate: 40, answer });
      await watchPage(page, { updateMs: 2000 });
      await sendPrompt(page, 'Tell me');
      await untilDone(page, 1);
      const events = await eventsOf(page);
      const [truth] = await truthOf(page);
      const streamedMs = truth.lastTextMs - truth.firstTokenMs;
      assert.ok(streamedMs > 2500, `it streams for ${streamedMs} ms`);
      const updates = events.filter(({ type }) => type === 'update');
      // Of the last words, which are read when all is still, there is one more.
      assert.ok(updates.length <= streamedMs / 2000 + 2, `${updates.length} updates`);
      const done = events.at(-1);
      assert.equal(done.completion, truth.answer);
      const lateMs = done.lastTokenTimeMs - truth.lastTextMs;
      assert.ok(Math.abs(lateMs) <= 50, `the last words are ${lateMs} ms off`);
      await page.close();
    });
  }
});

/** After all garbage is collected. @param {Page} page */
async function memoryOf(page) {
  const session = await page.createCDPSession();
  // What is freed in one round may hold what only the next one frees.
  let kept = 0;
  for (let round = 0; round < 3; round += 1) {
    await session.send('HeapProfiler.collectGarbage');
    kept = await keptElements(page);
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heap: usedSize, nodes, jsEventListeners, kept };
}
