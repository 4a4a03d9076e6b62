// SPDX-License-Identifier: MIT
// What watching costs a chat page: the time of our callbacks while an answer of 100 KB streams, and
// the memory of 200 turns. In Chromium, on the imitated ChatGPT page.
//
//   node tests/bench/watching.mjs [--kilobytes 100] [--rate 500] [--turns 200]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launch } from '../dom/browsers.mjs';
import { chatHosts, serveChatSites } from '../dom/servers.mjs';

const { values } = parseArgs({
  options: {
    kilobytes: { type: 'string', default: '100' },
    rate: { type: 'string', default: '500' },
    turns: { type: 'string', default: '200' },
  },
});

/** Prose, lists and code, as models write. @param {number} length */
function answerOf(length) {
  const parts = [];
  for (let size = 0, part = 1; size < length; part += 1) {
    const text =
      part % 4 === 0
        ? `\`\`\`js\nfor (let i = 0; i < ${part}; i += 1) {\n  console.log(i, 'of', ${part});\n}\n\`\`\``
        : part % 4 === 2
          ? '- a point with *emphasis*\n- another **strong** one\n- and `code` in a third'
          : `Paragraph ${part} says in **many words** what one could say in few, \`as usual\`, and goes on for a while so that it is as long as a paragraph of a model. `
              .repeat(2)
              .trim();
    parts.push(text);
    size += text.length + 2;
  }
  return parts.join('\n\n');
}

const server = await serveChatSites();
const browser = await launch('chromium', {
  hosts: chatHosts,
  port: server.port,
  args: ['--js-flags=--expose-gc', '--enable-precise-memory-info'],
  protocolTimeoutMs: 1_200_000,
});
try {
  const page = await browser.newPage(
    `${browser.originOf('chatgpt.com')}/?rate=${values.rate}&think=200`,
  );
  // The watcher runs in a frame's realm, whose callbacks are timed, and watches the page around it.
  await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const realm = /** @type {any} */ (frame.contentWindow);
    const cost = { totalMs: 0, longestMs: 0, calls: 0, updates: 0, done: 0 };
    /** @type {any} */ (window).__cost = cost;
    const timed =
      (/** @type {any} */ callback) =>
      (/** @type {any[]} */ ...values) => {
        const begin = performance.now();
        try {
          return callback(...values);
        } finally {
          const took = performance.now() - begin;
          cost.totalMs += took;
          cost.longestMs = Math.max(cost.longestMs, took);
          cost.calls += 1;
        }
      };
    const Observer = realm.MutationObserver;
    realm.MutationObserver = class extends Observer {
      constructor(/** @type {any} */ callback) {
        super(timed(callback));
      }
    };
    const later = realm.setTimeout.bind(realm);
    realm.setTimeout = (/** @type {any} */ callback, /** @type {number} */ ms) =>
      later(timed(callback), ms);
    const script = realm.document.createElement('script');
    script.type = 'module';
    script.textContent = `
      import { watchChat } from '${location.origin}/web/dom/index.js';
      watchChat(parent.document, parent.location.href, { onEvent(event) {
        if (event.type === 'update') parent.__cost.updates += 1;
        if (event.type === 'done') parent.__cost.done += 1;
      } });
      parent.__watching = true;`;
    realm.document.body.append(script);
  });
  await page.waitForFunction(() => /** @type {any} */ (window).__watching);
  await sleep(500);

  const answer = answerOf(Number(values.kilobytes) * 1000);
  const begin = performance.now();
  await page.evaluate((answer) => {
    const { chat, __cost: cost } = /** @type {any} */ (window);
    Object.assign(cost, { totalMs: 0, longestMs: 0, calls: 0, updates: 0 });
    chat.answer = answer;
    chat.typeAndSend('Write a long answer', false);
  }, answer);
  const isDone = (/** @type {number} */ count) =>
    page.waitForFunction(
      (count) => /** @type {any} */ (window).__cost.done >= count,
      { timeout: 600_000, polling: 100 },
      count,
    );
  await isDone(1);
  const elapsedMs = performance.now() - begin;
  const cost = await page.evaluate(() => /** @type {any} */ (window).__cost);
  console.log(
    `${answer.length} characters at ${values.rate} tokens/s: ${((100 * cost.totalMs) / elapsedMs).toFixed(2)} % ` +
      `of ${(elapsedMs / 1000).toFixed(1)} s, longest callback ${cost.longestMs.toFixed(1)} ms, ` +
      `${cost.calls} callbacks, ${cost.updates} updates`,
  );

  const heap = () =>
    page.evaluate(() => {
      const { gc } = /** @type {any} */ (window);
      gc();
      gc();
      return /** @type {any} */ (performance).memory.usedJSHeapSize / 1000;
    });
  const turns = Number(values.turns);
  /** @type {number[]} */
  const sizes = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    await page.evaluate((turn) => {
      const { chat } = /** @type {any} */ (window);
      Object.assign(chat, { answer: `Short answer ${turn}.`, thinkMs: 10, lingerMs: 10 });
      chat.typeAndSend(`Question ${turn}`, false);
    }, turn);
    await isDone(turn + 1);
    if (turn % Math.ceil(turns / 10) === 0) sizes.push(await heap());
  }
  console.log(`heap in KB over ${turns} turns: ${sizes.map(Math.round).join(' ')}`);
} finally {
  await browser.close();
  await server.close();
}
