// SPDX-License-Identifier: MIT
// The extension from a chat page to a request that a real `tokenwatt serve` answered, in one
// browser. The same suite runs in each: see extension-*.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { createTokenwatt } from '../../web/dist/index.js';
import { serveChatSites } from '../dom/servers.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

/** @typedef {import('./collector.mjs').Exchange} Exchange */
/** @typedef {import('puppeteer-core').Page} Page */

const timeToleranceMs = 50;

/** Words that stand in no request and no storage. */
const promptWord = 'marmalade';
const answerWord = 'quokkas';
const prompt = `How many spoons of ${promptWord} do I need for 12 toasts?`;
const answer = [
  `About **24** spoons, as any of the \`${answerWord}\` would say:`,
  '- two for each toast\n- none for the *plate*',
  '```python\nfor toast in range(12):\n    spread(2)\n```',
  'Enjoy your breakfast.',
].join('\n\n');

/**
 * The pages, with what their turns must be posted as; `template`: tokens around one prompt, from
 * data/chat_templates.csv.
 */
const chats = [
  {
    name: 'ChatGPT, author-role pages',
    host: 'chatgpt.com',
    path: '/?',
    composer: '#prompt-textarea',
    provider: 'OpenAI',
    model: 'gpt-5-3',
    template: 4 + 3,
  },
  {
    name: 'ChatGPT, app shell',
    host: 'chatgpt.com',
    path: '/?renderer=app-shell&',
    composer: 'form[data-chatgpt-composer] [data-composer-markdown]',
    provider: 'OpenAI',
    model: undefined, // the page names none, so the payload has none
    template: 1 + 5 + 3,
  },
  {
    name: 'Gemini',
    host: 'gemini.google.com',
    path: '/app?',
    composer: '.ql-editor',
    provider: 'Google',
    model: 'Gemini Flash',
    template: 1 + 5 + 3,
  },
];

/** @typedef {typeof chats[number]} Chat */

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testExtension(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`extension in ${browserName}`, { skip, timeout: 180_000 }, () => {
    const encoding = get_encoding('o200k_base');
    /** @type {import('../../web/dist/index.js').Tokenwatt} */
    let estimator;
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      estimator = await createTokenwatt();
      sites = await serveChatSites();
      collector = await startCollector({ withKey: true });
      extension = await startExtension(browserName, sites.port);
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      encoding.free();
    });

    test('counts and sends nothing before an endpoint is set', async () => {
      const chat = await openChat(chats[0]);
      const turn = await sendPrompt(chat.page, chats[0].composer);
      await badgeShows(chat.tabId, String(tokensOf(turn)));
      const { title } = await extension.badge(chat.tabId);
      assert.match(title, /≈ \d+ tokens · [\d.]+ Wh · [\d.]+ g CO₂e · [\d.]+ mL \(estimated\)/);
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

    for (const chat of chats) {
      test(`posts a turn of ${chat.name} once, field for field`, () => oneTurn(chat));
    }

    test('draws a line beside the answer that takes no room, and moves and goes at the user’s wish', async () => {
      const chat = await openChat(chats[0], { rate: '400' });
      const { page, tabId } = chat;
      await sendPrompt(page, chats[0].composer);
      await badgeHasText(tabId);
      await until(async () => (await extension.lines(page)).length === 1, 'the line is there');
      const [line] = await extension.lines(page);
      assert.match(line, /^≈ \d+ tokens · [\d.]+ Wh · [\d.]+ g CO₂e · [\d.]+ mL/);
      assert.match(line, /Plausible: [\d.]+–[\d.]+ Wh · [\d.]+–[\d.]+ g CO₂e · [\d.]+–[\d.]+ mL/);
      const drawn = await page.$eval('tokenwatt-lines', (host) => ({
        box: host.getBoundingClientRect().toJSON(),
        open: host.shadowRoot,
        text: host.textContent,
      }));
      assert.deepEqual([drawn.box.width, drawn.box.height], [0, 0]);
      assert.deepEqual([drawn.open, drawn.text], [null, ''], 'the page cannot look inside');
      await extension.screenshot(page, 'line');
      // By keyboard, as it can be dragged: a step up, and back home.
      const focused = () => page.evaluate(() => document.activeElement?.localName);
      for (let stop = 0; stop < 20 && (await focused()) !== 'tokenwatt-lines'; stop += 1) {
        await page.keyboard.press('Tab');
      }
      assert.equal(await focused(), 'tokenwatt-lines', 'the line can be reached by Tab');
      for (const [pressed, place] of /** @type {const} */ ([
        ['ArrowUp', { x: 0, y: -8 }],
        ['Home', { x: 0, y: 0 }],
      ])) {
        await page.keyboard.press(pressed);
        await until(async () => {
          const { local } = await extension.storage();
          return JSON.stringify(local.settings.linePlaces?.chatgpt) === JSON.stringify(place);
        }, `${pressed} moves the line`);
      }
      await page.reload();
      await until(
        async () => (await extension.lines(page)).length <= 1,
        'what a reload leaves is read',
      );
      await sendPrompt(page, chats[0].composer);
      await until(async () => (await extension.lines(page)).length > 0, 'there is a line again');
      await extension.choose('#line', false);
      await until(async () => (await extension.lines(page)).length === 0, 'the line is gone');
      await page.bringToFront();
      const size = await pageSize(page);
      await extension.choose('#line', true);
      await page.bringToFront();
      await until(async () => (await extension.lines(page)).length === 1, 'the line is back');
      assert.deepEqual(await pageSize(page), size, 'the page is laid out as without it');
      await page.close();
    });

    test('keeps counting after the background was stopped', async () => {
      const { page, tabId } = await openChat(chats[0]);
      const posted = collector.posts().length + 1;
      const first = await sendPrompt(page, chats[0].composer);
      await until(() => collector.posts().length === posted, 'the first turn is posted');
      await badgeShows(tabId, String(tokensOf(first)));
      await extension.stopBackground();
      await sendPrompt(page, chats[0].composer);
      await until(() => collector.posts().length === posted + 1, 'the second turn is posted');
      const payload = JSON.parse(collector.posts()[posted].body);
      // The first turn is sent again with the second: part of its prompt. What the first had sent,
      // its prompt, is cached.
      assert.equal(payload.cached_tokens, tokens(first.prompt) + 4);
      const earlier = tokens(first.prompt) + tokens(first.answer);
      assert.equal(payload.prompt_tokens, earlier + tokens(prompt) + 3 * 4 + 3);
      const both = tokensOf(first) + payload.prompt_tokens + payload.completion_tokens;
      await badgeShows(tabId, String(both));
      await page.close();
    });

    test('delivers once what was counted while the server was down', async () => {
      const { page, tabId } = await openChat(chats[0]);
      const posted = collector.posts().length;
      await collector.down();
      await sendPrompt(page, chats[0].composer);
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
      const { page, tabId } = await openChat(chats[0]);
      const posted = collector.posts().length;
      await collector.down();
      await sendPrompt(page, chats[0].composer);
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

    test('posts the region that was chosen, and nothing for a site switched off', async () => {
      await extension.choose('#region', 'europe-west4');
      await extension.choose('[data-site=gemini]', false);
      const off = await openChat(chats[2], { rate: '400' });
      const on = await openChat(chats[0], { rate: '400' });
      const posted = collector.posts().length;
      await sendPrompt(off.page, chats[2].composer);
      await sendPrompt(on.page, chats[0].composer);
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
      const { page, tabId } = await openChat(chats[0]);
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
      const { page, tabId } = await openChat(chats[0]);
      const turn = await sendPrompt(page, chats[0].composer);
      await badgeShows(tabId, String(tokensOf(turn)));
      const popup = await openPopup(tabId);
      assert.equal(await textOf(popup, '#tokens'), String(tokensOf(turn)));
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
      assert.ok(collector.posts().length >= chats.length);
      assert.doesNotMatch(everything, new RegExp(`${promptWord}|${answerWord}`, 'i'));
      const rows = await collector.rows();
      assert.equal(rows.length, new Set(collector.posts().map(({ body }) => body)).size);
      for (const { headers } of collector.posts()) {
        assert.equal(headers.authorization, `Bearer ${collector.key}`);
        assert.equal(headers.cookie, undefined);
      }
    });

    /** @param {Chat} chat */
    async function oneTurn(chat) {
      const posted = collector.posts().length;
      const { page, tabId } = await openChat(chat);
      const turn = await sendPrompt(page, chat.composer);
      await until(() => collector.posts().length > posted, 'the turn is posted');
      const post = collector.posts()[posted];
      assert.equal(post.path, '/api/v1/calculate');
      assert.equal(post.status, 200, post.answer);
      assert.match(
        String(post.headers['idempotency-key']),
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      assert.ok(
        collector.log().some((line) => line.path === '/api/v1/calculate' && line.status === 200),
        'the server logged the request',
      );

      const { startTimeMs, firstTokenTimeMs, ...counts } = JSON.parse(post.body);
      assert.deepEqual(counts, {
        provider: chat.provider,
        ...(chat.model === undefined ? {} : { model: chat.model }),
        prompt_tokens: tokens(turn.prompt, chat) + chat.template,
        completion_tokens: tokens(turn.answer, chat),
        reasoning_tokens: 0,
        cached_tokens: 0,
        source: 'dom_estimated',
        is_estimated: true,
        estimation_method: 'dom_gpt_tokenizer_v1',
      });
      const recorded = (await collector.rows()).filter(
        ({ inputTokens, outputTokens, provider }) =>
          inputTokens === counts.prompt_tokens &&
          outputTokens === counts.completion_tokens &&
          provider === chat.provider,
      );
      assert.equal(recorded.length, 1, 'the server recorded it once');
      near(startTimeMs, turn.sentMs, 'startTimeMs');
      near(firstTokenTimeMs, turn.firstTokenMs, 'firstTokenTimeMs');
      await badgeShows(tabId, String(tokensOf(turn, chat)));
      // Late changes of the page must not make a second turn of it.
      await pause(1500);
      assert.equal(collector.posts().length, posted + 1);
      await page.close();
    }

    /**
     * Opens a chat page and finds its tab.
     * @param {Chat} chat @param {Record<string, string>} [options] of the imitated page
     */
    async function openChat(chat, options = {}) {
      const known = new Set((await extension.tabs()).map(({ id }) => id));
      const query = new URLSearchParams({ answer, rate: '120', ...options });
      const page = await extension.newPage(`${extension.originOf(chat.host)}${chat.path}${query}`);
      let tabId = -1;
      await until(async () => {
        tabId = (await extension.tabs()).find(({ id }) => !known.has(id))?.id ?? -1;
        return tabId !== -1;
      }, 'the extension has seen the page');
      return { page, tabId };
    }

    /**
     * Types a prompt, sends it, waits for the answer's end.
     * @param {Page} page @param {string} composer
     */
    async function sendPrompt(page, composer) {
      const before = await page.evaluate(() => /** @type {any} */ (window).__truth.turns.length);
      await page.bringToFront();
      await page.click(composer);
      await page.keyboard.type(prompt);
      await page.keyboard.press('Enter');
      await until(
        () => page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n]?.doneMs, before),
        'the answer ends',
      );
      return page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n], before);
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
    async function badgeShows(tabId, expected) {
      let shown = '';
      await until(async () => {
        shown = (await extension.badge(tabId)).text;
        return shown === expected;
      }, `the badge shows ${expected}`).catch((error) => {
        throw new Error(`${error.message}; it shows "${shown}"`);
      });
    }

    /** @param {Page} page */
    function pageSize(page) {
      return page.evaluate(() => {
        const { scrollWidth: width, scrollHeight: height } = document.documentElement;
        return { width, height };
      });
    }

    /** @param {number} tabId */
    function badgeHasText(tabId) {
      return until(async () => (await extension.badge(tabId)).text !== '', 'the badge has a text');
    }

    /**
     * GPT's by the real tokenizer; of others no page can know more than the estimator does.
     * @param {string} text @param {Chat} chat
     */
    function tokens(text, chat = chats[0]) {
      if (chat.provider === 'OpenAI') return encoding.encode(text, [], []).length;
      const { model = '', provider } = chat;
      return estimator.countTokens(text, { model, provider });
    }

    /** @param {{ prompt: string, answer: string }} turn @param {Chat} chat */
    function tokensOf(turn, chat = chats[0]) {
      return tokens(turn.prompt, chat) + chat.template + tokens(turn.answer, chat);
    }
  });
}

/** @param {number} actual @param {number} truth @param {string} what */
function near(actual, truth, what) {
  const difference = actual - truth;
  assert.ok(Math.abs(difference) <= timeToleranceMs, `${what} is ${difference} ms from the truth`);
}
