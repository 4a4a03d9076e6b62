// SPDX-License-Identifier: MIT
// Watches a live chat page and reports each turn: sent, first token, updates, done.
import { siteOfUrl } from '../sites/index.js';
import { addressReader } from './address.js';
import { AnswerReader } from './answer-reader.js';
import { Conversation } from './conversation.js';
import { Ledger } from './ledger.js';
import { isBusy, readPage } from './read.js';
import { Reporter } from './reporter.js';
import { watchGestures, watchSubmits } from './submit.js';

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./address.js').AddressSource} AddressSource */
/** @typedef {import('./events.js').ChatEvent} ChatEvent */
/** @typedef {import('./read.js').Health} Health */
/** @typedef {import('./read.js').PageRead} PageRead */
/** @typedef {import('./turn-store.js').TurnStore} TurnStore */

/** While an answer is awaited or comes to its end the page is looked at this often, */
const tickMs = 300;
/** and for so small a part of the time, */
const costFactor = 200;
/** but at least this often; so it is while the answer streams, if nobody wants its text sooner. */
const slowestTickMs = 1000;
/** So many changed nodes are noted at once; fewer, only when the page is looked at. */
const mostChanged = 2000;
/** All of the page is looked at after a click or key, */
const gestureMs = 2000;
/** and this often while nothing changes but the text of the answer. */
const lookMs = 2000;
/** Moments that are timed are looked for at once, or after this time where that costs too much: */
const timedMs = 30;
/** more than so small a part of the time. */
const timedCostFactor = 100;
/** A page that is still loading is not yet "not understood". */
const loadingMs = 3000;
/** Earlier messages are read for so long at a time, */
const readingMs = 8;
/** with pauses. */
const readingPauseMs = 50;

/**
 * @typedef {object} WatchOptions
 * @property {(event: ChatEvent) => void} onEvent
 * @property {AbortSignal} [signal] ends it
 * @property {TurnStore} [store] shared by the pages among which each turn is to be reported once
 * @property {number} [updateMs] at least so long between two updates of a text, which cost most of the
 *   time; 200 unless told
 * @property {(turns: PageTurn[]) => void} [onLook] is given the page's messages whenever they were
 *   looked for: who shows something beside them need not look again
 */

/**
 * Reports the turns of a chat as they happen. What is on the page at the start, or comes by
 * navigation, is context. `onEvent` is called from the page's own thread and should return soon.
 *
 * @param {Document} document
 * @param {AddressSource} url the page's address, or what gives it; route changes on the same
 *   origin are followed
 * @param {WatchOptions} options
 */
export function watchChat(document, url, options) {
  const { onEvent, signal, updateMs = 200 } = options;
  if (signal?.aborted) return;
  const addressNow = addressReader(document, url);
  const address = addressNow();
  const site = siteOfUrl(address);
  if (site === null) {
    const { health } = readPage(document, address);
    onEvent({ type: 'health', site: address?.hostname ?? 'unknown', health });
    return;
  }
  const reader = new AnswerReader(updateMs);
  new ChatWatcher(document, addressNow, site, reader, options).start(signal);
}

/** @param {PageTurn} answer @returns {Element[]} none of one that the page has made unreadable */
function textElementsOf(answer) {
  try {
    return answer.textElements();
  } catch {
    // The look that follows says so.
    return [];
  }
}

class ChatWatcher {
  #document;
  #addressNow;
  #site;
  #onEvent;
  #onLook;
  #updateMs;
  #ledger;
  #reporter;
  #lastGesture = () => /** @type {import('./submit.js').Moment | null} */ (null);
  #conversation;
  #healthShown = '';
  #startedAtMs = performance.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #dueAtMs = Infinity;
  #scannedAtMs = 0;
  #scanCostMs = 0;
  /** What the page showed at the last look at all of it. @type {PageRead | null} */
  #page = null;
  #pageHref = '';
  #pageAtMs = 0;
  /** Something changed since then that is not the text of the last answer. */
  #changedElsewhere = true;
  /** What holds the text of its last answer, as far as asked. @type {Element[]} */
  #texts = [];
  /** What was observed, when it changed last, and was not noted yet. @type {Map<Node, number>} */
  #changedAtMs = new Map();
  /** The next change may be a moment whose time counts. */
  #isTimed = true;
  /** @type {number | null} when a change came whose time may count, and that was not looked at yet */
  #timedAtMs = null;
  #stopped = false;
  /** @type {URL | null} */
  #addressSeen = null;
  /** The page was hidden as a whole, and may come back. */
  #away = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sweep;

  /**
   * @param {Document} document @param {() => URL | null} addressNow @param {Site} site
   * @param {AnswerReader} reader @param {WatchOptions} options
   */
  constructor(document, addressNow, site, reader, { onEvent, onLook, store }) {
    this.#document = document;
    this.#addressNow = addressNow;
    this.#site = site;
    this.#onEvent = onEvent;
    this.#onLook = onLook;
    this.#updateMs = reader.everyMs;
    this.#ledger = new Ledger(store);
    this.#reporter = new Reporter(site, this.#ledger, (event) => this.#emit(event));
    this.#conversation = new Conversation(
      site,
      reader,
      this.#ledger,
      this.#reporter,
      () => this.#lastGesture(),
      () => this.#wakeNow(),
    );
  }

  start(/** @type {AbortSignal | undefined} */ signal) {
    // A click may take an answer away whose last words were not read yet.
    const readFirst = () => {
      if (this.#conversation.isLive) {
        this.#scan();
        this.#conversation.readNow();
      }
      // What the page does next is timed; a look just now did not know of the click yet.
      this.#isTimed = true;
    };
    this.#lastGesture = watchGestures(this.#document, readFirst, signal);
    watchSubmits(
      this.#document,
      this.#site,
      (submit) => {
        this.#isTimed = true;
        this.#conversation.submitted(submit);
      },
      signal,
    );
    const observer = new MutationObserver((records) => this.#changed(records));
    observer.observe(this.#document, { childList: true, characterData: true, subtree: true });
    const page = this.#document.defaultView;
    const options = signal && { signal };
    page?.addEventListener('pagehide', () => this.#hidden(), options);
    page?.addEventListener('pageshow', ({ persisted }) => persisted && this.#returned(), options);
    // A hidden tab's timers are late.
    this.#document.addEventListener('visibilitychange', () => this.#wakeNow(), options);
    signal?.addEventListener('abort', () => {
      this.#stopped = true;
      this.#reporter.stop();
      observer.disconnect();
      clearTimeout(this.#timer);
      clearTimeout(this.#sweep);
      this.#conversation.leave();
    });
    this.#scan();
    this.#reportAbandoned();
  }

  /**
   * Moments that are timed are looked for at once, all else at the next tick: while an answer streams,
   * this runs with every few words, and the page's own work waits for it.
   * @param {MutationRecord[]} records
   */
  #changed(records) {
    const now = performance.now();
    for (const { target } of records) this.#changedAtMs.set(target, now);
    if (this.#changedAtMs.size > mostChanged) this.#noteChanges();
    if (this.#addressNow() !== this.#addressSeen) {
      // What the page shows under one address is not to be taken for another's.
      this.#scan();
      return;
    }
    if (!this.#isTimed) {
      // Nothing is sooner than a tick.
      if (this.#dueAtMs > now + tickMs) this.#wake(this.#pauseMs(this.#areInAnswer(records)));
      return;
    }
    this.#timedAtMs ??= now;
    // A hidden tab's timers may sleep for a minute.
    const restMs = this.#scannedAtMs + Math.min(timedMs, this.#scanCostMs * timedCostFactor);
    const waitMs = restMs - now;
    if (waitMs <= 0 || this.#document.hidden) this.#scan();
    else this.#wake(waitMs);
  }

  /** Whether it seems that nothing changed but the answer that streams. @param {MutationRecord[]} records */
  #areInAnswer(records) {
    const answer = this.#page?.turns.at(-1)?.element;
    // What else changes, such as a button, seldom comes amidst the text's changes.
    const [first, last] = [records[0], records[records.length - 1]];
    return Boolean(first && last && answer?.contains(first.target) && answer.contains(last.target));
  }

  /** Until the next look. @param {boolean} streams nothing but the text of the answer is expected */
  #pauseMs(streams) {
    const leastMs = streams && this.#page?.busy ? this.#updateMs : tickMs;
    return Math.min(Math.max(tickMs, leastMs, this.#scanCostMs * costFactor), slowestTickMs);
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

  #wakeNow() {
    clearTimeout(this.#timer);
    this.#changedElsewhere = true;
    this.#dueAtMs = Infinity;
    this.#scan();
  }

  #scan() {
    if (this.#stopped || this.#away) return;
    const now = performance.now();
    this.#noteChanges();
    const address = this.#addressNow();
    this.#follow(address);
    const { turns, busy, health } = this.#pageNow(address, now);
    this.#scanCostMs = performance.now() - now;
    this.#showHealth(health, now);
    try {
      this.#conversation.look(turns, busy, now, this.#timedAtMs ?? now);
      this.#timedAtMs = null;
      if (!this.#conversation.readOn(now + readingMs)) this.#wake(readingPauseMs);
    } catch (error) {
      const reason = `watching the page failed: ${error instanceof Error ? error.message : error}`;
      this.#showHealth(
        { state: 'not-understood', layer: health.layer, verified: null, reason },
        Infinity,
      );
    }
    this.#scannedAtMs = performance.now();
    this.#isTimed = this.#conversation.isTimed(this.#scannedAtMs);
    if (this.#conversation.isLive) this.#wake(this.#pauseMs(true));
  }

  /** Most changes are of the same few elements: each is noted once. */
  #noteChanges() {
    if (this.#changedAtMs.size === 0) return;
    const changedAtMs = this.#changedAtMs;
    this.#changedAtMs = new Map();
    const last = this.#page?.turns.at(-1);
    const answer = last?.role === 'assistant' ? last : null;
    const inAnswer = [];
    for (const change of changedAtMs) {
      const [node] = change;
      if (answer?.element.contains(node)) inAnswer.push(change);
      // What was taken away changed where it was.
      else if (node.isConnected) this.#changedElsewhere = true;
    }
    this.#conversation.touched(changedAtMs.keys(), answer && this.#textChange(answer, inAnswer));
  }

  /**
   * When the text of an answer changed last: buttons come after the last words.
   * @param {PageTurn} answer @param {[Node, number][]} changes in it
   */
  #textChange(answer, changes) {
    const ofText = () =>
      changes.filter(([node]) => this.#texts.some((element) => element.contains(node)));
    let found = ofText();
    if (found.length === 0 && changes.length > 0) {
      this.#texts = textElementsOf(answer);
      found = ofText();
    }
    return found.reduce((latest, [, atMs]) => Math.max(latest, atMs), 0) || null;
  }

  /**
   * The page's messages. They are found anew only if they may be others than at the last look:
   * what streams is text of an answer that is known. @param {URL | null} address @param {number} now
   */
  #pageNow(address, now) {
    const page = this.#page;
    const href = address?.href ?? '';
    const isSame =
      page !== null &&
      !this.#changedElsewhere &&
      href === this.#pageHref &&
      now - this.#pageAtMs < lookMs &&
      this.#conversation.isLive &&
      !this.#conversation.isTimed(now) &&
      !this.#conversation.mayGestureAct(now, gestureMs) &&
      isBusy(page, this.#document) === page.busy;
    if (isSame) return page;
    this.#page = readPage(this.#document, address);
    this.#pageHref = href;
    this.#pageAtMs = now;
    this.#changedElsewhere = false;
    this.#texts = [];
    const { turns } = this.#page;
    this.#tell(() => this.#onLook?.(turns));
    return this.#page;
  }

  /** @param {URL | null} address */
  #follow(address) {
    const wasLive = this.#conversation.isLive;
    this.#addressSeen = address;
    const left = this.#conversation.follow(address && this.#site.conversationOf(address));
    if (wasLive && !this.#conversation.isLive) left.then(() => this.#reportAbandoned());
  }

  /** The page goes away, perhaps to come back as it is. */
  #hidden() {
    this.#changedElsewhere = true;
    this.#scan();
    this.#conversation.readNow();
    this.#away = true;
    if (this.#ledger.isShared) this.#conversation.leave();
    else this.#conversation.finishNow();
  }

  #returned() {
    this.#away = false;
    this.#conversation.returned();
    this.#wakeNow();
    this.#reportAbandoned();
  }

  /** Reports turns that were left, and that nobody has taken up since. */
  async #reportAbandoned() {
    clearTimeout(this.#sweep);
    const { drafts, nextMs } = await this.#ledger.abandoned();
    for (const draft of drafts) this.#emit(draft);
    if (nextMs === null || this.#stopped) return;
    const waitMs = Math.max(nextMs - Date.now(), 0) + 50;
    this.#sweep = setTimeout(() => this.#reportAbandoned(), waitMs);
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

  /** @param {ChatEvent} event */
  #emit(event) {
    if (!this.#stopped) this.#tell(() => this.#onEvent(event));
  }

  /** @param {() => void} call */
  #tell(call) {
    try {
      call();
    } catch (error) {
      // A fault of the listener must not stop the watching.
      reportError(error);
    }
  }
}
