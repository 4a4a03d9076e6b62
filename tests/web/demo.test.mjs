// SPDX-License-Identifier: MIT
// The demo page in both browsers: served by a real `tokenwatt serve`, and as one file from disk.
// Pictures of it go to build/screenshots.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { get_encoding } from 'tiktoken';
import { createTokenwatt } from '../../web/src/index.js';
import { browserNames, launch } from '../dom/browsers.mjs';
import { startCollector } from '../e2e/collector.mjs';
import { root } from './environments.mjs';

const single = path.join(root, 'web/dist/tokenwatt.html');
const screenshots = path.join(root, 'build/screenshots');
const estimator = await createTokenwatt({
  wasm: new WebAssembly.Module(readFileSync(path.join(root, 'build/wasm/tokenwatt.wasm'))),
  encodings: { o200k_base: readFileSync(path.join(root, 'data/o200k_base.twv')) },
});
const savedChat = readFileSync(path.join(root, 'tests/dom/pages/chatgpt-author-role.html'), 'utf8');
const savedGemini = readFileSync(path.join(root, 'tests/dom/pages/gemini.html'), 'utf8');

/** What the page has to show. @param {string} text @param {import('tiktoken').TiktokenEncoding} [name] */
function tokensIn(text, name = 'o200k_base') {
  const encoding = get_encoding(name);
  const { length } = encoding.encode_ordinary(text);
  encoding.free();
  return length;
}

/** @typedef {import('puppeteer-core').Page} Page */

const textOf = (/** @type {Page} */ page, /** @type {string} */ selector) =>
  page.$eval(selector, (element) => element.textContent ?? '');

const textsOf = (/** @type {Page} */ page, /** @type {string} */ selector) =>
  page.$$eval(selector, (elements) => elements.map((element) => element.textContent ?? ''));

/** @param {Page} page */
const payloadOf = async (page) => JSON.parse(await textOf(page, '#payload'));

/** Waits for a text to be there. @param {Page} page @param {string} selector @param {string} text */
const untilText = (page, selector, text) =>
  page.waitForFunction(
    (selector, text) => document.querySelector(selector)?.textContent?.includes(text),
    { timeout: 10_000 },
    selector,
    text,
  );

/** Drops a file on the page. @param {Page} page @param {string} name @param {string} contents */
const drop = (page, name, contents) =>
  page.evaluate(
    (name, contents) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([contents], name, { type: 'text/html' }));
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('#panels')?.dispatchEvent(event);
    },
    name,
    contents,
  );

for (const name of browserNames) {
  describe(`demo page (${name})`, () => {
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('../dom/browsers.mjs').TestBrowser} */
    let browser;

    /** @param {string} [address] */
    async function open(address = new URL('/index.html', collector.endpoint).href) {
      const page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 860 });
      /** @type {string[]} */
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        // The styles of a page that is only parsed are of no use, and refused.
        const refused = /Content Security Policy|Content-Security-Policy/.test(message.text());
        if (message.type() === 'error' && !refused) problems.push(message.text());
      });
      await page.goto(address);
      await page.waitForSelector('main[aria-busy=false]');
      return { page, problems };
    }

    before(async () => {
      assert.ok(existsSync(single), 'web/dist is missing: run "make build"');
      mkdirSync(screenshots, { recursive: true });
      collector = await startCollector({ withKey: true });
      browser = await launch(name);
    });
    after(async () => {
      await browser?.close();
      await collector?.close();
    });

    test('counts a chat as it is typed', async () => {
      const { page, problems } = await open();
      assert.equal(await textOf(page, '#total-tokens'), '0');
      await page.click('#chat-start');
      const texts = ['What is a watt?', 'A watt is a joule a second.', 'Thanks!'];
      for (let end = 1; end <= texts[0].length; end++) {
        await page.keyboard.type(texts[0].slice(end - 1, end));
        const expected = tokensIn(texts[0].slice(0, end));
        assert.equal(Number(await textOf(page, '#total-tokens')), expected);
      }
      await page.click('#chat-assistant');
      await page.keyboard.type(texts[1]);
      await page.click('#chat-user');
      await page.keyboard.type(texts[2]);
      const [first, second, third] = texts.map((text) => tokensIn(text));
      const counts = await textsOf(page, '.message .count');
      assert.deepEqual(
        counts,
        [first, second, third].map((count) => `${count} tokens`),
      );
      assert.equal((await textsOf(page, '.message .cost:not([hidden])')).length, 2);
      const payload = await payloadOf(page);
      assert.equal(payload.prompt_tokens, first + second + third);
      assert.equal(payload.cached_tokens, first + second);
      assert.equal(payload.completion_tokens, 0);
      assert.equal(payload.source, 'text_estimated');
      assert.ok(!('startTimeMs' in payload));
      await page.select(
        '#payload-turn',
        await page.$eval('#payload-turn option', (/** @type {any} */ o) => o.value),
      );
      assert.equal((await payloadOf(page)).completion_tokens, second);
      for (const amount of await textsOf(page, '#total-amounts b')) assert.ok(Number(amount) > 0);
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('counts as the model does', async () => {
      const { page, problems } = await open();
      const choose = async (/** @type {string} */ model) => {
        await page.$eval('#model', (/** @type {any} */ input) => {
          input.value = '';
        });
        await page.type('#model', model);
        await untilText(page, '#payload', `"${model}"`);
      };
      const model = 'google/gemini-2.5-pro';
      const [sent, answer] = ['How much is 1234567890?', 'Exactly 1234567890, as you say.'];
      await page.click('#chat-start');
      await page.keyboard.type(sent);
      await page.click('#chat-assistant');
      await page.keyboard.type(answer);
      await choose(model);
      const counts = [sent, answer].map((text) => estimator.countTokens(text, { model }));
      // Gemma has a token for each digit, o200k_base one for three.
      assert.ok((counts[0] ?? 0) > tokensIn(sent) + 4, String(counts));
      const shown = () => textsOf(page, '.message .count');
      assert.deepEqual(
        await shown(),
        counts.map((count) => `${count} tokens`),
      );
      const { prompt_tokens, completion_tokens, provider } = await payloadOf(page);
      assert.deepEqual([prompt_tokens, completion_tokens, provider], [...counts, 'Google']);
      await page.click('#tab-text');
      await page.type('#text-input', answer);
      assert.equal((await payloadOf(page)).completion_tokens, counts[1]);
      await page.click('#tab-chat');
      await choose('openai/gpt-4o');
      assert.deepEqual(
        await shown(),
        [sent, answer].map((text) => `${tokensIn(text)} tokens`),
      );
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('takes other models and regions, and says what it does not know', async () => {
      const { page, problems } = await open();
      await page.click('#chat-sample');
      const energy = await textOf(page, '#total-amounts b');
      await page.$eval('#model', (input) => {
        /** @type {HTMLInputElement} */ (input).value = '';
      });
      await page.type('#model', 'openai/gpt-4');
      await untilText(page, '#payload', '"openai/gpt-4"');
      assert.notEqual(await textOf(page, '#total-amounts b'), energy);
      await page.type('#model', '-no-such');
      await page.waitForFunction(() => document.querySelector('#model-note')?.textContent !== '');
      await page.select('#region', 'us-west-1');
      assert.equal((await payloadOf(page)).detected_region, 'us-west-1');
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('reads a page that is dropped, and calmly refuses what is none', async () => {
      const { page, problems } = await open();
      await drop(page, 'chat.html', savedChat);
      await untilText(page, '#page-status', 'Read ');
      const messages = await textsOf(page, '#page-messages .message .role');
      assert.ok(messages.includes('Prompt') && messages.includes('Answer'), String(messages));
      assert.equal((await payloadOf(page)).source, 'dom_estimated');
      assert.ok(Number(await textOf(page, '#total-tokens')) > 0);
      const model = () => page.$eval('#model', (/** @type {any} */ input) => input.value);
      assert.notEqual(await model(), '');
      await drop(page, 'gemini.html', savedGemini);
      await untilText(page, '#page-status', 'gemini.html');
      await untilText(page, '#page-status', 'Read ');
      const { provider, ...payload } = await payloadOf(page);
      assert.match(provider, /google/i);
      assert.equal(payload.model ?? '', await model(), 'not the model of the page before');
      await drop(page, 'other.html', '<!doctype html><p>A recipe</p>');
      await untilText(page, '#page-status', 'is not understood');
      assert.equal(await textOf(page, '#total-tokens'), '0');
      await drop(page, 'picture.png', '\u0001\u0002');
      await untilText(page, '#page-status', 'is no web page');
      await drop(page, 'chat.mhtml', mhtml(savedChat));
      await untilText(page, '#page-status', 'Read ');
      assert.deepEqual(await textsOf(page, '#page-messages .message .role'), messages);
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('counts text in both encodings', async () => {
      const { page, problems } = await open();
      await page.focus('#tab-chat');
      await page.keyboard.press('ArrowLeft');
      assert.equal(
        await page.$eval('#panel-text', (/** @type {any} */ panel) => panel.hidden),
        false,
      );
      const text = 'Größenordnungsmäßig 😀 naïve façade';
      await page.type('#text-input', text);
      await page.waitForFunction(
        () => !document.querySelector('#text-facts')?.textContent?.includes('…'),
      );
      const facts = await textsOf(page, '#text-facts dd');
      const [count, other] = [tokensIn(text), tokensIn(text, 'cl100k_base')];
      assert.notEqual(count, other);
      const bytes = new TextEncoder().encode(text).length;
      assert.deepEqual(facts.map(Number), [count, other, [...text].length, 3, bytes]);
      await page.click('#text-tokens summary');
      await page.waitForSelector('#text-token-list span');
      const tokens = await textsOf(page, '#text-token-list span');
      assert.equal(tokens.join(''), text);
      assert.ok(tokens.length > 4 && tokens.length <= count, String(tokens));
      assert.equal((await payloadOf(page)).completion_tokens, count);
      await page.click('input[value=prompt]');
      assert.equal((await payloadOf(page)).prompt_tokens, count);
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('posts to the server, and shows what it answers', async () => {
      const { page } = await open();
      await page.click('#chat-sample');
      await page.click('#post summary');
      const endpoint = await page.$eval('#endpoint', (/** @type {any} */ input) => input.value);
      assert.equal(endpoint, collector.endpoint);
      await page.type('#key', collector.key);
      const sent = await payloadOf(page);
      await page.click('#post-button');
      await untilText(page, '#post-result', 'took it');
      const post = collector.posts().at(-1);
      assert.deepEqual(JSON.parse(post.body), sent);
      assert.equal(post.headers.authorization, `Bearer ${collector.key}`);
      assert.equal(post.status, 200);
      const shown = JSON.parse(await textOf(page, '#post-result pre'));
      assert.deepEqual(shown, JSON.parse(post.answer));

      await page.$eval('#endpoint', (/** @type {any} */ input) => {
        input.value = 'http://example.org/api';
      });
      await page.click('#post-button');
      await untilText(page, '#post-result', 'must be https');
      await page.$eval(
        '#endpoint',
        (/** @type {any} */ input, origin) => {
          input.value = `${origin}/api/none`;
        },
        new URL(collector.endpoint).origin,
      );
      await page.click('#post-button');
      await untilText(page, '#post-result', 'status 404');
      await page.close();
    });

    test('sends nothing by itself', async () => {
      const before = collector.posts().length;
      const { page } = await open();
      /** @type {string[]} */
      const requests = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.click('#chat-sample');
      await drop(page, 'chat.html', savedChat);
      await untilText(page, '#page-status', 'Read ');
      assert.deepEqual(
        requests.filter((url) => !/_base\.twv$/.test(url)),
        [],
      );
      assert.equal(collector.posts().length, before);
      await page.close();
    });

    test('works as one file from disk', async () => {
      const { page, problems } = await open(pathToFileURL(single).href);
      /** @type {string[]} */
      const requests = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.click('#chat-sample');
      assert.equal(await textOf(page, '#total-tokens'), '462');
      await page.click('#tab-text');
      const text = 'Größenordnungsmäßig 😀 naïve façade';
      await page.type('#text-input', text);
      await page.waitForFunction(
        () => !document.querySelector('#text-facts')?.textContent?.includes('…'),
      );
      const facts = (await textsOf(page, '#text-facts dd')).slice(0, 2).map(Number);
      assert.deepEqual(facts, [tokensIn(text), tokensIn(text, 'cl100k_base')]);
      await drop(page, 'chat.html', savedChat);
      await untilText(page, '#page-status', 'Read ');
      // Posts from a page without an origin reach a server that knows their key.
      await page.click('#post summary');
      await page.type('#endpoint', collector.endpoint);
      await page.type('#key', collector.key);
      await page.click('#post-button');
      await untilText(page, '#post-result', 'took it');
      assert.deepEqual([...new Set(requests)], [collector.endpoint]);
      assert.deepEqual(problems, []);
      await page.close();
    });

    test('looks as it should: light, dark, narrow', async () => {
      for (const scheme of ['light', 'dark']) {
        const { page } = await open();
        // Firefox has no such emulation over WebDriver BiDi: there it is a preference of the browser.
        if (name === 'chromium') {
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        } else if (scheme === 'dark') {
          await page.$eval(':root', (/** @type {any} */ element) => {
            element.style.colorScheme = 'dark';
          });
        }
        const shot = (/** @type {string} */ what) =>
          page.screenshot({ path: path.join(screenshots, `${name}-demo-${what}-${scheme}.png`) });
        await shot('empty');
        await page.click('#chat-sample');
        await shot('chat');
        await page.setViewport({ width: 390, height: 844 });
        await shot('narrow');
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0, 'nothing is wider than a narrow screen');
        await page.close();
      }
    });
  });
}

/** A page as Chromium saves it into one file. @param {string} html */
function mhtml(html) {
  const coded = Buffer.from(html)
    .toString('latin1')
    .replace(/[=\u0080-\u00ff]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/.{60}(?!=)(?<!=.?)/g, '$&=\r\n');
  return [
    'From: <Saved by Blink>',
    'Snapshot-Content-Location: https://chatgpt.com/c/0',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related;',
    '\ttype="text/html";',
    '\tboundary="----Boundary--0----"',
    '',
    '',
    '------Boundary--0----',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    'Content-Location: https://chatgpt.com/c/0',
    '',
    coded,
    '------Boundary--0------',
    '',
  ].join('\r\n');
}
