// SPDX-License-Identifier: MIT
// What an organisation chooses for its users, by the browser's own policy files: Chromium's of
// managed extensions, Firefox's policies.json. They lie in folders of the machine, which only the
// browser under test is shown with the policy in it; see managed-browser.sh.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { executablePath } from '../dom/browsers.mjs';
import { serveChatSites } from '../dom/servers.mjs';
import { badgeShows, chatgpt, createCounts, gemini, openChat, sendPrompt } from './chats.mjs';
import { startCollector } from './collector.mjs';
import { idOf, pause, startExtension, until } from './extension.mjs';

/** @typedef {import('../dom/browsers.mjs').BrowserName} BrowserName */

const wrapper = fileURLToPath(new URL('managed-browser.sh', import.meta.url));

/** Where each browser of Debian looks, and under which name. */
const places = {
  chromium: { folder: '/etc/chromium', file: 'policies/managed/tokenwatt.json' },
  firefox: { folder: '/usr/share/firefox-esr/distribution', file: 'policies.json' },
};

/** @param {BrowserName} browserName @param {object} settings */
function policyOf(browserName, settings) {
  const rules = { [idOf(browserName)]: settings };
  return browserName === 'chromium'
    ? { '3rdparty': { extensions: rules } }
    : { policies: { '3rdparty': { Extensions: rules } } };
}

/** @param {BrowserName} browserName @returns {string | false} why it can't be tried here */
function whyNot(browserName) {
  if (process.env.TOKENWATT_SKIP_BROWSERS === '1') {
    return 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';
  }
  const { folder } = places[browserName];
  if (!existsSync(folder)) return `this ${browserName} has no ${folder}`;
  const mounts = spawnSync('unshare', ['--mount', 'mount', '--bind', os.tmpdir(), folder]);
  return mounts.status !== 0 && 'no folder may be mounted here';
}

/** @param {BrowserName} browserName */
export function testManaged(browserName) {
  describe(`policies in ${browserName}`, { skip: whyNot(browserName), timeout: 120_000 }, () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-policy-'));
    /** @type {Awaited<ReturnType<typeof createCounts>>} */
    let counts;
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      counts = await createCounts();
      sites = await serveChatSites();
      collector = await startCollector();
      const policy = policyOf(browserName, {
        endpoint: collector.endpoint,
        posting: true,
        region: 'europe-west4',
        retentionDays: 90,
        line: false,
        sites: { gemini: false },
        linePlaces: { chatgpt: { x: 1, y: 1 } },
        method: 7,
      });
      const place = places[browserName];
      cpSync(place.folder, folder, { recursive: true });
      const file = path.join(folder, place.file);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(policy));
      const variable = `TOKENWATT_${browserName.toUpperCase()}`;
      const env = { TW_BROWSER: executablePath(browserName), TW_FROM: folder, TW_TO: place.folder };
      process.env[variable] = wrapper;
      extension = await startExtension(browserName, sites.port, { env });
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      counts?.free();
      rmSync(folder, { recursive: true });
    });

    test('the options show what the policy says, and change none of it', async () => {
      const page = await extension.openOptions();
      const shown = await page.evaluate(() => {
        const control = (/** @type {string} */ selector) => {
          const { value, checked, disabled, type } = /** @type {HTMLInputElement} */ (
            document.querySelector(selector)
          );
          return [type === 'checkbox' ? checked : value, disabled];
        };
        return {
          endpoint: control('#endpoint'),
          posting: control('#posting'),
          region: control('#region'),
          retention: control('#retention'),
          line: control('#line'),
          gemini: control('[data-site=gemini]'),
          claude: control('[data-site=claude]'),
          method: control('#method'),
          said: !(/** @type {HTMLElement} */ (document.querySelector('#managed')).hidden),
        };
      });
      assert.deepEqual(shown, {
        endpoint: [collector.endpoint, true],
        posting: [true, true],
        region: ['europe-west4', true],
        retention: ['90', true],
        line: [false, true],
        gemini: [false, true],
        claude: [true, false],
        method: ['', false], // a policy of the wrong kind rules nothing
        said: true,
      });
      await extension.screenshot(page, 'options-managed');
      // What only the user can give: the browser's permission to post there.
      await page.click('#posting-form button[type=submit]');
      await until(
        () => page.$eval('#posting-status', (status) => status.className.includes('good')),
        'posting is allowed',
      );
      await page.close();
    });

    test('turns are counted and posted as the policy says', async () => {
      const off = await openChat(extension, gemini, { rate: '400' });
      const on = await openChat(extension, chatgpt, { rate: '400' });
      await sendPrompt(off.page, gemini);
      const turn = await sendPrompt(on.page);
      await badgeShows(extension, on.tabId, String(counts.tokensOf(turn)));
      await until(() => collector.posts().length > 0, 'the turn is posted');
      assert.equal(JSON.parse(collector.posts()[0].body).detected_region, 'europe-west4');
      await pause(1500);
      assert.equal(collector.posts().length, 1, 'nothing is posted for a site that is off');
      assert.equal((await extension.badge(off.tabId)).text, '');
      assert.deepEqual(await extension.lines(on.page), []);
      await off.page.close();
      await on.page.close();
    });
  });
}
