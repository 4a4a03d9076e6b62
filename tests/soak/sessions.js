// SPDX-License-Identifier: MIT
// Random sessions on imitated chat pages, in the browser: frames are the tabs, this page is the
// user. Each turn must be reported once, with the right text and times.
import { createTurnStore } from '/web/dom/index.js';

const graceMs = 2500;

/** A small generator of random numbers, by a seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    chance: (share) => next() < share,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    oneOf: (list) => list[Math.floor(next() * list.length)],
  };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(test, what, timeoutMs = 20_000) {
  for (const begin = performance.now(); ; ) {
    const value = test();
    if (value) return value;
    if (performance.now() - begin > timeoutMs) throw new Error(`timed out: ${what}`);
    await sleep(20);
  }
}

/** The store that the frames of a session share, over localStorage. */
function storeOf(session) {
  const name = `store:${session}`;
  return createTurnStore(
    (change) =>
      navigator.locks.request(name, () => {
        const records = JSON.parse(localStorage.getItem(name) ?? '[]');
        const result = change(records);
        localStorage.setItem(name, JSON.stringify(records));
        return result;
      }),
    { graceMs },
  );
}

/** What can happen while a turn is made. Each is told the session, its tab and a random source. */
const situations = {
  async nothing() {},
  async stop({ tab }) {
    await sleep(50);
    if (tab.chat.streamingId !== null) {
      tab.chat.truth.turns[tab.chat.streamingId].stopped = true;
      tab.chat.gesture(() => tab.chat.stop());
    }
  },
  async reload({ tab, session, random }) {
    await sleep(random.between(0, 300));
    await session.load(tab, session.path());
  },
  async 'second tab'({ session, random }) {
    await sleep(random.between(0, 200));
    await session.open(session.path());
  },
  async 'away and back'({ tab, random }) {
    tab.chat.leave();
    await sleep(random.between(100, 1200));
    tab.chat.comeBack();
  },
  async 'back/forward cache'({ tab, random }) {
    const { window } = tab;
    tab.chat.frozen = true;
    window.dispatchEvent(new window.PageTransitionEvent('pagehide', { persisted: true }));
    await sleep(random.between(100, 1000));
    tab.chat.frozen = false;
    window.dispatchEvent(new window.PageTransitionEvent('pageshow', { persisted: true }));
  },
  async 'recycled rows'({ tab, random }) {
    for (let times = random.between(1, 4); times > 0; times -= 1) {
      tab.chat.recycle(random.between(2, 6));
      await sleep(random.between(20, 200));
    }
  },
  async hidden({ tab }) {
    Object.defineProperty(tab.window.document, 'hidden', { value: true, configurable: true });
    const own = tab.window.setTimeout;
    tab.window.setTimeout = (handler, ms) => own(handler, Math.max(1000, ms));
    await sleep(700);
    tab.window.setTimeout = own;
    Reflect.deleteProperty(tab.window.document, 'hidden');
    tab.window.document.dispatchEvent(new tab.window.Event('visibilitychange'));
  },
};

class Session {
  constructor(id, path, seed) {
    this.id = id;
    this.startPath = path;
    this.random = randomOf(seed);
    this.tabs = [];
    this.events = [];
    this.log = [];
    this.problems = [];
    this.store = storeOf(id);
    window.__sessions ??= {};
    window.__sessions[id] = this.truth = { turns: {} };
  }

  path() {
    const { name } = JSON.parse(localStorage.getItem(`server:${this.id}`) ?? '{"name":""}');
    return name || this.startPath;
  }

  async open(path) {
    const frame = document.createElement('iframe');
    frame.name = this.tabs.length === 0 ? 'first' : 'other';
    frame.style.cssText = 'width: 400px; height: 300px';
    document.body.append(frame);
    const tab = { frame, window: null, chat: null };
    this.tabs.push(tab);
    await this.load(tab, path);
    return tab;
  }

  async load(tab, path) {
    const url = new URL(path, location.href);
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (name !== 'driver') url.searchParams.set(name, value);
    }
    url.searchParams.set('session', this.id);
    const loaded = new Promise((resolve) =>
      tab.frame.addEventListener('load', resolve, { once: true }),
    );
    tab.frame.src = 'about:blank';
    await loaded;
    const ready = new Promise((resolve) =>
      tab.frame.addEventListener('load', resolve, { once: true }),
    );
    tab.frame.src = url.href;
    await ready;
    tab.window = tab.frame.contentWindow;
    tab.chat = tab.window.chat;
    // In the frame's own realm, as a content script or a page's own script would be.
    const { watchChat: watch } = await tab.window.eval("import('/web/dom/index.js')");
    watch(tab.window.document, tab.window.location.href, {
      store: this.store,
      onEvent: (event) => this.events.push({ ...event, seenMs: Date.now() }),
    });
  }

  plan() {
    const { random } = this;
    const rate = random.oneOf([20, 50, 100, 200, 500]);
    const count = Math.max(4, Math.round((rate * random.between(200, 1200)) / 1000));
    const words = Array.from({ length: count }, (_, i) =>
      i % 9 === 8 ? '**bold**' : `w${i % 100}`,
    );
    return { text: `${words.join(' ')}.`, rate, thinkMs: random.between(40, 700) };
  }

  async run(steps) {
    const tab = await this.open(this.startPath);
    await sleep(150);
    for (let step = 0; step < steps; step += 1) await this.step(tab, step);
    await until(() => this.settled(), `${this.id} settles`, 30_000).catch(() => undefined);
    await sleep(600);
    this.check();
    for (const { frame } of this.tabs) frame.remove();
    localStorage.removeItem(`server:${this.id}`);
    localStorage.removeItem(`store:${this.id}`);
  }

  async step(tab, step) {
    const { random } = this;
    const plan = this.plan();
    const path = this.state().path;
    const kinds = step === 0 ? ['send'] : ['send', 'send', 'regenerate', 'edit', 'branch'];
    const kind = random.oneOf(kinds);
    let situation = random.oneOf(Object.keys(situations));
    if (random.chance(0.1)) {
      plan.failsAfterMs = random.oneOf([-1, 150]);
      situation = plan.failsAfterMs < 0 ? 'nothing' : situation;
    }
    this.log.push(`${kind}${plan.failsAfterMs === undefined ? '' : ' fails'}/${situation}`);
    const before = Object.keys(this.truth.turns).length;
    if (kind === 'send') tab.chat.send(`Question ${step} of ${this.id}`, plan, random.chance(0.5));
    if (kind === 'regenerate') tab.chat.regenerate(plan);
    if (kind === 'edit') {
      const prompt = random.oneOf(path.filter(({ role }) => role === 'user'));
      tab.chat.edit(prompt.id, `Edited ${step} of ${this.id}`, plan);
    }
    if (kind === 'branch') return this.branch(tab);
    await until(() => Object.keys(this.truth.turns).length > before, 'the turn begins');
    const turn = Object.values(this.truth.turns).at(-1);
    turn.kind = kind;
    turn.situation = situation;
    turn.fails = plan.failsAfterMs;
    // Nobody sends, and does something else, within less.
    await sleep(random.between(80, plan.thinkMs + 300));
    await situations[situation]({ tab, session: this, random });
    await until(() => tab.chat.streamingId === null, 'the answer ends');
    if (turn.text === undefined) turn.text = this.state().shown(turn.id);
    // Other tabs are closed, a user goes on in one.
    for (const other of this.tabs.splice(1)) {
      await sleep(random.between(0, 700));
      other.frame.remove();
    }
    await sleep(random.chance(0.2) ? 20 : random.between(500, 1200));
  }

  /** Shows a branch that is there already, if there is one. */
  async branch(tab) {
    const { messages } = this.state();
    const parents = new Set(Object.values(messages).map(({ parent }) => parent));
    const leaves = Object.keys(messages).filter((id) => !parents.has(id));
    tab.chat.switchTo(this.random.oneOf(leaves));
    await sleep(700);
  }

  state() {
    const state = localStorage.getItem(`server:${this.id}`);
    const { messages, leaf } = JSON.parse(state ?? '{"messages":{},"leaf":""}');
    const path = [];
    for (let id = leaf; id !== ''; id = messages[id].parent) path.unshift(messages[id]);
    const shown = (id) => {
      const { text, endMs, beginMs, rate } = messages[id];
      const tokens = text.match(/\s*\S{1,5}|\s+$/g) ?? [];
      const due = endMs === null ? Infinity : Math.floor(((endMs - beginMs) / 1000) * rate) + 1;
      return endMs !== null && endMs < beginMs ? '' : tokens.slice(0, due).join('');
    };
    return { messages, path, shown };
  }

  settled() {
    const expected = Object.values(this.truth.turns).filter((turn) => !expectsNothing(turn)).length;
    return this.events.filter(({ type }) => type === 'done').length >= expected;
  }

  problem(turn, what) {
    this.problems.push(
      `${this.id} [${this.log.join(', ')}] ${turn.kind}/${turn.situation}: ${what}`,
    );
  }

  check() {
    const done = this.events.filter(({ type }) => type === 'done');
    this.offsets = [];
    const keys = new Set();
    for (const event of done) {
      if (keys.has(event.turnKey)) this.problem({}, `${event.turnKey} is done twice`);
      keys.add(event.turnKey);
    }
    const turns = Object.values(this.truth.turns);
    for (const turn of turns) {
      // By answer where the page has its id, else by the prompt and its text.
      const mine = done.filter(
        ({ answerId, prompt, startTimeMs }) =>
          answerId === turn.id ||
          (prompt === turn.prompt && Math.abs((startTimeMs ?? 0) - turn.sentMs) < 300) ||
          String(answerId).includes(turn.id.replaceAll('-', '').slice(0, 16)),
      );
      const expected = expectsNothing(turn) ? 0 : 1;
      if (mine.length !== expected) {
        this.problem(turn, `${mine.length} ends, not ${expected}`);
        continue;
      }
      const [event] = mine;
      if (event === undefined) continue;
      if (event.prompt !== turn.prompt) this.problem(turn, `the prompt is ${event.prompt}`);
      const whole = !turn.fails && !turn.stopped;
      const text = turn.text ?? '';
      if (whole && event.completion !== text.trim()) {
        this.problem(turn, `${event.completion.length} of ${text.length} characters`);
      }
      // A turn whose conversation is left before anything was to be seen has no start that is known.
      const leftAtOnce = event.sentBy === 'unseen' && turn.situation === 'away and back';
      if (leftAtOnce) continue;
      if (event.startTimeMs === undefined) this.problem(turn, 'no start');
      else this.time(turn, 'start', event.startTimeMs - turn.sentMs);
      if (event.firstTokenTimeMs !== undefined && turn.firstTokenMs !== undefined) {
        this.time(turn, 'first token', event.firstTokenTimeMs - turn.firstTokenMs);
      }
    }
    if (done.length > turns.length)
      this.problem({}, `${done.length} ends of ${turns.length} turns`);
  }

  time(turn, what, offset) {
    this.offsets.push(Math.abs(offset));
    if (Math.abs(offset) > 50) this.problem(turn, `${what} is ${offset} ms off`);
  }
}

/** The site showed an error before any text. */
const expectsNothing = (turn) => turn.fails < 0;

/**
 * Runs sessions, some at a time.
 * @returns {Promise<{ sessions: number, turns: number, situations: Record<string, number>, problems: string[], worstMs: number }>}
 */
window.runSessions = async (path, first, count, atOnce) => {
  const result = { sessions: 0, turns: 0, situations: {}, problems: [], worstMs: 0 };
  let next = first;
  const worker = async () => {
    while (next < first + count) {
      const seed = next;
      next += 1;
      const session = new Session(`s${seed}`, path, seed);
      try {
        await session.run(session.random.between(2, 5));
      } catch (error) {
        session.problems.push(`${session.id} [${session.log.join(', ')}] ${error}`);
      }
      result.sessions += 1;
      result.turns += Object.keys(session.truth.turns).length;
      for (const step of session.log) result.situations[step] = (result.situations[step] ?? 0) + 1;
      result.problems.push(...session.problems);
      result.worstMs = Math.max(result.worstMs, ...(session.offsets ?? []));
      delete window.__sessions[session.id];
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return result;
};
