// SPDX-License-Identifier: MIT
// Source -> HTML -> a real browser's DOM -> markdown, and the tokens of both ends.
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
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
const batch = 50; // messages that go to the browser at once

/** Renderers and browsers read the same answers. @type {Map<string, { source: number, constructs: string[] }>} */
const knownSources = new Map();

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
  const factsOf = (/** @type {string} */ sourceText) => {
    let facts = knownSources.get(sourceText);
    if (facts === undefined) {
      facts = { source: count(sourceText), constructs: constructsOf(sourceText) };
      knownSources.set(sourceText, facts);
    }
    return facts;
  };

  /**
   * While the browser reads a batch the next one is rendered.
   * @param {Renderer} renderer @param {AnswerSet} set
   */
  async function* resultsOf(renderer, { model, answers }) {
    const render = (/** @type {number} */ start) =>
      answers.slice(start, start + batch).map(renderer.render);
    let pages = render(0);
    for (let start = 0; start < answers.length; start += batch) {
      const reading = read(pages, model, renderer.page ?? {});
      await setImmediate();
      pages = render(start + batch);
      yield* await reading;
    }
  }

  return {
    /** @param {Renderer} renderer @param {AnswerSet[]} sets @returns {Promise<Message[]>} */
    async measure(renderer, sets) {
      /** @type {Message[]} */
      const messages = [];
      for (const set of sets) {
        let index = 0;
        for await (const result of resultsOf(renderer, set)) {
          const sourceText = set.answers[index] ?? '';
          const facts = factsOf(sourceText);
          const same = result.rebuilt === sourceText;
          messages.push({
            model: set.model,
            half: halfAt(index),
            ...facts,
            sourceText,
            rebuiltText: result.rebuilt,
            rebuilt: same ? facts.source : count(result.rebuilt),
            ...(others && {
              textContent: count(result.textContent.trim()),
              turndown: count(result.turndown),
            }),
          });
          index += 1;
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
