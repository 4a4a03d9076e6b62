// SPDX-License-Identifier: MIT
// The browser is killed in the middle of an answer, without a word to any page: after its next start
// the turn is recorded, once, with what was seen of it. The same suite runs in each browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveChatSites } from '../dom/servers.mjs';
import {
  answerWord,
  chatgpt,
  createCounts,
  openChat,
  prompt,
  promptWord,
  sendPrompt,
} from './chats.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

/** Tokens a second, of an answer that is not over when its browser is killed. */
const rate = 10;
const words = Array.from({ length: 400 }, () => answerWord);

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testKilled(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`killed ${browserName}`, { skip, timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    /** @type {Awaited<ReturnType<typeof createCounts>>} */
    let counts;

    before(async () => {
      counts = await createCounts();
      sites = await serveChatSites();
      collector = await startCollector({ withKey: true });
      extension = await startExtension(browserName, sites.port);
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      counts?.free();
    });

    test('a turn whose browser is killed in its middle is recorded and posted once', async () => {
      await configure();
      // Slow enough to be counted before its end, too.
      const whole = await openChat(extension, chatgpt, { rate: '30' });
      await sendPrompt(whole.page);
      await until(async () => (await collector.rows()).length === 1, 'a whole turn is posted');
      await whole.page.close();
      await streamFor(1000);
      await until(isCounted, 'it is counted while it streams');
      const profile = await extension.kill();
      extension = await startExtension(browserName, sites.port, { again: profile });
      await until(async () => (await turns()).length === 2, 'the turn in the middle is recorded');
      const [{ usage }] = (await turns()).filter(({ usage }) => usage.completion_tokens < 400);
      assert.ok(usage.completion_tokens > 0, `${usage.completion_tokens} tokens`);
      assert.ok(usage.prompt_tokens > 0 && usage.startTimeMs && usage.firstTokenTimeMs);
      // Chromium forgets what an extension of the command line was allowed to reach.
      if (browserName === 'chromium') await configure();
      await until(async () => (await collector.rows()).length === 2, 'it is posted');
      // Whatever starts the background once more finds nothing that is to be recorded.
      await extension.stopBackground(1000).catch(() => {});
      const stored = await extension.storage();
      assert.deepEqual([stored.database.turns.length, stored.database.left.length], [2, 0]);
      assert.equal((await collector.rows()).length, 2);
    });

    test('a background that is stopped in the middle of an answer leaves its turn to the page', async () => {
      const known = (await turns()).length;
      const answer = words.slice(0, 20).join(' ');
      const page = await streamFor(0, answer);
      await until(isCounted, 'it is counted while it streams');
      await extension.stopBackground();
      // A message starts it, and it looks for what was left.
      await extension.setKey(collector.key);
      await pause(500);
      assert.deepEqual([(await turns()).length, await isCounted()], [known, true]);
      await until(
        () => page.evaluate(() => /** @type {any} */ (window).__truth.turns[0].doneMs),
        'the answer ends',
      );
      await until(async () => (await turns()).length > known, 'it is recorded');
      const recorded = (await turns()).filter(
        ({ usage }) => usage.completion_tokens === counts.tokens(answer),
      );
      assert.equal(recorded.length, 1, 'all of it');
      await until(async () => !(await isCounted()), 'nothing is left of it');
      assert.equal((await turns()).length, known + 1);
    });

    test('no text is kept of a turn that streams, and one whose tab is closed was left', async () => {
      const page = await streamFor(1000);
      await until(isCounted, 'it is counted while it streams');
      const stored = await extension.storage();
      assert.doesNotMatch(JSON.stringify(stored), new RegExp(`${promptWord}|${answerWord}`, 'i'));
      await page.close();
      await until(async () => {
        const { knownTurns } = (await extension.storage()).session;
        return knownTurns.some((/** @type {any} */ { leftMs }) => leftMs !== undefined);
      }, 'the background knows that its page was left');
    });

    function configure() {
      const endpoint = new URL(collector.endpoint).origin;
      return extension.configure({ endpoint, key: collector.key });
    }

    /** Sends a prompt and lets its answer stream for some time. @param {number} ms */
    async function streamFor(ms, answer = words.join(' ')) {
      const { page } = await openChat(extension, chatgpt, { rate: String(rate), answer });
      await page.click(chatgpt.composer);
      await page.keyboard.type(prompt);
      await page.keyboard.press('Enter');
      await until(
        () => page.evaluate(() => /** @type {any} */ (window).__truth.turns[0]?.firstTokenAtMs),
        'the answer begins',
      );
      await pause(ms);
      return page;
    }

    /** Whether something was counted of a turn that is not over. */
    async function isCounted() {
      return (await extension.storage()).database.left.length === 1;
    }

    /** The history. @returns {Promise<import('../../extension/store/turns.js').Turn[]>} */
    async function turns() {
      const { database } = await extension.storage();
      return database.turns;
    }
  });
}
