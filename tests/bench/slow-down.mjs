// SPDX-License-Identifier: MIT
// How much slower the extension makes a chat page: the CPU time of the main thread's tasks while an
// answer streams, with the extension and without, in pairs that run at the same time, each browser on a
// core: what else this machine has to do then meets both. One after the other, two turns without the
// extension differ by a tenth, side by side by a sixtieth. The page renders the answer as ChatGPT
// does, by React and react-markdown, anew with every few words; the extension does all that it ever
// does beside it, line and badge included.
//
// Each turn is the same number of renderings, however late they come, so that a busy machine changes
// little.
//
//   node tests/bench/slow-down.mjs [--pairs 20] [--show]
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
 * CPU time in milliseconds that the main thread of a page's tasks took for one turn.
 * @param {{ newPage: (url: string) => Promise<import('puppeteer-core').Page>, originOf: (host: string) => string }} browser
 * @param {string} script
 */
async function turnCost(browser, script) {
  const query = new URLSearchParams({ history: '3' });
  const page = await browser.newPage(`${browser.originOf('chatgpt.com')}/?${query}`);
  await page.bringToFront();
  await page.evaluate(script);
  // Loading is over, and the extension has read what there is.
  await pause(1500);
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
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
          if (!(/** @type {any} */ (window).__truth.turns[0]?.doneMs)) return;
          clearInterval(look);
          resolve(null);
        }, 250);
      }),
  );
  await pause(afterMs);
  const cost = (await taskMs()) - before;
  await page.close();
  return cost;
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
  /** @type {number[]} */
  const withouts = [];
  /** @type {number[]} */
  const shares = [];
  for (let pair = -1; pair < pairs; pair += 1) {
    const [without, withIt] = await Promise.all([
      turnCost(plain, script),
      turnCost(extended, script),
    ]);
    // The first pair finds no code compiled yet.
    if (pair < 0) continue;
    withouts.push(without);
    shares.push((100 * (withIt - without)) / without);
    if (values.show) console.log(`${without.toFixed(0)} ms, ${withIt.toFixed(0)} ms`);
  }
  const turns = async () => (await extended.storage()).database.turns.length;
  await until(async () => (await turns()) === pairs + 1, 'the extension has counted each turn');
  const { middle, away } = interval(shares);
  const percent = (/** @type {number} */ share) => `${share >= 0 ? '+' : ''}${share.toFixed(2)} %`;
  console.log(
    `${answer.length} characters, ${pairs} pairs: ${mean(withouts).toFixed(0)} ms of the main thread ` +
      `without the extension; with it ${percent(middle)}, 95 % interval ` +
      `${percent(middle - away)} to ${percent(middle + away)}`,
  );
} finally {
  await extended.close();
  await plain.close();
  await sites.close();
}
