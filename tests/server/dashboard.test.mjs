// SPDX-License-Identifier: MIT
// The dashboard in both browsers, over a real store: what it shows is what the records sum up to.
// Pictures of it go to build/screenshots.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserNames, launch } from '../dom/browsers.mjs';
import { collect } from './collector.mjs';
import { serve } from './server.mjs';
import { assertNear, assertSums, collectUsed, DAY_MS } from './used.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const screenshots = path.join(root, 'build/screenshots');
const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./used.mjs').Event} Event */

assert.ok(existsSync(path.join(root, 'web/dist/dashboard.html')), 'run "make build"');
mkdirSync(screenshots, { recursive: true });
const { collector, keys, events, real, modelCount } = await collectUsed();
after(() => collector.stop());

/** @param {Page} page @param {string} selector @returns {Promise<number>} what a figure is exactly */
const exactValue = (page, selector) =>
  page.$eval(selector, (element) => Number(element.getAttribute('value')));

/** @param {Page} page @param {string} selector */
const isShown = (page, selector) =>
  page.$eval(selector, (element) => /** @type {HTMLElement} */ (element).offsetParent !== null);

/** @param {Page} page @returns {Promise<string>} */
const textOf = (page, selector = 'main') =>
  page.$eval(selector, (element) => /** @type {HTMLElement} */ (element).textContent ?? '');

const idle = (/** @type {Page} */ page) => page.waitForSelector('main[aria-busy=false]');

/** @param {Page} page @param {string} period */
async function choose(page, period) {
  await page.click(`input[value=${period}]`);
  await page.waitForFunction(
    (period) => location.hash.includes(`period=${period}`),
    { timeout: 10_000 },
    period,
  );
  await idle(page);
}

/** What axe has against the page. @param {Page} page */
async function complaints(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run();
    return violations.map(
      (/** @type {any} */ { id, nodes }) =>
        `${id}: ${nodes.map((/** @type {any} */ { html }) => html).join(' ')}`,
    );
  });
}

/**
 * Keeps what the page would save as a file.
 * @param {Page} page
 * @returns {Promise<(button: string) => Promise<string>>} presses a button, gives what it saves
 */
async function catchFiles(page) {
  await page.evaluate(() => {
    const { createObjectURL } = URL;
    URL.createObjectURL = (/** @type {Blob} */ blob) => {
      blob.text().then((text) => {
        /** @type {any} */ (globalThis).saved = text;
      });
      return createObjectURL(blob);
    };
    HTMLAnchorElement.prototype.click = () => {};
  });
  return async (button) => {
    await page.evaluate(() => {
      /** @type {any} */ (globalThis).saved = undefined;
    });
    await page.click(button);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).saved !== undefined);
    return page.evaluate(() => String(/** @type {any} */ (globalThis).saved));
  };
}

for (const name of browserNames) {
  describe(`dashboard (${name})`, () => {
    /** @type {import('../dom/browsers.mjs').TestBrowser} */
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    async function open(address = `${collector.url}/`, { expected = /^$/, width = 1280 } = {}) {
      // A tab of its own context: a session's memory is not shared.
      const context = await browser.browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height: 900 });
      /** @type {string[]} */
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !expected.test(message.text()))
          problems.push(message.text());
      });
      await page.goto(address);
      await idle(page);
      return { page, problems, close: () => context.close() };
    }

    /** @param {Page} page @param {Event[]} of @param {string} what */
    async function assertPage(page, of, what) {
      /** @type {Record<string, number>} */
      const expected = { requests: of.length };
      for (const quantity of ['energyWh', 'co2Grams', 'waterMl'])
        expected[quantity] = of.reduce((sum, /** @type {any} */ e) => sum + e[quantity], 0);
      expected.tokens = of.reduce(
        (sum, e) => sum + e.inputTokens + e.outputTokens + e.reasoningTokens,
        0,
      );
      for (const [quantity, value] of Object.entries(expected)) {
        const shown = await exactValue(page, `#total-${quantity} data`);
        assertNear(shown, value, `${what}: ${quantity}`);
      }
      for (const table of ['#time-table', '#by-model', '#by-provider', '#by-key']) {
        const sums = await page.$$eval(`${table} tbody tr`, (rows) => {
          const all = rows.map((row) =>
            [...row.querySelectorAll('data')].map((data) => Number(data.value)),
          );
          return [0, 1, 2, 3, 4].map((at) => all.reduce((sum, row) => sum + row[at], 0));
        });
        const { requests, tokens, energyWh, co2Grams, waterMl } = expected;
        for (const [at, value] of [requests, tokens, energyWh, co2Grams, waterMl].entries())
          assertNear(sums[at], value, `${what}: ${table} ${at}`);
      }
    }

    test('asks for a key, and keeps it in the tab', async () => {
      const { page, problems, close } = await open(undefined, { expected: /401|403/ });
      assert.ok(await isShown(page, '#key-form'));
      assert.ok(!(await isShown(page, '#figures')));
      assert.deepEqual(await complaints(page), []);
      await page.type('#key', 'eco_wrong');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /not known/.test(document.body.textContent ?? ''));
      await page.type('#key', keys.writer);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() =>
        /lacks the scope history/.test(document.body.textContent ?? ''),
      );
      await page.type('#key', keys.reader);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#figures:not([hidden])');
      await idle(page);
      await assertPage(page, real, 'with a key');
      await page.reload();
      await idle(page);
      await assertPage(page, real, 'again');
      const kept = await page.evaluate(() => [document.cookie, localStorage.length, location.href]);
      assert.deepEqual(kept, ['', 0, `${collector.url}/`]);
      await page.click('#forget');
      await page.waitForSelector('#key-form:not([hidden])');
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
      assert.deepEqual(problems, []);
      await close();
    });

    test('shows what the records of each period sum up to', async () => {
      const { page, problems, close } = await open(`${collector.url}/#key=${keys.reader}`);
      assert.equal(page.url(), `${collector.url}/#`, 'the key is gone from the address');
      await assertPage(page, real, '30 days');
      assert.ok(await isShown(page, '#by-tenant'));
      for (const [period, days] of /** @type {const} */ ([
        ['today', 1],
        ['week', 7],
        ['days', 30],
      ])) {
        await choose(page, period);
        const first = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
        const of = real.filter(({ logDate }) => logDate >= first);
        await assertPage(page, of, period);
        const bars = await page.$$eval('#chart .bar', (all) => all.length);
        assert.equal(bars, period === 'today' ? 24 : days);
      }
      const today = new Date().toISOString();
      await choose(page, 'month');
      const month = real.filter(({ logDate }) => logDate.startsWith(today.slice(0, 7)));
      await assertPage(page, month, 'month');
      await choose(page, 'year');
      const year = real.filter(({ logDate }) => logDate.startsWith(today.slice(0, 4)));
      await assertPage(page, year, 'year');
      const [day] = events[40].logDate.split('T');
      await page.goto(`${collector.url}/#period=custom&from=${day}&to=${day}`);
      await page.waitForFunction(
        (day) => document.querySelector('#period-text')?.textContent === `${day}, UTC`,
        {},
        day,
      );
      await idle(page);
      await assertPage(
        page,
        real.filter(({ logDate }) => logDate.startsWith(day)),
        'custom',
      );
      assert.deepEqual(problems, []);
      await close();
    });

    test('a link with the key of a tenant shows that tenant alone', async () => {
      const { page, problems, close } = await open(`${collector.url}/#key=${keys.readerOfAcme}`);
      await assertPage(
        page,
        real.filter(({ tenant }) => tenant === 'acme'),
        'acme',
      );
      assert.equal(await textOf(page, '#whose'), 'What acme used');
      assert.ok(!(await page.content()).match(/beta/i));
      assert.equal(await page.$('#by-tenant'), null);
      assert.deepEqual(problems, []);
      await close();
    });

    test('says when there is nothing, and when the collector is gone', async () => {
      const own = await collect();
      const { page, close } = await open(`${own.url}/`);
      assert.ok(await isShown(page, '#empty'));
      assert.ok(!(await isShown(page, '#filled')));
      assert.ok(await page.$eval('#csv', (button) => /** @type {any} */ (button).disabled));
      assert.deepEqual(await complaints(page), []);
      await own.calculate();
      await choose(page, 'today');
      assert.equal(await exactValue(page, '#total-requests data'), 1);
      await own.stop();
      await choose(page, 'week');
      await page.waitForSelector('#problem:not([hidden])');
      assert.match(await textOf(page, '#problem'), /does not answer/);
      await close();
    });

    test('the same as CSV and JSON', async () => {
      const { page, close } = await open(`${collector.url}/#key=${keys.reader}`);
      const save = await catchFiles(page);
      const json = JSON.parse(await save('#json'));
      assertSums(json.total, real, 'JSON');
      assert.equal(json.model.length, modelCount);
      const [head, total, ...rows] = (await save('#csv')).trim().split('\r\n');
      const columns = head.split(',');
      assert.equal(Number(total.split(',')[columns.indexOf('requests')]), real.length);
      const days = rows.filter((row) => row.startsWith('day,'));
      const energy = days.reduce(
        (sum, row) => sum + Number(row.split(',')[columns.indexOf('energyWh')]),
        0,
      );
      assert.ok(Math.abs(energy - json.total.energyWh) < 1e-6);
      await close();
    });

    test('the monthly report of a tenant', async () => {
      const { page, problems, close } = await open(`${collector.url}/#key=${keys.reader}`);
      const save = await catchFiles(page);
      await page.select('#report-tenant', 'acme');
      const html = await save('#report-form button[value=html]');
      const month = new Date().toISOString().slice(0, 7);
      assert.ok(html.includes(`<h1>Use of language models, ${month}</h1>`));
      assert.ok(html.includes('Acme laptop') && !html.includes('Beta laptop'));
      const csv = await save('#report-form button[value=csv]');
      assert.match(csv, new RegExp(`^month,tenant,.*\r\n${month},"acme",total,`));
      assert.match(await save('#report-form button[value=pdf]'), /^%PDF-1\.[\s\S]*%%EOF\s*$/);
      assert.match(await textOf(page, '#report-status'), /is saved/);
      // As a page of its own.
      await page.goto('about:blank');
      await page.setContent(html);
      assert.deepEqual(await complaints(page), []);
      const file = path.join(screenshots, `report-${name}.png`);
      await page.screenshot({ path: /** @type {`${string}.png`} */ (file), fullPage: true });
      assert.deepEqual(problems, []);
      await close();
    });

    test('for everybody: axe, keyboard, dark, narrow', async () => {
      const { page, problems, close } = await open(`${collector.url}/#key=${keys.reader}`);
      for (const scheme of ['light', 'dark']) {
        // Firefox takes no colour scheme over this protocol: there the page is as the system is.
        if (name === 'chromium')
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        else
          await page.evaluate((s) => {
            document.documentElement.style.colorScheme = s;
          }, scheme);
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
        assert.deepEqual(await complaints(page), [], scheme);
        const file = path.join(screenshots, `dashboard-${name}-${scheme}.png`);
        await page.screenshot({ path: /** @type {`${string}.png`} */ (file), fullPage: true });
      }
      await page.focus('input[value=days]');
      await page.keyboard.press('ArrowLeft');
      await page.waitForFunction(() => location.hash.includes('period=week'));
      await idle(page);
      assert.equal((await page.$$('#chart .bar')).length, 7);
      await page.select('#quantity', 'tokens');
      const label = await page.$eval('#chart svg', (svg) => svg.getAttribute('aria-label'));
      assert.match(String(label), /^Tokens by day, 7 bars/);
      await page.setViewport({ width: 360, height: 800 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      assert.deepEqual(await complaints(page), [], 'narrow');
      const file = path.join(screenshots, `dashboard-${name}-narrow.png`);
      await page.screenshot({ path: /** @type {`${string}.png`} */ (file), fullPage: true });
      assert.deepEqual(problems, []);
      await close();
    });
  });
}

test('the demo page stays where it is; without a store it is the front page', async () => {
  const titleAt = async (/** @type {string} */ address) =>
    /<title>([^<]*)/.exec(await (await fetch(address)).text())?.[1];
  assert.equal(await titleAt(`${collector.url}/`), 'Tokenwatt: what was used');
  assert.equal(await titleAt(`${collector.url}/index.html`), 'Tokenwatt: what a chat costs');
  const bare = await serve();
  assert.equal(await titleAt(`${bare.url}/`), 'Tokenwatt: what a chat costs');
  await bare.stop();
});
