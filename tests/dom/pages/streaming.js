// SPDX-License-Identifier: MIT
// The moving part of the streaming pages: a composer that sends, an answer that streams, and the
// truth about both in window.__truth. Each page supplies its site's markup as a `site` object.
//
// Query string (all optional):
//   rate=50         tokens a second of the answer
//   think=300       milliseconds between the send and the first token
//   model=...       model that the page shows
//   answer=...      markdown of the answer (otherwise a mixed one, as this site's models write)
//   history=2       exchanges already on the page
//   linger=300      milliseconds during which the site still says "busy" after the last text
//   prompt=...      typed and sent by the page itself, as a user would, after `wait` milliseconds
//   wait=500
//   click=1         that send is a click on the button instead of Enter
const DEFAULT_ANSWER = [
  'Here is a **short** answer with `inline code` and a list:',
  '- first point\n- second point with *emphasis*\n- third point',
  '```python\ndef area(radius):\n    return 3.14159 * radius ** 2\n\nprint(area(2))\n```',
  '| Shape | Area |\n| ----- | ---- |\n| circle | 12.6 |\n| square | 4 |',
  'That is all there is to it.',
].join('\n\n');

/** A tiny DOM builder: el('p', { id: 'x' }, 'text', child). */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Inline markdown (strong, emphasis, code) as nodes; an unclosed marker stays literal text. */
function inlineNodes(text) {
  const nodes = [];
  const pattern = /\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) nodes.push(text.slice(last, match.index));
    if (match[1] !== undefined) nodes.push(el('strong', {}, match[1]));
    else if (match[2] !== undefined) nodes.push(el('em', {}, match[2]));
    else
      nodes.push(
        window.site.inlineCode ? window.site.inlineCode(match[3]) : el('code', {}, match[3]),
      );
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(text.slice(last));
  return nodes;
}

/** Splits markdown into blocks; a fence keeps its blank lines. */
function splitBlocks(markdown) {
  const blocks = [];
  let lines = [];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (line === '' && !fenced) {
      if (lines.length > 0) blocks.push(lines.join('\n'));
      lines = [];
    } else {
      lines.push(line);
    }
  }
  if (lines.length > 0) blocks.push(lines.join('\n'));
  return blocks;
}

function blockNode(source) {
  if (source.startsWith('```')) {
    const [info, ...code] = source.slice(3).split('\n');
    const closed = code.at(-1) === '```';
    return window.site.code(info, (closed ? code.slice(0, -1) : code).join('\n'));
  }
  if (/^[-*] /.test(source)) {
    const items = source.split('\n').map((line) => {
      const nodes = inlineNodes(line.slice(2));
      return window.site.item ? window.site.item(nodes) : el('li', {}, ...nodes);
    });
    return el('ul', {}, ...items);
  }
  if (source.startsWith('|') && source.includes('\n')) {
    const rows = source.split('\n').filter((_, row) => row !== 1);
    const table = el('table', {}, el('thead'), el('tbody'));
    rows.forEach((line, row) => {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const name = row === 0 ? 'th' : 'td';
      table.children[row === 0 ? 0 : 1].append(
        el('tr', {}, ...cells.map((cell) => el(name, {}, ...inlineNodes(cell)))),
      );
    });
    return window.site.table ? window.site.table(table) : table;
  }
  const nodes = inlineNodes(source);
  return window.site.paragraph ? window.site.paragraph(nodes) : el('p', {}, ...nodes);
}

/** What was typed. */
function typedIn(composer) {
  if (composer instanceof HTMLTextAreaElement) return composer.value.trim();
  const lines = [...composer.querySelectorAll('p')].map((line) => line.textContent);
  return (lines.length > 0 ? lines.join('\n') : composer.textContent).trim();
}

/** As if this were typed. */
function type(composer, text) {
  if (composer instanceof HTMLTextAreaElement) composer.value = text;
  else composer.replaceChildren(...text.split('\n').map((line) => el('p', {}, line || el('br'))));
}

/** Brings the answer's element to show `markdown`, touching only the blocks that changed. */
function renderMarkdown(container, markdown) {
  const blocks = splitBlocks(markdown);
  container.__blocks ??= [];
  const shown = container.__blocks;
  for (const [position, source] of blocks.entries()) {
    if (shown[position] === source) continue;
    const node = blockNode(source);
    if (shown[position] === undefined) container.append(node);
    else container.children[position].replaceWith(node);
    shown[position] = source;
  }
}

window.StreamingChat = class StreamingChat {
  constructor(site) {
    const query = new URLSearchParams(location.search);
    const number = (name, fallback) => Number(query.get(name) ?? fallback);
    this.site = site;
    this.rate = number('rate', 50);
    this.thinkMs = number('think', 300);
    this.lingerMs = number('linger', 300);
    this.model = query.get('model') ?? site.defaultModel;
    this.answer = query.get('answer') ?? site.defaultAnswer ?? DEFAULT_ANSWER;
    this.streaming = null;
    window.__truth = { turns: [], model: this.model };

    for (let turn = 1; turn <= number('history', 0); turn += 1) {
      this.site.addUser(crypto.randomUUID(), `Earlier question ${turn}`);
      const view = this.site.addAnswer(crypto.randomUUID(), this.model);
      renderMarkdown(view.content, `Earlier answer **${turn}**.`);
      this.site.finish(view);
    }
    const composer = site.composer();
    composer.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    site.sendButton().addEventListener('click', (event) => {
      event.preventDefault();
      if (this.streaming) this.stop();
      else this.submit();
    });
    const prompt = query.get('prompt');
    if (prompt !== null) {
      setTimeout(() => this.typeAndSend(prompt, query.get('click') === '1'), number('wait', 500));
    }
  }

  /** What a user does: focus, type, Enter (or a click on the send button). */
  typeAndSend(prompt, click) {
    const composer = this.site.composer();
    composer.focus();
    type(composer, prompt);
    composer.dispatchEvent(new InputEvent('input', { bubbles: true, data: prompt }));
    if (click) {
      this.site.sendButton().click();
      return;
    }
    const enter = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, composed: true };
    composer.dispatchEvent(new KeyboardEvent('keydown', enter));
  }

  submit() {
    if (this.streaming) return;
    const composer = this.site.composer();
    const prompt = typedIn(composer);
    if (prompt === '') return;
    const truth = { prompt, answer: this.answer, model: this.model, sentMs: Date.now() };
    truth.sentAtMs = performance.now();
    // What is watched takes the time of the key itself, which a busy page handles later.
    truth.pressedAtMs = window.event?.timeStamp ?? truth.sentAtMs;
    window.__truth.turns.push(truth);
    type(composer, '');
    // A new conversation gets its address only after the first send, as on the real sites.
    if (!this.site.isConversation(location.pathname)) {
      history.pushState(null, '', this.site.conversationPath() + location.search);
    }
    // React commits the new turn in a later task than the event.
    setTimeout(() => {
      truth.userId = crypto.randomUUID();
      this.site.addUser(truth.userId, prompt);
      this.start(truth);
    }, 20);
  }

  /** A new answer to the last prompt in place of the old one. */
  regenerate(answer = 'A **second** answer, written again.') {
    const last = window.__truth.turns.at(-1);
    const truth = {
      prompt: last.prompt,
      answer,
      model: this.model,
      sentMs: Date.now(),
      userId: last.userId,
      regenerated: true,
    };
    window.__truth.turns.push(truth);
    this.site.removeLastAnswer();
    this.start(truth);
  }

  start(truth) {
    truth.answerId = crypto.randomUUID();
    const view = this.site.addAnswer(truth.answerId, this.model, true);
    const tokens = truth.answer.match(/\s*\S{1,5}|\s+$/g) ?? [];
    this.streaming = { truth, view, timer: 0 };
    this.site.setStreaming(true, view);
    const begin = performance.now() + this.thinkMs;
    let shown = 0;
    const tick = () => {
      const elapsed = performance.now() - begin;
      const due = Math.min(tokens.length, Math.floor((elapsed / 1000) * this.rate) + 1);
      if (elapsed >= 0 && due > shown) {
        if (shown === 0) {
          truth.firstTokenMs = Date.now();
          truth.firstTokenAtMs = performance.now();
        }
        shown = due;
        renderMarkdown(view.content, tokens.slice(0, shown).join(''));
      }
      if (shown >= tokens.length) this.end();
      else this.streaming.timer = setTimeout(tick, Math.max(1000 / this.rate, 4));
    };
    this.streaming.timer = setTimeout(tick, this.thinkMs);
  }

  end() {
    const { truth, view } = this.streaming;
    truth.lastTextMs = Date.now();
    this.streaming.timer = setTimeout(() => {
      this.streaming = null;
      this.site.setStreaming(false, view);
      this.site.finish(view);
      truth.doneMs = Date.now();
    }, this.lingerMs);
  }

  stop() {
    clearTimeout(this.streaming.timer);
    this.streaming.truth.stopped = true;
    this.end();
  }

  /** Another conversation without a reload: its turns come at once, nothing was sent. */
  navigate(turns) {
    if (this.streaming) clearTimeout(this.streaming.timer);
    this.streaming = null;
    history.pushState(null, '', this.site.conversationPath());
    this.site.clear();
    setTimeout(() => {
      for (const [prompt, answer] of turns) {
        this.site.addUser(crypto.randomUUID(), prompt);
        const view = this.site.addAnswer(crypto.randomUUID(), this.model);
        renderMarkdown(view.content, answer);
        this.site.finish(view);
      }
    }, 30);
  }
};
