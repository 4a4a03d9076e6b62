// SPDX-License-Identifier: MIT
// ChatGPT. Several renderers are live at once; the newest is tried first.
import { markdownFromDom } from '../dom/markdown.js';
import { styles } from '../dom/styles.js';
import { hasText, typedText } from '../dom/text.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */

/** @param {Element[]} elements @param {string | null} model */
function answerMarkdown(elements, model) {
  const style = /^(gpt-[34]|chatgpt-4|o[134])/.test(model ?? '') ? styles.gpt4 : styles.gpt5;
  return elements
    .map((element) => markdownFromDom(element, { ...style, everyItemHasParagraph: true }))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** @param {ParentNode} root @param {string} selector */
const all = (root, selector) => [...root.querySelectorAll(selector)];

/** Without those that lie in another of them. @param {Element[]} elements in document order */
function outermost(elements) {
  /** @type {Element[]} */
  const kept = [];
  for (const element of elements) if (!kept.at(-1)?.contains(element)) kept.push(element);
  return kept;
}

const imageSelector = '[data-testid=generated-image-preview], img';
const fileSelector = '[class~="group/resource-card"], [class~="group/file-tile"]';

/** @param {Element} element @returns {import('./types.js').Attachment[]} */
function attachmentsIn(element) {
  return outermost(all(element, `${imageSelector}, ${fileSelector}`)).map((found) =>
    found.matches(fileSelector) ? 'file' : 'image',
  );
}

/** The prompt as typed, from the first of these that the message holds. */
function promptText(/** @type {Element} */ message, /** @type {string[]} */ selectors) {
  for (const selector of selectors) {
    const found = outermost(all(message, selector));
    if (found.length > 0) return found.map(typedText).join('\n');
  }
  return typedText(message);
}

/**
 * App shell, since 2026-09-21. An exchange holds the prompt's unit and the answer's; nothing on
 * the page names the model.
 * @type {Layer}
 */
const appShell = {
  name: 'app-shell-2026-09',
  verified: null,
  detect: (root) => root.querySelector('[data-turn-key]') !== null,
  turns: (root) =>
    all(root, '[data-turn-key]').flatMap((exchange) => appShellExchange(root, exchange)),
  busy: (root) => root.querySelector('[data-talvt-turn-state=in_progress]') !== null,
};

const appShellAnswer = '[data-markdown-text-style=assistant-message]';

/** @param {ParentNode} root @param {Element} exchange @returns {PageTurn[]} */
function appShellExchange(root, exchange) {
  const key = exchange.getAttribute('data-turn-key') ?? '';
  const state =
    exchange.getAttribute('data-talvt-turn-state') ??
    exchange.querySelector('[data-talvt-turn-state]')?.getAttribute('data-talvt-turn-state');
  /** @type {PageTurn[]} */
  const turns = [];
  const user = exchange.querySelector(
    '[data-content-search-unit-key$=":user"], [data-chatgpt-search-unit-key$=":user"], [data-user-message-bubble]',
  );
  if (user !== null) {
    turns.push({
      id: key,
      ownId: key !== '',
      role: 'user',
      element: user,
      model: null,
      streaming: false,
      markdown() {
        const rendered = user.querySelector('[data-markdown-text-tone=user-message]');
        if (rendered !== null) return markdownFromDom(rendered);
        return promptText(user, [
          '[data-user-message-bubble] .whitespace-pre-wrap',
          '[data-user-message-bubble]',
        ]);
      },
      reasoning: () => '',
      modelFoundBy: null,
      attachments: () => attachmentsIn(user),
      hasText: () => hasText(user),
    });
  }
  const answers = outermost(all(exchange, appShellAnswer));
  const thoughts = outermost(all(exchange, '[data-markdown-text-style=thought]'));
  const first = answers[0] ?? thoughts[0];
  if (first !== undefined) {
    const model = appShellModel(root);
    const ids = first
      .closest('[data-chatgpt-search-message-ids]')
      ?.getAttribute('data-chatgpt-search-message-ids');
    const reply = ids
      ?.split(/[\s,]+/)
      .filter(Boolean)
      .at(-1);
    turns.push({
      id: reply ?? `${key}:answer`,
      ownId: reply !== undefined,
      role: 'assistant',
      element: first,
      model,
      modelFoundBy: model ? 'picker' : null,
      attachments: () => attachmentsIn(exchange).slice(user ? attachmentsIn(user).length : 0),
      streaming: state === 'in_progress',
      markdown: () => answerMarkdown(answers, model),
      reasoning: () => answerMarkdown(thoughts, model),
      hasText: () => answers.some(hasText) || thoughts.some(hasText),
      ...(exchange.querySelector('.cm-gap') && {
        doubt: 'a code block shows only a part of its lines',
      }),
    });
  }
  return turns;
}

/** The trigger's label names the model, or only the effort (in any language): then none. */
function appShellModel(/** @type {ParentNode} */ root) {
  const label = root.querySelector('[data-codex-intelligence-trigger]')?.textContent?.trim() ?? '';
  return /\d/.test(label) ? label : null;
}

/**
 * `data-message-author-role`, on <article> until March 2026 and on <section> since. One answer may
 * span several messages (thinking in between), which make one turn.
 * @type {Layer}
 */
const authorRole = {
  name: 'author-role',
  verified: '2026-07-01',
  detect: (root) => root.querySelector('[data-message-author-role]') !== null,
  turns(root) {
    const messages = outermost(
      all(root, '[data-message-author-role=user], [data-message-author-role=assistant]'),
    );
    /** @type {[Element, ...Element[]][]} */
    const groups = [];
    for (const message of messages) {
      const before = groups.at(-1);
      const both = before && roleOf(before[0]) === 'assistant' && roleOf(message) === 'assistant';
      if (both) before.push(message);
      else groups.push([message]);
    }
    const stopShown = showsStop(root);
    return groups.map((group, index) =>
      roleOf(group[0]) === 'user'
        ? authorRoleUser(group[0], index)
        : authorRoleAnswer(group, index, stopShown && index === groups.length - 1),
    );
  },
  busy: showsStop,
};

/** @param {ParentNode} root */
function showsStop(root) {
  return root.querySelector('[data-testid=stop-button]') !== null;
}

const roleOf = (/** @type {Element} */ message) => message.getAttribute('data-message-author-role');

/** @param {Element} message @param {number} index */
function ownIdOf(message, index) {
  const own = message.getAttribute('data-message-id');
  return { id: own ?? `turn-${index + 1}`, ownId: Boolean(own) };
}

/** @returns {PageTurn} */
function authorRoleUser(/** @type {Element} */ message, /** @type {number} */ index) {
  return {
    ...ownIdOf(message, index),
    role: 'user',
    element: message,
    model: null,
    modelFoundBy: null,
    attachments: () => attachmentsIn(message),
    streaming: false,
    markdown: () =>
      promptText(message, [
        '[data-user-message-copy]',
        '.whitespace-pre-wrap',
        '.user-message-bubble-color',
      ]),
    reasoning: () => '',
    hasText: () => hasText(message),
  };
}

/** Commentary on the model's work lies in the status. @param {Element} content */
const isAnswer = (content) => content.closest('[data-streaming-response-status]') === null;

/**
 * @param {[Element, ...Element[]]} messages @param {number} index @param {boolean} stopShown
 * @returns {PageTurn}
 */
function authorRoleAnswer(messages, index, stopShown) {
  const model =
    messages.map((message) => message.getAttribute('data-message-model-slug')).findLast(Boolean) ??
    null;
  const contents = messages.flatMap((message) => {
    const found = outermost(all(message, '.markdown, [data-assistant-markdown]'));
    // Before the answer's own element comes, a message holds only what the model is busy with.
    return found.length > 0 || stopShown ? found.filter(isAnswer) : [message];
  });
  const doubt = stopShown ? undefined : messages.map(layoutDoubt).find(Boolean);
  return {
    ...ownIdOf(messages[0], index),
    role: 'assistant',
    element: messages[0],
    model,
    modelFoundBy: model ? 'slug' : null,
    attachments: () => messages.flatMap(attachmentsIn),
    streaming: stopShown || contents.some((content) => content.matches('.result-streaming')),
    markdown: () => answerMarkdown(contents, model),
    reasoning: () => '',
    hasText: () => contents.some(hasText),
    ...(doubt && { doubt }),
  };
}

/** Why a finished answer may hold more than is read, '' for a known layout. @param {Element} message */
function layoutDoubt(message) {
  if (message.querySelector('[data-dil-message-id], .puik-root') !== null) {
    return 'an answer is laid out as widgets, whose markdown is not known';
  }
  const known = message.querySelector('.markdown, [data-assistant-markdown]') !== null;
  return known || !hasText(message)
    ? ''
    : 'an answer has no element that is known to hold its text';
}

/** Logged-out pages. @type {Layer} */
const loggedOut = {
  name: 'logged-out',
  verified: null,
  detect: (root) => root.querySelector('[data-message-role]') !== null,
  turns(root) {
    const messages = outermost(
      all(root, '[data-message-role=user], [data-message-role=assistant]'),
    );
    const stopShown = showsStop(root);
    return messages.map((message, index) => {
      const user = message.getAttribute('data-message-role') === 'user';
      const found = outermost(all(message, '[data-assistant-markdown]'));
      const contents = found.length > 0 ? found : [message];
      return {
        ...ownIdOf(message, index),
        role: user ? 'user' : 'assistant',
        element: message,
        model: null,
        modelFoundBy: null,
        attachments: () => attachmentsIn(message),
        streaming: !user && stopShown && index === messages.length - 1,
        markdown: () =>
          user ? promptText(message, ['[data-user-message-copy]']) : answerMarkdown(contents, null),
        reasoning: () => '',
        hasText: () => contents.some(hasText),
      };
    });
  },
  busy: showsStop,
};

/** @type {Site} */
export const chatgpt = {
  site: 'chatgpt',
  provider: 'OpenAI',
  name: 'ChatGPT',
  hosts: ['chatgpt.com', 'chat.openai.com'],
  conversationOf: (url) => /\/(?:c|share)\/([\w-]+)/.exec(url.pathname)?.[1] ?? null,
  composer: {
    input: 'form[data-chatgpt-composer] [data-composer-markdown], #prompt-textarea',
    send: '[data-testid=send-button], #composer-submit-button:not([data-testid=stop-button]), form[data-chatgpt-composer] button[type=submit]',
  },
  layers: [appShell, authorRole, loggedOut],
};
