// SPDX-License-Identifier: MIT
// The demo page: three ways to give it text, one card each for what it cost and what would be posted.

import { showBasis } from './basis.js';
import { Conversation } from './conversation.js';
import { costsOf, warningsOf } from './costs.js';
import { byId, element, notice } from './elements.js';
import { loadEncoding, loadEngine } from './engine.js';
import { createMessageList } from './messages.js';
import { readPageFile } from './page-reader.js';
import { createPayload } from './payload.js';
import { sampleChat } from './sample.js';
import { createSettings } from './settings.js';
import { createTabs } from './tabs.js';
import { createTextView } from './text-view.js';
import { createTotals } from './totals.js';

const titles = /** @type {Record<string, string>} */ ({
  chat: 'This chat',
  page: 'This saved chat',
  text: 'This text',
});

start().catch((error) => {
  const broken = byId('broken');
  broken.hidden = false;
  broken.textContent = `Tokenwatt could not start: ${error instanceof Error ? error.message : error}`;
  console.error(error);
});

async function start() {
  const tw = await loadEngine();
  const totals = createTotals();
  const payload = createPayload();
  const chat = new Conversation(tw, 'text');
  const page = new Conversation(tw, 'page');
  let mode = 'chat';

  const settings = createSettings(tw, refresh);
  const text = createTextView(tw, () => {
    if (mode === 'text') refresh();
  });
  const chatList = createMessageList(byId('chat-messages'), {
    onEdit(id, value) {
      chat.edit(id, value);
      refresh();
    },
    onRemove(id) {
      chat.remove(id);
      refresh();
      byId(chat.messages.length > 0 ? 'chat-user' : 'chat-start').focus();
    },
  });
  const pageList = createMessageList(byId('page-messages'));
  const tabs = createTabs(document.querySelector('[role=tablist]') ?? byId('panels'), (name) => {
    mode = name;
    if (name === 'text') void text.loadSecond();
    refresh();
  });

  /** Counts and shows everything anew; only what changed costs anything. */
  function refresh() {
    const chosen = settings.read();
    const own = tw.encodingOf(chosen.model, chosen.provider);
    // Until a second vocabulary is there, the first stands in; then this runs again.
    if (!tw.encodings.includes(own)) void loadEncoding(tw, own).then(refresh, () => {});
    const encoding = tw.encodings.includes(own) ? own : 'o200k_base';
    chat.setModel(chosen, encoding);
    page.setModel(chosen, encoding);
    const conversation = mode === 'page' ? page : chat;
    const exchanges = mode === 'text' ? text.exchanges() : conversation.exchanges();
    const origin = mode === 'page' ? 'page' : 'text';
    /** @type {import('./costs.js').Cost[]} */
    let costs = [];
    /** @type {string[]} */
    let notes = [];
    try {
      costs = costsOf(tw, exchanges, chosen, origin);
      notes = warningsOf(costs);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      notes = [`No estimate: ${why}`];
    }
    showNotes(notes);
    if (mode === 'chat') showChat(costs);
    if (mode === 'page') pageList.show(page.messages, costs);
    totals.show(titles[mode] ?? '', costs);
    showBasis(costs.at(-1));
    payload.show(costs);
  }

  /** @param {import('./costs.js').Cost[]} costs */
  function showChat(costs) {
    chatList.show(chat.messages, costs);
    byId('chat-empty').hidden = chat.messages.length > 0;
    byId('chat-tools').hidden = chat.messages.length === 0;
  }

  /** @param {'user' | 'assistant'} role */
  function addMessage(role) {
    const { id } = chat.add(role, '');
    byId('chat-undo').hidden = true;
    refresh();
    chatList.focus(id);
  }

  /** @param {{ role: 'user' | 'assistant', text: string }[]} messages */
  function fillChat(messages) {
    for (const message of messages) chat.add(message.role, message.text);
    byId('chat-undo').hidden = true;
    refresh();
  }

  /** @type {{ role: 'user' | 'assistant', text: string }[]} */
  let cleared = [];
  byId('chat-start').addEventListener('click', () => addMessage('user'));
  byId('chat-sample').addEventListener('click', () => fillChat(sampleChat));
  byId('chat-user').addEventListener('click', () => addMessage('user'));
  byId('chat-assistant').addEventListener('click', () => addMessage('assistant'));
  byId('chat-restore').addEventListener('click', () => fillChat(cleared));
  byId('chat-clear').addEventListener('click', () => {
    cleared = chat.messages.map(({ role, text }) => ({ role, text }));
    chat.clear();
    refresh();
    byId('chat-undo').hidden = false;
    byId('chat-restore').focus();
  });

  /** @param {File | null | undefined} file */
  async function openPage(file) {
    if (!file) return;
    tabs.show('page');
    const status = byId('page-status');
    status.replaceChildren(element('p', { class: 'quiet' }, `Reading “${file.name}”…`));
    const read = await readPageFile(file);
    page.clear();
    for (const { role, markdown, reasoning } of read.turns) page.add(role, markdown, reasoning);
    byId('drop').classList.toggle('done', read.turns.length > 0);
    status.replaceChildren(read.good ? element('p', {}, read.message) : notice(read.message));
    if (read.provider !== null) settings.write(read.provider, read.model);
    else refresh();
  }

  const file = /** @type {HTMLInputElement} */ (byId('page-file'));
  byId('page-open').addEventListener('click', () => file.click());
  file.addEventListener('change', () => {
    void openPage(file.files?.[0]);
    file.value = '';
  });
  acceptDrops(openPage);

  refresh();
  document.querySelector('main')?.setAttribute('aria-busy', 'false');
}

/** @param {string[]} notes */
function showNotes(notes) {
  const where = byId('model-note');
  const text = notes.join('\n');
  if (where.dataset.notes === text) return;
  where.dataset.notes = text;
  where.replaceChildren(...notes.map((note) => element('span', {}, note)));
}

/** Files dropped anywhere on the page. @param {(file: File | null | undefined) => void} onFile */
function acceptDrops(onFile) {
  const { body } = document;
  let depth = 0;
  addEventListener('dragenter', () => {
    depth += 1;
    body.classList.add('dragging');
  });
  addEventListener('dragleave', () => {
    depth -= 1;
    if (depth <= 0) body.classList.remove('dragging');
  });
  addEventListener('dragover', (event) => {
    // Text may be dropped into the fields as usual.
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    depth = 0;
    body.classList.remove('dragging');
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    onFile(event.dataTransfer.files[0]);
  });
}
