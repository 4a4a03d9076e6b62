// SPDX-License-Identifier: MIT
// HTML as chat pages render it -> the markdown that a model wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleOfModel, styles } from '../../web/dom/styles.js';
import { inEachBrowser, markdownOf } from './pages.mjs';

const katex = (tex, display) =>
  `<span class="katex${display ? '-display' : ''}"><span class="katex"><span class="katex-mathml"><math${display ? ' display="block"' : ''}><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">${tex}</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span></span>`;

const gpt4 = { ...styles.gpt4 };

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
    'footnotes of remark',
    '<p>a<sup><a href="#user-content-fn-note" id="user-content-fnref-note" data-footnote-ref aria-describedby="footnote-label">1</a></sup></p><section data-footnotes class="footnotes"><h2 class="sr-only" id="footnote-label">Footnotes</h2><ol><li id="user-content-fn-note"><p>b <a href="#user-content-fnref-note" data-footnote-backref aria-label="Back">↩</a></p></li></ol></section>',
    'a[^note]\n\n[^note]: b',
  ],
  [
    'footnotes of markdown-it',
    '<p>a<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup></p><hr class="footnotes-sep"><section class="footnotes"><ol class="footnotes-list"><li id="fn1" class="footnote-item"><p>b <a href="#fnref1" class="footnote-backref">↩︎</a></p></li></ol></section>',
    'a[^1]\n\n[^1]: b',
  ],
  [
    'numbered citations',
    '<p>a <span class="citation" data-index="0"><a href="https://a.test">1</a></span><span class="citation"><a href="https://b.test">b.test +2</a></span>.</p>',
    'a [1].',
  ],
  [
    'HTML that markdown has no mark for',
    '<p>H<sub>2</sub>O x<sup>2</sup> <kbd>Ctrl</kbd><sup><a href="https://a.test">a</a></sup></p>',
    'H<sub>2</sub>O x<sup>2</sup> <kbd>Ctrl</kbd>[a](https://a.test)',
  ],
  [
    'address in another script',
    '<p><a href="https://a.test/%C3%A4">https://a.test/ä</a></p>',
    'https://a.test/ä',
  ],
  [
    'escapes where a mark would have been read as one',
    '<p>*a b* _c_ **d** f_g_h 2 * 3 * 4 __init__</p><p># e</p><p>1. f</p><p>- g</p><p>#h</p>',
    '\\*a b\\* \\_c\\_ \\*\\*d\\*\\* f_g_h 2 * 3 * 4 \\_\\_init\\_\\_\n\n\\# e\n\n1\\. f\n\n\\- g\n\n#h',
    { escapes: true },
  ],
  [
    'Claude’s header of a code block',
    '<p>a</p><div class="group/copy"><div><button>x</button></div><div class="font-small">bash</div><div><pre><code class="language-bash"><span><span class="token">ls</span>\n</span><span>pwd\n</span></code></pre></div></div><p>b</p>',
    'a\n\n```bash\nls\npwd\n```\n\nb',
  ],
  [
    'Copilot’s header, where nothing else names the language',
    '<p>a</p><div><div><span class="capitalize">bash</span><button>Copy</button></div><div><pre><code><span class="hljs-built_in">pwd</span>\n</code></pre></div></div>',
    'a\n\n```bash\npwd\n```',
  ],
  [
    'Claude’s header, of a language without a name in the markup',
    '<p>a</p><div class="relative group/copy"><div><div><button>x</button></div></div><div>vb.net: part 1.</div><div><pre class="code-block__code"><code>x\n</code></pre></div></div><p>b</p>',
    'a\n\n```\nx\n```\n\nb',
  ],
  [
    'DeepSeek’s header with controls of its own, and one without a language',
    '<p>a</p><div class="md-code-block md-code-block-dark"><div class="md-code-block-banner-wrap"><div class="md-code-block-banner"><div><div><span>python</span></div><div><div role="button"><span>复制</span></div><div>下载</div></div></div></div></div><pre><span class="token">x</span> = 1\n<span>y</span>\n</pre><svg></svg><svg></svg></div><div class="md-code-block"><div><div role="button"><span>Go</span></div></div><pre>z\n</pre></div>',
    'a\n\n```python\nx = 1\ny\n```\n\n```\nz\n```',
  ],
  [
    'a header with a dot in the language’s name',
    '<div><div><span class="capitalize">asp.net</span><button>Copy</button></div><div><pre><code>b\n</code></pre></div></div>',
    '```aspnet\nb\n```',
  ],
  [
    'ChatGPT’s documents, folded or not, by the source that they carry',
    '<p>a</p><div data-markdown-copy="rich-block" data-markdown-copy-text="# T&#10;&#10;* b  &#10;c"><header>Doc<button>x</button></header><div aria-hidden="true"><h1>T</h1></div></div><div data-markdown-copy="rich-block" data-markdown-copy-text=""><p>d</p></div>',
    'a\n\n# T\n\n* b  \nc\n\nd',
  ],
  [
    'a short text above code that is none of its header',
    '<div>Usage</div><p>a</p><pre><code>b\n</code></pre>',
    'Usage\n\na\n\n```\nb\n```',
  ],
  [
    'Shiki, with newlines between its lines and without',
    '<pre class="shiki"><code class="language-ts"><span class="line">a</span>\n<span class="line"></span>\n<span class="line">b</span></code></pre><pre class="shiki"><code><span class="line">a</span><span class="line"></span><span class="line">b</span></code></pre>',
    '```ts\na\n\nb\n```\n\n```\na\n\nb\n```',
  ],
  [
    'Prism with line numbers',
    '<pre><code class="language-js"><span class="linenumber react-syntax-highlighter-line-number">1</span><span class="token keyword">let</span> a\n</code></pre>',
    '```js\nlet a\n```',
  ],
  [
    'CodeMirror while virtualised: what is there, in order',
    '<div data-markdown-copy="code-block"><div class="cm-content" data-language="js"><div class="cm-line">a</div><div class="cm-gap" style="height: 900px"></div><div class="cm-line">z</div></div></div>',
    '```js\na\nz\n```',
  ],
  [
    'a code block whose text has a longer fence in it',
    '<pre><code>````\n```\n</code></pre>',
    '`````\n````\n```\n`````',
  ],
  [
    'formula that KaTeX could not read',
    '<p>So <span class="katex-error" title="ParseError">\\x{</span></p><span class="katex-error">\\y{</span>',
    'So \\( \\x{ \\)\n\n\\[\n\\y{\n\\]',
  ],
  [
    'KaTeX without TeX on the page',
    '<p>So <span class="katex"><span class="katex-html" aria-hidden="true"><span>x</span><span>\u200b=2</span></span></span></p>',
    'So \\( x=2 \\)',
  ],
  [
    'MathML with alttext, and alone',
    '<p><math alttext="a^2"><mi>a</mi></math> <math><mi>b</mi></math></p>',
    '\\( a^2 \\) b',
  ],
  ['TeX that the page left as it is', '<p><span class="math">\\(x\\)</span></p>', '\\(x\\)'],
  [
    'prices that a renderer took for a formula',
    `<p>It costs ${katex('5 and saves ', false)}3 or ${katex('2x^2', false)}</p>`,
    'It costs $5 and saves $3 or \\( 2x^2 \\)',
  ],
  [
    'GPT-4o: formulas',
    `<p>So ${katex('(2, 3)', false)} m${katex('^3', false)}:</p>${katex('x', true)}${katex('y', true)}<ol><li>a${katex('z', true)}</li></ol>`,
    'So \\((2, 3)\\) m\\(^3\\):\n\\[ x \\]\n\\[ y \\]\n\n1. a\n   \\[\n   z\n   \\]',
    gpt4,
  ],
  [
    'GPT-4o: no blank line below headings',
    '<h3>A</h3><ul><li>b</li></ul><p>c:</p><ul><li>d</li></ul><h3>E</h3><p>f</p><p>g</p>',
    '### A\n- b\n\nc:\n- d\n\n### E\nf\n\ng',
    gpt4,
  ],
  [
    'points of which the tenth fell out of its list',
    '<ol start="10"><li><p>a</p></li></ol><ul><li>b</li></ul><ol start="11"><li>c</li></ol>',
    '10. a\n   - b\n\n11. c',
  ],
  [
    'blank lines between long points where every item has a paragraph',
    `<ol><li><p>${'long '.repeat(40)}</p></li><li><p>b</p><p>c</p></li></ol><ol><li><p>a</p></li><li><p>b</p></li></ol>`,
    `1. ${'long '.repeat(40).trim()}\n\n2. b\n\n   c\n\n1. a\n2. b`,
    { everyItemHasParagraph: true },
  ],
  [
    'table too wide to be padded',
    `<table><tr><th>A</th><th align="right">B</th></tr><tr><td>${'wide '.repeat(50)}</td><td>1</td></tr></table>`,
    `| A | B |\n|---|---:|\n| ${'wide '.repeat(50).trim()} | 1 |`,
  ],
  [
    'Gemini: what stands around its elements',
    '<div class="markdown"><p data-path-to-node="0"><b data-index-in-node="0">a</b> <i>b</i><source-footnote><sup>1</sup></source-footnote><sources-carousel-inline><span>c</span></sources-carousel-inline></p><response-element><table-block><div class="table-content"><table><thead><tr><td><strong>X</strong></td></tr></thead><tbody><tr><td>1</td></tr></tbody></table><div class="table-footer"><button>Export</button></div></div></table-block></response-element></div>',
    '**a** *b*\n\n| **X** |\n| --- |\n| 1 |',
    { table: 'compact' },
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

  test('a reader gives the same as a walk of all, whatever has changed', async () => {
    const differences = await page().evaluate(async () => {
      const { markdownFromDom } = await import(`${location.origin}/web/dom/index.js`);
      const { MarkdownReader } = await import(`${location.origin}/web/dom/reader.js`);
      const root = new DOMParser().parseFromString(
        '<div><p>a <b>b</b></p><div><pre><code>c\n</code></pre></div><ul><li>d<ul><li>e</li></ul></li></ul><div>f</div></div>',
        'text/html',
      ).body;
      const inner = /** @type {Element} */ (root.firstElementChild);
      const reader = new MarkdownReader();
      const observer = new MutationObserver(() => {});
      observer.observe(root, {
        childList: true,
        characterData: true,
        subtree: true,
        attributes: true,
      });
      const element = (/** @type {string} */ tag, /** @type {string} */ text) => {
        const made = root.ownerDocument.createElement(tag);
        made.textContent = text;
        return made;
      };
      const changes = [
        () => {},
        () => root.querySelector('b')?.append('more'),
        () => inner.append(element('p', 'g')),
        () => root.querySelector('li li')?.append(' h'),
        () => root.querySelector('code')?.setAttribute('class', 'language-js'),
        () => root.querySelector('p')?.remove(),
        () => inner.prepend(element('h2', 'i'), element('p', '')),
        () => inner.append(element('blockquote', 'j'), 'k'),
        () => inner.append(root.querySelector('ul') ?? ''),
        () => root.querySelector('pre')?.replaceWith(element('p', 'l')),
        () => root.querySelector('h2')?.setAttribute('hidden', ''),
      ];
      const found = [];
      for (const change of changes) {
        change();
        reader.changed(observer.takeRecords());
        const [fromReader, whole] = [reader.markdown(root), markdownFromDom(root)];
        if (fromReader !== whole) found.push([String(change), fromReader, whole]);
      }
      return found;
    });
    assert.deepEqual(differences, []);
  });
});

test('the style is the model’s, or the site’s where no model is known', () => {
  assert.equal(styleOfModel('gpt-4o', styles.gpt5), styles.gpt4);
  assert.equal(styleOfModel('GPT-5.6 Thinking'), styles.gpt5);
  assert.equal(styleOfModel('mixtral-8x7b', styles.gemini), styles.mistral);
  assert.equal(styleOfModel(null, styles.gpt5), styles.gpt5);
  assert.equal(styleOfModel('Auto'), styles.common);
});
