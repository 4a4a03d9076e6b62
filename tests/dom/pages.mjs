// SPDX-License-Identifier: MIT
// What the tests of web/dom do in a page: import the unbundled modules and call them.
import { after, before, describe } from 'node:test';
import { browserNames, launch } from './browsers.mjs';
import { chatHosts, serveChatSites, serveProject } from './servers.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/**
 * Reads a page given as HTML, as the demo page reads a dropped file.
 * @param {Page} page @param {string} html @param {string} [url]
 */
export function readHtml(page, html, url) {
  return page.evaluate(
    async (html, url) => {
      const { readChat } = await import(`${location.origin}/web/dom/index.js`);
      return readChat(new DOMParser().parseFromString(html, 'text/html'), url);
    },
    html,
    url ?? null,
  );
}

/**
 * Markdown of the content of each fragment.
 * @param {Page} page @param {string[]} fragments @param {object} [style]
 * @returns {Promise<string[]>}
 */
export function markdownOf(page, fragments, style = {}) {
  return page.evaluate(
    async (fragments, style) => {
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      return fragments.map((html) => {
        const parsed = new DOMParser().parseFromString(`<div>${html}</div>`, 'text/html');
        return markdownFromDom(parsed.body.firstElementChild, style);
      });
    },
    fragments,
    style,
  );
}

/**
 * Starts watching, in place of who did; events are kept in `window.__events`.
 * @param {Page} page @param {{ updateMs?: number }} [options] of watchChat()
 */
export function watchPage(page, options = {}) {
  return page.evaluate(async (options) => {
    const { watchChat } = await import(`${location.origin}/web/dom/index.js`);
    /** @type {any} */ (window).__stop?.abort();
    /** @type {any} */ (window).__events = [];
    /** @type {any} */ (window).__stop = new AbortController();
    watchChat(document, location.href, {
      signal: /** @type {any} */ (window).__stop.signal,
      onEvent: (/** @type {any} */ event) => {
        /** @type {any} */ (window).__events.push({ ...event, seenMs: Date.now() });
      },
      ...options,
    });
  }, options);
}

/** Types a prompt into the composer and presses Enter, by the browser's own input. */
export async function sendPrompt(/** @type {Page} */ page, /** @type {string} */ prompt) {
  const selector = await page.evaluate(() => {
    /** @type {any} */ (window).site.composer().setAttribute('data-test-composer', '');
    return '[data-test-composer]';
  });
  await page.click(selector);
  await page.keyboard.type(prompt);
  await page.keyboard.press('Enter');
}

/** All events so far. @param {Page} page @returns {Promise<any[]>} */
export const eventsOf = (page) => page.evaluate(() => /** @type {any} */ (window).__events);

/** The page's own record of its turns. @param {Page} page @returns {Promise<any[]>} */
export const truthOf = (page) => page.evaluate(() => /** @type {any} */ (window).__truth.turns);

/** Waits until so many turns are done. @param {Page} page @param {number} count */
export async function untilDone(page, count) {
  await page.waitForFunction(
    (count) =>
      /** @type {any} */ (window).__events.filter((/** @type {any} */ e) => e.type === 'done')
        .length >= count,
    { timeout: 30_000, polling: 50 },
    count,
  );
}

/**
 * The same tests in Chromium and in Firefox: `define` registers them, and takes a blank page of
 * the project's own server from `page()`.
 * @param {string} title
 * @param {(page: () => Page, browserName: import('./browsers.mjs').BrowserName) => void} define
 */
export function inEachBrowser(title, define) {
  for (const name of browserNames) {
    describe(`${title} (${name})`, () => {
      /** @type {(() => Promise<unknown>)[]} */
      const closers = [];
      /** @type {Page} */
      let page;
      before(async () => {
        const server = await serveProject();
        closers.push(server.close);
        const browser = await launch(name);
        closers.push(browser.close);
        page = await browser.newPage(`${server.origin}/blank.html`);
      });
      after(() => closeAll(closers));
      define(() => page, name);
    });
  }
}

/**
 * The same, with the imitated chat sites at their true origins: `open` gives a watched page. Both
 * browsers at once: their tests spend their time waiting for answers.
 * @param {string} title
 * @param {(open: OpenChat, browserName: import('./browsers.mjs').BrowserName) => void} define
 */
export function atEachChatSite(title, define) {
  describe(title, { concurrency: true }, () => {
    for (const name of browserNames) {
      // In each of them one test after another: a tab behind another sleeps.
      describe(`${title} (${name})`, { concurrency: 1 }, () => atChatSites(name, define));
    }
  });
}

/**
 * @param {import('./browsers.mjs').BrowserName} name
 * @param {(open: OpenChat, browserName: import('./browsers.mjs').BrowserName) => void} define
 */
function atChatSites(name, define) {
  /** @type {(() => Promise<unknown>)[]} */
  const closers = [];
  /** @type {import('./browsers.mjs').TestBrowser} */
  let browser;
  before(async () => {
    const server = await serveChatSites();
    closers.push(server.close);
    browser = await launch(name, { hosts: chatHosts, port: server.port });
    closers.push(browser.close);
  });
  after(() => closeAll(closers));
  define(async (chat, query = {}) => {
    const url = new URL(chat.path ?? '/', browser.originOf(chat.host));
    for (const [key, value] of Object.entries({ ...chat.query, ...query })) {
      url.searchParams.set(key, String(value));
    }
    const page = await browser.newPage(url.href);
    await watchPage(page);
    return page;
  }, name);
}

/**
 * @typedef {{ name: string, site: string, host: string, path?: string, query?: Record<string, string> }} ChatSite
 * @typedef {(chat: ChatSite, query?: Record<string, string | number>) => Promise<Page>} OpenChat
 */

/** The imitated renderers. @type {ChatSite[]} */
export const chatSites = [
  { name: 'ChatGPT', site: 'chatgpt', host: 'chatgpt.com' },
  {
    name: 'ChatGPT app shell',
    site: 'chatgpt',
    host: 'chatgpt.com',
    query: { renderer: 'app-shell' },
  },
  { name: 'Gemini', site: 'gemini', host: 'gemini.google.com', path: '/app' },
];

/** @param {(() => Promise<unknown>)[]} closers the last opened is closed first */
async function closeAll(closers) {
  for (const close of closers.reverse()) await close();
}
