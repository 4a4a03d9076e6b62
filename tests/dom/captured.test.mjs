// SPDX-License-Identifier: MIT
// Captured pages, where TOKENWATT_SAMPLES names a folder that has them: the turns and model that
// each shows, and the length of what is rebuilt against the source offsets that some pages keep.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { inEachBrowser, readHtml } from './pages.mjs';

const samples = process.env.TOKENWATT_SAMPLES;
const fixtures = samples ? path.join(samples, 'fixtures') : '';
const list = path.join(fixtures, 'expected.json');

/** @type {Record<string, string>} */
const addresses = { chatgpt: 'https://chatgpt.com/c/1', gemini: 'https://gemini.google.com/app/1' };

if (!samples || !existsSync(list)) {
  test('captured pages', {
    skip: 'TOKENWATT_SAMPLES names no folder with fixtures/expected.json',
  }, () => {});
} else {
  const expected = Object.entries(JSON.parse(readFileSync(list, 'utf8'))).filter(
    ([file]) => addresses[file.split('/')[0] ?? ''],
  );
  inEachBrowser('captured pages', (page) => {
    for (const [file, { roles, model }] of expected) {
      if (roles === undefined) continue;
      test(file, async () => {
        const html = readFileSync(path.join(fixtures, file), 'utf8');
        const chat = await readHtml(page(), html, addresses[file.split('/')[0] ?? '']);
        assert.deepEqual(
          chat.turns.map((turn) => turn.role),
          roles,
        );
        if (model !== undefined) assert.equal(chat.model, model);
        for (const turn of chat.turns)
          assert.notEqual(turn.markdown, '', `${turn.role} ${turn.id}`);
        assert.ok(['ok', 'unverified'].includes(chat.health.state), chat.health.reason);
      });
    }

    test('length of the rebuilt source', async () => {
      let blocks = 0;
      for (const [file] of expected) {
        const lengths = await sourceLengths(
          page(),
          readFileSync(path.join(fixtures, file), 'utf8'),
        );
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
