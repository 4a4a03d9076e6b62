// SPDX-License-Identifier: MIT
// A page of another origin in a real browser: what it can do to a collector on its visitor's machine.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import test, { after, before } from 'node:test';
import { browserNames, launch } from '../dom/browsers.mjs';
import { addKey, collect, usage } from './collector.mjs';

const HOST = 'evil.test'; // resolves to 127.0.0.1, as an attacker's name may

/** @type {http.Server} */
let attacker;
/** @type {string} */
let origin;

before(async () => {
  attacker = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>evil</title>');
  });
  attacker.listen(0, '127.0.0.1');
  await once(attacker, 'listening');
  origin = `http://${HOST}:${/** @type {import('node:net').AddressInfo} */ (attacker.address()).port}`;
});
after(() => attacker.close());

/** @param {'chromium' | 'firefox'} name */
function start(name) {
  return launch(name, {
    prefs: { 'network.dns.localDomains': HOST },
    args: name === 'chromium' ? [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`] : [],
  });
}

/**
 * Runs in the page: every way that a page has to read or write elsewhere.
 * @param {string} target @param {object} body @param {string} key "" for none
 * @returns {Promise<Record<string, string>>} what each way gave
 */
async function attack(target, body, key) {
  const text = JSON.stringify(body);
  const json = { 'content-type': 'application/json' };
  const authorization = key === '' ? {} : { authorization: `Bearer ${key}` };
  /** @type {Record<string, string>} */
  const results = {};
  /** @param {string} name @param {string} path @param {RequestInit} options */
  const ask = async (name, path, options) => {
    try {
      const response = await fetch(target + path, options);
      results[name] = `${response.status} ${(await response.text()).slice(0, 40)}`;
    } catch {
      results[name] = 'refused';
    }
  };
  await ask('stateless', '/api/v1/regions', {});
  await ask('read', '/api/v1/history', { headers: authorization });
  await ask('read without cors', '/api/v1/history', { mode: 'no-cors' });
  await ask('session', '/api/v1/session/ada/today', { headers: authorization });
  const headers = { ...json, ...authorization };
  await ask('write', '/api/v1/calculate', { method: 'POST', headers, body: text });
  await ask('write without cors', '/api/v1/calculate', {
    method: 'POST',
    mode: 'no-cors',
    body: text,
  });
  navigator.sendBeacon(`${target}/api/v1/calculate`, text);
  try {
    navigator.sendBeacon(
      `${target}/api/v1/calculate`,
      new Blob([text], { type: json['content-type'] }),
    );
  } catch {
    // Not every browser allows this type.
  }
  // A form whose body is JSON, with "=" in a place where it does no harm.
  const frame = document.createElement('iframe');
  frame.name = 'sink';
  const form = document.createElement('form');
  Object.assign(form, {
    method: 'POST',
    action: `${target}/api/v1/calculate`,
    enctype: 'text/plain',
    target: 'sink',
  });
  const input = document.createElement('input');
  input.name = `${text.slice(0, -1)},"source":"`;
  input.value = '"}';
  form.append(input);
  document.body.append(frame, form);
  const sent = new Promise((resolve) => frame.addEventListener('load', resolve));
  form.submit();
  await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 3000))]);
  /** @param {string} name @param {HTMLScriptElement | HTMLImageElement} element */
  const include = async (name, element) => {
    results[name] = await new Promise((resolve) => {
      element.addEventListener('load', () => resolve('loaded'));
      element.addEventListener('error', () => resolve('refused'));
      element.src = `${target}/api/v1/history`;
      document.body.append(element);
    });
  };
  await include('script', document.createElement('script'));
  await include('image', document.createElement('img'));
  return results;
}

for (const name of browserNames) {
  test(`${name}: a page of another origin neither reads nor writes`, async () => {
    const server = await collect();
    await server.calculate();
    const { browser } = await start(name);
    try {
      const page = await browser.newPage();
      await page.goto(origin);
      const results = await page.evaluate(attack, server.url, usage, '');
      assert.match(results.stateless, /^200 \{"data"/, 'it reaches the server');
      for (const way of ['read', 'session', 'write', 'script', 'image']) {
        assert.equal(results[way], 'refused', way);
      }
      for (const way of ['read without cors', 'write without cors']) {
        assert.ok(['refused', '0 '].includes(results[way]), `${way}: ${results[way]}`);
      }
      assert.equal(await server.count(), 1, 'nothing was recorded');

      // DNS rebinding: the attacker's name, and the collector's port.
      const response = await page.goto(`http://${HOST}:${server.port}/api/v1/history`);
      assert.equal(response?.status(), 421);
      assert.ok(!(await response?.text())?.includes('"data"'));
    } finally {
      await browser.close();
    }
  });

  test(`${name}: a page that was allowed, or was given a key, may`, async () => {
    const allowing = await collect([`--allow-origin=${origin}`]);
    const keyed = await collect();
    const key = addKey(keyed.store);
    const { browser } = await start(name);
    try {
      const page = await browser.newPage();
      for (const [server, secret] of /** @type {const} */ ([
        [allowing, ''],
        [keyed, key],
      ])) {
        await page.goto(origin);
        const results = await page.evaluate(attack, server.url, usage, secret);
        assert.match(results.read, /^200 \{"status":"success"/);
        assert.match(results.session, /^200 \{"developer_id":"ada"/);
        assert.match(results.write, /^200 \{"energy_wh"/);
        assert.ok((await server.count(secret === '' ? undefined : secret)) >= 1);
      }
      assert.equal(await keyed.count(key), 1, 'what came without the key was not recorded');
    } finally {
      await browser.close();
    }
  });
}
