// SPDX-License-Identifier: MIT
// What watching costs a chat page while an answer of 100 KB streams: the CPU time of each callback
// into web/dom/, in Chromium, on the imitated ChatGPT page. tests/dom/watch-cost.test.mjs has memory.
//
//   node tests/bench/watching.mjs [--kilobytes 100] [--rate 500] [--runs 3] [--slower 6] [SHAPE…]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launch } from '../dom/browsers.mjs';
import { watchPage } from '../dom/pages.mjs';
import { chatHosts, serveChatSites } from '../dom/servers.mjs';
import { callbacksInto } from './main-thread.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kilobytes: { type: 'string', default: '100' },
    rate: { type: 'string', default: '500' },
    runs: { type: 'string', default: '3' },
    /** One more run, with the CPU slowed down so many times. */
    slower: { type: 'string', default: '6' },
  },
});

const prose = (/** @type {number} */ part) =>
  `Paragraph ${part} says in **many words** what one could say in few, \`as usual\`, and goes on for a while so that it is as long as a paragraph of a model. `
    .repeat(2)
    .trim();
const list = '- a point with *emphasis*\n- another **strong** one\n- and `code` in a third'.split(
  '\n',
);

/** The same kind of thing again and again, with these characters between. */
const repeated =
  (/** @type {(part: number) => string} */ piece, /** @type {string} */ between) =>
  (/** @type {number} */ length) => {
    const parts = [];
    for (let size = 0, part = 1; size < length; part += 1) {
      const text = piece(part);
      parts.push(text);
      size += text.length + between.length;
    }
    return parts.join(between);
  };

/** Answers as models write them, and ones that are a single block. */
const shapes = {
  mixed: repeated((part) => {
    if (part % 4 === 2) return list.join('\n');
    if (part % 4 !== 0) return prose(part);
    return `\`\`\`js\nfor (let i = 0; i < ${part}; i += 1) {\n  console.log(i, 'of', ${part});\n}\n\`\`\``;
  }, '\n\n'),
  'short paragraphs': repeated((part) => `Short paragraph **${part}**.`, '\n\n'),
  'one code block': (/** @type {number} */ length) =>
    `\`\`\`js\n${repeated((part) => `  const value${part} = compute(${part}, 'text', options) + other; // line ${part}`, '\n')(length)}\n\`\`\``,
  'one list': repeated((part) => `${list[part % 3]} number ${part}`, '\n'),
  'one table': (/** @type {number} */ length) =>
    `| a | b | c |\n| --- | --- | --- |\n${repeated((part) => `| cell ${part} | **bold** ${part} | some more words |`, '\n')(length)}`,
};

/**
 * Streams an answer on a page of its own.
 * @param {string} answer @param {number} slower
 */
async function watchedRun(answer, slower) {
  const url = new URL(browser.originOf('chatgpt.com'));
  url.searchParams.set('rate', values.rate);
  const page = await browser.newPage(url.href);
  await watchPage(page);
  if (slower > 1) await page.emulateCPUThrottling(slower);
  const began = performance.now();
  const callbacks = await callbacksInto(page, '/web/dom/', async () => {
    await page.evaluate((answer) => {
      const { chat } = /** @type {any} */ (window);
      chat.answer = answer;
      chat.typeAndSend('Write a long answer', false);
    }, answer);
    const isDone = () =>
      /** @type {any} */ (window).__events.some((/** @type {any} */ { type }) => type === 'done');
    await page.waitForFunction(isDone, { timeout: 1_200_000, polling: 100 });
    await sleep(500);
  });
  const tookMs = performance.now() - began;
  const { text, updates } = await page.evaluate(() => {
    /** @type {any[]} */
    const events = /** @type {any} */ (window).__events;
    const updates = events.filter(({ type }) => type === 'update').length;
    return { text: events.find(({ type }) => type === 'done').completion, updates };
  });
  await page.close();
  if (text !== answer) throw new Error(`${text.length} of ${answer.length} characters were read`);
  const times = callbacks.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const share = times.reduce((sum, time) => sum + time, 0) / tookMs;
  return { times, share, updates };
}

/** @typedef {Awaited<ReturnType<typeof watchedRun>>} Run */

const ms = (/** @type {number | undefined} */ time) => (time ?? 0).toFixed(1);
/** @param {number[]} times sorted @param {number} share */
const quantile = (times, share) => times[Math.ceil(share * times.length) - 1];

const server = await serveChatSites();
const browser = await launch('chromium', {
  hosts: chatHosts,
  port: server.port,
  protocolTimeoutMs: 1_200_000,
});
try {
  console.log(`${values.kilobytes} KB at ${values.rate} tokens/s; CPU time of callbacks in ms`);
  for (const [shape, answerOf] of Object.entries(shapes)) {
    if (positionals.length > 0 && !positionals.includes(shape)) continue;
    const answer = answerOf(Number(values.kilobytes) * 1000);
    /** @type {Run[]} */
    const runs = [];
    for (let run = 0; run < Number(values.runs); run += 1) runs.push(await watchedRun(answer, 1));
    const slow = Number(values.slower) > 1 ? await watchedRun(answer, Number(values.slower)) : null;
    const all = runs.flatMap(({ times }) => times).sort((a, b) => a - b);
    const longest = runs.map(({ times }) => times.at(-1) ?? 0);
    const share = (/** @type {Run} */ run) => `${(100 * run.share).toFixed(2)} %`;
    console.log(
      `${shape}: ${runs.map(share).join(', ')} of the time, ${runs[0]?.updates} updates; ` +
        `p50 ${ms(quantile(all, 0.5))}, p99 ${ms(quantile(all, 0.99))}, longest of each run ` +
        `${longest.map(ms).join(', ')}, the least of them ${ms(Math.min(...longest))}`,
    );
    if (slow !== null) {
      console.log(
        `  CPU ${values.slower}× slower: ${share(slow)}, longest ${ms(slow.times.at(-1))}`,
      );
    }
  }
} finally {
  await browser.close();
  await server.close();
}
