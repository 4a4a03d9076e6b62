// SPDX-License-Identifier: MIT
// Watches a live chat page and reports each turn: sent, first token, updates, done.
import { siteOfUrl } from '../sites/index.js';
import { readPage } from './read.js';
import { isPromptOf, watchGestures, watchSubmits } from './submit.js';
import { Transcript } from './transcript.js';

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./read.js').Health} Health */
/** @typedef {import('./submit.js').Submit} Submit */

/**
 * @typedef {{ type: 'sent', turnKey: string, site: string, prompt: string, startTimeMs: number }} SentEvent
 * @typedef {{ type: 'first-token', turnKey: string, site: string, firstTokenTimeMs?: number }} FirstTokenEvent
 * @typedef {{ type: 'update', turnKey: string, site: string, model: string | null, completion: string, reasoning: string }} UpdateEvent
 * @typedef {{ type: 'health', site: string, health: Health }} HealthEvent
 *
 * @typedef {object} DoneEvent
 * @property {'done'} type
 * @property {string} turnKey the same in all events of a turn
 * @property {string} site
 * @property {string} provider
 * @property {string | null} model as the page names it
 * @property {string} prompt
 * @property {string} completion
 * @property {string} reasoning visible reasoning, '' without
 * @property {string[]} context markdown of the conversation's earlier messages, as far as seen
 * @property {'composer' | 'gesture' | 'unseen'} sentBy what `startTimeMs` is the time of: the
 *   composer's send; the click or key that started an answer without one; nothing that was seen
 * @property {boolean} interrupted the page was left before the answer's end
 * @property {number} [startTimeMs] left out where the send was not seen
 * @property {number} [firstTokenTimeMs] left out where unknown, or nothing was answered
 *
 * @typedef {SentEvent | FirstTokenEvent | UpdateEvent | DoneEvent | HealthEvent} ChatEvent
 */

/**
 * @typedef {object} ActiveTurn
 * @property {string} key
 * @property {string} prompt
 * @property {string[]} context
 * @property {DoneEvent['sentBy']} sentBy
 * @property {{ timeMs: number, atMs: number } | null} start
 * @property {number | null} firstTokenAtMs monotonic
 * @property {string | null} model
 * @property {string} completion
 * @property {string} reasoning
 * @property {number} changedAtMs when the text last changed
 * @property {number} readAtMs when the text was last read
 * @property {number} readCostMs how long that took
 * @property {boolean} dirty the page changed since
 * @property {boolean} sawStreaming
 */

/**
 * @typedef {object} KnownPrompt a prompt that is on the page, or was
 * @property {string | null} answerId of the answer seen last
 * @property {string | null} textAtSight what that answer held when it was first seen, null for nothing
 * @property {Set<string>} settled ids of its answers that are not to be reported (again)
 * @property {ActiveTurn | null} active
 */

/** While an answer streams the page is looked at this often. */
const tickMs = 200;
/** Reading may take at most a fiftieth of the time. */
const costFactor = 50;
/** An answer is done when its site says so and its text has been still for this long. */
const quietMs = 400;
/** The same where the site never said that it streams. */
const quietUnsignalledMs = 3000;
/** Without any answer a turn is given up after this time: models may think for long. */
const quietUnansweredMs = 120_000;
/** The same while the site says that it streams: tools may run for longer. */
const quietBusyMs = 1_800_000;
/** A send is confirmed by its prompt appearing within this time. */
const confirmMs = 30_000;
/** A click this long before an answer that no composer sent has started it. */
const gestureMs = 1000;
/** A page that is still loading is not yet "not understood". */
const loadingMs = 3000;

/**
 * Reports the turns of a chat as they happen. What is on the page at the start, or comes by
 * navigation, is context. `onEvent` is called from the page's own thread and should return soon.
 *
 * @param {Document} document
 * @param {string | URL | (() => string)} url the page's address, or what gives it; route changes
 *   on the same origin are followed
 * @param {{ onEvent: (event: ChatEvent) => void, signal?: AbortSignal }} options
 */
export function watchChat(document, url, { onEvent, signal }) {
  if (signal?.aborted) return;
  const site = siteOfUrl(addressNow(document, url));
  if (site === null) {
    const { health } = readPage(document, addressNow(document, url));
    onEvent({ type: 'health', site: addressNow(document, url)?.hostname ?? 'unknown', health });
    return;
  }
  new ChatWatcher(document, url, site, onEvent).start(signal);
}

/** @param {Document} document @param {string | URL | (() => string)} url @returns {URL | null} */
function addressNow(document, url) {
  const given = typeof url === 'function' ? url() : String(url);
  if (!URL.canParse(given)) return null;
  const address = new URL(given);
  const live = typeof url !== 'function' && document.location;
  return live && live.origin === address.origin ? new URL(live.href) : address;
}

class ChatWatcher {
  #document;
  #url;
  #site;
  #onEvent;
  #transcript = new Transcript();
  /** @type {Map<string, KnownPrompt>} by the prompt's id */
  #prompts = new Map();
  /** @type {Set<KnownPrompt>} those whose answer is awaited or streams */
  #awaited = new Set();
  /** The site says that an answer is being made, which is not on the page yet. */
  #expecting = false;
  /** @type {Submit | null} a send whose prompt has not appeared yet */
  #pending = null;
  /** @type {string | null} */
  #conversation = null;
  #lastGesture = () => /** @type {{ timeMs: number, atMs: number } | null} */ (null);
  #healthShown = '';
  #startedAtMs = performance.now();
  /** When another conversation was opened. */
  #routedAtMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #dueAtMs = Infinity;
  #stopped = false;

  /**
   * @param {Document} document @param {string | URL | (() => string)} url
   * @param {Site} site @param {(event: ChatEvent) => void} onEvent
   */
  constructor(document, url, site, onEvent) {
    this.#document = document;
    this.#url = url;
    this.#site = site;
    this.#onEvent = onEvent;
  }

  start(/** @type {AbortSignal | undefined} */ signal) {
    this.#lastGesture = watchGestures(this.#document, signal);
    const onSubmit = (/** @type {Submit} */ submit) => {
      this.#pending = submit;
    };
    watchSubmits(this.#document, this.#site, onSubmit, signal);
    const observer = new MutationObserver(() => this.#changed());
    observer.observe(this.#document, { childList: true, characterData: true, subtree: true });
    signal?.addEventListener('abort', () => {
      this.#stopped = true;
      observer.disconnect();
      clearTimeout(this.#timer);
    });
    this.#scan();
  }

  /** The page changed. Moments that are timed are looked for at once, all else at the next tick. */
  #changed() {
    const gesture = this.#lastGesture();
    const started = gesture !== null && performance.now() - gesture.atMs < gestureMs;
    let timed = this.#pending !== null || this.#expecting || (started && this.#awaited.size === 0);
    for (const { active } of this.#awaited) {
      if (active === null) continue;
      active.dirty = true;
      if (active.firstTokenAtMs === null) timed = true;
    }
    if (timed) this.#scan();
    else this.#wake(tickMs);
  }

  /** Looks again after this time, unless it is going to look sooner. */
  #wake(/** @type {number} */ afterMs) {
    const dueAtMs = performance.now() + afterMs;
    if (dueAtMs >= this.#dueAtMs) return;
    clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => {
      this.#dueAtMs = Infinity;
      this.#scan();
    }, afterMs);
  }

  #scan() {
    if (this.#stopped) return;
    const now = performance.now();
    const address = addressNow(this.#document, this.#url);
    this.#followRoute(address);
    const { turns, busy, health } = readPage(this.#document, address);
    this.#showHealth(health, now);
    try {
      this.#transcript.show(turns);
      this.#lookAt(turns, busy, now);
    } catch (error) {
      const reason = `watching the page failed: ${error instanceof Error ? error.message : error}`;
      this.#showHealth(
        { state: 'not-understood', layer: health.layer, verified: null, reason },
        Infinity,
      );
    }
    if (this.#pending !== null && now - this.#pending.atMs > confirmMs) this.#pending = null;
    if (this.#awaited.size > 0) this.#wake(tickMs);
  }

  /** Leaving a conversation ends what streams there; a new one getting its address does not. */
  #followRoute(/** @type {URL | null} */ address) {
    const conversation = address === null ? null : this.#site.conversationOf(address);
    if (conversation === this.#conversation) return;
    const isNew = this.#conversation === null;
    this.#conversation = conversation;
    if (isNew && (this.#awaited.size > 0 || this.#pending !== null)) return;
    if (!isNew) this.#routedAtMs = performance.now();
    for (const prompt of [...this.#awaited]) this.#finish(prompt, true);
    this.#pending = null;
    this.#transcript.clear();
  }

  /** @param {PageTurn[]} turns @param {boolean} busy @param {number} now */
  #lookAt(turns, busy, now) {
    const lastPrompt = turns.findLastIndex((turn) => turn.role === 'user');
    for (const [index, turn] of turns.entries()) {
      if (turn.role !== 'user') continue;
      const next = turns[index + 1];
      const answer = next?.role === 'assistant' ? next : null;
      const last = index === lastPrompt;
      const prompt = this.#promptOf(turn, turns, last);
      if (answer !== null && prompt.active === null) {
        if (last && answer.streaming) this.#maybeBegin(prompt, turn, answer, now);
        if (prompt.active === null) this.#leave(prompt, answer);
      }
      if (prompt.active !== null) this.#follow(prompt, prompt.active, answer, last && busy, now);
      if (last) this.#expecting = busy && answer === null && prompt.active === null;
    }
  }

  /** An answer that nobody waits for. @param {KnownPrompt} prompt @param {PageTurn} answer */
  #leave(prompt, answer) {
    const hasText = answer.hasText();
    if (prompt.answerId !== answer.id) {
      prompt.answerId = answer.id;
      prompt.textAtSight = answer.streaming && hasText ? answer.markdown() : null;
    }
    if (hasText && !answer.streaming) prompt.settled.add(answer.id);
  }

  /**
   * @param {PageTurn} turn @param {PageTurn[]} turns @param {boolean} last
   * @returns {KnownPrompt}
   */
  #promptOf(turn, turns, last) {
    const known = this.#prompts.get(turn.id);
    if (known !== undefined) return known;
    const text = turn.markdown();
    const renamed = last ? this.#renamed(text, turns) : null;
    if (renamed !== null) {
      this.#prompts.set(turn.id, renamed);
      return renamed;
    }
    /** @type {KnownPrompt} */
    const prompt = {
      answerId: null,
      textAtSight: null,
      settled: new Set(),
      active: null,
    };
    this.#prompts.set(turn.id, prompt);
    if (last && this.#pending !== null && isPromptOf(this.#pending, text)) {
      const { timeMs, atMs } = this.#pending;
      this.#pending = null;
      this.#begin(prompt, this.#keyOf(turn), turn, text, 'composer', { timeMs, atMs });
    }
    return prompt;
  }

  /** A page may give a prompt its final id while the answer streams. */
  #renamed(/** @type {string} */ text, /** @type {PageTurn[]} */ turns) {
    if (this.#awaited.size === 0) return null;
    for (const [id, prompt] of this.#prompts) {
      const gone = !turns.some((turn) => turn.id === id);
      if (prompt.active?.prompt === text && gone) {
        this.#prompts.delete(id);
        return prompt;
      }
    }
    return null;
  }

  /**
   * An answer that streams without a send: regenerated, edited, or sent before watching began.
   * @param {KnownPrompt} prompt @param {PageTurn} turn @param {PageTurn} answer @param {number} now
   */
  #maybeBegin(prompt, turn, answer, now) {
    if (prompt.settled.has(answer.id)) return;
    // A page may say that it streams while the old answer, or another conversation's, still
    // stands there: text that was there before counts only once it grows.
    if (prompt.answerId !== answer.id && prompt.settled.size === 0 && answer.hasText()) return;
    if (prompt.textAtSight !== null && prompt.textAtSight === answer.markdown()) return;
    const key = this.#keyOf(turn) + (prompt.settled.size > 0 ? `:${answer.id}` : '');
    const gesture = prompt.textAtSight === null ? this.#lastGesture() : null;
    const recent = gesture !== null && now - gesture.atMs < gestureMs;
    const start = recent && gesture.atMs > this.#routedAtMs ? gesture : null;
    this.#begin(prompt, key, turn, turn.markdown(), start ? 'gesture' : 'unseen', start);
  }

  /**
   * @param {KnownPrompt} prompt @param {string} key @param {PageTurn} turn @param {string} text
   * @param {ActiveTurn['sentBy']} sentBy @param {ActiveTurn['start']} start
   */
  #begin(prompt, key, turn, text, sentBy, start) {
    this.#awaited.add(prompt);
    prompt.active = {
      key,
      prompt: text,
      context: this.#transcript.textsBefore(turn.id),
      sentBy,
      start,
      firstTokenAtMs: null,
      model: null,
      completion: '',
      reasoning: '',
      changedAtMs: performance.now(),
      readAtMs: 0,
      readCostMs: 0,
      dirty: true,
      sawStreaming: false,
    };
    if (start === null) return;
    const startTimeMs = Math.round(start.timeMs);
    this.#emit({ type: 'sent', turnKey: key, site: this.#site.site, prompt: text, startTimeMs });
  }

  /**
   * @param {KnownPrompt} prompt @param {ActiveTurn} active @param {PageTurn | null} answer
   * @param {boolean} busy @param {number} now
   */
  #follow(prompt, active, answer, busy, now) {
    const streaming = busy || (answer?.streaming ?? false);
    if (streaming) active.sawStreaming = true;
    if (answer !== null) {
      prompt.answerId = answer.id;
      active.model = answer.model ?? active.model;
      if (active.firstTokenAtMs === null && answer.hasText()) this.#firstToken(active, now);
      const due = now - active.readAtMs >= Math.max(tickMs, active.readCostMs * costFactor);
      if (active.dirty && active.firstTokenAtMs !== null && due) this.#read(active, answer, now);
    }
    if (now - active.changedAtMs < quietNeeded(active, streaming)) return;
    // The last words may have come since the last reading.
    const before = active.changedAtMs;
    if (answer !== null && active.dirty) this.#read(active, answer, now);
    if (active.changedAtMs === before) this.#finish(prompt, false);
  }

  /** @param {ActiveTurn} active @param {number} now */
  #firstToken(active, now) {
    active.firstTokenAtMs = now;
    const time = firstTokenTimeOf(active);
    this.#emit({
      type: 'first-token',
      turnKey: active.key,
      site: this.#site.site,
      ...(time !== undefined && { firstTokenTimeMs: time }),
    });
  }

  /** @param {ActiveTurn} active @param {PageTurn} answer @param {number} now */
  #read(active, answer, now) {
    active.dirty = false;
    const completion = answer.markdown();
    const reasoning = answer.reasoning();
    active.readAtMs = now;
    active.readCostMs = performance.now() - now;
    if (completion === active.completion && reasoning === active.reasoning) return;
    active.completion = completion;
    active.reasoning = reasoning;
    active.changedAtMs = now;
    this.#emit({
      type: 'update',
      turnKey: active.key,
      site: this.#site.site,
      model: active.model,
      completion,
      reasoning,
    });
  }

  /** @param {KnownPrompt} prompt @param {boolean} interrupted */
  #finish(prompt, interrupted) {
    const { active } = prompt;
    if (active === null) return;
    prompt.active = null;
    this.#awaited.delete(prompt);
    if (prompt.answerId !== null) prompt.settled.add(prompt.answerId);
    const firstTokenTimeMs = firstTokenTimeOf(active);
    this.#emit({
      type: 'done',
      turnKey: active.key,
      site: this.#site.site,
      provider: this.#site.provider,
      model: active.model,
      prompt: active.prompt,
      completion: active.completion,
      reasoning: active.reasoning,
      context: active.context,
      sentBy: active.sentBy,
      interrupted,
      ...(active.start !== null && { startTimeMs: Math.round(active.start.timeMs) }),
      ...(firstTokenTimeMs !== undefined && { firstTokenTimeMs }),
    });
  }

  /** Says how well the page is understood, when that changes. @param {Health} health @param {number} now */
  #showHealth(health, now) {
    const loadingForMs = this.#startedAtMs + loadingMs - now;
    if (health.state === 'not-understood' && loadingForMs > 0) {
      // To be said also of a page that changes no more.
      this.#wake(loadingForMs);
      return;
    }
    const shown = [health.state, health.layer, health.reason].join('\n');
    if (shown === this.#healthShown) return;
    this.#healthShown = shown;
    this.#emit({ type: 'health', site: this.#site.site, health });
  }

  /** @param {PageTurn} turn a prompt */
  #keyOf(turn) {
    const where = turn.ownId ? '' : `${this.#conversation ?? 'new'}:`;
    return `${this.#site.site}:${where}${turn.id}`;
  }

  /** @param {ChatEvent} event */
  #emit(event) {
    try {
      this.#onEvent(event);
    } catch (error) {
      // A fault of the listener must not stop the watching.
      reportError(error);
    }
  }
}

/** How long the text must be still for the turn to be done. */
function quietNeeded(/** @type {ActiveTurn} */ active, /** @type {boolean} */ streaming) {
  if (streaming) return quietBusyMs;
  if (active.firstTokenAtMs === null) return quietUnansweredMs;
  return active.sawStreaming ? quietMs : quietUnsignalledMs;
}

/** @param {ActiveTurn} active */
function firstTokenTimeOf({ start, firstTokenAtMs }) {
  if (start === null || firstTokenAtMs === null) return undefined;
  return Math.round(start.timeMs + (firstTokenAtMs - start.atMs));
}
