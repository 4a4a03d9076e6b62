// SPDX-License-Identifier: MIT
// Markup that no chat page would hold: reading it ends soon, throws nothing and runs nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inEachBrowser } from './pages.mjs';

const limitMs = 5000;

// Firefox ends its own tab when it frees 100,000 nested elements.
const nesting = { chromium: 100_000, firefox: 20_000 };

/**
 * Elements nested this deep around the text "bottom", inside `root`. Built from the inside in
 * pieces: one by one takes browsers the square of the depth.
 */
function nest(
  /** @type {Element} */ root,
  /** @type {number} */ depth,
  /** @type {(depth: number) => string} */ tagAt,
) {
  /** @type {Node} */
  let content = document.createTextNode('bottom');
  for (let end = depth; end > 0; end -= 1000) {
    const start = Math.max(end - 1000, 0);
    const outer = document.createElement(tagAt(start));
    let inner = outer;
    for (let level = start + 1; level < end; level += 1) {
      const child = document.createElement(tagAt(level));
      inner.append(child);
      inner = child;
    }
    inner.append(content);
    content = outer;
  }
  root.append(content);
  return root;
}

/** @type {[name: string, build: (nesting: number) => Element, check: (markdown: string) => boolean][]} */
const hostile = [
  [
    'many nested elements',
    (nesting) =>
      nest(document.createElement('div'), nesting, (at) => (at % 3 === 0 ? 'div' : 'span')),
    (markdown) => markdown === 'bottom',
  ],
  [
    '20,000 nested lists and quotes',
    () =>
      nest(
        document.createElement('div'),
        20_000,
        (at) => ['ul', 'li', 'blockquote', 'p'][at % 4] ?? '',
      ),
    (markdown) => markdown.includes('bottom') && markdown.length < 10_000,
  ],
  [
    'many nested marks',
    (nesting) => nest(document.createElement('p'), nesting, () => 'strong'),
    (markdown) => markdown.includes('bottom'),
  ],
  [
    '10 MB in one text',
    () => {
      const root = document.createElement('p');
      root.append('word  and\n\tspace '.repeat(650_000));
      return root;
    },
    (markdown) => markdown.length > 8_000_000,
  ],
  [
    '10 MB of white space and marks',
    () => {
      const root = document.createElement('pre');
      const code = document.createElement('code');
      code.append('`'.repeat(5_000_000), ' '.repeat(5_000_000));
      root.append(code);
      return root;
    },
    (markdown) => markdown.length > 20_000_000,
  ],
  [
    '200,000 paragraphs',
    () => {
      const root = document.createElement('div');
      for (let index = 0; index < 200_000; index += 1) {
        root.append(Object.assign(document.createElement('p'), { textContent: 'a' }));
      }
      return root;
    },
    (markdown) => markdown.length === 200_000 * 3 - 2,
  ],
  [
    'a table of 100,000 cells',
    () => {
      const table = document.createElement('table');
      for (let row = 0; row < 1000; row += 1) {
        const tr = table.insertRow();
        for (let cell = 0; cell < 100; cell += 1) tr.insertCell().textContent = 'x';
      }
      return table;
    },
    (markdown) => markdown.split('\n').length === 1001,
  ],
  [
    'many nested formulas, errors of formulas and HTML tags',
    (nesting) => {
      const root = document.createElement('div');
      for (const [tag, name] of [
        ['span', 'katex'],
        ['span', 'katex-error'],
        ['sup', ''],
      ]) {
        const part = nest(document.createElement('p'), nesting / 5, () => tag ?? '');
        for (const element of part.querySelectorAll('*')) element.className = name ?? '';
        root.append(part);
      }
      return root;
    },
    (markdown) => markdown.includes('bottom') && markdown.length < 100_000,
  ],
  [
    '20,000 boxes that might head the code behind them',
    () => {
      const root = document.createElement('div');
      for (let index = 0; index < 20_000; index += 1) {
        const box = document.createElement('div');
        box.textContent = 'js';
        const pre = document.createElement('pre');
        pre.textContent = 'x';
        root.append(box, pre);
      }
      return root;
    },
    (markdown) => markdown.length === 20_000 * 'js\n\n```\nx\n```\n\n'.length - 2,
  ],
  [
    'code of 100,000 highlighted words in 20,000 lines',
    () => {
      const code = document.createElement('code');
      for (let line = 0; line < 20_000; line += 1) {
        const row = document.createElement('span');
        row.className = 'line';
        for (let word = 0; word < 5; word += 1) {
          row.append(Object.assign(document.createElement('span'), { textContent: 'x ' }));
        }
        code.append(row);
      }
      const pre = document.createElement('pre');
      pre.append(code);
      return pre;
    },
    (markdown) => markdown.split('\n').length === 20_002,
  ],
  [
    'marks without end, addresses that cannot be decoded, numbers beyond all bounds',
    () => {
      const root = document.createElement('div');
      const marks = document.createElement('p');
      marks.append('*a_'.repeat(500_000), '*'.repeat(500_000), '`'.repeat(500_000));
      const link = document.createElement('a');
      link.setAttribute('href', 'https://a.test/%E0%A4%A');
      link.textContent = '%';
      const list = document.createElement('ol');
      list.setAttribute('start', '-99999999999999999999');
      list.append(document.createElement('li'), document.createElement('li'));
      const cell = document.createElement('td');
      cell.setAttribute('colspan', '1e9');
      const table = document.createElement('table');
      table.insertRow().append(cell);
      root.append(marks, link, list, table);
      return root;
    },
    (markdown) => markdown.includes('](https://a.test/%E0%A4%A)') && markdown.length < 4_000_000,
  ],
  [
    'names of object internals, scripts, handlers, shadow roots and shadowed properties',
    () => {
      // Parsed into a document without a window: whatever runs, this reader has run it.
      const html =
        '<p __proto__="x" constructor="y" data-start="__proto__" data-end="NaN">a</p>' +
        '<ol start="__proto__"><li value="1e9999">b</li></ol>' +
        '<img src="x:" onerror="window.__ran = true" alt="">' +
        '<script>window.__ran = true</' +
        'script><form><input name="firstChild"><input name="nextSibling"><input name="tagName"><input name="nodeType"></form>' +
        '<input form="loop" name="nextSibling"><form id="loop"></form><p>g</p>' +
        '<code class="language-__proto__">c</code><pre><code class="language-__proto__">d</code></pre>' +
        '<code-block><span>__proto__</span><pre>e</pre></code-block><p>\u202ef\u202c</p>';
      const root = new DOMParser().parseFromString(html, 'text/html').body;
      const host = root.ownerDocument.createElement('div');
      host.attachShadow({ mode: 'open' }).innerHTML = '<p>shadow</p>';
      root.append(host);
      return root;
    },
    (markdown) =>
      /** @type {any} */ (window).__ran === undefined &&
      ['a', '`c`', 'd', 'e', '\u202ef\u202c', 'g'].every((part) => markdown.includes(part)) &&
      !markdown.includes('window'),
  ],
];

inEachBrowser('hostile markup', (page, browserName) => {
  for (const [name, build, check] of hostile) {
    test(name, async () => {
      // The functions go as their source: a page shares no scope with the test.
      await page().evaluate(`${nest}
        window.hostileRoot = (${build})(${nesting[browserName]});`);
      const result = await page().evaluate(async () => {
        const { markdownFromDom, readChat } = await import(`${location.origin}/web/dom/index.js`);
        const state = /** @type {any} */ (window);
        const begin = performance.now();
        state.hostileMarkdown = markdownFromDom(state.hostileRoot);
        const owner = state.hostileRoot.ownerDocument;
        const main = owner.createElement('main');
        const message = owner.createElement('div');
        message.setAttribute('data-message-author-role', 'assistant');
        message.append(state.hostileRoot);
        main.append(message);
        const chat = readChat(main, 'https://chatgpt.com/c/1');
        return {
          sample: state.hostileMarkdown.slice(0, 300),
          took: performance.now() - begin,
          turns: chat.turns.length,
        };
      });
      const right = await page().evaluate(`(${check})(window.hostileMarkdown)`);
      assert.ok(right, result.sample);
      assert.equal(result.turns, 1);
      assert.ok(result.took < limitMs, `took ${Math.round(result.took)} ms`);
    });
  }

  test('nodes that leave the page while it is read', async () => {
    const result = await page().evaluate(async () => {
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const { MarkdownReader } = await import(`${location.origin}/web/dom/reader.js`);
      const root = document.createElement('div');
      for (let index = 0; index < 2000; index += 1) {
        const block = document.createElement(['p', 'ul', 'pre', 'table'][index % 4] ?? '');
        block.className = 'x';
        const inner = document.createElement(['b', 'li', 'code', 'tr'][index % 4] ?? '');
        inner.className = 'x';
        inner.append('text', document.createElement('i'));
        block.append(inner);
        root.append(block);
      }
      document.body.append(root);
      // What a page can do only where it shares its objects with the reader.
      const prototype = /** @type {any} */ (Element.prototype);
      const { matches } = prototype;
      let calls = 0;
      prototype.matches = function (/** @type {string} */ selector) {
        calls += 1;
        if (calls % 3 === 0) this.parentElement?.nextElementSibling?.remove();
        if (calls % 7 === 0) this.remove();
        return matches.call(this, selector);
      };
      try {
        const whole = markdownFromDom(root);
        const reader = new MarkdownReader();
        const first = reader.markdown(root);
        root.remove();
        reader.forget(root.firstChild ?? root);
        return { calls, types: [typeof whole, typeof first, typeof reader.markdown(root)] };
      } finally {
        prototype.matches = matches;
      }
    });
    assert.deepEqual(result.types, ['string', 'string', 'string']);
    assert.ok(result.calls > 100);
  });

  test('a form as the answer, with fields named after what a reader uses', async () => {
    const markdown = await page().evaluate(async () => {
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const { MarkdownReader } = await import(`${location.origin}/web/dom/reader.js`);
      const names = 'childNodes tagName parentNode getAttribute hasAttributes matches localName';
      const html = `<form>${names.split(' ').map((name) => `<input name="${name}">`)}text</form>`;
      const { body } = new DOMParser().parseFromString(html, 'text/html');
      const form = body.firstElementChild;
      const reader = new MarkdownReader();
      reader.forget(form?.querySelector('input') ?? body);
      return [markdownFromDom(form), reader.markdown(form), markdownFromDom(body)];
    });
    assert.deepEqual(markdown, ['', '', '']);
  });

  test('a page that shadows the document’s own methods is not understood, and nothing is thrown', async () => {
    const health = await page().evaluate(async () => {
      const { readChat } = await import(`${location.origin}/web/dom/index.js`);
      const html =
        '<img name="querySelector"><img name="createTreeWalker"><img name="querySelectorAll">';
      const parsed = new DOMParser().parseFromString(html, 'text/html');
      return readChat(parsed, 'https://chatgpt.com/c/1').health;
    });
    assert.equal(health.state, 'not-understood');
  });
});
