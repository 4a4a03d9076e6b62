// SPDX-License-Identifier: MIT

/** @typedef {import('./answer-reader.js').AnswerReader} AnswerReader */
/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./events.js').DoneEvent} DoneEvent */
/** @typedef {import('./submit.js').Moment} Moment */
/** @typedef {import('./transcript.js').Message} Message */
/** @typedef {import('./turn-store.js').Claim} Claim */

/**
 * @typedef {object} TurnStart how a turn began
 * @property {string} prompt its text
 * @property {string} promptId
 * @property {PageTurn['attachments']} attachments
 * @property {Message[]} context
 * @property {number} cachedMessages
 * @property {DoneEvent['sentBy']} sentBy
 * @property {Moment | null} start
 */

/** Reading may take at most so small a part of the time. */
const costFactor = 300;
/** Where texts are wanted seldom, the first words are read sooner: at the second look, if not before. */
const firstReadMs = 900;
/** Each takes no longer for what is not known yet: what is missing is read later. */
const sliceMs = 5;
/** A page that writes all of it anew meanwhile is read in longer ones, or it never would be, */
const sliceGrowth = 1.1;
/** but never so long that it jerks. What takes longer is read when it is still. */
const longestSliceMs = 12;
/** An answer is done when its site says so and its text has been still for this long. */
const quietMs = 400;
/** The same where the site never said that it streams. */
const quietUnsignalledMs = 3000;
/** Something in an answer's text may move for ever: after this time it is read, be it still or not. */
const restlessMs = 3000;
/** The same where the page was left meanwhile: it may have to find its way back into the stream. */
const quietResumedMs = 1500;
/** A click or key so long before the site ceased to stream has stopped it. */
const stopMs = 1500;
/** An answer without text after the site said that it is made: it failed, or was stopped. */
const quietFailedMs = 4000;
/** Without any answer a turn is given up after this time: models may think for long. */
const quietUnansweredMs = 120_000;
/** The same while the site says that it streams: tools may run for longer. */
const quietBusyMs = 1_800_000;

/** The page's state is seen so late. */
const lateMs = 250;

/** A turn whose answer is awaited or streams. */
export class LiveTurn {
  /** @type {string | null} id of the answer seen last */
  answerId = null;
  /** @type {number | null} monotonic */
  firstTokenAtMs = null;
  /** @type {string | null} */
  model = null;
  /** @type {DoneEvent['modelFoundBy']} */
  modelFoundBy = null;
  completion = '';
  reasoning = '';
  /** The site says that it streams. */
  streaming = false;
  /** @type {Moment | null} the click or key after which the answer went away */
  restart = null;
  /** The answer began while nobody looked: when, is not known. */
  firstTokenMissed = false;
  /** @type {number | null} when the site last ceased to say that it streams */
  pausedAtMs = null;
  /** The answer went away after it had text. */
  vanished = false;
  /** @type {Claim | null} null until the store has answered */
  claim = null;
  /** What is reported of a turn comes in order, after the store has answered. @type {Promise<void>} */
  said = Promise.resolve();

  #reader;
  #sawStreaming = false;
  #isResumed = false;
  #wasStopped = false;
  #createdAtMs = performance.now();
  #changedAtMs = performance.now();
  /** When something in the answer's text last changed, as far as observed. */
  #textAtMs = 0;
  #streamedAtMs = 0;
  /** @type {number | null} */
  #readAtMs = null;
  #readCostMs = 0;
  /** What was read last was all that stood there then. */
  #readWholeAtMs = 0;
  #sliceMs = sliceMs;
  /** The page changed since it was read last. */
  #isTouched = true;
  /** The last reading ended before the answer did. */
  #isHalfRead = false;
  /** All was read anew since the text last changed. */
  #isReadAnew = false;

  /** @param {TurnStart} begin @param {AnswerReader} reader which is told what changes */
  constructor(begin, reader) {
    this.begin = begin;
    this.#reader = reader;
    this.attachments = begin.attachments();
  }

  /** Something on the page changed. @param {number | null} textAtMs when the last answer's text did */
  touched(textAtMs) {
    this.#isTouched = true;
    this.#textAtMs = textAtMs ?? this.#textAtMs;
  }

  /** Whether the page may show more than was read. */
  get isUnread() {
    return this.#isTouched || this.#isHalfRead;
  }

  /** Whether a reading can go on at once: nothing has changed since its first part. */
  get isBeingRead() {
    return this.#isHalfRead && !this.#isTouched;
  }

  /** @param {boolean} streaming @param {number} now @param {Moment | null} gesture the last one */
  sees(streaming, now, gesture) {
    if (this.streaming && !streaming) {
      this.pausedAtMs = now;
      const startAtMs = this.begin.start?.atMs ?? this.#createdAtMs;
      this.#wasStopped =
        gesture !== null && gesture.atMs > startAtMs + 50 && now - gesture.atMs < stopMs;
    }
    this.streaming = streaming;
    if (!streaming) return;
    this.#sawStreaming = true;
    this.#streamedAtMs = now;
  }

  /** @param {PageTurn} answer */
  seesModelOf({ model, modelFoundBy }) {
    if (model === null) return;
    this.model = model;
    this.modelFoundBy = modelFoundBy;
  }

  /**
   * Whether a click or key after the turn had ended, be it without an answer, or one after which
   * its text is gone, has made the site answer once more.
   * @param {Moment} again @param {PageTurn | null} answer that is being made
   */
  isMadeAnew(again, answer) {
    if (this.pausedAtMs !== null && again.atMs > this.pausedAtMs - lateMs) return true;
    if (this.firstTokenAtMs === null || answer?.hasText()) return false;
    return again.atMs > this.firstTokenAtMs;
  }

  /**
   * Reads on, if it is time for that.
   * @param {PageTurn} answer @param {number} now @returns {boolean} whether the text changed
   */
  readIfDue(answer, now) {
    const pauseMs = this.isBeingRead ? 0 : this.#readPauseMs;
    const readAtMs = this.#readAtMs ?? this.firstTokenAtMs ?? -Infinity;
    if (!this.isUnread || now - readAtMs < pauseMs) return false;
    return this.#read(answer, now, this.#sliceMs);
  }

  /** @returns {number} from the last reading, or the first word, to the next */
  get #readPauseMs() {
    const { everyMs } = this.#reader;
    const pauseMs = this.#readAtMs === null ? Math.min(everyMs, firstReadMs) : everyMs;
    return Math.max(pauseMs, this.#readCostMs * costFactor);
  }

  /**
   * Reads on for the last time, and all of it: not every change is observed.
   * @param {PageTurn} answer @param {number} now @returns {boolean} whether the text changed
   */
  readToEnd(answer, now) {
    if (!this.#isReadAnew) {
      this.#reader.forgetAll();
      this.#isReadAnew = true;
      this.#isTouched = true;
    }
    return this.isUnread && this.#read(answer, now, this.#sliceMs);
  }

  /** Reads all at once. @param {PageTurn} answer @param {number} now @returns {boolean} whether the text changed */
  readNow(answer, now) {
    return this.#read(answer, now, Infinity);
  }

  /** @param {PageTurn} answer @param {number} now @param {number} forMs */
  #read(answer, now, forMs) {
    const began = performance.now();
    const text = this.#reader.read(answer, forMs);
    const tookMs = performance.now() - began;
    const isContinued = this.isBeingRead;
    this.#readAtMs = now;
    this.#readCostMs = isContinued ? this.#readCostMs + tookMs : tookMs;
    if (text === null && this.#isHalfRead && !isContinued) {
      this.#sliceMs = Math.min(this.#sliceMs * sliceGrowth, longestSliceMs);
    }
    this.#isTouched = false;
    this.#isHalfRead = text === null;
    if (text === null) return false;
    const isNews = this.#isNews(text, now);
    this.#readWholeAtMs = now;
    return isNews;
  }

  /** @param {{ completion: string, reasoning: string }} text @param {number} now */
  #isNews({ completion, reasoning }, now) {
    // A site that shows an error instead takes away what was answered, and paid.
    const kept = completion === '' && this.completion !== '';
    if (kept || (completion === this.completion && reasoning === this.reasoning)) return false;
    this.completion = completion;
    this.reasoning = reasoning;
    // Not every change is observed; one that was tells when.
    this.#changedAtMs = this.#textAtMs > this.#readWholeAtMs ? this.#textAtMs : now;
    this.#isReadAnew = false;
    return true;
  }

  /** Another page followed it before, or this one. @param {Claim} claim @param {number} now */
  resume({ draft }, now) {
    this.#changedAtMs = now;
    this.#isResumed = true;
    if (!draft) return;
    this.completion = draft.completion;
    this.reasoning = draft.reasoning;
    this.model = draft.model;
    this.modelFoundBy = draft.modelFoundBy;
  }

  /** Whether it was still for so long that it must be over. @param {number} now */
  isQuiet(now) {
    const knownAtMs = Math.max(this.#changedAtMs, this.#streamedAtMs);
    // What was not read yet counts, too; but what moves for ever is not waited for.
    const unreadAtMs = Math.min(this.#textAtMs, knownAtMs + restlessMs);
    return now - Math.max(knownAtMs, unreadAtMs) >= this.#quietNeeded();
  }

  /** Whether it is over without an answer, which nobody stopped. */
  get hasFailed() {
    return this.firstTokenAtMs === null && this.completion === '' && !this.#wasStopped;
  }

  get startTimeMs() {
    const { start } = this.begin;
    return start === null ? this.claim?.startTimeMs : Math.round(start.timeMs);
  }

  get firstTokenTimeMs() {
    const known = this.claim?.firstTokenTimeMs;
    if (known !== undefined) return known;
    if (this.firstTokenAtMs === null || this.firstTokenMissed) return undefined;
    return this.#timeAt(this.firstTokenAtMs);
  }

  /**
   * @param {Site} site @param {boolean} interrupted @param {boolean} contextIncomplete
   * @returns {DoneEvent}
   */
  doneEvent(site, interrupted, contextIncomplete) {
    const { startTimeMs, firstTokenTimeMs } = this;
    const { prompt, promptId, context, cachedMessages, sentBy } = this.begin;
    const timed = startTimeMs !== undefined && firstTokenTimeMs !== undefined;
    return {
      type: 'done',
      turnKey: this.claim?.turnKey ?? '',
      site: site.site,
      provider: site.provider,
      model: this.model,
      modelFoundBy: this.modelFoundBy,
      prompt,
      promptId,
      answerId: this.answerId,
      attachments: this.attachments,
      completion: this.completion,
      reasoning: this.reasoning,
      context: context.map(({ text }) => text ?? ''),
      contextIds: context.map(({ id }) => id),
      contextIncomplete,
      cachedMessages,
      sentBy: this.begin.start === null ? (this.claim?.sentBy ?? sentBy) : sentBy,
      interrupted,
      ...(startTimeMs !== undefined && { startTimeMs }),
      ...(timed && { firstTokenTimeMs }),
      ...(timed && {
        lastTokenTimeMs: Math.max(firstTokenTimeMs, this.#timeAt(this.#changedAtMs) ?? 0),
      }),
    };
  }

  /**
   * The wall clock at a moment: the start plus a monotonic difference, so that a clock that is set
   * back can't turn times round. Where another page saw the start, only the clock is left.
   * @param {number} atMs @returns {number | undefined}
   */
  #timeAt(atMs) {
    const { start } = this.begin;
    if (start !== null) return Math.round(start.timeMs + (atMs - start.atMs));
    const startTimeMs = this.claim?.startTimeMs;
    if (startTimeMs === undefined) return undefined;
    return Math.max(startTimeMs, Math.round(Date.now() - (performance.now() - atMs)));
  }

  #quietNeeded() {
    if (this.streaming) return quietBusyMs;
    if (this.firstTokenAtMs === null) {
      return this.#sawStreaming || this.#isResumed ? quietFailedMs : quietUnansweredMs;
    }
    if (this.#isResumed) return quietResumedMs;
    return this.#sawStreaming ? quietMs : quietUnsignalledMs;
  }
}
