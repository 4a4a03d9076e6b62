// SPDX-License-Identifier: MIT
// Source -> HTML -> a real browser's DOM -> markdown, and the tokens of both ends.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../dom/browsers.mjs';
import { serveProject } from '../dom/servers.mjs';
import { halfAt } from './answers.mjs';
import { constructsOf } from './constructs.mjs';

/** @typedef {import('./answers.mjs').AnswerSet} AnswerSet */
/** @typedef {import('./renderers.mjs').Renderer} Renderer */

/**
 * @typedef {object} Message one answer, rendered and read again
 * @property {string} model
 * @property {'tuned' | 'held out'} half
 * @property {string[]} constructs
 * @property {string} sourceText
 * @property {string} rebuiltText
 * @property {number} source tokens
 * @property {number} rebuilt tokens
 * @property {number} [textContent] tokens
 * @property {number} [turndown] tokens
 */

const root = new URL('../../', import.meta.url);
const batch = 100; // messages that go to the browser at once

/** Our own count of o200k_base. @returns {Promise<(text: string) => number>} */
async function tokenCounter() {
  const { createTokenizer } = await import('../../web/src/tokenizer.js');
  const tokenizer = await createTokenizer({
    wasm: new Uint8Array(readFileSync(new URL('build/wasm/tokenizer.wasm', root))).buffer,
    encodings: { o200k_base: readFileSync(new URL('data/o200k_base.twv', root)) },
  });
  return (text) => tokenizer.countTokens(text);
}

/**
 * A browser that reads HTML back.
 * @param {import('../dom/browsers.mjs').BrowserName} browserName
 * @param {{ others?: boolean }} [options] `others`: also what textContent and turndown make of it
 */
export async function openReader(browserName, { others = false } = {}) {
  const count = await tokenCounter();
  const server = await serveProject();
  const browser = await launch(browserName);
  const page = await browser.newPage(`${server.origin}/blank.html`);
  if (others) {
    for (const file of [
      'turndown/lib/turndown.browser.umd.js',
      'turndown-plugin-gfm/dist/turndown-plugin-gfm.js',
    ]) {
      await page.addScriptTag({ path: fileURLToPath(new URL(`node_modules/${file}`, root)) });
    }
  }
  /** @param {string[]} pages @param {string} model @param {object} style @returns {Promise<any[]>} */
  const read = (pages, model, style) =>
    page.evaluate(
      async (pages, model, style, others) => {
        const { markdownFromDom } = await import(`${location.origin}/web/dom/markdown.js`);
        const { styleOfModel } = await import(`${location.origin}/web/dom/styles.js`);
        const { TurndownService, turndownPluginGfm } = /** @type {any} */ (window);
        const turndown =
          others &&
          new TurndownService({
            headingStyle: 'atx',
            codeBlockStyle: 'fenced',
            bulletListMarker: '-',
            emDelimiter: '*',
            hr: '---',
          }).use(turndownPluginGfm.gfm);
        return pages.map((html) => {
          const { body } = new DOMParser().parseFromString(html, 'text/html');
          return {
            rebuilt: markdownFromDom(body, { ...styleOfModel(model), ...style }),
            textContent: others && body.textContent,
            turndown: others && turndown.turndown(body),
          };
        });
      },
      pages,
      model,
      style,
      others,
    );
  return {
    /** @param {Renderer} renderer @param {AnswerSet[]} sets @returns {Promise<Message[]>} */
    async measure(renderer, sets) {
      /** @type {Message[]} */
      const messages = [];
      for (const { model, answers } of sets) {
        for (let start = 0; start < answers.length; start += batch) {
          const sources = answers.slice(start, start + batch);
          const results = await read(sources.map(renderer.render), model, renderer.page ?? {});
          for (const [index, sourceText] of sources.entries()) {
            const result = results[index];
            messages.push({
              model,
              half: halfAt(start + index),
              constructs: constructsOf(sourceText),
              sourceText,
              rebuiltText: result.rebuilt,
              source: count(sourceText),
              rebuilt: count(result.rebuilt),
              ...(others && {
                textContent: count(result.textContent.trim()),
                turndown: count(result.turndown),
              }),
            });
          }
        }
      }
      return messages;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
