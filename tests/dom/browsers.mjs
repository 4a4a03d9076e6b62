// SPDX-License-Identifier: MIT
// Real browsers for tests: one `launch` for Chromium and Firefox, one API (Puppeteer's) for both.
import { existsSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** @type {BrowserName[]} */
export const browserNames = ['chromium', 'firefox'];

/** Where a browser's program lies; TOKENWATT_CHROMIUM and TOKENWATT_FIREFOX override it. */
export function executablePath(/** @type {BrowserName} */ name) {
  return name === 'chromium'
    ? (process.env.TOKENWATT_CHROMIUM ?? '/usr/bin/chromium')
    : (process.env.TOKENWATT_FIREFOX ?? '/usr/bin/firefox-esr');
}

const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a browser without a window.
 *
 * `hosts` are sent to 127.0.0.1:`port`, so that pages stand at the true origin of a chat site;
 * Firefox can't map ports, so its origins carry one (match patterns of extensions ignore it):
 * take addresses from `originOf`. `extension` is the folder of an unpacked extension; `profile` a
 * folder for the profile, `prefs`, `args` and `env` more settings, arguments and environment of the
 * browser.
 *
 * @param {BrowserName} name
 * @param {{ hosts?: string[], port?: number, extension?: string, profile?: string,
 *   prefs?: Record<string, unknown>, args?: string[], env?: Record<string, string>,
 *   protocolTimeoutMs?: number }} [options]
 */
export async function launch(name, options = {}) {
  const { hosts = [], port = 443, extension, profile, prefs = {}, args = [] } = options;
  const protocolTimeout = options.protocolTimeoutMs ?? 180_000;
  const env = { ...process.env, ...options.env };
  const executable = executablePath(name);
  if (!existsSync(executable)) {
    const variable = `TOKENWATT_${name.toUpperCase()}`;
    throw new Error(`${name} is not at ${executable}: install it, or set ${variable}`);
  }
  const common = { hosts, extension, profile, args, env, protocolTimeout };
  const browser =
    name === 'chromium'
      ? await launchChromium(executable, { ...common, port })
      : await launchFirefox(executable, { ...common, prefs });
  return {
    name,
    /** Puppeteer's own object, for what is not wrapped here. */
    browser,
    /** @param {string} host */
    originOf: (host) =>
      name === 'chromium' || port === 443 ? `https://${host}` : `https://${host}:${port}`,
    /** A new tab, optionally at an address. @param {string} [url] */
    async newPage(url) {
      const page = await browser.newPage();
      if (url) await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

/** @typedef {Awaited<ReturnType<typeof launch>>} TestBrowser */

/**
 * @typedef {{ hosts: string[], extension?: string, profile?: string, args: string[],
 *   env: NodeJS.ProcessEnv, protocolTimeout: number }} Common
 */

/** @param {string} executable @param {Common & { port: number }} o */
function launchChromium(executable, o) {
  const { hosts, port, extension, profile, args: more, env, protocolTimeout } = o;
  const args = [...chromiumArguments, ...more];
  if (hosts.length > 0) {
    const rules = hosts.map((host) => `MAP ${host} 127.0.0.1:${port}`).join(',');
    args.push(`--host-resolver-rules=${rules}`, '--ignore-certificate-errors');
  }
  if (extension) {
    const folder = path.resolve(extension);
    args.push(`--disable-extensions-except=${folder}`, `--load-extension=${folder}`);
  }
  return puppeteer.launch({
    browser: 'chrome',
    executablePath: executable,
    headless: true,
    acceptInsecureCerts: true,
    protocolTimeout,
    ignoreDefaultArgs: extension ? ['--disable-extensions'] : [],
    userDataDir: profile,
    args,
    env,
  });
}

/** @param {string} executable @param {Common & { prefs: Record<string, unknown> }} o */
async function launchFirefox(executable, o) {
  const { hosts, extension, profile, prefs, args, env, protocolTimeout } = o;
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: executable,
    headless: true,
    acceptInsecureCerts: true,
    protocolTimeout,
    userDataDir: profile,
    args,
    env,
    extraPrefsFirefox: {
      'network.dns.localDomains': hosts.join(','),
      'network.proxy.type': 0,
      'extensions.originControls.grantByDefault': true,
      ...prefs,
    },
  });
  if (extension) await browser.installExtension(path.resolve(extension));
  return browser;
}
