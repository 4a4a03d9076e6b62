// SPDX-License-Identifier: MIT
// The extension from a chat page to a request that a real `tokenwatt serve` answered, in one
// browser. The same suite runs in each: see extension-*.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveChatSites } from '../dom/servers.mjs';
import * as chatPages from './chats.mjs';
import { answerWord, chatgpt, gemini, prompt, promptWord, sendPrompt } from './chats.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testExtension(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`extension in ${browserName}`, { skip, timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof chatPages.createCounts>>} */
    let counts;
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      counts = await chatPages.createCounts();
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

    test('counts and sends nothing before an endpoint is set', async () => {
      const chat = await openChat(chatgpt);
      const turn = await sendPrompt(chat.page);
      await badgeShows(chat.tabId, String(counts.tokensOf(turn)));
      const { title } = await extension.badge(chat.tabId);
      assert.match(
        title,
        /≈ \d+ tokens · [\d.]+ Wh · [\d.]+ g CO₂e · [\d.]+ mL water \(estimated\)/,
      );
      assert.deepEqual(collector.exchanges, []);
      const { database } = await extension.storage();
      assert.deepEqual(database.posts, []);
      assert.equal(database.turns.length, 1);
      await chat.page.close();
    });

    test('the test button reaches the server and records nothing', async () => {
      await extension.configure({
        endpoint: new URL(collector.endpoint).origin,
        key: collector.key,
      });
      const page = await extension.openOptions();
      await page.click('#test');
      await until(
        () => page.$eval('#posting-status', (p) => p.textContent !== ''),
        'the test ends',
      );
      const said = await page.$eval('#posting-status', (p) => [p.className, p.textContent]);
      assert.match(String(said[0]), /good/, String(said[1]));
      assert.equal(await page.$eval('#key', (input) => /** @type {any} */ (input).value), '');
      assert.deepEqual(collector.posts(), []);
      await page.close();
    });

    test('keeps counting after the background was stopped', async () => {
      const { page, tabId } = await openChat(chatgpt);
      const posted = collector.posts().length + 1;
      const first = await sendPrompt(page);
      await until(() => collector.posts().length === posted, 'the first turn is posted');
      await badgeShows(tabId, String(counts.tokensOf(first)));
      await extension.stopBackground();
      await sendPrompt(page);
      await until(() => collector.posts().length === posted + 1, 'the second turn is posted');
      const payload = JSON.parse(collector.posts()[posted].body);
      // The first turn is sent again with the second: part of its prompt. What the first had sent,
      // its prompt, is cached.
      assert.equal(payload.cached_tokens, counts.tokens(first.prompt) + 4);
      const earlier = counts.tokens(first.prompt) + counts.tokens(first.answer);
      assert.equal(payload.prompt_tokens, earlier + counts.tokens(prompt) + 3 * 4 + 3);
      const both = counts.tokensOf(first) + payload.prompt_tokens + payload.completion_tokens;
      await badgeShows(tabId, String(both));
      await page.close();
    });

    test('delivers once what was counted while the server was down', async () => {
      const { page, tabId } = await openChat(chatgpt);
      const posted = collector.posts().length;
      await collector.down();
      await sendPrompt(page);
      const popup = await openPopup(tabId);
      await until(
        async () => (await textOf(popup, '#error')).includes('could not be reached'),
        'the popup says that the server is not reached',
      );
      await extension.screenshot(popup, 'popup-waiting');
      await collector.up();
      await popup.click('#retry');
      await until(() => collector.posts().length > posted, 'the turn is posted');
      await until(
        async () => (await textOf(popup, '#error')) === '',
        'the popup says that all was sent',
      );
      await pause(1000);
      assert.equal(collector.posts().length, posted + 1);
      await popup.close();
      await page.close();
    });

    test('delivers by itself after the background was stopped and the server came back', async () => {
      const { page, tabId } = await openChat(chatgpt);
      const posted = collector.posts().length;
      await collector.down();
      await sendPrompt(page);
      const popup = await openPopup(tabId);
      await until(
        async () => (await textOf(popup, '#error')) !== '',
        'the first attempt has failed',
      );
      await popup.close();
      await page.close();
      await extension.stopBackground();
      await collector.up();
      await until(() => collector.posts().length > posted, 'the alarm has delivered it', 45_000);
      await pause(1000);
      assert.equal(collector.posts().length, posted + 1);
    });

    test('keeps what it posts to a server that keeps nothing, and says so', async (t) => {
      const calculator = await startCollector({ withStore: false });
      t.after(() => calculator.close());
      const said = await extension.configure({ endpoint: calculator.endpoint });
      assert.match(said, /keeps no records/);
      const { page, tabId } = await openChat(chatgpt);
      await sendPrompt(page);
      const popup = await openPopup(tabId);
      await until(
        async () => (await textOf(popup, '#error')).includes('keeps no records'),
        'the popup says so, too',
      );
      const posted = collector.posts().length;
      const { endpoint, key } = collector;
      assert.match(await extension.configure({ endpoint, key }), /does not refuse the key/);
      await until(() => collector.posts().length > posted, 'it is posted to one that keeps it');
      await popup.close();
      await page.close();
    });

    test('drops what waits only after a question', async (t) => {
      const { page, tabId } = await openChat(chatgpt);
      await collector.down();
      t.after(() => collector.up());
      const known = (await extension.storage()).database.turns.length;
      await sendPrompt(page);
      const waiting = async () => (await extension.storage()).database.posts.length;
      await until(async () => (await waiting()) === 1, 'the turn waits');
      const popup = await openPopup(tabId);
      const posting = (/** @type {boolean} */ on) =>
        popup.evaluate(
          (wanted) =>
            chrome.runtime.sendMessage({ type: 'settings-set', change: { posting: wanted } }),
          on,
        );
      await posting(false);
      await until(
        () => popup.$eval('#discard', (button) => !(/** @type {HTMLElement} */ (button).hidden)),
        'it can be dropped',
      );
      const ask = async () => {
        await popup.click('#discard');
        await until(() => popup.$('#sure-text'), 'it is asked');
      };
      await ask();
      assert.match(await textOf(popup, '#sure-text'), /^Discard 1 unsent record\?/);
      assert.deepEqual(await extension.violations(popup), []);
      await popup.click('#sure button[value=no]');
      await ask();
      assert.match(await textOf(popup, '#sure-text'), /^Discard 1 unsent record\?/, 'still one');
      await popup.click('#sure button[value=yes]');
      await until(async () => (await waiting()) === 0, 'it is dropped');
      assert.equal((await extension.storage()).database.turns.length, known + 1);
      await posting(true);
      await popup.close();
      await page.close();
    });

    test('posts the region that was chosen, and nothing for a site switched off', async () => {
      await extension.choose('#region', 'europe-west4');
      await extension.choose('[data-site=gemini]', false);
      const off = await openChat(gemini, { rate: '400' });
      const on = await openChat(chatgpt, { rate: '400' });
      const posted = collector.posts().length;
      await sendPrompt(off.page, gemini);
      await sendPrompt(on.page);
      await until(() => collector.posts().length > posted, 'the turn is posted');
      assert.equal(JSON.parse(collector.posts()[posted].body).detected_region, 'europe-west4');
      assert.equal((await extension.badge(off.tabId)).text, '');
      assert.equal(collector.posts().length, posted + 1);
      await extension.choose('#region', '');
      await extension.choose('[data-site=gemini]', true);
      await off.page.close();
      await on.page.close();
    });

    test('says "?" on a page that it does not understand', async () => {
      const { page, tabId } = await openChat(chatgpt);
      await page.evaluate(() => {
        document.body.innerHTML =
          '<main data-user-4f3a="anna"><div class="q1" id="secret">Hello</div>' +
          '<a href="https://secret.example" role="button" title="Anna">Hi</a><x-4f3a></x-4f3a></main>';
      });
      await badgeShows(tabId, '?');
      const popup = await openPopup(tabId);
      assert.match(await textOf(popup, '#state'), /not understood/);
      await extension.screenshot(popup, 'popup-unknown');
      const structure = await popup.evaluate(
        (id) => chrome.tabs.sendMessage(id, { type: 'structure' }),
        tabId,
      );
      assert.match(structure, /\n +main \[data-\?\]\n/);
      assert.match(structure, /\n +a \[href role=button title\]\n/);
      assert.doesNotMatch(structure, /hello|hi\b|anna|secret|4f3a|q1/i);
      await popup.click('#report');
      await until(
        async () => (await textOf(popup, '#state-text')).startsWith('Saved.'),
        'the report is saved',
      );
      await popup.close();
      await page.close();
    });

    test('shows in the popup what a chat cost', async () => {
      const { page, tabId } = await openChat(chatgpt);
      const turn = await sendPrompt(page);
      await badgeShows(tabId, String(counts.tokensOf(turn)));
      const popup = await openPopup(tabId);
      assert.equal(await textOf(popup, '#tokens'), String(counts.tokensOf(turn)));
      for (const quantity of ['energy', 'co2', 'water']) {
        assert.match(await textOf(popup, `#${quantity}`), /^≈ \d+(\.\d+)?$/, quantity);
        assert.match(await textOf(popup, `#${quantity}-range`), /^[\d.]+–[\d.]+$/, quantity);
      }
      assert.match(await textOf(popup, '#posting'), /127\.0\.0\.1/);
      await extension.screenshot(popup, 'popup');
      const options = await extension.openOptions();
      await extension.screenshot(options, 'options');
      await options.close();
      await popup.close();
      await page.close();
    });

    test('no text of a chat is in any request, or stored', async () => {
      const stored = await extension.storage();
      const everything = JSON.stringify([collector.exchanges, collector.log(), stored]);
      assert.ok(collector.posts().length > 0);
      assert.doesNotMatch(everything, new RegExp(`${promptWord}|${answerWord}`, 'i'));
      const rows = await collector.rows();
      assert.equal(rows.length, new Set(collector.posts().map(({ body }) => body)).size);
      for (const { headers } of collector.posts()) {
        assert.equal(headers.authorization, `Bearer ${collector.key}`);
        assert.equal(headers.cookie, undefined);
      }
    });

    /** @param {chatPages.Chat} chat @param {Record<string, string>} [options] */
    function openChat(chat, options) {
      return chatPages.openChat(extension, chat, options);
    }

    /** The popup of a tab, filled. @param {number} tabId */
    async function openPopup(tabId) {
      const popup = await extension.openOwnPage(`popup/popup.html?tab=${tabId}`);
      await until(async () => (await textOf(popup, '#posting')) !== '', 'the popup is filled');
      return popup;
    }

    /** @param {Page} page @param {string} selector */
    function textOf(page, selector) {
      return page.$eval(selector, (element) => element.textContent ?? '');
    }

    /** @param {number} tabId @param {string} expected */
    function badgeShows(tabId, expected) {
      return chatPages.badgeShows(extension, tabId, expected);
    }
  });
}
