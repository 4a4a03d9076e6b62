// SPDX-License-Identifier: MIT
// The turns of a conversation whose answers are awaited or stream: followed until they end.
//
// A turn ends
// - when the site is done, and the text was still for some time,
// - when the next turn begins, the same prompt's or another's,
// - when an answer of an earlier turn stands in its place, or its prompt is gone: another branch.
// Leaving the conversation ends nothing: the turn is left to whoever sees it next.
import { LiveTurn } from './live-turn.js';
import { sameSendMs } from './submit.js';

/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./answer-reader.js').AnswerReader} AnswerReader */
/** @typedef {import('./events.js').DoneEvent} DoneEvent */
/** @typedef {import('./known-prompt.js').KnownPrompt} KnownPrompt */
/** @typedef {import('./reporter.js').Reporter} Reporter */
/** @typedef {import('./submit.js').Moment} Moment */
/** @typedef {import('./transcript.js').Transcript} Transcript */

/** What is no longer shown, and no longer made, ends after this time. */
const absentMs = 60_000;
/** The same where nothing was answered, or another branch is shown. */
const absentUnansweredMs = 3000;

export class LiveTurns {
  #site;
  #reporter;
  #transcript;
  #reader;
  #lastGesture;
  #recentGesture;
  /** @type {Set<KnownPrompt>} those with a live turn */
  #prompts = new Set();

  /**
   * @param {Site} site @param {Reporter} reporter @param {Transcript} transcript
   * @param {AnswerReader} reader
   * @param {() => Moment | null} lastGesture
   * @param {(now: number) => Moment | null} recentGesture what may have started what begins now
   */
  constructor(site, reporter, transcript, reader, lastGesture, recentGesture) {
    this.#site = site;
    this.#reporter = reporter;
    this.#transcript = transcript;
    this.#reader = reader;
    this.#lastGesture = lastGesture;
    this.#recentGesture = recentGesture;
  }

  get any() {
    return this.#prompts.size > 0;
  }

  /** Whether the first text of an answer may come next. */
  get isFirstTokenDue() {
    for (const { live } of this.#prompts) if (live?.firstTokenAtMs === null) return true;
    return false;
  }

  /** Whether a click or key is known by what it did: it began a turn that has its first text. @param {Moment} gesture */
  hasBegunBy({ atMs }) {
    return this.#all.some(({ begin: { start }, firstTokenAtMs }) => {
      return start !== null && firstTokenAtMs !== null && Math.abs(start.atMs - atMs) < sameSendMs;
    });
  }

  /** Whether nothing but time is lacking to read an answer, or what stands before it. */
  get areBeingRead() {
    return this.#all.some((live) => live.isBeingRead);
  }

  /** Ids of the answers, as far as they are on the page. */
  get answerIds() {
    return new Set(this.#all.map(({ answerId }) => answerId));
  }

  /** Something on the page changed. @param {number | null} textAtMs when the last answer's text did */
  touched(textAtMs) {
    for (const live of this.#all) live.touched(textAtMs);
  }

  /**
   * @param {KnownPrompt} prompt @param {PageTurn} turn @param {DoneEvent['sentBy']} sentBy
   * @param {Moment | null} start @param {boolean} again an earlier turn has sent this prompt
   */
  add(prompt, turn, sentBy, start, again) {
    const begin = {
      prompt: turn.markdown(),
      promptId: turn.id,
      attachments: turn.attachments,
      context: this.#transcript.before(turn.id),
      cachedMessages: this.#transcript.sentBefore(turn.id, again),
      sentBy,
      start,
    };
    const live = new LiveTurn(begin, this.#reader);
    prompt.live = live;
    prompt.gesture = null;
    prompt.emptySinceMs = null;
    this.#prompts.add(prompt);
    return live;
  }

  /** The conversation gets its address while turns are live. @param {(prompt: KnownPrompt) => string} keyOf */
  rename(keyOf) {
    for (const prompt of this.#prompts) {
      prompt.key = keyOf(prompt);
      if (prompt.live !== null) this.#reporter.touch(prompt.live, { prompt: prompt.key });
    }
  }

  /**
   * @param {KnownPrompt} prompt @param {LiveTurn} live @param {PageTurn | null} answer
   * @param {boolean} making the site says that it makes the answer @param {number} now
   * @param {number} changedAtMs when what is new since the last look came
   */
  watch(prompt, live, answer, making, now, changedAtMs) {
    live.sees(making, now, this.#lastGesture());
    this.#reporter.touch(live);
    if (answer === null) {
      if (live.firstTokenAtMs !== null && !live.vanished) {
        live.vanished = true;
        live.restart = this.#recentGesture(now);
      }
    } else {
      this.#watchAnswer(prompt, live, answer, now, changedAtMs);
    }
    this.#reporter.keep(live, () => this.#eventSoFar(live, true));
    if (!live.isQuiet(now)) return;
    const isHalfRead = answer !== null && live.isBeingRead;
    if (isHalfRead || this.#transcript.isUnread(live.begin.context)) return;
    if (live.isQuiet(now)) this.finish(prompt, live, answer, false);
  }

  /**
   * @param {KnownPrompt} prompt @param {LiveTurn} live @param {PageTurn} answer @param {number} now
   * @param {number} changedAtMs
   */
  #watchAnswer(prompt, live, answer, now, changedAtMs) {
    live.vanished = false;
    if (live.answerId !== answer.id) {
      live.answerId = answer.id;
      prompt.answerId = answer.id;
      if (answer.ownId) this.#reporter.touch(live, { answer: answer.id });
    }
    live.seesModelOf(answer);
    if (live.firstTokenAtMs === null && answer.hasText()) {
      live.firstTokenAtMs = changedAtMs;
      this.#reporter.firstToken(live);
    }
    // The last words may have come since the last reading.
    const isNews = live.isQuiet(now)
      ? live.readToEnd(answer, now)
      : live.firstTokenAtMs !== null && live.readIfDue(answer, now);
    if (isNews) this.#reporter.update(live);
  }

  /** Turns whose prompt the page does not show. @param {PageTurn[]} turns @param {boolean} busy @param {number} now */
  watchAbsent(turns, busy, now) {
    for (const prompt of [...this.#prompts]) {
      const { live } = prompt;
      if (live === null || turns.some(({ id }) => id === prompt.id)) {
        prompt.emptySinceMs = live === null ? prompt.emptySinceMs : null;
        continue;
      }
      this.#reporter.touch(live);
      if (busy) prompt.emptySinceMs = null;
      else prompt.emptySinceMs ??= now;
      // What was whole when it was seen last misses nothing.
      const scrolledAway =
        live.streaming && live.firstTokenAtMs !== null && this.#transcript.has(prompt.id);
      const patience = scrolledAway ? absentMs : absentUnansweredMs;
      if (prompt.emptySinceMs !== null && now - prompt.emptySinceMs > patience) {
        this.finish(prompt, live, null, false);
      }
    }
  }

  /** Reads at once what the page shows of them. @param {(promptId: string) => PageTurn | null} answerOf */
  readNow(answerOf) {
    const now = performance.now();
    for (const { id, live } of this.#prompts) {
      const answer = answerOf(id);
      if (live?.isUnread && answer !== null && answer.id === live.answerId) {
        live.readNow(answer, now);
      }
    }
  }

  /**
   * @param {KnownPrompt} prompt @param {LiveTurn} live @param {PageTurn | null} answer as the page
   *   shows it at the end @param {boolean} interrupted
   */
  finish(prompt, live, answer, interrupted) {
    this.#release(prompt);
    if (live.answerId !== null) prompt.settled.add(live.answerId);
    prompt.answerId = live.answerId ?? prompt.answerId;
    prompt.textAtSight = live.completion;
    if (answer !== null) this.#transcript.keep(answer.id, live.completion);
    const failed = live.hasFailed;
    this.#reporter.finish(live, () => (failed ? null : this.#doneEvent(live, interrupted)));
  }

  /** Another turn begins. */
  finishAll() {
    for (const prompt of [...this.#prompts]) {
      if (prompt.live !== null) this.finish(prompt, prompt.live, null, prompt.live.streaming);
    }
  }

  /** Ends them at once: the page goes, and nobody will see them again. */
  finishNow() {
    for (const prompt of [...this.#prompts]) {
      const live = this.#release(prompt);
      if (live !== null) this.#reporter.finishNow(live, this.#doneEvent(live, true));
    }
  }

  /** Leaves them to whoever sees them next. @returns {Promise<unknown>} */
  leave() {
    const left = [...this.#prompts].map((prompt) => {
      const live = this.#release(prompt);
      return live && this.#reporter.leave(live, this.#doneEvent(live, true));
    });
    return Promise.all(left);
  }

  /** @param {KnownPrompt} prompt */
  #release(prompt) {
    const { live } = prompt;
    prompt.live = null;
    this.#prompts.delete(prompt);
    return live;
  }

  /** @param {LiveTurn} live @param {boolean} interrupted */
  #doneEvent(live, interrupted) {
    this.#transcript.readNow(live.begin.context);
    return this.#eventSoFar(live, interrupted);
  }

  /** Of what is read by now: to read a long context at once would halt the page. @param {LiveTurn} live @param {boolean} interrupted */
  #eventSoFar(live, interrupted) {
    const isIncomplete = this.#transcript.isIncomplete(live.begin.context);
    return live.doneEvent(this.#site, interrupted, isIncomplete);
  }

  /** @returns {LiveTurn[]} */
  get #all() {
    return [...this.#prompts].flatMap(({ live }) => live ?? []);
  }
}
