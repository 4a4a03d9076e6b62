// SPDX-License-Identifier: MIT
// ChatGPT, 2025-03 to 2026-11. Several renderers are live at once; the newest is tried first.
import { hasHiddenLines } from '../dom/code.js';
import { markdownFromDom } from '../dom/markdown.js';
import { styleOfModel, styles } from '../dom/styles.js';
import { hasText } from '../dom/text.js';
import { all, allOf, answerTurn, attachmentsIn, hasOneOf } from './page.js';
import { idOf, labelOf, outermost, promptText, userTurn } from './page.js';

/** @typedef {import('./types.js').PageTurn} PageTurn */
/** @typedef {import('./types.js').Layer} Layer */
/** @typedef {import('./types.js').Site} Site */
/** @typedef {import('./page.js').AnswerParts} AnswerParts */

/** Answers made of widgets ("intelligent UI", since 2026-09): the model wrote a program for them. */
const widgetSelectors = [
  '[data-dil-message-id]',
  '.puik-root.not-markdown > [class*="DilResponseRoot"]',
];

/** What holds an answer's text, in any of the renderers. */
const contentSelectors = [
  '[data-markdown-text-style=assistant-message]',
  '.markdown',
  '[data-assistant-markdown]',
  ...widgetSelectors,
];

/** What the model says of its work on the answer, which is not the answer. */
const thoughtSelector = '[data-markdown-text-style=thought]';
const commentarySelectors = [
  '[data-streaming-response-status]',
  '[data-testid^="cot-"]',
  thoughtSelector,
];
const commentarySelector = commentarySelectors.join(', ');

const widgetDoubt = 'an answer is laid out as widgets, whose source no page shows';
const hiddenCodeDoubt = 'a code block shows only a part of its lines';

const imageSelectors = ['[data-testid=generated-image-preview]', '[id^="image-"]'];
const generatedImages = { image: imageSelectors.join(', ') };
const promptAttachments = {
  image: 'img',
  file: '[class~="group/file-tile"], [class~="group/resource-card"], [role=group][aria-label]',
};

/** @param {string | null | undefined} model */
const styleOf = (model) => ({ ...styleOfModel(model, styles.gpt5), everyItemHasParagraph: true });

/** @param {Element[]} elements that hold an answer @returns {AnswerParts} */
function partsIn(elements) {
  const found = outermost(
    elements.flatMap((element) => allOf(element, [...contentSelectors, ...commentarySelectors])),
  );
  const thoughts = found.flatMap((element) => {
    if (element.matches(thoughtSelector)) return [element];
    // Of a status only what is rendered as markdown is the model's: the rest are labels.
    if (element.matches(commentarySelector)) {
      return outermost(allOf(element, [...contentSelectors, thoughtSelector]));
    }
    return [];
  });
  return { contents: found.filter((element) => !element.matches(commentarySelector)), thoughts };
}

/**
 * App shell, since 2026-09-21. An exchange holds the prompt's unit and the answer's; nothing on
 * the page names the answer's model.
 * @type {Layer}
 */
const appShell = {
  name: 'app-shell-2026-09',
  verified: null,
  detect: (root) =>
    hasOneOf(root, [
      '[data-turn-key]',
      '[data-content-search-unit-key]',
      '[data-chatgpt-search-unit-key]',
    ]),
  turns(root) {
    const model = appShellModel(root);
    return exchangesOf(root).flatMap((exchange, index) => appShellTurns(exchange, index, model));
  },
  busy: (root) => hasOneOf(root, busyStateSelectors),
};

const userUnitSelectors = [
  '[data-content-search-unit-key$=":user"]',
  '[data-chatgpt-search-unit-key$=":user"]',
  '[data-user-message-bubble]',
];
const userUnitSelector = userUnitSelectors.join(', ');
const unitSelectors = [
  ...userUnitSelectors,
  '[data-content-search-unit-key$=":assistant"]',
  '[data-chatgpt-search-unit-key$=":assistant"]',
];
const busyStates = ['in_progress', 'running', 'streaming'];
const busyStateSelectors = busyStates.map((state) => `[data-talvt-turn-state=${state}]`);
const busyStateSelector = busyStateSelectors.join(', ');

/**
 * @typedef {object} Exchange a prompt and what was answered
 * @property {string} key the prompt's id; not for ever where the page has none yet
 * @property {Element | null} user
 * @property {Element[]} answer elements that hold the answer and may hold the prompt
 * @property {boolean} busy
 */

/** Pages without exchanges of their own have the units of each one after the other. */
function exchangesOf(/** @type {ParentNode} */ root) {
  /** @type {Exchange[]} */
  const exchanges = [];
  for (const element of outermost(allOf(root, ['[data-turn-key]', ...unitSelectors]))) {
    const key = element.getAttribute('data-turn-key');
    if (key !== null) {
      const state = element.matches(busyStateSelector) || element.querySelector(busyStateSelector);
      exchanges.push({
        key,
        user: element.querySelector(userUnitSelector),
        answer: [element],
        busy: Boolean(state),
      });
    } else if (element.matches(userUnitSelector)) {
      exchanges.push({ key: '', user: element, answer: [], busy: false });
    } else {
      const last = exchanges.at(-1);
      if (last?.key === '') last.answer.push(element);
      else exchanges.push({ key: '', user: null, answer: [element], busy: false });
    }
  }
  return exchanges;
}

/** Keys of messages that the server has not named yet. */
const transientKey = /^(fallback|pending|client)-|^$/;

/**
 * @param {Exchange} exchange @param {number} index @param {string | null} model
 * @returns {PageTurn[]}
 */
function appShellTurns({ key, user, answer, busy }, index, model) {
  const named = transientKey.test(key) ? messageIdsOf(user).at(-1) : key;
  const { id, ownId } = idOf(named, key || `turn-${index + 1}`);
  /** @type {PageTurn[]} */
  const turns = [];
  if (user !== null) {
    turns.push(
      userTurn({
        id,
        ownId,
        element: user,
        markdown() {
          const rendered = user.querySelector('[data-markdown-text-tone=user-message]');
          if (rendered !== null) return markdownFromDom(rendered);
          return promptText(user, [
            '[data-user-message-bubble] .whitespace-pre-wrap',
            '[data-user-message-bubble]',
          ]);
        },
        attachments: () => attachmentsIn([user], promptAttachments),
      }),
    );
  }
  const parts = () => {
    const { contents, thoughts } = partsIn(answer);
    const notPrompt = (/** @type {Element} */ element) => !user?.contains(element);
    return { contents: contents.filter(notPrompt), thoughts: thoughts?.filter(notPrompt) ?? [] };
  };
  const { contents, thoughts } = parts();
  const image = answer.map((one) => one.querySelector(generatedImages.image)).find(Boolean);
  const first = contents[0] ?? thoughts[0] ?? image;
  if (first !== undefined && first !== null) {
    const reply = messageIdsOf(first).at(-1);
    turns.push(
      answerTurn({
        ...idOf(reply, `${id}:answer`),
        element: first,
        parts,
        style: styleOf(model),
        model: model === null ? null : { name: model, foundBy: 'picker' },
        streaming: busy,
        attachments: () =>
          attachmentsIn(answer, {
            image: '[data-testid=generated-image-preview]',
            file: '[class~="group/resource-card"]',
          }).slice(user ? attachmentsIn([user], promptAttachments).length : 0),
        doubt() {
          if (answer.some(hasHiddenLines)) return hiddenCodeDoubt;
          return answer.some((one) => hasOneOf(one, widgetSelectors)) ? widgetDoubt : undefined;
        },
      }),
    );
  }
  return turns;
}

/** @param {Element | null} element */
function messageIdsOf(element) {
  const ids = element
    ?.closest('[data-chatgpt-search-message-ids]')
    ?.getAttribute('data-chatgpt-search-message-ids');
  return (ids ?? '').split(/[\s,]+/).filter(Boolean);
}

/**
 * The trigger's label names the model and the effort, or only the effort, which is a word of the
 * page's language: what is no part of a model's name is left out.
 */
function appShellModel(/** @type {ParentNode} */ root) {
  const label = labelOf(root, '[data-codex-intelligence-trigger]');
  const name =
    /(?:^|[ -])(\d+(?:\.\d+)?)((?:[ -](?:instant|thinking|mini|nano|pro|codex|sol))*)(?![\w.])/i.exec(
      label,
    );
  return name === null ? null : `GPT-${name[1]}${name[2]}`;
}

/**
 * `data-message-author-role`, on <article> until March 2026 and on <section> since; turns far from
 * the viewport leave the document since July 2026. One answer may span several messages (thinking
 * in between), which make one turn.
 * @type {Layer}
 */
const authorRole = {
  name: 'author-role',
  verified: '2026-07-01',
  detect: (root) => hasOneOf(root, ['[data-message-author-role]', ...turnSelectors]),
  turns(root) {
    /** @type {[Element, ...Element[]][]} */
    const groups = [];
    for (const message of messagesOf(root)) {
      const before = groups.at(-1);
      const both = before && roleOf(before[0]) === 'assistant' && roleOf(message) === 'assistant';
      if (both) before.push(message);
      else groups.push([message]);
    }
    const stopShown = showsStop(root);
    return groups.map((group, index) =>
      roleOf(group[0]) === 'user'
        ? authorRoleUser(group[0], index)
        : authorRoleAnswer(group, index, index === groups.length - 1, stopShown),
    );
  },
  busy: showsStop,
  incomplete: (root) =>
    all(root, '[data-turn-id-container]').some(
      (container) =>
        container.childElementCount === 0 &&
        container.getAttribute('data-turn-id-container') !== 'client-created-root',
    ),
};

/** @param {ParentNode} root */
function showsStop(root) {
  return root.querySelector('[data-testid=stop-button]') !== null;
}

const messageSelectors = ['user', 'assistant'].map((role) => `[data-message-author-role=${role}]`);
const turnSelectors = ['[data-turn=user]', '[data-turn=assistant]'];

const roleOf = (/** @type {Element} */ message) =>
  message.getAttribute('data-message-author-role') ?? message.getAttribute('data-turn');

/** Turns whose messages name no role are messages themselves: images and widgets have none. */
function messagesOf(/** @type {ParentNode} */ root) {
  const messages = outermost(allOf(root, messageSelectors));
  const bare = outermost(allOf(root, turnSelectors)).filter(
    (turn) =>
      turn.querySelector('[data-message-author-role]') === null &&
      (turn.getAttribute('data-turn') === 'user'
        ? hasText(turn)
        : hasOneOf(turn, [...imageSelectors, ...contentSelectors])),
  );
  if (bare.length === 0) return messages;
  return [...messages, ...bare].sort((one, other) =>
    one.compareDocumentPosition(other) & 4 ? -1 : 1,
  );
}

/** @param {Element} message @param {number} index */
const messageId = (message, index) =>
  idOf(
    message.getAttribute('data-message-id') ?? message.getAttribute('data-turn-id'),
    `turn-${index + 1}`,
  );

/** @returns {PageTurn} */
function authorRoleUser(/** @type {Element} */ message, /** @type {number} */ index) {
  return userTurn({
    ...messageId(message, index),
    element: message,
    markdown: () =>
      promptText(message, [
        '[data-user-message-copy]',
        '.whitespace-pre-wrap',
        '.user-message-bubble-color',
      ]),
    attachments: () => attachmentsIn([message], promptAttachments),
  });
}

/**
 * @param {[Element, ...Element[]]} messages @param {number} index @param {boolean} last
 * @param {boolean} stops whether the page offers to stop
 * @returns {PageTurn}
 */
function authorRoleAnswer(messages, index, last, stops) {
  const stopShown = last && stops;
  const model = messages
    .map((message) => message.getAttribute('data-message-model-slug'))
    .findLast(Boolean);
  return answerTurn({
    ...messageId(messages[0], index),
    element: messages[0],
    parts() {
      const found = messages.map((message) => {
        const parts = partsIn([message]);
        const known = parts.contents.length > 0 || parts.thoughts?.length;
        // Before the answer's own element comes, a message holds only what the model is busy with.
        return known || stopShown || !message.hasAttribute('data-message-author-role')
          ? parts
          : { contents: [message] };
      });
      return {
        contents: found.flatMap(({ contents }) => contents),
        thoughts: found.flatMap(({ thoughts }) => thoughts ?? []),
      };
    },
    style: styleOf(model),
    model: model ? { name: model, foundBy: 'slug' } : null,
    streaming:
      stopShown || (last && messages.some((message) => message.querySelector('.result-streaming'))),
    settled: !last,
    attachments: () => attachmentsIn(messages, generatedImages),
    doubt: () => (stopShown ? undefined : messages.map(layoutDoubt).find(Boolean)),
  });
}

/** Why a finished answer may hold more than is read. @param {Element} message */
function layoutDoubt(message) {
  if (hasHiddenLines(message)) return hiddenCodeDoubt;
  if (hasOneOf(message, [...widgetSelectors, '.puik-root'])) return widgetDoubt;
  const known = hasOneOf(message, [...contentSelectors, ...imageSelectors]);
  return known || !hasText(message)
    ? undefined
    : 'an answer has no element that is known to hold its text';
}

/** Logged-out pages. @type {Layer} */
const loggedOut = {
  name: 'logged-out',
  verified: null,
  detect: (root) => root.querySelector('[data-message-role]') !== null,
  turns(root) {
    const messages = outermost(
      allOf(root, ['[data-message-role=user]', '[data-message-role=assistant]']),
    );
    const stopShown = showsStop(root);
    return messages.map((message, index) => {
      if (message.getAttribute('data-message-role') === 'user') {
        return userTurn({
          ...messageId(message, index),
          element: message,
          markdown: () => promptText(message, ['[data-user-message-copy]']),
        });
      }
      return answerTurn({
        ...messageId(message, index),
        element: message,
        parts() {
          const parts = partsIn([message]);
          return parts.contents.length > 0 || stopShown ? parts : { contents: [message] };
        },
        style: styleOf(null),
        streaming: stopShown && index === messages.length - 1,
      });
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
