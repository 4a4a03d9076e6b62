// SPDX-License-Identifier: MIT
// The pages of the extension with a history in them: what they show, by mouse and by keyboard, to
// screen readers, light and dark, from left to right and back.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serveChatSites } from '../dom/servers.mjs';
import { startExtension, until } from './extension.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

const models = { chatgpt: 'gpt-5', gemini: 'Gemini Flash', claude: 'Opus 4.5', mistral: '' };
const siteNames = Object.keys(models);
const dayMs = 24 * 3_600_000;

/** Turns of the last 40 days, one every four hours. */
function madeHistory() {
  const now = Date.now();
  return Array.from({ length: 240 }, (_, index) => {
    const atMs = now - index * (dayMs / 6);
    const site = siteNames[index % siteNames.length];
    const model = models[site];
    const energy = 0.05 * (1 + (index % 5));
    const around = (/** @type {number} */ value) => ({ value, low: value / 3, high: value * 3 });
    const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
    return {
      turnKey: `made-${index}`,
      atMs,
      day: local.toISOString().slice(0, 10),
      site,
      chat: `chat-${index % 9}`,
      answerId: `answer-${index}`,
      model,
      usage: {
        provider: 'Made',
        ...(model === '' ? {} : { model }),
        prompt_tokens: 100 + index,
        completion_tokens: 300,
        reasoning_tokens: 0,
        cached_tokens: 0,
        startTimeMs: atMs,
        source: 'dom_estimated',
        is_estimated: true,
        estimation_method: 'dom_gpt_tokenizer_v1',
      },
      footprint: { energy: around(energy), co2: around(energy / 3), water: around(energy * 3) },
      contextIncomplete: false,
    };
  });
}

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testViews(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`pages of the extension in ${browserName}`, { skip, timeout: 180_000 }, () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-views-'));
    const turns = madeHistory();
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      const file = { format: 'tokenwatt-history', version: 1, turns };
      writeFileSync(path.join(folder, 'history.json'), JSON.stringify(file));
      writeFileSync(path.join(folder, 'bad.json'), JSON.stringify({ ...file, version: 2 }));
      sites = await serveChatSites();
      extension = await startExtension(browserName, sites.port);
    });

    after(async () => {
      await extension?.close();
      await sites?.close();
      rmSync(folder, { recursive: true });
    });

    test('the welcome page opens after the installation, and says what to do', async () => {
      const page = await extension.openOwnPage('welcome/welcome.html');
      assert.equal(await page.$$eval('#sites a', (links) => links.length), 8);
      await isFine(page, 'welcome');
      await page.close();
    });

    test('a history is imported, once', async () => {
      const page = await openHistory();
      await choose(page, 'bad.json');
      await says(page, 'Nothing was imported');
      await choose(page, 'history.json');
      await says(page, 'Imported: 240 turns');
      await choose(page, 'history.json');
      await says(page, 'All of these turns were there already');
      assert.equal(await textOf(page, '#sum-title'), '240 turns');
      assert.equal(await rowCount(page), 100);
      await page.click('#more');
      await until(async () => (await rowCount(page)) === 200, 'more rows are shown');
      await isFine(page, 'history');
      await page.close();
    });

    test('the history is searched and filtered', async () => {
      const page = await openHistory();
      await page.type('#search', 'le chat');
      await until(async () => (await textOf(page, '#sum-title')) === '60 turns', 'it is searched');
      assert.equal(await rowCount(page), 60);
      await page.select('#model', 'gpt-5');
      await until(async () => (await rowCount(page)) === 0, 'nothing is both');
      await page.$eval('#search', (input) => {
        /** @type {HTMLInputElement} */ (input).value = '';
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
      await until(async () => (await rowCount(page)) === 60, 'the model alone');
      await page.close();
    });

    test('turns are deleted after a question, and brought back', async () => {
      const page = await openHistory();
      await page.click('#turns tr:nth-child(1) input');
      await page.click('#turns tr:nth-child(3) input');
      await page.click('#delete');
      await page.click('#sure button[value=no]');
      assert.equal(await textOf(page, '#sum-title'), '240 turns');
      await page.click('#delete');
      assert.match(await textOf(page, '#sure-text'), /Delete 2 turns/);
      await page.click('#sure button[value=yes]');
      await says(page, 'Deleted: 2 turns');
      assert.equal(await textOf(page, '#sum-title'), '238 turns');
      const { database } = await extension.storage();
      assert.equal(database.turns.length, 238);
      await page.click('#undo');
      await says(page, 'Restored: 2 turns');
      assert.equal(await textOf(page, '#sum-title'), '240 turns');
      await page.close();
    });

    test('a filter stays, though no turn of it is left', async () => {
      const page = await openHistory();
      await page.select('#site', 'mistral');
      await until(async () => (await textOf(page, '#sum-title')) === '60 turns', 'it is filtered');
      await page.click('#delete-all');
      await until(() => page.$('#sure button[value=yes]'), 'it is asked');
      await page.click('#sure button[value=yes]');
      await says(page, 'Deleted: 60 turns');
      assert.equal(await textOf(page, '#none'), 'No turn matches.');
      assert.equal(
        await page.$eval('#site', (select) => /** @type {HTMLSelectElement} */ (select).value),
        'mistral',
      );
      await page.click('#undo');
      await says(page, 'Restored: 60 turns');
      assert.equal(await textOf(page, '#sum-title'), '60 turns');
      await page.close();
    });

    test('the popup sums up days, sites and models', async () => {
      const page = await extension.openOwnPage('popup/popup.html?tab=-1');
      await until(async () => (await textOf(page, '#posting')) !== '', 'the popup is filled');
      assert.match(await textOf(page, '#scope'), /turn/i, 'beside no chat it begins with today');
      await isFine(page, 'popup-today');
      // With the keyboard: the periods are one group of radio buttons.
      await page.focus('#period input:checked');
      await page.keyboard.press('ArrowLeft');
      await until(async () => (await textOf(page, '#state-text')) !== '', 'there is no chat');
      assert.match(await textOf(page, '#state-text'), /ChatGPT, Gemini, Claude/);
      await isFine(page, 'popup-no-chat');
      await page.focus('#period input:checked');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const week = turns.filter(({ day }) => day > daysAgo(7));
      await until(
        async () => (await textOf(page, '#scope')) === `${week.length} turns`,
        `the popup shows the ${week.length} turns of the week`,
      );
      const tokens = week.reduce((sum, { usage }) => sum + usage.prompt_tokens + 300, 0);
      assert.equal(await textOf(page, '#tokens'), tokens.toLocaleString('en'));
      const names = await page.$$eval('#by-site .name', (all) => all.map((one) => one.textContent));
      assert.deepEqual(names.toSorted(), ['ChatGPT', 'Claude', 'Gemini', 'Le Chat']);
      assert.equal(await page.$$eval('#by-day svg g', (all) => all.length), 7);
      const links = await page.$$eval('#comparisons a', (all) => all.map((one) => one.href));
      assert.equal(links.length, 3);
      await isFine(page, 'popup-week');
      await page.close();
    });

    test('the options are fine for everybody', async () => {
      const page = await extension.openOptions();
      const methods = await page.$$eval('#method option', (all) => all.map(({ value }) => value));
      const explained = new Set();
      for (const method of [...methods.slice(1), '']) {
        await page.select('#method', method);
        explained.add(await textOf(page, '#method-help'));
      }
      assert.equal(explained.size, methods.length, 'each method is explained');
      await isFine(page, 'options-all');
      await page.close();
    });

    test('the pages fit from right to left', async () => {
      for (const file of ['popup/popup.html?tab=-1', 'history/history.html']) {
        const page = await extension.openOwnPage(file);
        // The popup's own width, and a scroll bar's.
        await page.setViewport({ width: file.startsWith('popup') ? 380 : 900, height: 600 });
        await page.evaluate(() => {
          document.documentElement.dir = 'rtl';
        });
        const wide = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        });
        assert.ok(wide <= 0, `${file} is ${wide} px too wide`);
        await extension.screenshot(page, `${file.startsWith('popup') ? 'popup' : 'history'}-rtl`);
        await page.close();
      }
    });

    test('everything is deleted on demand', async () => {
      const page = await extension.openOptions();
      await page.click('#delete-everything');
      await page.click('#sure button[value=yes]');
      await until(async () => (await textOf(page, '#kept-status')) !== '', 'it is done');
      const { local, database } = await extension.storage();
      assert.deepEqual(local, {});
      for (const [name, rows] of Object.entries(database)) assert.deepEqual(rows, [], name);
      await page.close();
    });

    test('an update takes over what version 0.1.0 had stored', async () => {
      const usage = {
        provider: 'OpenAI',
        model: 'gpt-5',
        prompt_tokens: 12,
        completion_tokens: 34,
        reasoning_tokens: 0,
        cached_tokens: 0,
        startTimeMs: 1_760_000_000_000,
        source: 'dom_estimated',
        is_estimated: true,
        estimation_method: 'dom_gpt_tokenizer_v1',
      };
      const old = {
        'turn:a': 1_760_000_000_001,
        'outbox:p1': { id: 'p1', payload: usage, recordedMs: 1_760_000_000_002, refused: false },
        'outbox:p2': { id: 'p2', payload: usage, recordedMs: 1_760_000_000_001, refused: true },
        'left:c': { usage: { ...usage, provider: 'Google', model: 'Gemini Flash' } },
        'chat:chatgpt:x': { messages: [['m', 5]], incomplete: false, atMs: Date.now() },
        key: 'an old key',
        outboxProgress: { error: 'x', failures: 1, notBeforeMs: 0 },
        settings: { endpoint: 'https://example.org/', posting: false, region: '', sites: {} },
      };
      const page = await extension.openOwnPage('welcome/welcome.html');
      await page.evaluate((stored) => chrome.storage.local.set(stored), old);
      await page.close();
      await extension.stopBackground();
      const options = await extension.openOptions();
      assert.equal(
        await options.$eval('#forget-key', (button) => /** @type {any} */ (button).hidden),
        false,
        'the key is there',
      );
      // No page can take up what was left before the update.
      await until(
        async () => (await extension.storage()).database.turns.length === 3,
        'the turn that was left is recorded',
      );
      const { local, database } = await extension.storage();
      assert.deepEqual(Object.keys(local).toSorted(), ['chat:chatgpt:x', 'settings']);
      assert.deepEqual(
        database.posts.map(({ id, state, usage: posted }) => [id, state, posted]),
        [
          ['p1', 'waiting', usage],
          ['p2', 'refused', usage],
        ],
      );
      assert.deepEqual(
        database.turns.map(({ turnKey, site, atMs }) => [turnKey, site, atMs]),
        [
          ['c', 'gemini', usage.startTimeMs],
          ['post:p1', 'chatgpt', usage.startTimeMs],
          ['post:p2', 'chatgpt', usage.startTimeMs],
        ],
      );
      assert.ok(database.turns.every(({ footprint }) => footprint.energy.value > 0));
      assert.deepEqual(database.left, []);
      assert.deepEqual(database.known, [{ turnKey: 'a', atMs: 1_760_000_000_001 }]);
      assert.ok(database.values.includes('an old key'));
      await options.close();
    });

    async function openHistory() {
      const page = await extension.openOwnPage('history/history.html');
      await page.setViewport({ width: 1000, height: 800 });
      await until(async () => (await textOf(page, '#sum-title')) !== '', 'the history is filled');
      return page;
    }

    /** Without accessibility faults in light and dark, and with a picture. @param {Page} page @param {string} name */
    async function isFine(page, name) {
      for (const scheme of /** @type {const} */ (['light', 'dark'])) {
        await extension.colorScheme(page, scheme);
        assert.deepEqual(await extension.violations(page), [], `${name}, ${scheme}`);
      }
      await extension.screenshot(page, name);
    }

    /** @param {Page} page @param {string} file */
    async function choose(page, file) {
      await page.$eval('#said-text', (said) => {
        said.textContent = '';
      });
      const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (
        await page.$('#file')
      );
      await input.uploadFile(path.join(folder, file));
    }

    /** @param {Page} page @param {string} text */
    function says(page, text) {
      return until(
        async () => (await textOf(page, '#said-text')).startsWith(text),
        `it says ${text}`,
      );
    }

    /** @param {Page} page */
    function rowCount(page) {
      return page.$$eval('#turns tr', (rows) => rows.length);
    }

    /** @param {Page} page @param {string} selector */
    function textOf(page, selector) {
      return page.$eval(selector, (element) => element.textContent ?? '');
    }
  });
}

/** @param {number} count */
function daysAgo(count) {
  const date = new Date();
  date.setDate(date.getDate() - count);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
