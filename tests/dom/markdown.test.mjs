// SPDX-License-Identifier: MIT
// HTML as chat pages render it -> the markdown that a model wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inEachBrowser, markdownOf } from './pages.mjs';

const katex = (tex, display) =>
  `<span class="katex${display ? '-display' : ''}"><span class="katex"><span class="katex-mathml"><math${display ? ' display="block"' : ''}><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">${tex}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span></span>`;

/** @type {[name: string, html: string, markdown: string, style?: object][]} */
const cases = [
  [
    'headings',
    '<h1>A</h1><h3>B <strong>c</strong></h3><h6>D</h6>',
    '# A\n\n### B **c**\n\n###### D',
  ],
  ['paragraphs', '<p>One</p>\n<p>Two\nlines</p>', 'One\n\nTwo\nlines'],
  ['indented page source', '<p>\n   One\n   two\n</p>', 'One two'],
  ['no-break space', '<p>10&nbsp;km</p>', '10\u00a0km'],
  [
    'strong and emphasis',
    '<p><strong>a</strong> <em>b</em> <b>c</b> <i>d</i> <del>e</del></p>',
    '**a** *b* **c** *d* ~~e~~',
  ],
  [
    'nested emphasis',
    '<p><strong>a <em>b</em></strong><em><strong>c</strong></em></p>',
    '**a *b****' + '**c***',
  ],
  ['white space at the edge of a mark', '<p>a<strong> b </strong>c</p>', 'a **b** c'],
  ['empty mark', '<p>a<strong> </strong>b<em></em></p>', 'a b'],
  ['literal markers stay', '<p>2 * 3 * 4 and _x_ # y</p>', '2 * 3 * 4 and _x_ # y'],
  [
    'inline code',
    '<p>Run <code>npm  i</code>, <code>a`b</code>, <code>`</code></p>',
    'Run `npm  i`, ``a`b``, `` ` ``',
  ],
  [
    'inline code of the app shell',
    '<p><span data-markdown-copy="inline-code">x = 1</span></p>',
    '`x = 1`',
  ],
  ['hard break', '<p>a<br>\nb<br>c</p>', 'a  \nb  \nc'],
  ['hard break of one character by offsets', '<p>a<br data-start="1" data-end="2">\nb</p>', 'a\nb'],
  ['link', '<p><a href="https://a.test/x">text</a></p>', '[text](https://a.test/x)'],
  [
    'link with title and tracking',
    '<p><a href="https://a.test/?q=1&utm_source=chatgpt.com" title="T">t</a></p>',
    '[t](https://a.test/?q=1 "T")',
  ],
  [
    'bare links',
    '<p><a href="https://a.test">https://a.test</a> <a href="mailto:a@b.test">a@b.test</a></p>',
    'https://a.test a@b.test',
  ],
  ['script link', '<p><a href="javascript:alert(1)">t</a></p>', 't'],
  [
    'image',
    '<p><img alt="A cat" src="https://a.test/c.png"><img src="icon.png"></p>',
    '![A cat](https://a.test/c.png)',
  ],
  ['emoji image', '<p>ok <img class="emoji" alt="👍" src="x.png"></p>', 'ok 👍'],
  ['rule', '<p>a</p><hr><p>b</p>', 'a\n\n---\n\nb'],
  ['tight list', '<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
  ['loose list', '<ul><li><p>a</p></li><li><p>b</p></li></ul>', '- a\n\n- b'],
  [
    'paragraph in every item',
    '<ul><li><p>a</p></li><li><p>b</p></li></ul>',
    '- a\n- b',
    { everyItemHasParagraph: true },
  ],
  [
    'ordered list',
    '<ol start="9"><li>a</li><li>b</li><li value="20">c</li></ol>',
    '9. a\n10. b\n20. c',
  ],
  [
    'nested lists',
    '<ol><li><p>a</p><ul><li>b<ul><li>c</li></ul></li></ul></li><li><p>d</p></li></ol>',
    '1. a\n   - b\n     - c\n\n2. d',
  ],
  [
    'fixed indentation',
    '<ol><li>a<ul><li>b</li></ul></li></ol>',
    '1. a\n    - b',
    { listIndent: 4 },
  ],
  [
    'task list',
    '<ul><li><input type="checkbox" checked disabled> a</li><li><p><input type="checkbox"> b</p></li></ul>',
    '- [x] a\n- [ ] b',
    { everyItemHasParagraph: true },
  ],
  [
    'code in a list',
    '<ul><li><p>a</p><pre><code class="language-sh">ls\n\npwd\n</code></pre></li></ul>',
    '- a\n\n  ```sh\n  ls\n\n  pwd\n  ```',
  ],
  ['empty item', '<ul><li></li><li>b</li></ul>', '-\n- b'],
  ['quote', '<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>', '> a\n>\n> - b\n\nc'],
  [
    'nested quote',
    '<blockquote><blockquote><p>a<br>b</p></blockquote></blockquote>',
    '> > a  \n> > b',
  ],
  [
    'padded table',
    '<table><thead><tr><th>Shape</th><th style="text-align: right">A</th></tr></thead><tbody><tr><td>a|b</td><td>12.5</td></tr></tbody></table>',
    '| Shape | A    |\n|-------|-----:|\n| a\\|b  | 12.5 |',
  ],
  [
    'table as wide as its header',
    '<table><tr><th>구분</th><th align="center">N</th></tr><tr><td>고정금리</td><td>1</td></tr></table>',
    '| 구분 | N |\n| ---- | :---: |\n| 고정금리 | 1 |',
    { table: 'header-width' },
  ],
  [
    'compact table',
    '<table><tr><th>Shape</th><th align="left">N</th></tr><tr><td>a<br>b</td><td><code>x</code></td></tr></table>',
    '| Shape | N |\n| --- | :--- |\n| a<br>b | `x` |',
    { table: 'compact' },
  ],
  [
    'fenced code',
    '<pre><code class="hljs language-js">let a = <span class="hljs-number">1</span>;\n</code></pre>',
    '```js\nlet a = 1;\n```',
  ],
  ['code without language', '<pre><code>a\n  b</code></pre>', '```\na\n  b\n```'],
  ['empty code', '<pre><code class="language-js"></code></pre>', '```js\n```'],
  [
    'code with fences in it',
    '<pre><code class="language-md">```js\n1\n```\n</code></pre>',
    '````md\n```js\n1\n```\n````',
  ],
  [
    'language of a highlighted island is not the block’s',
    '<pre><code><span class="language-css">a{}</span></code></pre>',
    '```\na{}\n```',
  ],
  [
    'ChatGPT 2025 code',
    '<pre><div><div class="flex">python</div><div><button>Copy code</button></div><div><code class="whitespace-pre! language-python"><span>x\n</span></code></div></div></pre>',
    '```python\nx\n```',
  ],
  [
    'CodeMirror spans and breaks',
    '<pre><div><div><svg></svg>C++</div><button><div>Run</div></button><div class="cm-editor"><div class="cm-scroller"><div class="cm-content"><span>int</span><span> </span><span>a;</span><br><br><span>  b</span></div></div></div></div></pre>',
    '```cpp\nint a;\n\n  b\n```',
  ],
  [
    'CodeMirror lines',
    '<div data-markdown-copy="code-block"><div data-markdown-copy="exclude">Python<button>Copy</button></div><div class="cm-editor"><div class="cm-gutters">12</div><div class="cm-content" data-language="python"><div class="cm-line">a</div><div class="cm-line"><br></div><div class="cm-line">b</div></div></div></div>',
    '```python\na\n\nb\n```',
  ],
  [
    'editor in a nested pre',
    '<pre><div><div>JSON</div><pre class="cm-content"><code>{\n  "a": 1\n}</code></pre></div></pre>',
    '```json\n{\n  "a": 1\n}\n```',
  ],
  [
    'Gemini code',
    '<response-element><code-block><div class="code-block"><div class="code-block-decoration"><span>C#</span><div class="buttons"><button>x</button></div></div><pre><code data-test-id="code-content"><span class="hljs-keyword">var</span> a;\n</code></pre></div></code-block></response-element>',
    '```csharp\nvar a;\n```',
  ],
  [
    'localized label is no language',
    '<code-block><div class="code-block"><div class="code-block-decoration"><span>Codeausschnitt</span></div><pre><code>a\n</code></pre></div></code-block>',
    '```\na\n```',
  ],
  ['inline KaTeX', `<p>So ${katex('x^2', false)}.</p>`, 'So \\( x^2 \\).'],
  [
    'display KaTeX',
    `<p>So</p>${katex('\\sum x', true)}<p>end</p>`,
    'So\n\n\\[\n\\sum x\n\\]\n\nend',
  ],
  [
    'Gemini math',
    '<p>So <span class="math-inline" data-math="x^2"><span class="katex"><span class="katex-html" aria-hidden="true">x2</span></span></span>.</p><div class="math-block" data-math="y"><span class="katex-display">y</span></div>',
    'So $x^2$.\n\n$$y$$',
    { inlineMath: ['$', '$'], displayMath: ['$$', '$$'] },
  ],
  [
    'furniture',
    '<h4 class="sr-only">ChatGPT said:</h4><p>a <span data-testid="webpage-citation-pill"><a href="https://x.test">Source</a></span></p><button>Copy</button><div hidden>no</div><span role="tooltip">no</span><style>p{}</style><script>1</script><svg><text>no</text></svg>',
    'a',
  ],
  [
    'transparent wrappers',
    '<div><section><span><p>a</p><p>b</p></span></section>c</div>',
    'a\n\nb\n\nc',
  ],
  [
    'blank lines by source offsets',
    '<p data-start="0" data-end="2">a:</p><ul data-start="3" data-end="12"><li data-start="3" data-end="6"><p>b</p></li><li data-start="8" data-end="12"><p>c</p></li></ul>',
    'a:\n- b\n\n- c',
    { everyItemHasParagraph: true },
  ],
  [
    'right-to-left marks and emoji',
    '<p dir="rtl">\u200fשלום 👩‍👩‍👧 \u202bx\u202c</p>',
    '\u200fשלום 👩‍👩‍👧 \u202bx\u202c',
  ],
];

inEachBrowser('markdownFromDom', (page) => {
  for (const [name, html, markdown, style] of cases) {
    test(name, async () => {
      const [rebuilt] = await markdownOf(page(), [html], style);
      assert.equal(rebuilt, markdown);
    });
  }

  test('heading built inside a paragraph, as scripts can', async () => {
    const rebuilt = await page().evaluate(async () => {
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const paragraph = document.createElement('p');
      const heading = document.createElement('h2');
      heading.textContent = 'Title';
      paragraph.append('before', heading, 'after');
      return markdownFromDom(paragraph);
    });
    assert.equal(rebuilt, 'before\n\n## Title\n\nafter');
  });
});
