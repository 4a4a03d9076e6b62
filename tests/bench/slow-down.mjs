// SPDX-License-Identifier: MIT
// How much slower the extension makes a chat page: the CPU time of the main thread's tasks while an
// answer streams, with the extension and without, in pairs that run at the same time, each browser on a
// core: what else this machine has to do then meets both. One after the other, two turns without the
// extension differ by a tenth, side by side by a sixtieth. The page renders the answer as ChatGPT
// does, by React and react-markdown, anew with every few words; the extension does all that it ever
// does beside it, line and badge included.
//
// Each page shows two turns: the first finds nothing compiled and no line, at the second one stands beside
// the first answer. Each is the same number of renderings, however late they come, so that a busy machine
// changes little.
//
//   make bench-extension, or node tests/bench/slow-down.mjs [--pairs 20] [--show]
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { launch } from '../dom/browsers.mjs';
import { chatHosts, serveChatSites } from '../dom/servers.mjs';
import { pause, startExtension, until } from '../e2e/extension.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    /** Prints each pair. */
    show: { type: 'boolean', default: false },
  },
});
const pairs = Number(values.pairs);

const turnsEach = 2;
/** What follows the end of an answer is part of what the extension costs. */
const afterMs = 3000;
/** Of Student's t distribution, two-sided, 95 %, by degrees of freedom. */
const quantiles = { 1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262, 19: 2.093, 39: 2.023, 99: 1.984 };

const folder = new URL('../accuracy/answers/', import.meta.url);
const answer = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(new URL(name, folder), 'utf8').trim())
  .join('\n\n');

/** Every so many milliseconds so many characters of the answer come. */
const stepMs = 50;
const stepSize = 25;

/** Renders as ChatGPT does, and streams in steps, in place of the imitated page's own few lines. */
const renderer = `
  import { createElement } from 'react';
  import { flushSync } from 'react-dom';
  import { createRoot } from 'react-dom/client';
  import Markdown from 'react-markdown';
  import rehypeHighlight from 'rehype-highlight';
  import remarkGfm from 'remark-gfm';
  const roots = new WeakMap();
  window.renderMarkdown = (container, markdown) => {
    if (!roots.has(container)) roots.set(container, createRoot(container));
    const plugins = { remarkPlugins: [remarkGfm], rehypePlugins: [rehypeHighlight] };
    flushSync(() => roots.get(container).render(createElement(Markdown, plugins, markdown)));
  };
  chat.start = (truth) => {
    truth.answerId = crypto.randomUUID();
    const view = site.addAnswer(truth.answerId, chat.model, true);
    chat.streaming = { truth, view, timer: 0 };
    site.setStreaming(true, view);
    let size = 0;
    const step = () => {
      size += ${stepSize};
      renderMarkdown(view.content, truth.answer.slice(0, size));
      if (size >= truth.answer.length) chat.end();
      else setTimeout(step, ${stepMs});
    };
    setTimeout(step, 500);
  };
`;

async function bundled() {
  const { outputFiles } = await build({
    stdin: { contents: renderer, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0].text;
}

/**
 * CPU time in milliseconds that the tasks of a page's main thread took, turn by turn.
 * @param {{ newPage: (url: string) => Promise<import('puppeteer-core').Page>, originOf: (host: string) => string }} browser
 * @param {string} script
 */
async function turnCosts(browser, script) {
  const query = new URLSearchParams({ history: '3' });
  const page = await browser.newPage(`${browser.originOf('chatgpt.com')}/?${query}`);
  await page.bringToFront();
  await page.evaluate(script);
  // Loading is over, and the extension has read what there is.
  await pause(1500);
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const costs = [];
  for (let turn = 0; turn < turnsEach; turn += 1) costs.push(await turnCost(page, session));
  await page.close();
  return costs;
}

/** @param {import('puppeteer-core').Page} page @param {import('puppeteer-core').CDPSession} session */
async function turnCost(page, session) {
  const taskMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const before = await taskMs();
  await page.evaluate((text) => {
    const { chat } = /** @type {any} */ (window);
    chat.answer = text;
    chat.typeAndSend('Write a long answer', false);
  }, answer);
  // The page itself waits: a question a few times a second would be part of what is measured.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = setInterval(() => {
          if (!(/** @type {any} */ (window).__truth.turns.at(-1)?.doneMs)) return;
          clearInterval(look);
          resolve(null);
        }, 250);
      }),
  );
  await pause(afterMs);
  return (await taskMs()) - before;
}

/** @param {number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** The mean, and how far from it the ends of the 95 % interval are. @param {number[]} numbers */
function interval(numbers) {
  const middle = mean(numbers);
  const variance =
    numbers.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (numbers.length - 1);
  const free = numbers.length - 1;
  const known = Object.keys(quantiles).findLast((degrees) => Number(degrees) <= free) ?? '1';
  return { middle, away: quantiles[known] * Math.sqrt(variance / numbers.length) };
}

const script = await bundled();
const sites = await serveChatSites();
const plain = await launch('chromium', { hosts: chatHosts, port: sites.port });
const extended = await startExtension('chromium', sites.port);
try {
  /** By turn; the last are both together. @type {{ without: number, share: number }[][]} */
  const found = Array.from({ length: turnsEach + 1 }, () => []);
  for (let pair = -1; pair < pairs; pair += 1) {
    const [without, withIt] = await Promise.all([
      turnCosts(plain, script),
      turnCosts(extended, script),
    ]);
    // The first pair finds no code compiled yet.
    if (pair < 0) continue;
    for (const costs of [without, withIt]) costs.push(costs.reduce((sum, one) => sum + one, 0));
    found.forEach((those, turn) => {
      const [base = Number.NaN, more = Number.NaN] = [without[turn], withIt[turn]];
      those.push({ without: base, share: (100 * (more - base)) / base });
    });
    const texts = without.map((ms, turn) => `${ms.toFixed(0)} ${withIt[turn]?.toFixed(0)} ms`);
    if (values.show) console.log(texts.join(', '));
  }
  const turns = async () => (await extended.storage()).database.turns.length;
  await until(
    async () => (await turns()) === turnsEach * (pairs + 1),
    'the extension has counted each turn',
  );
  const percent = (/** @type {number} */ share) => `${share >= 0 ? '+' : ''}${share.toFixed(2)} %`;
  console.log(`${answer.length} characters, ${pairs} pairs`);
  for (const [turn, those] of found.entries()) {
    const { middle, away } = interval(those.map(({ share }) => share));
    const base = mean(those.map(({ without }) => without));
    console.log(
      `${turn < turnsEach ? `turn ${turn + 1}` : 'both turns'}: ${base.toFixed(0)} ms of the main ` +
        `thread without the extension; with it ${percent(middle)}, 95 % interval ` +
        `${percent(middle - away)} to ${percent(middle + away)}`,
    );
  }
} finally {
  await extended.close();
  await plain.close();
  await sites.close();
}
