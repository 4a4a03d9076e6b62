// SPDX-License-Identifier: MIT
// Random sessions at the chat sites' true origins, in one browser.
import { launch } from '../dom/browsers.mjs';
import { chatSites } from '../dom/pages.mjs';
import { chatHosts, serveChatSites } from '../dom/servers.mjs';

/**
 * @typedef {object} SessionResult
 * @property {number} sessions @property {number} turns
 * @property {Record<string, number>} situations how often each was met
 * @property {string[]} problems what was not as it must be
 * @property {number} worstMs the time that was furthest from the truth
 */

/**
 * @param {import('../dom/browsers.mjs').BrowserName} name
 * @param {{ first: number, count: number, atOnce: number, site?: string, onSite?: (site: string, result: SessionResult) => void }} options
 *   seeds from `first` on, shared out between the sites, or all of them at one
 * @returns {Promise<SessionResult>}
 */
export async function runSessions(name, { first, count, atOnce, site, onSite }) {
  const server = await serveChatSites();
  const browser = await launch(name, {
    hosts: chatHosts,
    port: server.port,
    // Frames of a page that nobody looks at are slowed down otherwise.
    args: name === 'chromium' ? ['--disable-background-timer-throttling'] : [],
    protocolTimeoutMs: 1_800_000,
  });
  /** @type {SessionResult} */
  const total = { sessions: 0, turns: 0, situations: {}, problems: [], worstMs: 0 };
  try {
    const sites = chatSites.filter(({ name }) => site === undefined || name === site);
    for (const [index, chat] of sites.entries()) {
      const share = Math.floor((count + index) / sites.length);
      const path = chat.path ?? '/';
      const query = new URLSearchParams({ driver: '1', ...chat.query });
      const page = await browser.newPage(`${browser.originOf(chat.host)}${path}?${query}`);
      await page.waitForFunction(() => 'runSessions' in window);
      /** @type {SessionResult} */
      const result = await page.evaluate(
        (path, first, count, atOnce) =>
          /** @type {any} */ (window).runSessions(path, first, count, atOnce),
        path,
        first,
        share,
        atOnce,
      );
      first += share;
      onSite?.(chat.name, result);
      add(total, result, chat.name);
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return total;
}

/** @param {SessionResult} total @param {SessionResult} result @param {string} site */
function add(total, result, site) {
  total.sessions += result.sessions;
  total.turns += result.turns;
  for (const [situation, count] of Object.entries(result.situations)) {
    total.situations[situation] = (total.situations[situation] ?? 0) + count;
  }
  total.problems.push(...result.problems.map((problem) => `${site}: ${problem}`));
  total.worstMs = Math.max(total.worstMs, result.worstMs);
}
