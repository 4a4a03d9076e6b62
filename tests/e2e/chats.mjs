// SPDX-License-Identifier: MIT
// The imitated chat pages in use: opened with the extension, a prompt sent, the answer awaited. And
// what their turns must be counted as.
import { get_encoding } from 'tiktoken';
import { createTokenwatt } from '../../web/dist/index.js';
import { until } from './extension.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./extension.mjs').TestExtension} TestExtension */

/** Words that may stand in no request and no storage. */
export const promptWord = 'marmalade';
export const answerWord = 'quokkas';
export const prompt = `How many spoons of ${promptWord} do I need for 12 toasts?`;
const answer = [
  `About **24** spoons, as any of the \`${answerWord}\` would say:`,
  '- two for each toast\n- none for the *plate*',
  '```python\nfor toast in range(12):\n    spread(2)\n```',
  'Enjoy your breakfast.',
].join('\n\n');
const thought = `They ask for ${promptWord}, so I multiply.`;

/**
 * A page, with what its turns must be posted as; `template`: tokens around one prompt, from
 * data/chat_templates.csv; `thinks`: it shows its reasoning unasked.
 * @typedef {object} Chat
 * @property {string} name @property {string} host @property {string} path
 * @property {string} composer selector @property {string} provider
 * @property {string | undefined} model undefined where the page names none: then the payload has none
 * @property {number} template
 * @property {boolean} [thinks]
 */

const anyTemplate = 1 + 5 + 3;

/** @type {Chat[]} */
export const chats = [
  {
    name: 'ChatGPT, author-role pages',
    host: 'chatgpt.com',
    path: '/?',
    composer: '#prompt-textarea',
    provider: 'OpenAI',
    model: 'gpt-5-3',
    template: 4 + 3,
  },
  {
    name: 'ChatGPT, app shell',
    host: 'chatgpt.com',
    path: '/?renderer=app-shell&',
    composer: 'form[data-chatgpt-composer] [data-composer-markdown]',
    provider: 'OpenAI',
    model: undefined,
    template: anyTemplate,
  },
  {
    name: 'Gemini',
    host: 'gemini.google.com',
    path: '/app?',
    composer: '.ql-editor',
    provider: 'Google',
    model: 'Gemini Flash',
    template: anyTemplate,
  },
  {
    name: 'Claude',
    host: 'claude.ai',
    path: '/new?',
    composer: '[data-testid=chat-input]',
    provider: 'Anthropic',
    model: 'Claude Opus 4.5',
    template: anyTemplate,
  },
  {
    name: 'Copilot',
    host: 'copilot.microsoft.com',
    path: '/?',
    composer: '#userInput',
    provider: 'Microsoft',
    model: undefined,
    template: anyTemplate,
  },
  {
    name: 'Perplexity',
    host: 'www.perplexity.ai',
    path: '/?',
    composer: '#ask-input',
    provider: 'Perplexity',
    model: undefined,
    template: anyTemplate,
  },
  {
    name: 'Grok',
    host: 'grok.com',
    path: '/?',
    composer: '.ProseMirror',
    provider: 'xAI',
    model: 'Grok 4.1',
    template: anyTemplate,
  },
  {
    name: 'Le Chat',
    host: 'chat.mistral.ai',
    path: '/chat?',
    composer: '.ProseMirror',
    provider: 'Mistral AI',
    model: undefined,
    template: anyTemplate,
    thinks: true,
  },
  {
    name: 'DeepSeek',
    host: 'chat.deepseek.com',
    path: '/?',
    composer: 'textarea',
    provider: 'DeepSeek',
    model: undefined,
    template: anyTemplate,
    thinks: true,
  },
];

export const [chatgpt, , gemini] = /** @type {[Chat, Chat, Chat]} */ (chats);

/**
 * Opens a chat page and finds its tab.
 * @param {TestExtension} extension @param {Chat} chat
 * @param {Record<string, string>} [options] of the imitated page
 */
export async function openChat(extension, chat, options = {}) {
  const known = new Set((await extension.tabs()).map(({ id }) => id));
  const more = chat.thinks ? { thought } : {};
  const query = new URLSearchParams({ answer, rate: '120', ...more, ...options });
  const page = await extension.newPage(`${extension.originOf(chat.host)}${chat.path}${query}`);
  let tabId = -1;
  await until(async () => {
    tabId = (await extension.tabs()).find(({ id }) => !known.has(id))?.id ?? -1;
    return tabId !== -1;
  }, 'the extension has seen the page');
  return { page, tabId };
}

/**
 * Types the prompt, sends it, waits for the answer's end.
 * @param {Page} page @param {Chat} [chat]
 * @returns {Promise<{ prompt: string, answer: string, sentMs: number, firstTokenMs: number }>} the
 *   page's own record of the turn
 */
export async function sendPrompt(page, chat = chatgpt) {
  const before = await page.evaluate(() => /** @type {any} */ (window).__truth.turns.length);
  await page.bringToFront();
  await page.click(chat.composer);
  await page.keyboard.type(prompt);
  await page.keyboard.press('Enter');
  await until(
    () => page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n]?.doneMs, before),
    'the answer ends',
  );
  return page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n], before);
}

/** Waits for the text of a tab's badge. @param {TestExtension} extension @param {number} tabId @param {string} expected */
export async function badgeShows(extension, tabId, expected) {
  let shown = '';
  await until(async () => {
    shown = (await extension.badge(tabId)).text;
    return shown === expected;
  }, `the badge shows ${expected}`).catch((error) => {
    throw new Error(`${error.message}; it shows "${shown}"`);
  });
}

/** Counts as it must be counted: GPT's by tiktoken; of others no page can know more than the estimator does. */
export async function createCounts() {
  const encoding = get_encoding('o200k_base');
  const estimator = await createTokenwatt();
  return { tokens, reasoningTokens, tokensOf, free: () => encoding.free() };

  /** @param {string} text @param {Chat} [chat] */
  function tokens(text, chat = chatgpt) {
    if (chat.provider === 'OpenAI') return encoding.encode(text, [], []).length;
    const { model = '', provider } = chat;
    return estimator.countTokens(text, { model, provider });
  }

  /** @param {Chat} chat */
  function reasoningTokens(chat) {
    return chat.thinks ? tokens(thought, chat) : 0;
  }

  /** All tokens of the first turn of a chat. @param {{ prompt: string, answer: string }} turn @param {Chat} [chat] */
  function tokensOf(turn, chat = chatgpt) {
    const answered = tokens(turn.answer, chat) + reasoningTokens(chat);
    return tokens(turn.prompt, chat) + chat.template + answered;
  }
}
