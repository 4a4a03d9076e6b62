// SPDX-License-Identifier: MIT
// The markup of the sites whose pages differ in nothing but that, after the imitated pages beside this
// file. streaming.js moves it.
//
// Query string: `thought=...`, reasoning that comes with the first words of the answer, where the
// site shows any unasked.

/** @param {string} text */
const safe = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const uuid = () => crypto.randomUUID();
const paragraphs = (text) =>
  text
    .split('\n\n')
    .map((part) => `<p class="whitespace-pre-wrap break-words">${safe(part)}</p>`)
    .join('');

/**
 * By host. `page`: the document, with #messages; `user`, `answer`: a message, the answer still
 * without its text, which comes in a `content` `into` it; `busy`: what says that an answer is made,
 * or no longer; `end`: what stands below an answer that is over. `place` counts messages from 0.
 */
const imitated = {
  'claude.ai': {
    page: `<main><div id="messages"></div><fieldset>
      <div data-testid="chat-input" contenteditable="true" role="textbox"><p><br></p></div>
      <button type="button" data-testid="model-selector-dropdown" aria-haspopup="menu"><div><span>MODEL</span><svg aria-hidden="true"></svg></div></button>
      <button type="submit" aria-label="Send message"></button></fieldset></main>`,
    composer: '[data-testid=chat-input]',
    send: 'fieldset button[type=submit]',
    model: 'Opus 4.5',
    conversation: /^\/chat\//,
    newPath: () => `/chat/${uuid()}`,
    user: ({ place, text }) =>
      `<div data-index="${place}"><div role="article"><div data-testid="user-message">${paragraphs(text)}</div></div></div>`,
    answer: ({ place, live }) =>
      `<div data-index="${place}"><div role="article"><h2 class="sr-only" data-find-omitted="">Claude responded:</h2><div data-is-streaming="${live}"><div class="font-claude-response"></div></div></div></div>`,
    into: '.font-claude-response',
    content: () => '<div class="row-start-2"><div class="progressive-markdown"></div></div>',
    code: (language, text) =>
      `<div class="relative group/copy"><div class="sticky"><button aria-label="Copy code"></button></div><div class="text-text-500">${language}</div><div><pre class="code-block__code"><code class="language-${language}"><span><span class="token">${safe(text)}</span></span></code></pre></div></div>`,
    busy(on, row) {
      row.querySelector('[data-is-streaming]').setAttribute('data-is-streaming', String(on));
      if (!on)
        row.querySelector('.progressive-markdown')?.setAttribute('class', 'standard-markdown');
    },
    end: '<div data-cds="MessageActions"><button data-testid="action-bar-copy" aria-label="Copy"></button></div>',
    changed(rows) {
      for (const row of rows) row.firstElementChild.setAttribute('aria-setsize', rows.length);
    },
  },
  'copilot.microsoft.com': {
    page: `<div data-content="conversation" id="messages"></div>
      <textarea id="userInput" placeholder="Message Copilot"></textarea><button data-testid="submit-button" aria-label="Submit message"></button>`,
    composer: '#userInput',
    send: '[aria-label="Submit message"]',
    conversation: /^\/chats\//,
    newPath: () => `/chats/${uuid().replaceAll('-', '').slice(0, 21)}`,
    user: ({ id, text }) =>
      `<div role="article" id="${id}-user-message" aria-labelledby="${id}-user-message"><div><h2 class="sr-only" data-copy="false">You said</h2><div data-content="user-message"><div class="whitespace-pre-wrap">${safe(text)}</div></div></div></div>`,
    answer: ({ id }) =>
      `<div role="article" data-testid="ai-message" data-content="ai-message" aria-labelledby="${id}-author ${id}-content-0"><div><h2 id="${id}-author" class="sr-only" data-copy="false">Copilot said</h2></div><div class="items"></div></div>`,
    into: '.items',
    content: ({ id }) => `<div class="group/ai-message-item" id="${id}-content-0"></div>`,
    paragraph: '<p><span></span></p>',
    code: (language, text) =>
      `<div class="rounded-xl"><div class="flex"><span class="capitalize">${language}</span><button title="Copy code" data-copy="false"><div>Copy</div></button></div><div class="rounded-b-xl"><div class="whitespace-pre"><pre><code class="font-ligatures-none"><span>${safe(text)}\n</span></code></pre></div></div></div>`,
    busy(on) {
      sendButton().dataset.testid = on ? 'stop-button' : 'submit-button';
    },
    end: '<div data-copy="false" data-testid="message-item-reactions"><button title="Good response"></button></div>',
  },
  'www.perplexity.ai': {
    page: `<main><div id="messages"></div></main>
      <div id="ask-input" contenteditable="true" role="textbox" data-lexical-editor="true"><p><br></p></div><button data-testid="submit-button" aria-label="Submit"></button>`,
    composer: '#ask-input',
    send: '[aria-label=Submit]',
    conversation: /^\/search\//,
    newPath: () => `/search/what-is-it-${uuid().slice(0, 8)}.1`,
    user: ({ text }) =>
      `<div class="group/user-bubble"><span class="select-text whitespace-pre-line">${safe(text)}</span><button>Edit</button></div>`,
    answer: () => '<div><div class="has-inline-images"></div></div>',
    into: '.has-inline-images',
    content: () => '<div class="prose inline" data-renderer="lm"></div>',
    code: (language, text) => `<pre><code class="language-${language}">${safe(text)}</code></pre>`,
    busy(on) {
      sendButton().dataset.testid = on ? 'stop-generating-response-button' : 'submit-button';
    },
    end: '<div><button>Related question</button></div>',
  },
  'grok.com': {
    page: `<main><div id="messages"></div><form><div contenteditable="true" class="tiptap ProseMirror"><p><br></p></div>
      <button type="button" id="model-select-trigger"><span>MODEL</span></button><button type="submit"></button></form></main>`,
    composer: '.ProseMirror',
    send: 'button[type=submit]',
    model: 'Grok 4.1',
    conversation: /^\/c\//,
    newPath: () => `/c/${uuid()}`,
    user: ({ id, text }) =>
      `<div class="relative group flex flex-col items-end" id="response-${id}"><div dir="auto" class="message-bubble"><div class="relative"><div class="response-content-markdown markdown"><p>${safe(text)}</p></div></div></div><div class="action-buttons"><button aria-label="Edit"></button></div></div>`,
    answer: ({ id }) =>
      `<div class="relative group flex flex-col items-start" id="response-${id}"><div dir="auto" class="message-bubble"><div class="relative"></div></div></div>`,
    into: '.message-bubble > .relative',
    content: () => '<div class="response-content-markdown markdown"></div>',
    code: (language, text) =>
      `<div class="not-prose"><div data-testid="code-block"><div><span class="font-mono text-xs">${language}</span><button>Copy</button></div><div class="shiki"><pre class="shiki"><code>${text
        .split('\n')
        .map((line) => `<span class="line"><span>${safe(line)}</span></span>`)
        .join('\n')}</code></pre></div></div></div>`,
    // Only the label of a button says it, in the page's language.
    busy: () => {},
    end: '<div class="action-buttons"><button aria-label="Regenerate"></button><div>1.3s</div></div>',
  },
  'chat.mistral.ai': {
    page: `<main><div id="messages"></div><form><div contenteditable="true" class="ProseMirror"><p><br></p></div><button type="submit"></button></form></main>`,
    composer: '.ProseMirror',
    send: 'button[type=submit]',
    conversation: /^\/chat\//,
    newPath: () => `/chat/${uuid()}`,
    user: ({ id, text }) =>
      `<div data-message-id="${id}" data-message-author-role="user"><div class="select-text"><span class="whitespace-pre-wrap">${safe(text)}</span></div><button aria-label="Edit"></button></div>`,
    answer: ({ id }) =>
      `<div data-message-id="${id}" data-message-author-role="assistant"><div class="parts"></div></div>`,
    into: '.parts',
    content: () =>
      '<div data-testid="text-message-part" data-message-part-type="answer"><div class="markdown-container-style"></div></div>',
    thought: (text) =>
      `<div data-message-part-type="reasoning"><div class="markdown-container-style"><p>${safe(text)}</p></div></div>`,
    code: (language, text) => `<pre><code class="language-${language}">${safe(text)}</code></pre>`,
    // Nothing is known that says it.
    busy: () => {},
    end: '<button aria-label="Copy"></button>',
  },
  'chat.deepseek.com': {
    page: `<div class="ds-virtual-list"><div class="ds-virtual-list-visible-items" id="messages"></div></div>
      <textarea name="search"></textarea><div role="button" class="ds-button ds-button--primary ds-button--circle"><svg><path d="M8.3125 0.98"></path></svg></div>`,
    composer: 'textarea',
    send: '[role=button].ds-button--primary',
    conversation: /^\/a\/chat\/s\//,
    newPath: () => `/a/chat/s/${uuid()}`,
    user: ({ place, text }) =>
      `<div data-virtual-list-item-key="-${place + 1}"><div class="ds-message"><div class="ds-collapsible-text">${safe(text)}</div></div></div>`,
    answer: ({ place, live }) =>
      `<div data-virtual-list-item-key="${place + 1}"><div class="ds-message">${live ? '<div class="ds-loading"></div>' : ''}</div></div>`,
    into: '.ds-message',
    content: () => '<div class="ds-markdown ds-assistant-message-main-content"></div>',
    thought: (text) =>
      `<div class="thoughts"><span>Thought for 3 seconds</span><div class="ds-think-content"><div class="ds-markdown"><p class="ds-markdown-paragraph"><span>${safe(text)}</span></p></div></div></div>`,
    paragraph: '<p class="ds-markdown-paragraph"></p>',
    item: '<li><p class="ds-markdown-paragraph"></p></li>',
    code: (language, text) =>
      `<div class="md-code-block md-code-block-light"><div class="md-code-block-banner-wrap"><div class="md-code-block-banner"><div><div><span>${language}</span></div><div><div role="button" class="ds-button"><span>Copy</span></div></div></div></div></div><pre>${safe(text)}\n</pre></div>`,
    busy(on) {
      const icon = on ? 'M2 4.88C2 3.68009' : 'M8.3125 0.98';
      sendButton().querySelector('path').setAttribute('d', icon);
    },
    end: '<div><div role="button" class="ds-icon-button"></div></div>',
  },
};

const markup = imitated[location.hostname];
const shownModel = new URLSearchParams(location.search).get('model') ?? markup.model ?? '';
const thought = new URLSearchParams(location.search).get('thought');
document.body.insertAdjacentHTML('afterbegin', markup.page.replace('MODEL', safe(shownModel)));
const messages = document.getElementById('messages');
const button = document.querySelector(markup.send);
const sendButton = () => button;

function made(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** The element that `html` is, its innermost one filled. */
function around(html, nodes) {
  const element = made(html);
  innermost(element).append(...nodes);
  return element;
}

function innermost(element) {
  let at = element;
  while (at.firstElementChild !== null) at = at.firstElementChild;
  return at;
}

function add(html) {
  const row = made(html);
  messages.append(row);
  markup.changed?.(messages.children);
  return row;
}

window.site = {
  defaultModel: markup.model,
  composer: () => document.querySelector(markup.composer),
  sendButton,
  isConversation: (path) => markup.conversation.test(path),
  conversationPath: markup.newPath,

  addUser(id, text) {
    add(markup.user({ id, place: messages.children.length, text }));
  },

  addAnswer(id, _model, live = false) {
    const row = add(markup.answer({ id, place: messages.children.length, live }));
    const part = made(markup.content({ id }));
    const content = innermost(part);
    const mount = () => {
      const into = row.matches(markup.into) ? row : row.querySelector(markup.into);
      into.replaceChildren(
        ...(live && thought !== null && markup.thought ? [made(markup.thought(thought))] : []),
        part,
      );
    };
    // While the model thinks there is nothing to hold its text.
    if (!live) mount();
    else {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        mount();
      });
      observer.observe(content, { childList: true });
    }
    return { row, content };
  },

  code: (language, text) => made(markup.code(language, text)),
  ...(markup.paragraph && { paragraph: (nodes) => around(markup.paragraph, nodes) }),
  ...(markup.item && { item: (nodes) => around(markup.item, nodes) }),

  setStreaming: (on, { row }) => markup.busy(on, row),
  finish: ({ row }) => row.append(made(markup.end)),

  removeLastAnswer() {
    messages.lastElementChild.remove();
    markup.changed?.(messages.children);
  },
  clear: () => messages.replaceChildren(),
};
window.chat = new window.StreamingChat(window.site);
