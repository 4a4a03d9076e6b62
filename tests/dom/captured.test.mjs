// SPDX-License-Identifier: MIT
// Captured pages, where TOKENWATT_SAMPLES names a folder that has them: the turns and model that
// each shows, and the length of what is rebuilt against the source offsets that some pages keep.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { inEachBrowser, markdownOf, readHtml } from './pages.mjs';

const samples = process.env.TOKENWATT_SAMPLES;
const fixtures = samples ? path.join(samples, 'fixtures') : '';
const list = path.join(fixtures, 'expected.json');

/** By folder, with the rules that read its pages. */
const places = {
  chatgpt: { url: 'https://chatgpt.com/c/1', provider: 'OpenAI' },
  claude: { url: 'https://claude.ai/chat/1', provider: 'Anthropic' },
  copilot: { url: 'https://copilot.microsoft.com/chats/1', provider: 'Microsoft' },
  gemini: { url: 'https://gemini.google.com/app/1', provider: 'Google' },
  grok: { url: 'https://grok.com/c/1', provider: 'xAI' },
  perplexity: { url: 'https://www.perplexity.ai/search/1', provider: 'Perplexity' },
};

/** Read all the same, but not proved: written by hand after a page, or after descriptions of one. */
const notCaptured = [
  'chatgpt/live-probe__exchange-streaming-2026-09.synthetic.html',
  'perplexity/yongseopkim__perplexity.html',
];

/** Pages with a doubt that is the page's own: a document that is shown elsewhere. */
const doubtful = ['claude/revivalstack__claude-single-user-response-with-artifact-dom.html'];

/** Pages whose list entry leaves out what they hold, established by reading them. */
const established = {
  'claude/yongseopkim__edge_000.html': ['assistant'],
  'chatgpt/defuddle__extractor--chatgpt-post-thought-content.html': ['user', 'assistant'],
};

/** @param {string} file */
const placeOf = (file) => places[/** @type {keyof typeof places} */ (file.split('/')[0])];

if (!samples || !existsSync(list)) {
  test('captured pages', {
    skip: 'TOKENWATT_SAMPLES names no folder with fixtures/expected.json',
  }, () => {});
} else {
  const read = (/** @type {string} */ file) => readFileSync(path.join(fixtures, file), 'utf8');
  /** @type {[string, { roles?: string[], model?: string, fragment?: boolean }][]} */
  const pages = Object.entries(JSON.parse(readFileSync(list, 'utf8')));

  test('no captured page is left out', () => {
    const folders = readdirSync(fixtures, { withFileTypes: true }).filter((e) => e.isDirectory());
    const files = folders.flatMap(({ name }) =>
      readdirSync(path.join(fixtures, name)).map((file) => `${name}/${file}`),
    );
    assert.deepEqual(files.sort(), pages.map(([file]) => file).sort());
    for (const file of files) assert.ok(placeOf(file), file);
  });

  inEachBrowser('captured pages', (page) => {
    for (const [file, entry] of pages) {
      const roles = entry.roles ?? established[/** @type {keyof typeof established} */ (file)];
      const { url, provider } = placeOf(file);
      test(file, async () => {
        const chat = await readHtml(page(), read(file), url);
        assert.equal(chat.provider, provider);
        if (roles === undefined) return codeIsRead(page(), read(file), chat);

        assert.deepEqual(
          chat.turns.map((turn) => turn.role),
          roles,
        );
        if (entry.model !== undefined) {
          assert.equal(chat.model, entry.model);
          for (const turn of chat.turns) {
            assert.equal(turn.modelFoundBy, turn.role === 'user' ? undefined : 'slug');
          }
        }
        const ids = chat.turns.map((turn) => turn.id);
        assert.equal(new Set(ids).size, ids.length, `ids ${ids}`);
        for (const turn of chat.turns) {
          assert.notEqual(turn.markdown, '', `${turn.role} ${turn.id}`);
          assert.equal(turn.streaming, false);
        }
        const proved = !notCaptured.includes(file);
        assert.equal(chat.health.verified !== null, proved);
        const state = proved && !doubtful.includes(file) ? 'ok' : 'unverified';
        assert.equal(chat.health.state, state, chat.health.reason);
      });
    }

    test('thoughts and steps of a search are not the answer', async () => {
      const file = 'claude/yongseopkim__edge_000.html';
      const chat = await readHtml(page(), read(file), placeOf(file).url);
      const [{ markdown, reasoning }] = chat.turns;
      const hidden = await textsOf(page(), read(file), '.font-claude-response button, button p');
      for (const text of hidden) assert.ok(!`${markdown}${reasoning}`.includes(text), text);
      const thoughts = await textsOf(
        page(),
        read(file),
        '.font-claude-response .font-claude-response p',
      );
      assert.ok(thoughts.length > 1);
      for (const text of thoughts) {
        assert.ok(reasoning.includes(text), text);
        assert.ok(!markdown.includes(text), text);
      }
    });

    test('length of the rebuilt source', async () => {
      let blocks = 0;
      for (const [file] of pages) {
        const lengths = await sourceLengths(page(), read(file));
        if (lengths.blocks === 0) continue;
        blocks += lengths.blocks;
        const off = Math.abs(lengths.rebuilt - lengths.source) / lengths.source;
        assert.ok(off <= 0.01, `${file}: ${lengths.rebuilt} characters for ${lengths.source}`);
      }
      assert.ok(blocks > 50, `${blocks} blocks had offsets`);
    });
  });
}

/**
 * Fragments hold no turn: a code block each, of which every line is read.
 * @param {import('puppeteer-core').Page} page @param {string} html
 * @param {import('../../web/dom/read.js').Chat} chat
 */
async function codeIsRead(page, html, chat) {
  assert.equal(chat.health.state, 'not-understood');
  assert.deepEqual(chat.turns, []);
  const [markdown = ''] = await markdownOf(page, [html]);
  const blocks = await textsOf(page, html, 'pre code, .cm-content');
  assert.ok(blocks.length > 0);
  assert.ok((markdown.match(/^```/gm) ?? []).length >= 2, markdown);
  for (const line of blocks.flatMap((block) => block.split('\n'))) {
    assert.ok(markdown.includes(line.trimEnd()), `${line} in ${markdown}`);
  }
}

/**
 * @param {import('puppeteer-core').Page} page @param {string} html @param {string} selector
 * @returns {Promise<string[]>} texts that are not empty
 */
function textsOf(page, html, selector) {
  return page.evaluate(
    (html, selector) => {
      const parsed = new DOMParser().parseFromString(html, 'text/html');
      for (const lineBreak of parsed.querySelectorAll('br')) lineBreak.replaceWith('\n');
      const found = [...parsed.querySelectorAll(selector)];
      return found.map((element) => (element.textContent ?? '').trim()).filter(Boolean);
    },
    html,
    selector,
  );
}

/**
 * Summed over the blocks with offsets, but for those with citations: their source has tokens that
 * no page shows.
 * @param {import('puppeteer-core').Page} page @param {string} html
 */
function sourceLengths(page, html) {
  return page.evaluate(async (html) => {
    const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
    const { styles } = await import(`${location.origin}/web/dom/styles.js`);
    const style = { ...styles.gpt5, everyItemHasParagraph: true };
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    const sum = { blocks: 0, source: 0, rebuilt: 0 };
    for (const block of parsed.querySelectorAll('.markdown > *')) {
      const marked = block.hasAttribute('data-start') ? block : block.querySelector('[data-start]');
      const cited = block.querySelector(
        '[data-testid=webpage-citation-pill], [aria-haspopup=dialog]',
      );
      if (marked === null || cited !== null) continue;
      sum.blocks += 1;
      sum.source +=
        Number(marked.getAttribute('data-end')) - Number(marked.getAttribute('data-start'));
      sum.rebuilt += markdownFromDom(block, style).length;
    }
    return sum;
  }, html);
}
