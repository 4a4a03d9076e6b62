// SPDX-License-Identifier: MIT
// Imitated pages of every site and page generation -> turns, model and health. What a live page
// does while it streams is in watch.test.mjs; here are its states at one moment.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sites } from '../../web/sites/index.js';
import { inEachBrowser, readHtml } from './pages.mjs';

const folder = new URL('./pages/', import.meta.url);
const imitated = (/** @type {string} */ name) =>
  readFileSync(new URL(`${name}.html`, folder), 'utf8');

/** @typedef {Partial<import('../../web/dom/read.js').ChatTurn>} Turn */

const user = (/** @type {string} */ id, /** @type {string} */ markdown, more = {}) => ({
  id,
  role: 'user',
  markdown,
  streaming: false,
  ...more,
});
const answer = (/** @type {string} */ id, /** @type {string} */ markdown, more = {}) => ({
  ...user(id, markdown, more),
  role: 'assistant',
});

const slug = (/** @type {string} */ model) => ({ model, modelFoundBy: 'slug' });
const picker = (/** @type {string} */ model) => ({ model, modelFoundBy: 'picker' });

/**
 * What each page holds. `reason` is a part of the health's; `verified` whether its rules are.
 * @type {Record<string, { site: string, layer: string, state?: string, verified?: boolean, reason?: RegExp, incomplete?: boolean, turns: object[] }>}
 */
const expected = {
  'chatgpt-article': {
    site: 'chatgpt',
    layer: 'author-role',
    turns: [
      user('u1', 'Was steht da?', { attachments: ['image'] }),
      answer('a1', 'Eine **Formel**:\n\n```bash\nls -l\n```', slug('gpt-4o')),
    ],
  },
  'chatgpt-widgets': {
    site: 'chatgpt',
    layer: 'author-role',
    state: 'unverified',
    reason: /widgets/,
    turns: [
      user('u1', 'Compare them'),
      answer(
        'a1',
        '## Both kinds\n\nThey differ in size.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |',
        slug('gpt-5-7'),
      ),
      user('u2', 'And in words?'),
      answer('a2', 'The first is larger.'),
      user('u3', 'Draw it'),
      answer('a3', '', { attachments: ['image'] }),
    ],
  },
  'chatgpt-thinking': {
    site: 'chatgpt',
    layer: 'author-role',
    incomplete: true,
    turns: [
      user('u2', '調べて'),
      answer('a2', '', {
        reasoning: 'First I look for *dates*.',
        streaming: true,
        ...slug('gpt-5-6-thinking'),
      }),
    ],
  },
  'chatgpt-app-shell-units': {
    site: 'chatgpt',
    layer: 'app-shell-2026-09',
    verified: false,
    turns: [
      user('p1', 'Write to her', { attachments: ['file'] }),
      answer('r1', 'Here it is:\n\nDear Ann,\n\ncome **soon**.', { reasoning: 'I read the plan.' }),
      user('p2', 'Draw two'),
      answer('r2', '', { attachments: ['image', 'image'] }),
    ],
  },
  claude: {
    site: 'claude',
    layer: 'standard-markdown',
    state: 'unverified',
    reason: /document that the page shows elsewhere/,
    incomplete: true,
    turns: [
      user('prompt-2', 'First line\nsecond line\n\nSecond paragraph', { attachments: ['file'] }),
      answer(
        'answer-3',
        '## Plan\n\n3. go\n4. come back\n\n\\( x^2 \\) is a square.\n\nThat is *all*.',
        {
          reasoning: 'She wants a plan.',
          attachments: ['file'],
          ...picker('Claude Opus 4.5'),
        },
      ),
      user('prompt-4', 'And then?'),
      answer('answer-5', 'Then we', { streaming: true, ...picker('Claude Opus 4.5') }),
    ],
  },
  'claude-nested-thoughts': {
    site: 'claude',
    layer: 'standard-markdown',
    turns: [
      user('prompt-0', 'Find one'),
      answer('answer-1', 'I look for it.\n\nFound: `one`', {
        reasoning: 'Where to look:\n\n- here',
        ...picker('Claude Sonnet 4.5'),
      }),
    ],
  },
  'claude-2025-08': {
    site: 'claude',
    layer: 'claude-message',
    turns: [user('prompt-0', 'List it\n\n- a'), answer('answer-1', 'Two:\n\n- **a**\n- b')],
  },
  copilot: {
    site: 'copilot',
    layer: 'data-content',
    turns: [
      user('q1', 'Say hello\ntwice'),
      answer('r1', 'Hello, **you**.\n\nHello `again`.'),
      user('q2', 'Once more'),
      answer('r2', '', { streaming: true }),
    ],
  },
  perplexity: {
    site: 'perplexity',
    layer: 'markdown-content',
    verified: false,
    turns: [
      user('turn-1', 'What is it?'),
      answer('turn-2', 'A **thing**.\n\n## More\n\nIt is small.'),
      user('turn-3', 'Show it'),
      answer('turn-4', '```sh\nls\n```'),
    ],
  },
  'perplexity-prose': {
    site: 'perplexity',
    layer: 'prose-2026-08',
    verified: false,
    turns: [
      user('turn-1', "Che cos'è?"),
      answer('turn-2', 'Una cosa.'),
      user('turn-3', 'E poi?'),
      answer('turn-4', 'Poi', { streaming: true }),
    ],
  },
  grok: {
    site: 'grok',
    layer: 'responses',
    turns: [
      user('g1', 'Print it'),
      answer('g2', 'So:\n\n```python\nprint(1)\n```', {
        reasoning: 'Printing is easy.',
        ...picker('Grok 4.1'),
      }),
      user('g3', 'Thanks'),
    ],
  },
  mistral: {
    site: 'mistral',
    layer: 'message-parts',
    verified: false,
    turns: [
      user('m1', 'Compte\nles'),
      answer('m2', 'I count **them**:\n\n- one\n- two', { reasoning: 'One, two.' }),
    ],
  },
  deepseek: {
    site: 'deepseek',
    layer: 'ds-message',
    verified: false,
    turns: [
      user('message--4', 'What is it?\nAnd why?'),
      answer('message-4', 'It is **this**.\n\n```bash\nls -a\npwd\n```\n\n1. first\n2. second', {
        reasoning: 'They ask twice.',
      }),
      user('message--6', 'More'),
      answer('message-6', '', { reasoning: 'More of', streaming: true }),
    ],
  },
};

const providers = new Map(sites.map(({ site, provider }) => [site, provider]));

inEachBrowser('imitated pages', (page) => {
  for (const [name, { site, layer, reason, incomplete = false, turns, ...rest }] of Object.entries(
    expected,
  )) {
    const verified = rest.verified ?? true;
    const state = rest.state ?? (verified ? 'ok' : 'unverified');
    test(name, async () => {
      const chat = await readHtml(page(), imitated(name));
      assert.deepEqual(chat.turns, turns);
      assert.equal(chat.site, site);
      assert.equal(chat.provider, providers.get(site));
      assert.equal(chat.incomplete, incomplete);
      assert.equal(chat.health.state, state, chat.health.reason);
      assert.equal(chat.health.layer, layer);
      assert.equal(chat.health.verified !== null, verified);
      if (reason) assert.match(chat.health.reason, reason);
      if (!verified) assert.match(chat.health.reason, /no captured page/);

      // A saved page may not say where it comes from: then its markup does.
      const nameless = imitated(name).replace(/<(?:link rel="canonical"|meta property)[^>]*>/, '');
      const again = await readHtml(page(), nameless);
      assert.equal(again.site, site);
      assert.deepEqual(again.turns, turns);
    });
  }

  test('a host without an adapter is read by marks of roles, and stays unverified', async () => {
    const chat = await readHtml(page(), imitated('generic'), 'https://chat.example.org/c/1');
    assert.equal(chat.site, 'chat.example.org');
    assert.equal(chat.provider, null);
    assert.equal(chat.health.state, 'unverified');
    assert.equal(chat.health.verified, null);
    assert.deepEqual(chat.turns, [
      user('x1', 'Hi'),
      answer('x2', 'Hello, *you*.', slug('llama-3.1-8b')),
      user('x3', 'Go on'),
      answer('x4', 'I go', { streaming: true }),
    ]);
  });

  test('elements named after roles are marks too', async () => {
    const html = '<user-message>Hi</user-message><assistant-message><p>Ho</p></assistant-message>';
    const chat = await readHtml(page(), html, 'https://chat.example.org/');
    assert.deepEqual(chat.turns, [user('turn-1', 'Hi'), answer('turn-2', 'Ho')]);
  });

  test('marks that are not certain give no turns', async () => {
    const mark = (/** @type {string} */ role, /** @type {string} */ text) =>
      `<div data-role="${role}">${text}</div>`;
    const uncertain = {
      'answers without a prompt': mark('assistant', 'a') + mark('assistant', 'b'),
      'prompts without an answer': mark('user', 'a') + mark('user', 'b'),
      'a prompt within an answer': mark('assistant', `a ${mark('user', 'b')}`) + mark('user', 'c'),
      'unknown roles': mark('header', 'a') + mark('content', 'b'),
      'words for people': '<p aria-label="You said">a</p><p aria-label="Bot said">b</p>',
      'a form alone': '<form><textarea></textarea></form>',
    };
    for (const [what, html] of Object.entries(uncertain)) {
      const chat = await readHtml(page(), html, 'https://chat.example.org/');
      assert.equal(chat.health.state, 'not-understood', what);
      assert.deepEqual(chat.turns, [], what);
    }
  });

  test('a message that Grok gives no side makes its page not understood', async () => {
    const html = imitated('grok').replace(
      'group items-end" id="response-g3"',
      '" id="response-g3"',
    );
    const chat = await readHtml(page(), html);
    assert.equal(chat.health.state, 'not-understood');
    assert.deepEqual(chat.turns, []);
  });

  test('new chats are empty, and pages of another layout not understood', async () => {
    const composers = {
      chatgpt: '<form data-chatgpt-composer><div data-composer-markdown></div></form>',
      gemini: '<rich-textarea><div class="ql-editor"></div></rich-textarea>',
      claude: '<div data-testid="chat-input" contenteditable="true"></div>',
      copilot: '<textarea id="userInput"></textarea>',
      perplexity: '<div id="ask-input" contenteditable="true"></div>',
      grok: '<form><div contenteditable="true" class="tiptap ProseMirror"></div></form>',
      mistral: '<form><div contenteditable="true" class="ProseMirror"></div></form>',
      deepseek: '<textarea></textarea>',
    };
    for (const { site, hosts, name } of sites) {
      const composer = composers[/** @type {keyof typeof composers} */ (site)];
      const blank = await readHtml(page(), composer, `https://${hosts[0]}/`);
      assert.equal(blank.site, site);
      assert.equal(blank.health.state, 'empty', site);
      const other = await readHtml(page(), '<main><p>Hi</p></main>', `https://${hosts[0]}/`);
      assert.equal(other.health.state, 'not-understood', site);
      assert.ok(other.health.reason.includes(name), other.health.reason);
    }
  });

  test('a page with more messages than any chat has is not read', async () => {
    const html = '<div data-message-author-role="user">a</div>'.repeat(2001);
    const chat = await readHtml(page(), html, 'https://chatgpt.com/c/1');
    assert.equal(chat.health.state, 'not-understood');
    assert.deepEqual(chat.turns, []);
  });

  test('messages that lie 20,000 elements deep are read soon or not at all', async () => {
    const marks = sites.flatMap(({ hosts }) =>
      [150, 1500].map((count) => ({ url: `https://${hosts[0]}/c/1`, count })),
    );
    for (const { url, count } of marks) {
      const { ms, state } = await page().evaluate(readDeep, url, count);
      assert.ok(ms < 5000, `${url} with ${count}: ${ms} ms, ${state}`);
    }
  });
});

/** In the page: as many messages of any site as wanted, at the bottom of a tall tree. */
async function readDeep(/** @type {string} */ url, /** @type {number} */ count) {
  const { readChat } = await import(`${location.origin}/web/dom/index.js`);
  const parsed = document.implementation.createHTMLDocument('');
  const messages = parsed.createDocumentFragment();
  for (let index = 0; index < count; index += 1) {
    const message = Object.assign(parsed.createElement('div'), { textContent: 'x' });
    const side = index % 2 === 0 ? 'user' : 'assistant';
    const user = side === 'user';
    message.id = `response-${index}`;
    message.className = user
      ? 'group/query items-end'
      : 'prose inline font-claude-response items-start ds-message';
    message.setAttribute('data-message-author-role', side);
    message.setAttribute('data-content', user ? 'user-message' : 'ai-message');
    message.setAttribute(user ? 'data-testid' : 'data-is-streaming', 'user-message');
    messages.append(message, parsed.createElement(user ? 'user-query' : 'model-response'));
  }
  /** @type {Node} */
  let content = messages;
  // In pieces: one by one takes browsers the square of the depth.
  for (let piece = 0; piece < 20; piece += 1) {
    /** @type {Element} */
    const outer = parsed.createElement('div');
    let inner = outer;
    for (let level = 1; level < 1000; level += 1) {
      inner.append(parsed.createElement('div'));
      inner = inner.firstElementChild ?? inner;
    }
    inner.append(content);
    content = outer;
  }
  parsed.body.append(content);
  const start = performance.now();
  const chat = readChat(parsed, url);
  return { ms: performance.now() - start, state: chat.health.state };
}

test('conversations have the ids of their addresses', () => {
  const conversations = {
    'https://chatgpt.com/c/0f-1': '0f-1',
    'https://chatgpt.com/g/g-abc/c/0f-1?model=x': '0f-1',
    'https://chatgpt.com/': null,
    'https://gemini.google.com/u/1/app/0123abcd': '0123abcd',
    'https://gemini.google.com/app': null,
    'https://claude.ai/chat/0c-1': '0c-1',
    'https://claude.ai/new': null,
    'https://copilot.microsoft.com/chats/A1b2': 'A1b2',
    'https://copilot.microsoft.com/': null,
    'https://www.perplexity.ai/search/what-is-AbC.1': 'what-is-AbC.1',
    'https://www.perplexity.ai/': null,
    'https://grok.com/c/5d-1': '5d-1',
    'https://grok.com/': null,
    'https://chat.mistral.ai/chat/1a-1': '1a-1',
    'https://chat.mistral.ai/chat': null,
    'https://chat.deepseek.com/a/chat/s/2a-1': '2a-1',
    'https://chat.deepseek.com/': null,
  };
  for (const [address, id] of Object.entries(conversations)) {
    const url = new URL(address);
    const site = sites.find(({ hosts }) => hosts.includes(url.hostname));
    assert.equal(site?.conversationOf(url), id, address);
  }
});

test('providers are those of the table, and every imitated page is read by a test', () => {
  const table = readFileSync(new URL('../../data/providers.csv', import.meta.url), 'utf8');
  const names = new Set(table.split('\n').map((row) => row.split(',')[1]));
  for (const { site, provider } of sites) assert.ok(names.has(provider), `${site}: ${provider}`);
  const elsewhere = ['blank', 'chatgpt-app-shell', 'chatgpt-author-role', 'chatgpt-logged-out'];
  const known = new Set([...Object.keys(expected), ...elsewhere, 'gemini', 'generic']);
  const pages = readdirSync(folder).filter((name) => /^(?!streaming).*\.html$/.test(name));
  for (const name of pages) assert.ok(known.has(name.slice(0, -'.html'.length)), name);
});
