// SPDX-License-Identifier: MIT
// A streaming page with a server behind it: what is sent is answered there, whether a page looks on
// or not, so that it can be reloaded, left, or opened twice in the middle. The server is this
// origin's localStorage; the clock makes its answers grow. `?session=` names one conversation's
// server; the page that embeds this one keeps the truth about its turns.

const session = new URLSearchParams(location.search).get('session');
const serverName = `server:${session}`;
/** Taken before anything can slow them down, as a hidden tab does. */
const timer = window.setTimeout.bind(window);

/** @typedef {{ id: string, role: string, parent: string, text: string, sentMs: number, beginMs: number, rate: number, endMs: number | null, failed: boolean }} Message */

const server = {
  read: () => JSON.parse(localStorage.getItem(serverName) ?? '{"messages":{},"leaf":"","name":""}'),
  change(edit) {
    const state = server.read();
    edit(state);
    localStorage.setItem(serverName, JSON.stringify(state));
    return state;
  },
  /** Messages from the first to the leaf. */
  path(state) {
    const path = [];
    for (let id = state.leaf; id !== ''; id = state.messages[id].parent) {
      path.unshift(state.messages[id]);
    }
    return path;
  },
  /** What an answer has come to by now, null for one that did not begin. */
  progress(answer, nowMs = Date.now()) {
    const untilMs = Math.min(nowMs, answer.endMs ?? Infinity);
    const tokens = answer.text.match(/\s*\S{1,5}|\s+$/g) ?? [];
    const due = Math.floor(((untilMs - answer.beginMs) / 1000) * answer.rate) + 1;
    const count = untilMs < answer.beginMs ? 0 : Math.min(tokens.length, due);
    return {
      text: tokens.slice(0, count).join(''),
      over: count === tokens.length || (answer.endMs !== null && nowMs >= answer.endMs),
      lastMs: answer.endMs ?? answer.beginMs + (tokens.length / answer.rate) * 1000,
    };
  },
};

/** Makes an element like another, in place, as recycled rows are. */
function morph(element, like) {
  for (const { name } of [...element.attributes]) {
    if (!like.hasAttribute(name)) element.removeAttribute(name);
  }
  for (const { name, value } of [...like.attributes]) element.setAttribute(name, value);
  const children = [...like.childNodes];
  for (const [index, child] of children.entries()) {
    const own = element.childNodes[index];
    if (own === undefined) element.append(child);
    else if (own.nodeType === 3 && child.nodeType === 3) own.data = child.data;
    else if (own.nodeName === child.nodeName && own.nodeType === 1) morph(own, child);
    else own.replaceWith(child);
  }
  while (element.childNodes.length > children.length) element.lastChild.remove();
}

window.StreamingChat = class BackedChat {
  constructor(site) {
    this.site = site;
    this.truth = window.parent.__sessions?.[session] ?? { turns: {} };
    this.model = site.defaultModel;
    /** So many of the last messages are shown. */
    this.window = Infinity;
    this.frozen = false;
    this.views = new Map();
    this.streamingId = null;
    const composer = site.composer();
    composer.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      this.submit(composer.textContent.trim());
    });
    site.sendButton().addEventListener('click', (event) => {
      event.preventDefault();
      if (this.streamingId !== null) this.stop();
      else this.submit(composer.textContent.trim());
    });
    document.body.append(el('button', { id: 'menu' }, 'Menu'));
    this.conversation = site.isConversation(location.pathname) ? 'own' : 'new';
    this.render();
    this.tick();
  }

  /** What a user does: types, and presses Enter or clicks. */
  send(prompt, plan, click) {
    this.plan = plan;
    const composer = this.site.composer();
    composer.replaceChildren(el('p', {}, prompt));
    if (click) {
      this.site.sendButton().click();
      return;
    }
    const enter = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true };
    composer.dispatchEvent(new KeyboardEvent('keydown', enter));
  }

  submit(prompt) {
    if (this.streamingId !== null || prompt === '') return;
    this.site.composer().replaceChildren(el('p', {}, el('br')));
    const sentMs = Date.now();
    if (this.conversation === 'new') {
      const { name } = server.change((state) => {
        state.name ||= this.site.conversationPath();
      });
      this.conversation = 'own';
      history.pushState(null, '', name + location.search);
    }
    const ask = () => {
      if (this.frozen) timer(ask, 20);
      else this.ask(prompt, server.read().leaf, sentMs);
    };
    timer(ask, 20);
  }

  /** Another prompt in place of this one. */
  edit(promptId, text, plan) {
    this.plan = plan;
    this.gesture(() => this.ask(text, server.read().messages[promptId].parent, Date.now()));
  }

  /** Another answer in place of the last one. */
  regenerate(plan) {
    this.plan = plan;
    this.gesture(() => {
      const path = server.path(server.read());
      const prompt = path.findLast(({ role }) => role === 'user');
      this.answer(prompt.id, Date.now());
    });
  }

  /** Another branch, which was there before. */
  switchTo(leaf) {
    this.gesture(() => {
      server.change((state) => {
        state.leaf = leaf;
      });
      this.render();
    });
  }

  gesture(action) {
    const menu = document.getElementById('menu');
    menu.onclick = action;
    menu.click();
  }

  ask(text, parent, sentMs) {
    const id = crypto.randomUUID();
    server.change((state) => {
      state.messages[id] = { id, role: 'user', parent, text };
      state.leaf = id;
    });
    this.answer(id, sentMs);
  }

  answer(parent, sentMs) {
    const id = crypto.randomUUID();
    const { text, rate, thinkMs, failsAfterMs } = this.plan;
    const beginMs = Date.now() + thinkMs;
    const endMs = failsAfterMs === undefined ? null : beginMs + failsAfterMs;
    const { messages } = server.change((state) => {
      state.messages[id] = { id, role: 'assistant', parent, text, beginMs, rate, endMs };
      state.messages[id].failed = failsAfterMs !== undefined;
      state.leaf = id;
    });
    const prompt = messages[parent].text;
    this.truth.turns[id] = { id, promptId: parent, prompt, sentMs, thinkMs, rate };
    this.render();
  }

  stop() {
    server.change((state) => {
      state.messages[this.streamingId].endMs = Date.now();
    });
  }

  /** Shows another conversation, and this one again, without loading a page. */
  leave() {
    this.conversation = 'other';
    history.pushState(null, '', this.site.conversationPath() + location.search);
    this.render();
  }

  comeBack() {
    this.conversation = 'own';
    history.pushState(null, '', server.read().name + location.search);
    this.render();
  }

  /** Shows so many messages, in the elements that showed others. */
  recycle(window) {
    this.window = window;
    this.render();
  }

  shownPath() {
    if (this.conversation === 'other') {
      return [
        { id: `${session}-other-1`, role: 'user', text: 'Another question' },
        {
          id: `${session}-other-2`,
          role: 'assistant',
          text: 'Another answer.',
          beginMs: 0,
          rate: 500,
          endMs: null,
        },
      ];
    }
    const path = server.path(server.read());
    const count = Math.max(2, this.window);
    // Whole exchanges only.
    return count < path.length ? path.slice(-(count - (count % 2) + (path.length % 2))) : path;
  }

  render() {
    const rows = [...this.container().children];
    const path = this.shownPath();
    this.views.clear();
    this.site.clear();
    for (const message of path) {
      if (message.role === 'user') {
        this.site.addUser(message.id, message.text);
        continue;
      }
      const { text, over } = server.progress(message);
      const view = this.site.addAnswer(message.id, this.model, !over);
      this.views.set(message.id, view);
      if (text !== '') renderMarkdown(view.content, text);
      if (over) this.conclude(message, view);
    }
    const made = path.findLast(({ role }) => role === 'assistant');
    const live = made !== undefined && !server.progress(made).over;
    this.setStreaming(live ? made.id : null, made && this.views.get(made.id));
    this.reuse(rows);
    this.show();
  }

  /** The element that holds the messages. */
  container() {
    return document.querySelector('#thread, #timeline, infinite-scroller');
  }

  /** Puts finished rows into the elements that showed others before. */
  reuse(rows) {
    if (this.window === Infinity) return;
    const container = this.container();
    for (const [index, row] of [...container.children].entries()) {
      const old = rows[index];
      const live = this.streamingId !== null && index === container.children.length - 1;
      if (old === undefined || live || old.nodeName !== row.nodeName) continue;
      row.replaceWith(old);
      morph(old, row);
    }
  }

  setStreaming(id, view) {
    this.streamingId = id;
    if (view !== undefined) this.site.setStreaming(id !== null, view);
  }

  conclude(message, view) {
    view.over = true;
    // Also a turn that failed is no longer in progress.
    this.site.setStreaming(false, view);
    if (server.progress(message).text === '' && message.failed) {
      this.site.removeLastAnswer();
      return;
    }
    this.site.finish(view);
  }

  /** Brings the answer that is made up to date. */
  show() {
    const id = this.streamingId;
    if (id === null || this.frozen) return;
    const message = server.read().messages[id];
    const view = this.views.get(id);
    const { text, over, lastMs } = server.progress(message);
    const truth = this.truth.turns[id];
    if (text !== '' && view.shown !== text) {
      // The tab that sent it is the one whose times count.
      if (truth && window.name === 'first') truth.firstTokenMs ??= Date.now();
      view.shown = text;
      renderMarkdown(view.content, text);
    }
    // The site still says that it streams for some time.
    if (!over || Date.now() < Math.min(lastMs, message.endMs ?? Infinity) + 150) return;
    if (truth) truth.text = text;
    this.setStreaming(null, view);
    this.conclude(message, view);
  }

  tick() {
    this.show();
    timer(() => this.tick(), 8);
  }
};
