// SPDX-License-Identifier: MIT
// What is read of an answer while it grows: what changed, and no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inEachBrowser } from './pages.mjs';

inEachBrowser('AnswerReader', (page) => {
  test('reads the block that changed, whatever the length of the answer', async () => {
    const { first, later, same } = await page().evaluate(async () => {
      const { AnswerReader } = await import(`${location.origin}/web/dom/answer-reader.js`);
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const answer = document.createElement('div');
      let reads = 0;
      for (let i = 0; i < 300; i += 1) {
        const block = document.createElement('p');
        block.append(
          `Paragraph ${i} `,
          Object.assign(document.createElement('b'), { textContent: 'x' }),
        );
        const { childNodes } = block;
        Object.defineProperty(block, 'childNodes', {
          get() {
            reads += 1;
            return childNodes;
          },
        });
        answer.append(block);
      }
      const reader = new AnswerReader();
      const turn = { markdown: () => markdownFromDom(answer), reasoning: () => '' };
      reader.read(turn);
      const first = reads;
      reads = 0;
      let same = true;
      for (let word = 0; word < 10; word += 1) {
        const last = /** @type {Element} */ (answer.lastElementChild);
        last.append(` word${word}`);
        reader.touched(last);
        const { completion } = reader.read(turn);
        const before = reads;
        same &&= completion === markdownFromDom(answer);
        reads = before;
      }
      return { first, later: reads, same };
    });
    assert.ok(first >= 300, `${first} blocks read at first`);
    assert.ok(later <= 30, `${later} blocks read for ten words`);
    assert.ok(same, 'the same text as a whole reading gives');
  });
});
