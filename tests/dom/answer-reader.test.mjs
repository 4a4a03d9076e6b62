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
      const { withAncestors } = await import(`${location.origin}/web/dom/remembered.js`);
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
        reader.touched(withAncestors([last]));
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

  test('reads in parts what takes longer than it may, and gets on also where it may take no time', async () => {
    const { calls, same } = await page().evaluate(async () => {
      const { AnswerReader } = await import(`${location.origin}/web/dom/answer-reader.js`);
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const row = '<tr><td>one</td><td><b>two</b></td></tr>';
      const item =
        '<li>point<ul><li>nested</li><li><p>a</p><pre><code>b\n</code></pre></li></ul></li>';
      const html = `<p>a</p><ul>${item.repeat(20)}</ul><table>${row.repeat(20)}</table><pre>c</pre>`;
      const answer = new DOMParser().parseFromString(html, 'text/html').body;
      const reader = new AnswerReader();
      const turn = { markdown: () => markdownFromDom(answer), reasoning: () => '' };
      let calls = 1;
      let read = reader.read(turn, 0);
      for (; read === null && calls < 1000; calls += 1) read = reader.read(turn, 0);
      return { calls, same: read?.completion === markdownFromDom(answer) };
    });
    // Of 84 parts: 4 blocks, 20 rows, 20 items with two in each.
    assert.ok(calls > 50 && calls <= 84, `${calls} calls`);
    assert.ok(same, 'the same text as a whole reading gives');
  });

  test('reads in parts and with what it remembers the same as at once', async () => {
    const differences = await page().evaluate(async () => {
      const { MarkdownReader } = await import(`${location.origin}/web/dom/reader.js`);
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      let state = 7;
      const below = (/** @type {number} */ limit) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * limit);
      };
      const pieces = [
        '<p>text with <b>marks</b> and <code>code</code></p>',
        '<ul><li>a</li><li><p>b</p><p>c</p></li></ul>',
        '<ol start="9"><li>d<ul><li>e<ol><li>f</li></ol></li></ul></li><li>g</li></ol>',
        '<li><input type="checkbox" checked> task</li>',
        '<blockquote><p>h</p><ul><li>i<pre><code>j\n\n  k</code></pre></li></ul></blockquote>',
        '<table><tr><th>l</th><th>m</th></tr><tr><td>n</td><td>o | p</td></tr></table>',
        '<tr><td>q</td><td><a href="https://example.org/">r</a></td></tr>',
        '<pre><code class="language-js"><span class="line">s</span><span class="line"><b hidden>x</b>t</span></code></pre>',
        '<div><div>js</div><pre><code><span>u</span><br><span>v</span></code></pre></div>',
        'bare text',
        '<li></li>',
        '<h2>w</h2>',
      ];
      /** @type {string[]} */
      const found = [];
      const everyItemHasParagraph = [false, true];
      for (const style of everyItemHasParagraph.map((every) => ({
        everyItemHasParagraph: every,
      }))) {
        const root = document.createElement('div');
        const reader = new MarkdownReader(style);
        const observer = new MutationObserver(() => {});
        observer.observe(root, { childList: true, characterData: true, subtree: true });
        const readInParts = () => {
          for (let part = 0; part < 2000; part += 1) {
            try {
              return reader.markdown(root, 0);
            } catch {
              // Not all was read yet.
            }
          }
          return 'no end';
        };
        for (let change = 0; change < 1000; change += 1) {
          const places = [
            root,
            ...root.querySelectorAll('li, ul, ol, p, td, table, blockquote, code'),
          ];
          const place = /** @type {Element} */ (places[below(places.length)]);
          const kind = below(10);
          if (kind === 0 && place !== root) place.remove();
          else if (kind === 1) place.append(`word${change}`);
          else if (kind === 2 && place.firstChild) place.append(place.firstChild);
          else {
            const template = document.createElement('template');
            template.innerHTML = pieces[below(pieces.length)] ?? '';
            (below(2) === 0 ? root : place).append(template.content);
          }
          if (root.childElementCount > 8) root.firstElementChild?.remove();
          reader.changed(observer.takeRecords());
          // Sometimes a reading ends half-way, and the page changes before the next.
          if (below(3) === 0) continue;
          const [whole, parts] = [markdownFromDom(root, style), readInParts()];
          if (whole !== parts) found.push(`${root.innerHTML}\n${whole}\n--\n${parts}`);
        }
      }
      return found;
    });
    assert.deepEqual(differences.slice(0, 1), []);
  });
});
