// SPDX-License-Identifier: MIT
// Chats while everything fails that can: the background is stopped, the server is away, refuses,
// loses answers, a page is reloaded in the middle of an answer. At the end the collector must have
// each turn that the pages streamed, once.
//
// TOKENWATT_FAULT_TURNS and TOKENWATT_FAULT_SEED choose how many turns and which faults.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { serveChatSites } from '../dom/servers.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

const turnCount = Number(process.env.TOKENWATT_FAULT_TURNS ?? 16);
const seed = Number(process.env.TOKENWATT_FAULT_SEED ?? 7);
const composer = '#prompt-textarea';
/** @type {import('./collector.mjs').Fault[]} */
const answers = [500, 503, 429, 'lost', 'cut', 'slow'];

/** @param {number} state @returns {() => number} from 0 to 1, the same for the same seed (mulberry32) */
function randomOf(state) {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testFaults(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';
  const timeout = 240_000 + turnCount * 10_000;

  describe(`faults in ${browserName}`, { skip, timeout }, () => {
    const encoding = get_encoding('o200k_base');
    const random = randomOf(seed);
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      sites = await serveChatSites();
      // Without a key: a collector as it is started first.
      collector = await startCollector();
      extension = await startExtension(browserName, sites.port);
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      encoding.free();
    });

    test('a server that may take a record twice is not sent one twice', async () => {
      await extension.configure({ endpoint: new URL(collector.endpoint).origin });
      const page = await openChat();
      // Chromium itself sends a request again that was lost on a connection it had used before.
      collector.faults.push('lost', 'lost', 'lost');
      await stream(page, 'The first question');
      await until(async () => (await postStates()).join() === 'unknown', 'the outcome is unknown');
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      await until(
        () => popup.$eval('#unknown', (part) => !(/** @type {HTMLElement} */ (part).hidden)),
        'the popup asks what to do',
      );
      assert.match(await popup.$eval('#unknown-text', (p) => p.textContent ?? ''), /Maybe sent/);
      collector.faults.length = 0;
      // The server has it, as it happens, and answers what it answered then.
      await popup.click('#unknown-send');
      await until(async () => (await postStates()).length === 0, 'it is sent');
      assert.equal((await collector.rows()).length, 1);
      const keys = collector.posts().map(({ headers }) => headers['idempotency-key']);
      assert.equal(new Set(keys).size, 1);
      assert.ok(keys.length > 1);
      await popup.close();
      await page.close();
    });

    test(`none of ${turnCount} turns is lost or doubled`, async (t) => {
      t.diagnostic(`seed ${seed}`);
      const known = (await collector.rows()).length;
      const pages = [await openChat(), await openChat()];
      const reloaded = await openChat({ rate: '8' });
      await send(reloaded, 'A question whose answer is not seen to its end');
      await pause(1500);
      await reloaded.reload();
      /** Output tokens of each turn. @type {number[]} */
      const streamed = [];
      for (let turn = 0; turn < turnCount; turn += 1) {
        const page = pages[Math.floor(random() * pages.length)];
        const dice = random();
        if (dice < 0.25) await collector.down();
        else await collector.up();
        if (dice > 0.5) collector.faults.push(answers[Math.floor(random() * answers.length)]);
        const stopping = random() < 0.6 ? stopWithin(1500) : null;
        streamed.push(await stream(page, `Question ${turn} of a long day?`));
        await stopping;
        if (random() < 0.3) await stopWithin(200);
      }
      collector.faults.length = 0;
      await collector.up();
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      const isDone = async () => {
        await popup.$eval('#retry', (button) => /** @type {HTMLElement} */ (button).click());
        const { database } = await extension.storage();
        return database.turns.length >= streamed.length + 2 && database.posts.length === 0;
      };
      await until(isDone, 'all is recorded and sent', 120_000);
      const rows = (await collector.rows()).slice(0, -known);
      assert.equal(rows.length, streamed.length + 1, 'the turns and the one left in the middle');
      const outputs = rows.map(({ outputTokens }) => outputTokens);
      for (const tokens of streamed) {
        const at = outputs.indexOf(tokens);
        assert.notEqual(at, -1, `a turn of ${tokens} tokens is at the collector`);
        outputs.splice(at, 1);
      }
      assert.ok(outputs[0] < 60, 'of the one left in the middle a part was counted');
      const { database } = await extension.storage();
      assert.deepEqual(
        database.turns.map((/** @type {any} */ { usage }) => usage.completion_tokens).toSorted(),
        (await collector.rows()).map(({ outputTokens }) => outputTokens).toSorted(),
      );
    });

    /** @param {Record<string, string>} [options] of the imitated page */
    function openChat(options = {}) {
      const query = new URLSearchParams({ rate: '200', think: '100', ...options });
      return extension.newPage(`${extension.originOf('chatgpt.com')}/?${query}`);
    }

    /** @param {import('puppeteer-core').Page} page @param {string} prompt */
    async function send(page, prompt) {
      await page.bringToFront();
      await page.click(composer);
      await page.keyboard.type(prompt);
      await page.keyboard.press('Enter');
    }

    /**
     * One turn, with an answer of its own length.
     * @param {import('puppeteer-core').Page} page @param {string} prompt
     * @returns {Promise<number>} tokens of the answer
     */
    async function stream(page, prompt) {
      const words = Array.from({ length: 60 + Math.floor(random() * 140) }, () => 'word');
      const answer = `Here are ${words.length}: ${words.join(' ')}.`;
      const before = await page.evaluate((text) => {
        /** @type {any} */ (globalThis).chat.answer = text;
        return /** @type {any} */ (globalThis).__truth.turns.length;
      }, answer);
      await send(page, prompt);
      await until(
        () => page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n]?.doneMs, before),
        'the answer ends',
      );
      return encoding.encode(answer).length;
    }

    /** @param {number} ms */
    async function stopWithin(ms) {
      await pause(random() * ms);
      // It may be stopped already.
      await extension.stopBackground(1000).catch(() => {});
    }

    /** @returns {Promise<string[]>} */
    async function postStates() {
      const { database } = await extension.storage();
      return database.posts.map((/** @type {any} */ { state }) => state);
    }
  });
}
