// SPDX-License-Identifier: MIT
// The line beside each answer, in one browser. The same suite runs in each: see lines-*.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveChatSites } from '../dom/servers.mjs';
import * as chatPages from './chats.mjs';
import { badgeShows, chatgpt, sendPrompt } from './chats.mjs';
import { pause, startExtension, until } from './extension.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

const answers = '[data-message-author-role=assistant]';

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testLines(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`lines beside answers in ${browserName}`, { skip, timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof chatPages.createCounts>>} */
    let counts;
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      counts = await chatPages.createCounts();
      sites = await serveChatSites();
      extension = await startExtension(browserName, sites.port);
    });

    after(async () => {
      await extension?.close();
      await sites?.close();
      counts?.free();
    });

    test('draws a line beside the answer that takes no room, and moves and goes at the user’s wish', async () => {
      const { page, tabId } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(async () => (await extension.badge(tabId)).text !== '', 'the badge has a text');
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
      await reachByTab(page);
      for (const [pressed, wanted] of /** @type {const} */ ([
        ['ArrowUp', { x: 0, y: -8 }],
        ['Home', { x: 0, y: 0 }],
      ])) {
        await page.keyboard.press(pressed);
        await until(
          async () => JSON.stringify(await place()) === JSON.stringify(wanted),
          `${pressed} moves the line`,
        );
      }
      await page.reload();
      await until(
        async () => (await extension.lines(page)).length <= 1,
        'what a reload leaves is read',
      );
      await sendPrompt(page);
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

    test('keeps the line below its answer as the page scrolls by itself', async () => {
      const { page } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(() => isBelow(page), 'the line is there');
      await page.evaluate(() => {
        document.body.style.paddingBlock = '200vh';
        scrollTo(0, 0);
      });
      await until(async () => (await extension.lines(page)).length === 0, 'it is out of sight');
      await page.$$eval(answers, (shown) => shown.at(-1)?.scrollIntoView({ block: 'center' }));
      await until(() => isBelow(page), 'it comes with its answer');
      await page.evaluate(() => scrollBy(0, 60));
      await until(() => isBelow(page), 'it moves with it');
      await page.close();
    });

    test('draws the line, and counts, on a page that allows no styles', async () => {
      const { page, tabId } = await openChat({ rate: '400', csp: 'strict' });
      const turn = await sendPrompt(page);
      await badgeShows(extension, tabId, String(counts.tokensOf(turn)));
      await until(async () => (await extension.lines(page)).length === 1, 'the line is there');
      // Without its styles the host would be as large as its lines.
      const box = await page.$eval('tokenwatt-lines', (host) => {
        const { width, height } = host.getBoundingClientRect();
        return { width, height, position: getComputedStyle(host).position };
      });
      assert.deepEqual(box, { width: 0, height: 0, position: 'fixed' });
      const own = await page.evaluate(() => {
        document.head.append(
          Object.assign(document.createElement('style'), { textContent: '*{}' }),
        );
        return document.styleSheets.length;
      });
      assert.equal(own, 0, 'the page itself may have no style');
      await page.close();
    });

    test('is away while the page scrolls by itself, and back where it rests', async () => {
      const { page } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(() => isBelow(page), 'the line is there');
      await page.evaluate(() => {
        document.body.style.paddingBlock = '200vh';
      });
      await page.$$eval(answers, (shown) => shown.at(-1)?.scrollIntoView({ block: 'center' }));
      await until(() => isBelow(page), 'it comes with its answer');
      assert.ok(await isAwayAtSome(page, ''), 'it goes away');
      await until(() => isBelow(page), 'it is back');
      // A part of the page that scrolls leaves it alone.
      await page.evaluate(() => {
        const box = document.createElement('div');
        box.id = 'box';
        box.style.cssText = 'position: fixed; top: 0; height: 50px; width: 50px; overflow: auto';
        box.append(Object.assign(document.createElement('p'), { style: 'height: 900px' }));
        document.body.append(box);
      });
      assert.ok(!(await isAwayAtSome(page, '#box')), 'it stays');
      // So does who points at it.
      const { x, y } = await endOfAnswer(page);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 40, y + 40);
      assert.ok(!(await isAwayAtSome(page, '')), 'it is not taken from under the pointer');
      await page.mouse.move(x - 80, y + 80);
      await page.mouse.up();
      await until(async () => (await place())?.x === -80, 'where it was put is remembered');
      const { y: putAt } = (await place()) ?? {};
      await page.mouse.move(x - 90, y + 90);
      await pause(300);
      assert.deepEqual(await place(), { x: -80, y: putAt }, 'it was let go');
      await putBack();
      await page.close();
    });

    test('goes with its turn, and comes back with it', async () => {
      const { page } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(() => isBelow(page), 'the line is there');
      const history = await extension.openOwnPage('history/history.html');
      await until(() => history.$('#turns input'), 'the history is filled');
      await history.click('#turns input');
      await history.click('#delete');
      await until(() => history.$('#sure button[value=yes]'), 'it is asked');
      await history.click('#sure button[value=yes]');
      await until(async () => (await extension.lines(page)).length === 0, 'the line is gone');
      await history.bringToFront();
      await history.click('#undo');
      await page.bringToFront();
      await until(() => isBelow(page), 'the line is back');
      await history.close();
      await page.close();
    });

    test('goes as far back by a key as it came', async () => {
      const { page } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(() => isBelow(page), 'the line is there');
      await page.$$eval(answers, (shown) => {
        const answer = /** @type {HTMLElement} */ (shown.at(-1));
        answer.style.cssText = 'position: relative; top: 0.5px; left: 0.5px; width: 200px';
      });
      await until(() => isBelow(page), 'the line has followed');
      await reachByTab(page);
      for (const [key, y] of /** @type {const} */ ([
        ['ArrowUp', -8],
        ['ArrowUp', -16],
        ['ArrowDown', -8],
        ['ArrowDown', 0],
      ])) {
        await page.keyboard.press(key);
        await until(
          async () => JSON.stringify(await place()) === JSON.stringify({ x: 0, y }),
          `${key} moves it to ${y}`,
        );
      }
      await page.close();
    });

    test('stays in the window, however far it is dragged', async () => {
      const { page } = await openChat({ rate: '400' });
      await sendPrompt(page);
      await until(() => isBelow(page), 'the line is there');
      const { x, y } = await endOfAnswer(page);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 100, y - 100);
      // The end of the line was taken: most of it would be outside.
      await page.mouse.move(1, 1);
      await page.mouse.up();
      await until(() => isAt(page, 200, 8), 'it is at the upper edge');
      await until(async () => ((await place())?.y ?? 0) < 0, 'that is remembered');
      await page.setViewport({ width: 300, height: 600 });
      await page.$$eval(answers, (shown) => shown.at(-1)?.scrollIntoView({ block: 'center' }));
      // As far above the answer's end as before, and no longer as far to its left.
      const far = (await place()) ?? { x: 0, y: 0 };
      const end = await endOfAnswer(page);
      const top = Math.max(end.y + far.y, 8);
      await until(() => isAt(page, 150, top), 'it is in the window that has become narrow');
      await page.mouse.move(150, top);
      await page.mouse.down();
      await page.mouse.move(160, 599);
      await page.mouse.up();
      await until(() => isAt(page, 150, 592), 'it is at the lower edge');
      await putBack();
      await page.bringToFront();
      await until(() => isBelow(page), 'it is below its answer again');
      await page.close();
    });

    /**
     * Whether the line goes away while something scrolls for a second.
     * @param {Page} page @param {string} selector of what scrolls, '' for the page
     */
    function isAwayAtSome(page, selector) {
      return page.evaluate(async (scroller) => {
        const element = scroller === '' ? globalThis : document.querySelector(scroller);
        let away = false;
        for (let step = 0; step < 20; step += 1) {
          element?.scrollBy(0, 1);
          await new Promise((resolve) => setTimeout(resolve, 50));
          away ||= document.querySelector('tokenwatt-lines') === null;
        }
        return away;
      }, selector);
    }

    /** @param {Record<string, string>} options */
    function openChat(options) {
      return chatPages.openChat(extension, chatgpt, options);
    }

    /** @param {Page} page */
    async function reachByTab(page) {
      const focused = () => page.evaluate(() => document.activeElement?.localName);
      for (let stop = 0; stop < 20 && (await focused()) !== 'tokenwatt-lines'; stop += 1) {
        await page.keyboard.press('Tab');
      }
      assert.equal(await focused(), 'tokenwatt-lines', 'the line can be reached by Tab');
    }

    /** Whether the line is below the last answer. @param {Page} page */
    async function isBelow(page) {
      const { x, y } = await endOfAnswer(page);
      return isAt(page, x, y);
    }

    /** Where a line's end is that nobody has moved. @param {Page} page */
    function endOfAnswer(page) {
      return page.$$eval(answers, (shown) => {
        const { bottom = 0, right = 0 } = shown.at(-1)?.getBoundingClientRect() ?? {};
        return { x: right - 10, y: bottom + 8 };
      });
    }

    /** Whether the line is at this place of the window. @param {Page} page @param {number} x @param {number} y */
    function isAt(page, x, y) {
      return page.evaluate(
        (left, top) => document.elementFromPoint(left, top)?.localName === 'tokenwatt-lines',
        x,
        y,
      );
    }

    /** Puts moved lines back, in the options. */
    async function putBack() {
      const options = await extension.openOptions();
      await options.click('#line-reset');
      await until(async () => (await place()) === undefined, 'the options put it back');
      await until(
        () => options.$eval('#line-reset', (button) => /** @type {HTMLElement} */ (button).hidden),
        'nothing is left to put back',
      );
      await options.close();
    }

    /** Where the user has moved it. @returns {Promise<{ x: number, y: number } | undefined>} */
    async function place() {
      const { local } = await extension.storage();
      return local.settings?.linePlaces?.chatgpt;
    }

    /** @param {Page} page */
    function pageSize(page) {
      return page.evaluate(() => {
        const { scrollWidth: width, scrollHeight: height } = document.documentElement;
        return { width, height };
      });
    }
  });
}
