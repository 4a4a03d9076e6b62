// SPDX-License-Identifier: MIT
// The built extension in a real browser, used as a person uses it: its options page, its badge,
// its popup, and chat pages at their true origins.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../dom/browsers.mjs';
import { chatHosts } from '../dom/servers.mjs';

const dist = fileURLToPath(new URL('../../extension/dist/', import.meta.url));
const screenshots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const axe = readFileSync(
  fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)),
  'utf8',
);
const geckoId = 'extension@tokenwatt';
const geckoSchemePreference = 'layout.css.prefers-color-scheme.content-override';
const loopbackPattern = 'http://127.0.0.1/*';

/** @typedef {import('../dom/browsers.mjs').BrowserName} BrowserName */
/** @typedef {{ profile: string, uuid: string }} Profile what a browser keeps, and the extension's place in it */
/** @typedef {import('puppeteer-core').Page} Page */

/**
 * Starts a browser with the extension, chat sites being served on `port`.
 * @param {BrowserName} name @param {number} port
 * @param {{ disk?: string, env?: Record<string, string>, again?: Profile }} [machine] `disk`: a
 *   folder for all that the browser stores; `again`: the profile of one that was killed
 */
export async function startExtension(name, port, { disk = os.tmpdir(), env = {}, again } = {}) {
  const folder = path.join(dist, name === 'chromium' ? 'chrome' : 'firefox');
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run "make build"`);
  const { profile, uuid } = again ?? {
    profile: mkdtempSync(path.join(disk, 'tokenwatt-profile-')),
    uuid: randomUUID(),
  };
  const base =
    name === 'chromium' ? `chrome-extension://${chromiumId(folder)}` : `moz-extension://${uuid}`;
  if (name === 'chromium' && again === undefined) grantLoopback(profile, folder);
  const browser = await launch(name, {
    hosts: chatHosts,
    port,
    extension: folder,
    profile,
    env,
    ...(name === 'chromium'
      ? {}
      : {
          // Pages of extensions count as privileged for WebDriver BiDi.
          args: ['--remote-allow-system-access'],
          prefs: {
            'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: uuid }),
            // A sandboxed page can't read the clock that a test sets.
            ...(Object.keys(env).length > 0 && { 'security.sandbox.content.level': 0 }),
            // Every permission prompt is answered with "allow".
            'extensions.webextOptionalPermissionPrompts': false,
          },
        }),
  });
  if (again === undefined) await closeWelcome();
  const ownPage = await openOwnPage('popup/popup.html?tab=-1');
  return {
    name,
    originOf: browser.originOf,
    newPage: browser.newPage,
    openOwnPage,
    openOptions,
    configure,
    setKey,
    choose,
    tabs,
    badge,
    storage,
    stopBackground,
    colorScheme,
    screenshot,
    lines,
    violations,
    kill,
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };

  /** Kills all of the browser at once, as a crash or the system does. @returns {Promise<Profile>} what it leaves */
  async function kill() {
    const process = browser.browser.process();
    if (!process?.pid) throw new Error('the browser has no process');
    const ended = once(process, 'exit');
    // Of the group, which it leads: whatever it has started.
    globalThis.process.kill(-process.pid, 'SIGKILL');
    await ended;
    return { profile, uuid };
  }

  /** The page that opens after the installation; it would come to the front while tests run. */
  async function closeWelcome() {
    const address = `${base}/welcome/welcome.html`;
    await until(async () => {
      for (const page of await browser.browser.pages()) {
        const at = await page.evaluate(() => location.href).catch(() => '');
        if (at !== address) continue;
        await page.close();
        return true;
      }
      return false;
    }, 'the welcome page opens by itself');
  }

  /** A page of the extension in a tab. @param {string} file @returns {Promise<Page>} */
  async function openOwnPage(file) {
    const page = await browser.newPage();
    const address = `${base}/${file}`;
    // Firefox never reports the end of this navigation: it moves the tab to another process.
    const going = page.goto(address).catch((error) => error);
    await until(async () => {
      const state = await page
        .evaluate(() => ({ address: location.href, ready: document.readyState }))
        .catch(() => null);
      return state?.address === address && state.ready === 'complete';
    }, `${address} opens`);
    if (name === 'chromium') await going;
    // Pages behind others draw nothing, and clicks wait for that.
    await page.bringToFront();
    return page;
  }

  /**
   * Fills in and saves the form of the options page; gives what that says then.
   * @param {{ endpoint: string, key?: string, posting?: boolean }} wanted
   */
  async function configure({ endpoint, key, posting = true }) {
    const page = await openOptions();
    await page.$eval('#endpoint', (input) => {
      /** @type {HTMLInputElement} */ (input).value = '';
    });
    await page.type('#endpoint', endpoint);
    if (key !== undefined) await page.type('#key', key);
    const checked = await page.$eval('#posting', (box) => /** @type {any} */ (box).checked);
    if (checked !== posting) await page.click('#posting');
    await page.click('#posting-form button[type=submit]');
    await until(
      () =>
        page.evaluate(
          () =>
            document.querySelector('#posting-status')?.textContent !== '' &&
            document.querySelector('#test:disabled') === null,
        ),
      'the options are saved, and the endpoint was asked',
    );
    const said = await page.$eval('#posting-status', (status) => status.textContent ?? '');
    if (!said.startsWith('Saved.')) throw new Error(said);
    await page.close();
    return said;
  }

  /** Another key, as the options page saves it. @param {string} key */
  function setKey(key) {
    return onOwnPage(
      (/** @type {string} */ changed) =>
        chrome.runtime.sendMessage({ type: 'settings-set', change: { key: changed } }),
      key,
    );
  }

  /**
   * Changes one of the options that are saved at once.
   * @param {string} control selector @param {string | boolean} value
   */
  async function choose(control, value) {
    const page = await openOptions();
    if (typeof value === 'string') {
      await page.select(control, value);
    } else if ((await page.$eval(control, (box) => /** @type {any} */ (box).checked)) !== value) {
      await page.click(control);
    }
    await until(
      () => page.$$eval('.status', (all) => all.some((status) => status.textContent !== '')),
      `${control} is saved`,
    );
    await page.close();
  }

  /** The options page, filled. */
  async function openOptions() {
    const page = await openOwnPage('options/options.html');
    await until(
      () => page.$eval('#region', (select) => /** @type {any} */ (select).options.length > 1),
      'the options page is filled',
    );
    return page;
  }

  /** What the background keeps of each tab. */
  async function tabs() {
    const { session } = await storage();
    return Object.entries(session)
      .filter(([name]) => name.startsWith('tab:'))
      .map(([name, state]) => ({ id: Number(name.slice('tab:'.length)), state }));
  }

  /** Text and title of a tab's toolbar button. @param {number} tabId */
  function badge(tabId) {
    return onOwnPage(
      (/** @type {number} */ id) =>
        Promise.all([
          chrome.action.getBadgeText({ tabId: id }),
          chrome.action.getTitle({ tabId: id }),
        ]).then(([text, title]) => ({ text, title })),
      tabId,
    );
  }

  /** Everything that the extension stores. @returns {Promise<{ local: any, session: any, database: any }>} */
  function storage() {
    return onOwnPage(async () => {
      const opened = /** @type {IDBDatabase} */ (
        await new Promise((resolve, reject) => {
          const request = indexedDB.open('tokenwatt');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        })
      );
      const names = [...opened.objectStoreNames];
      const transaction = opened.transaction(names);
      /** @type {Record<string, unknown>} */
      const database = {};
      for (const name of names) {
        database[name] = await new Promise((resolve, reject) => {
          const request = transaction.objectStore(name).getAll();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      }
      opened.close();
      return {
        local: await chrome.storage.local.get(null),
        session: await chrome.storage.session.get(null),
        database,
      };
    });
  }

  /** The browser stops the background, as it does when it has been idle. @param {number} [waitMs] for it to run */
  async function stopBackground(waitMs = 30_000) {
    if (name === 'firefox') {
      const policy = `WebExtensionPolicy.getByID('${geckoId}')`;
      await privileged(`${policy}.extension.terminateBackground({ ignoreDevToolsAttached: true })`);
      return;
    }
    const isBackground = (/** @type {import('puppeteer-core').Target} */ target) =>
      target.type() === 'service_worker' && target.url().startsWith(base);
    const target = await browser.browser.waitForTarget(isBackground, { timeout: waitMs });
    await (await target.worker())?.close();
    // An event may start another at once.
    await until(() => !browser.browser.targets().includes(target), 'the background is stopped');
  }

  /** @param {Page} page one of the extension's @param {'light' | 'dark'} scheme */
  async function colorScheme(page, scheme) {
    if (name === 'chromium') {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      return;
    }
    const value = scheme === 'dark' ? 0 : 1;
    await privileged(`Services.prefs.setIntPref('${geckoSchemePreference}', ${value})`);
    const media = `(prefers-color-scheme: ${scheme})`;
    await until(() => page.evaluate((m) => matchMedia(m).matches, media), `the page is ${scheme}`);
  }

  /** Pictures of a page, light and dark. @param {Page} page @param {string} picture its name */
  async function screenshot(page, picture) {
    mkdirSync(screenshots, { recursive: true });
    await page.bringToFront();
    const isPopup = picture.startsWith('popup');
    await page.setViewport({ width: isPopup ? 360 : 900, height: isPopup ? 240 : 700 });
    for (const scheme of /** @type {const} */ (['light', 'dark'])) {
      await colorScheme(page, scheme);
      await page.screenshot({
        path: `${screenshots}${name}-${picture}-${scheme}.png`,
        fullPage: true,
      });
    }
  }

  /** What axe has against a page: rule, element and reason of each. @param {Page} page */
  async function violations(page) {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { violations } = await /** @type {any} */ (globalThis).axe.run();
      return violations.flatMap((/** @type {any} */ { id, nodes }) =>
        nodes.map((/** @type {any} */ node) => `${id}: ${node.html} ${node.failureSummary}`),
      );
    });
  }

  /**
   * The text of each line that is shown on a chat page. They are in a closed shadow root, which only
   * the browser itself can look into.
   * @param {Page} page @returns {Promise<string[]>}
   */
  async function lines(page) {
    const roots = name === 'chromium' ? await shadowByDevtools(page) : await shadowByBidi(page);
    return roots
      .filter(({ classes = '', hidden }) => classes.split(' ').includes('line') && !hidden)
      .map(({ text }) => text);
  }

  /** @typedef {{ classes: string, hidden: boolean, text: string }} Shown */

  /** @param {Page} page @returns {Promise<Shown[]>} */
  async function shadowByDevtools(page) {
    const session = await page.createCDPSession();
    const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
    await session.detach();
    const textOf = (/** @type {any} */ node) =>
      node.nodeType === 3 ? node.nodeValue : (node.children ?? []).map(textOf).join(' ');
    const find = (/** @type {any} */ node) =>
      node.nodeName === 'TOKENWATT-LINES' ? node : (node.children ?? []).map(find).find(Boolean);
    const [shadow] = find(root)?.shadowRoots ?? [];
    return (shadow?.children ?? []).map((/** @type {any} */ node) => ({
      classes: node.attributes[node.attributes.indexOf('class') + 1],
      hidden: node.attributes.includes('hidden'),
      text: textOf(node),
    }));
  }

  /** @param {Page} page @returns {Promise<Shown[]>} */
  async function shadowByBidi(page) {
    const { connection } = /** @type {any} */ (browser.browser);
    const { result } = await connection.send('script.evaluate', {
      expression: 'document.querySelector("tokenwatt-lines")',
      target: { context: /** @type {any} */ (page.mainFrame())._id },
      awaitPromise: false,
      serializationOptions: { maxDomDepth: 6, includeShadowTree: 'all' },
    });
    const textOf = (/** @type {any} */ { value }) =>
      value.nodeType === 3 ? value.nodeValue : (value.children ?? []).map(textOf).join(' ');
    const shadow = result.result?.value?.shadowRoot;
    return (shadow?.value?.children ?? []).map((/** @type {any} */ node) => ({
      classes: node.value.attributes?.class ?? '',
      hidden: node.value.attributes?.hidden !== undefined,
      text: textOf(node),
    }));
  }

  /** Runs an expression in Firefox itself. @param {string} expression */
  async function privileged(expression) {
    const { connection } = /** @type {any} */ (browser.browser);
    const tree = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
    const [{ context }] = tree.result.contexts;
    const { result } = await connection.send('script.evaluate', {
      expression,
      target: { context },
      awaitPromise: true,
    });
    if (result.type === 'exception') throw new Error(result.exceptionDetails.text);
  }

  /** Runs a function in the popup's page, which stays open in a tab. */
  function onOwnPage(/** @type {any} */ work, /** @type {any[]} */ ...values) {
    return ownPage.evaluate(work, ...values);
  }
}

/** @typedef {Awaited<ReturnType<typeof startExtension>>} TestExtension */

/**
 * Waits until something holds.
 * @param {() => unknown} holds may be async @param {string} what for the error @param {number} [ms]
 */
export async function until(holds, what, ms = 15_000) {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await pause(50);
  }
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The extension's id as policies name it. @param {BrowserName} name */
export function idOf(name) {
  return name === 'chromium' ? chromiumId(path.join(dist, 'chrome')) : geckoId;
}

/** An unpacked extension's id is made from its path. @param {string} folder */
function chromiumId(folder) {
  const digest = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 32);
  return digest.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/**
 * Chromium can't answer permission prompts without a window, but it does not prompt for what was
 * granted before: the profile says that loopback was.
 * @param {string} profile @param {string} folder
 */
function grantLoopback(profile, folder) {
  const granted = {
    api: [],
    explicit_host: [loopbackPattern],
    manifest_permissions: [],
    scriptable_host: [],
  };
  const preferences = {
    extensions: {
      settings: {
        [chromiumId(folder)]: {
          path: path.resolve(folder),
          location: 8, // loaded from the command line
          granted_permissions: granted,
          runtime_granted_permissions: granted,
        },
      },
    },
  };
  mkdirSync(path.join(profile, 'Default'));
  writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}
