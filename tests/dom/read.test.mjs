// SPDX-License-Identifier: MIT
// Imitated pages of every layer -> turns and health; addresses of saved pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inEachBrowser, readHtml } from './pages.mjs';

const imitated = (/** @type {string} */ name) =>
  readFileSync(new URL(`./pages/${name}.html`, import.meta.url), 'utf8');

inEachBrowser('readChat', (page) => {
  test('ChatGPT pages with data-message-author-role', async () => {
    const chat = await readHtml(page(), imitated('chatgpt-author-role'));
    assert.equal(chat.site, 'chatgpt');
    assert.equal(chat.provider, 'OpenAI');
    assert.equal(chat.model, 'gpt-5-6-thinking');
    assert.equal(chat.health.state, 'ok');
    assert.equal(chat.health.layer, 'author-role');
    assert.match(chat.health.verified, /^\d{4}-\d\d-\d\d$/);
    assert.deepEqual(chat.turns, [
      {
        id: 'u1',
        role: 'user',
        markdown: 'What is  in it?\n\n1. keep *my* marks\n   and spaces',
        attachments: ['file'],
        streaming: false,
      },
      {
        id: 'a1',
        role: 'assistant',
        markdown: [
          'I look at it first.',
          '## Result',
          'It holds **two** rows :',
          '| Name | Value |\n| ---- | ----: |\n| first one | 1 |',
          '```python\nprint(1)\nprint(2)\n```',
          '- a\n- b',
        ].join('\n\n'),
        model: 'gpt-5-6-thinking',
        modelFoundBy: 'slug',
        streaming: false,
      },
    ]);
  });

  test('ChatGPT app shell', async () => {
    const chat = await readHtml(page(), imitated('chatgpt-app-shell'));
    assert.equal(chat.health.state, 'unverified');
    assert.equal(chat.health.verified, null);
    assert.match(chat.health.reason, /part of its lines/);
    assert.equal(chat.model, 'GPT-5.5');
    const [first, second] = [chat.turns.slice(0, 2), chat.turns.slice(2)];
    assert.deepEqual(
      chat.turns.map(({ id, role, streaming }) => [id, role, streaming]),
      [
        ['k1', 'user', false],
        ['r1', 'assistant', false],
        ['k2', 'user', false],
        ['r2', 'assistant', true],
      ],
    );
    assert.equal(first[0].markdown, 'Show **three** ways\nplease');
    assert.equal(
      first[1].markdown,
      'Use `x = 1`\n\n```python\na = 1\n```\n\n```bash\nls -l\n```\n\n| A |\n| --- |\n| 1 |',
    );
    assert.equal(first[1].reasoning, 'The user wants code.');
    assert.equal(second[0].markdown, 'And **more**');
    assert.equal(second[1].markdown, 'Long:\n\n```javascript\nfirst\nlast\n```');
  });

  test('ChatGPT logged out', async () => {
    const chat = await readHtml(page(), imitated('chatgpt-logged-out'));
    assert.equal(chat.health.state, 'unverified');
    assert.deepEqual(
      chat.turns.map(({ role, markdown }) => [role, markdown]),
      [
        ['user', 'Hi\nthere'],
        ['assistant', 'Hello, *you*.'],
      ],
    );
  });

  test('Gemini', async () => {
    const chat = await readHtml(page(), imitated('gemini'));
    assert.equal(chat.site, 'gemini');
    assert.equal(chat.model, 'Gemini 2.5 Pro');
    assert.equal(chat.health.state, 'ok');
    assert.deepEqual(
      chat.turns.map(({ id, role, streaming, markdown }) => [id, role, streaming, markdown]),
      [
        ['00000000000000a1', 'user', false, 'Write this:\n\n```js\n  let a;\n```'],
        [
          'r_00000000000000a1',
          'assistant',
          false,
          'As $a^2$ shows:\n\n* one\n* two\n\n```javascript\nlet a;\n```\n\n| A | B |\n| --- | --- |\n| 1 | 2 |',
        ],
        ['00000000000000a2', 'user', false, 'Go on'],
        ['r_00000000000000a2', 'assistant', true, 'Going'],
      ],
    );
  });

  test('a saved page without its address is known by its markup', async () => {
    const html = imitated('gemini').replace(/<link rel="canonical".*/, '');
    const chat = await readHtml(page(), html);
    assert.equal(chat.site, 'gemini');
    assert.equal(chat.turns.length, 4);
  });

  test('pages that are not understood say so and give no turns', async () => {
    const chatgpt = await readHtml(page(), '<main><p>Hello</p></main>', 'https://chatgpt.com/c/1');
    assert.equal(chatgpt.site, 'chatgpt');
    assert.equal(chatgpt.health.state, 'not-understood');
    assert.match(chatgpt.health.reason, /ChatGPT/);
    assert.deepEqual(chatgpt.turns, []);

    const other = await readHtml(page(), '<p>Hello</p>', 'https://chat.example.org/');
    assert.equal(other.site, 'chat.example.org');
    assert.equal(other.health.state, 'not-understood');
    assert.match(other.health.reason, /chat\.example\.org/);

    const nowhere = await readHtml(page(), '<p>Hello</p>');
    assert.equal(nowhere.site, 'unknown');
    assert.equal(nowhere.health.state, 'not-understood');
  });

  test('answers whose text is out of reach make a page not understood', async () => {
    const answer = (/** @type {string} */ html) =>
      readHtml(
        page(),
        `<div data-message-author-role="assistant" data-message-id="a">${html}</div>`,
        'https://chatgpt.com/c/1',
      );
    const unread = await answer('<div class="markdown"></div><div>Its text</div>');
    assert.equal(unread.health.state, 'not-understood');
    assert.deepEqual(unread.turns, []);

    const silent = await answer('<div class="markdown"></div><button>Copy</button>');
    assert.equal(silent.health.state, 'ok', 'an answer without any text is just that');
    assert.equal(silent.turns.length, 1);

    const widgets = await answer('<div class="puik-root"><p>Its text</p></div>');
    assert.equal(widgets.health.state, 'unverified');
    assert.match(widgets.health.reason, /widgets/);

    const editor = (/** @type {string} */ gap) =>
      answer(
        `<div class="markdown"><pre><div class="cm-content"><div class="cm-line">a</div>${gap}<div class="cm-line">z</div></div></pre></div>`,
      );
    const scrolled = await editor('<div class="cm-gap"></div>');
    assert.equal(scrolled.health.state, 'unverified');
    assert.match(scrolled.health.reason, /part of its lines/);
    assert.equal((await editor('')).health.state, 'ok');

    const unnamed = await answer('<p>Its text</p>');
    assert.equal(unnamed.health.state, 'unverified');
    assert.equal(unnamed.turns[0].markdown, 'Its text');
  });

  test('a new chat is empty', async () => {
    const html = '<form><div id="prompt-textarea" contenteditable></div></form>';
    const chat = await readHtml(page(), html, 'https://chatgpt.com/');
    assert.equal(chat.health.state, 'empty');
    assert.deepEqual(chat.turns, []);
  });

  test('the address that a saved page gives', async () => {
    const documents = {
      '<!-- saved from url=(0030)https://chatgpt.com/c/abc-1 --><p>x':
        'https://chatgpt.com/c/abc-1',
      '<!--\n Page saved with SingleFile \n url: https://gemini.google.com/app/1 \n--><p>x':
        'https://gemini.google.com/app/1',
      '<link rel="canonical" href="https://a.test/1"><p>x': 'https://a.test/1',
      '<meta property="og:url" content="https://a.test/2"><p>x': 'https://a.test/2',
      '<link rel="canonical" href="/relative"><p>x': null,
      '<p>x': null,
    };
    for (const [html, expected] of Object.entries(documents)) {
      const url = await page().evaluate(async (html) => {
        const { chatUrlOf } = await import(`${location.origin}/web/dom/index.js`);
        return chatUrlOf(new DOMParser().parseFromString(html, 'text/html'));
      }, html);
      assert.equal(url, expected, html);
    }
  });
});
