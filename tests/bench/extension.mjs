// SPDX-License-Identifier: MIT
// How soon the extension answers with a long history in it, and how soon its background counts after
// it was stopped.
//
//   node tests/bench/extension.mjs [BROWSER] [TURNS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { serveChatSites } from '../dom/servers.mjs';
import { pause, startExtension, until } from '../e2e/extension.mjs';

const browserName = /** @type {'chromium' | 'firefox'} */ (process.argv[2] ?? 'chromium');
const count = Number(process.argv[3] ?? 100_000);
const rounds = 15;
const models = { chatgpt: 'gpt-5', gemini: 'Gemini Flash', claude: 'Opus 4.5', mistral: '' };
const siteNames = Object.keys(models);

/** Two years of turns, the newest now. @param {number} index */
function made(index) {
  const atMs = Date.now() - Math.round((index * 730 * 864e5) / count);
  const site = siteNames[index % siteNames.length];
  const model = models[site];
  const some = { value: 0.1 + (index % 7), low: 0.05, high: 9 };
  return {
    turnKey: `made-${index}`,
    atMs,
    day: new Date(atMs).toISOString().slice(0, 10),
    site,
    chat: `chat-${index % 5000}`,
    answerId: `answer-${index}`,
    model,
    usage: {
      provider: 'Made',
      ...(model === '' ? {} : { model }),
      prompt_tokens: 1000 + (index % 500),
      completion_tokens: 300,
      reasoning_tokens: 0,
      cached_tokens: 0,
      startTimeMs: atMs,
      source: 'dom_estimated',
      is_estimated: true,
      estimation_method: 'dom_gpt_tokenizer_v1',
    },
    footprint: { energy: some, co2: some, water: some },
    contextIncomplete: false,
  };
}

/** @param {number[]} values */
function told(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    Math.round(sorted[Math.floor((sorted.length - 1) * share)]);
  return `median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms (${values.length} times)`;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-bench-'));
const sites = await serveChatSites();
const extension = await startExtension(browserName, sites.port);
try {
  const file = path.join(folder, 'history.json');
  const rows = Array.from({ length: count }, (_, index) => JSON.stringify(made(index)));
  writeFileSync(file, `{"format":"tokenwatt-history","version":1,"turns":[${rows.join(',')}]}`);
  const history = await extension.openOwnPage('history/history.html');
  const startedMs = performance.now();
  const input = /** @type {any} */ (await history.$('#file'));
  await input.uploadFile(file);
  await until(
    () => history.$eval('#said-text', (said) => said.textContent !== ''),
    'the turns are imported',
    600_000,
  );
  console.log(await history.$eval('#said-text', (said) => said.textContent));
  console.log(`import: ${Math.round((performance.now() - startedMs) / 1000)} s`);
  await history.close();

  for (const view of ['popup/popup.html?tab=-1', 'history/history.html']) {
    /** @type {number[]} */
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      const page = await extension.openOwnPage(view);
      await until(
        () => page.evaluate(() => performance.getEntriesByName('shown').length > 0),
        `${view} is filled`,
      );
      times.push(await page.evaluate(() => performance.getEntriesByName('shown')[0].startTime));
      await page.close();
    }
    console.log(`${view}, from navigation to filled: ${told(times)}`);
  }

  const page = await extension.openOwnPage('popup/popup.html?tab=-1');
  for (const days of ['1', '7', '30']) {
    /** @type {number[]} */
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      const time = await page.evaluate(async (value) => {
        performance.clearMarks('shown');
        const radio = /** @type {HTMLInputElement} */ (
          document.querySelector(`[name=period][value="${value}"]`)
        );
        const from = performance.now();
        radio.checked = true;
        radio.dispatchEvent(new Event('change', { bubbles: true }));
        while (performance.getEntriesByName('shown').length === 0) {
          await new Promise((resolve) => setTimeout(resolve));
        }
        return performance.getEntriesByName('shown')[0].startTime - from;
      }, days);
      times.push(time);
    }
    console.log(`popup, sums of ${days} days: ${told(times)}`);
  }

  /** @type {number[]} */
  const wakes = [];
  for (let round = 0; round < rounds; round += 1) {
    await extension.stopBackground();
    await pause(300);
    // The list of regions needs the same as a count: the module and its vocabulary.
    wakes.push(
      await page.evaluate(async () => {
        const from = performance.now();
        await chrome.runtime.sendMessage({ type: 'regions' });
        return performance.now() - from;
      }),
    );
  }
  console.log(`background, from stopped to able to count: ${told(wakes)}`);
} finally {
  await extension.close();
  await sites.close();
  rmSync(folder, { recursive: true });
}
