// SPDX-License-Identifier: MIT
// The conversation that a page shows: which of its prompts are turns that happen now, and which
// were there before.
//
// A turn begins
// - with a new last prompt that is what the composer has just sent, or
// - while the site says that it makes an answer to the last prompt, by a click or Enter up to a
//   second before: the prompt is new (edited), or its answer's text is gone (regenerated). Without
//   such a gesture it begins once text grows, or the site waits for long, and has no start.
// It is the same turn again where the store knows one of this prompt that is not over, and the
// answer that is shown is that turn's or none's: after a reload, a return, in another tab.
// Its end is in live-turns.js. What a click or Enter may take away is read before the page
// acts on it.
import { isEarlierAnswer, knownPrompt, settle } from './known-prompt.js';
import { LiveTurns } from './live-turns.js';
import { withAncestors } from './remembered.js';
import { Place } from './place.js';
import { isPromptOf } from './submit.js';
import { Transcript } from './transcript.js';

/** @typedef {import('./answer-reader.js').AnswerReader} AnswerReader */
/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./events.js').DoneEvent} DoneEvent */
/** @typedef {import('./known-prompt.js').KnownPrompt} KnownPrompt */
/** @typedef {import('./ledger.js').Ledger} Ledger */
/** @typedef {import('./live-turn.js').LiveTurn} LiveTurn */
/** @typedef {import('./reporter.js').Reporter} Reporter */
/** @typedef {import('./submit.js').Moment} Moment */
/** @typedef {import('./turn-store.js').Claim} Claim */
/** @typedef {import('./submit.js').Submit} Submit */

/** A click this long before an answer that no composer sent has started it. */
const gestureMs = 1000;
/** A send is confirmed by its prompt appearing within this time. */
const confirmMs = 30_000;
/** A prompt that is shown otherwise than it was typed is still taken for it within this time. */
const likelyMs = 5000;
/** While one conversation gives way to another, the site may say that it makes an answer. */
const convincedMs = 1500;

export class Conversation {
  #ledger;
  #reporter;
  #lastGesture;
  #onLive;
  /** What the page showed last. @type {PageTurn[]} */
  #turns = [];
  #reader;
  #transcript;
  /** @type {Map<string, KnownPrompt>} by the prompt's id */
  #prompts = new Map();
  #live;
  /** The site says that an answer is being made, which is not on the page yet. */
  #expecting = false;
  /** @type {Submit | null} a send whose prompt has not appeared yet */
  #pending = null;
  #place;

  /**
   * @param {Site} site @param {AnswerReader} reader @param {Ledger} ledger @param {Reporter} reporter
   * @param {() => Moment | null} lastGesture
   * @param {() => void} onLive a turn is live that no change of the page has begun
   */
  constructor(site, reader, ledger, reporter, lastGesture, onLive) {
    this.#place = new Place(site);
    this.#reader = reader;
    this.#transcript = new Transcript(reader);
    this.#ledger = ledger;
    this.#reporter = reporter;
    this.#lastGesture = lastGesture;
    this.#onLive = onLive;
    const recentGesture = (/** @type {number} */ now) => this.#recentGesture(now);
    this.#live = new LiveTurns(
      site,
      reporter,
      this.#transcript,
      this.#reader,
      lastGesture,
      recentGesture,
    );
  }

  /** A prompt was sent, it seems. */
  submitted(/** @type {Submit} */ submit) {
    this.#pending = submit;
  }

  /** Whether an answer is awaited or streams. */
  get isLive() {
    return this.#live.any;
  }

  /** Whether the next change may be a moment whose time counts. @param {number} now */
  isTimed(now) {
    if (this.#pending !== null || this.#expecting) return true;
    return this.#live.isFirstTokenDue || this.mayGestureAct(now, gestureMs);
  }

  /** Whether the last click or key may yet begin something. @param {number} now @param {number} withinMs */
  mayGestureAct(now, withinMs) {
    const gesture = this.#lastGesture();
    return gesture !== null && now - gesture.atMs < withinMs && !this.#live.hasBegunBy(gesture);
  }

  /**
   * Something on the page changed.
   * @param {Iterable<Node>} nodes @param {number | null} textAtMs when the last answer's text did
   */
  touched(nodes, textAtMs) {
    const changed = withAncestors(nodes);
    this.#reader.touched(changed);
    this.#transcript.touched(changed);
    this.#live.touched(textAtMs);
  }

  /**
   * Leaving a conversation leaves what streams there; a new one getting its address does not.
   * @param {string | null} id @returns {Promise<unknown>} once what streamed is left
   */
  async follow(id) {
    if (id === this.#place.id) return;
    const isNew = this.#place.id === null;
    this.#place.id = id;
    if (isNew && (this.isLive || this.#pending !== null)) {
      this.#live.rename(({ id: prompt }) => this.#place.keyOf(prompt, false));
      return;
    }
    if (!isNew) this.#place.routedAtMs = performance.now();
    const left = this.leave();
    this.#place.leave(this.#prompts.keys());
    this.#prompts.clear();
    this.#pending = null;
    this.#expecting = false;
    this.#transcript.clear();
    await left;
  }

  /** Leaves live turns to whoever sees them next. @returns {Promise<unknown>} */
  leave() {
    return this.#live.leave();
  }

  /** Ends live turns: the page goes, and nobody will see them again. */
  finishNow() {
    this.#live.finishNow();
  }

  /** The page comes back as it was left: its prompts are looked at as if for the first time. */
  returned() {
    this.#prompts.clear();
    this.#expecting = false;
  }

  /** Reads what live turns show, though it may not be due. */
  readNow() {
    this.#live.readNow((prompt) => this.#answerOf(prompt));
  }

  /**
   * Reads earlier messages.
   * @param {number} untilMs
   * @returns {boolean} whether all is read, of them and of the answers that do not change just now
   */
  readOn(untilMs) {
    const answers = this.#live.answerIds;
    const isAllRead = this.#transcript.read(untilMs, (id) => answers.has(id));
    return isAllRead && !this.#live.areBeingRead;
  }

  /**
   * @param {PageTurn[]} turns the same list as before where nothing changed but what streams
   * @param {boolean} busy @param {number} now
   * @param {number} changedAtMs when what is new since the last look came
   */
  look(turns, busy, now, changedAtMs) {
    const isNew = turns !== this.#turns;
    if (isNew) {
      this.#turns = turns;
      this.#place.show(turns);
      this.#transcript.show(turns, this.#pending !== null);
    }
    const lastPrompt = turns.findLastIndex((turn) => turn.role === 'user');
    for (const [index, turn] of turns.entries()) {
      if (turn.role !== 'user' || this.#place.isLeft(turn.id)) continue;
      if (!isNew && index !== lastPrompt && !this.#prompts.get(turn.id)?.live) continue;
      const next = turns[index + 1];
      const shown = next?.role === 'assistant' ? next : null;
      const last = index === lastPrompt;
      const prompt = this.#promptOf(turn, turns, last, now);
      const answer = shown !== null && isEarlierAnswer(prompt, shown, this.#reader) ? null : shown;
      const making = last && (busy || (shown?.streaming ?? false));
      if (last) this.#expecting = busy && answer === null && prompt.live === null;
      if (making) this.#maybeBegin(prompt, turn, turns, answer, now);
      else prompt.emptySinceMs = null;
      if (prompt.live !== null) {
        this.#live.watch(prompt, prompt.live, answer, making, now, changedAtMs);
      } else if (shown !== null) {
        settle(prompt, shown, this.#reader);
      }
      if (prompt.live?.answerId && answer !== shown && !making) {
        // Another branch is shown.
        this.#live.finish(prompt, prompt.live, null, false);
      }
    }
    this.#live.watchAbsent(turns, busy, now);
    if (this.#pending !== null && now - this.#pending.atMs > confirmMs) this.#pending = null;
  }

  /**
   * @param {PageTurn} turn @param {PageTurn[]} turns @param {boolean} last @param {number} now
   * @returns {KnownPrompt}
   */
  #promptOf(turn, turns, last, now) {
    const known = this.#prompts.get(turn.id);
    if (known !== undefined) return known;
    const renamed = last ? this.#renamed(turn, turns) : null;
    if (renamed !== null) return renamed;
    const prompt = knownPrompt(
      turn.id,
      this.#place.keyOf(turn.id, turn.ownId),
      this.#recentGesture(now),
    );
    this.#prompts.set(turn.id, prompt);
    if (!last) return prompt;
    const pending = this.#pending;
    if (pending === null) {
      const answer = turns[turns.indexOf(turn) + 1] ?? null;
      this.#resume(prompt, turn, answer);
    } else if (isPromptOf(pending, turn.markdown())) {
      this.#begin(prompt, turn, null, 'composer', pending);
    }
    return prompt;
  }

  /** A page may give a prompt its final id while the answer streams. @param {PageTurn} turn @param {PageTurn[]} turns */
  #renamed(turn, turns) {
    if (!this.isLive) return null;
    const text = turn.markdown();
    for (const [id, prompt] of this.#prompts) {
      const gone = !turns.some((other) => other.id === id);
      if (prompt.live === null || prompt.live.begin.prompt !== text || !gone) continue;
      this.#prompts.delete(id);
      this.#prompts.set(turn.id, prompt);
      prompt.id = turn.id;
      prompt.key = this.#place.keyOf(turn.id, turn.ownId);
      this.#reporter.touch(prompt.live, { prompt: prompt.key });
      return prompt;
    }
    return null;
  }

  /**
   * A turn that was live when its page was left, and shows up again.
   * @param {KnownPrompt} prompt @param {PageTurn} turn @param {PageTurn | null} answer
   */
  async #resume(prompt, turn, answer) {
    prompt.resuming = true;
    const claim = await this.#ledger.resume(prompt.key, answer?.ownId ? answer.id : null);
    prompt.resuming = false;
    if (this.#prompts.get(prompt.id) === prompt && prompt.live === null && claim !== null) {
      this.#takeUp(prompt, turn, claim);
    }
    this.#onLive();
  }

  /** @param {KnownPrompt} prompt @param {PageTurn} turn @param {Claim} claim */
  #takeUp(prompt, turn, claim) {
    const live = this.#live.add(prompt, turn, claim.sentBy, null, false);
    live.resume(claim, performance.now());
    this.#reporter.resume(live, claim);
    const shown = this.#answerOf(prompt.id);
    live.firstTokenMissed = shown?.hasText() ?? false;
    const { answers } = claim;
    for (const id of claim.others) prompt.settled.add(id);
    if (shown?.ownId && answers.length > 0 && !answers.includes(shown.id)) {
      // Another answer has taken its place meanwhile.
      this.#live.finish(prompt, live, null, true);
    } else if (shown !== null) {
      // What stands there now may soon give way to another answer.
      live.answerId = shown.id;
      live.readIfDue(shown, performance.now());
    }
  }

  /**
   * An answer is made that no composer has sent for: regenerated, edited, or sent before watching
   * began.
   * @param {KnownPrompt} prompt @param {PageTurn} turn @param {PageTurn[]} turns
   * @param {PageTurn | null} answer @param {number} now
   */
  #maybeBegin(prompt, turn, turns, answer, now) {
    if (prompt.live !== null) {
      this.#maybeRestart(prompt, prompt.live, turn, turns, answer, now);
      return;
    }
    const gesture = prompt.gesture ?? this.#recentGesture(now);
    if (answer === null || !answer.hasText()) {
      prompt.emptySinceMs ??= now;
      // The text of an answer that is known is gone: it is written again, under the same id.
      if (answer !== null && prompt.settled.has(answer.id)) prompt.settled.delete(answer.id);
      if (prompt.resuming) return;
      if (gesture !== null || now - prompt.emptySinceMs >= convincedMs) {
        this.#begin(prompt, turn, answer, gesture ? 'gesture' : 'unseen', gesture);
      }
      return;
    }
    if (prompt.resuming) return;
    const waited = prompt.emptySinceMs !== null || prompt.gesture !== null;
    prompt.emptySinceMs = null;
    if (prompt.settled.has(answer.id)) {
      // A page may say that it streams while the old answer still stands there.
      if (prompt.textAtSight === null || this.#recentGesture(now) === null) return;
      const text = this.#reader.markdown(answer);
      if (text.length >= prompt.textAtSight.length) return;
      prompt.settled.delete(answer.id);
    } else if (!waited && prompt.answerId !== answer.id && prompt.settled.size === 0) {
      // Another conversation's, or one that streamed before this page was opened: text that was
      // there before counts only once it grows.
      return;
    } else if (
      prompt.textAtSight !== null &&
      prompt.textAtSight === this.#reader.markdown(answer)
    ) {
      return;
    }
    this.#begin(prompt, turn, answer, gesture ? 'gesture' : 'unseen', gesture);
  }

  /**
   * An answer that was being made is made once more: another one stands in its place.
   * @param {KnownPrompt} prompt @param {LiveTurn} live @param {PageTurn} turn
   * @param {PageTurn[]} turns @param {PageTurn | null} answer @param {number} now
   */
  #maybeRestart(prompt, live, turn, turns, answer, now) {
    const again = this.#recentGesture(now);
    if (again !== null && live.isMadeAnew(again, answer)) {
      this.#live.finish(prompt, live, null, false);
      this.#begin(prompt, turn, answer, 'gesture', again);
      return;
    }
    if (answer === null || live.answerId === null || live.firstTokenAtMs === null) return;
    if (live.answerId === answer.id) return;
    if (turns.some(({ id }) => id === live.answerId)) return;
    const { length } = answer.hasText() ? this.#reader.markdown(answer) : '';
    const continued = length > 0 && length >= live.completion.length;
    if (continued && !live.vanished) return;
    const gesture = live.restart ?? this.#recentGesture(now);
    this.#live.finish(prompt, live, null, true);
    this.#begin(prompt, turn, answer, gesture ? 'gesture' : 'unseen', gesture);
  }

  /**
   * @param {KnownPrompt} prompt @param {PageTurn} turn @param {PageTurn | null} answer
   * @param {DoneEvent['sentBy']} sentBy @param {Moment | null} start
   */
  #begin(prompt, turn, answer, sentBy, start) {
    if (sentBy !== 'composer' && this.#pending !== null) {
      const { atMs } = this.#pending;
      if (performance.now() - atMs < likelyMs) {
        start = this.#pending;
        sentBy = 'composer';
      }
    }
    if (sentBy === 'composer') this.#pending = null;
    this.readNow();
    this.#live.finishAll();
    const again = prompt.answerId !== null || prompt.turnKey !== null;
    const displacedId = again ? null : this.#transcript.displacedBy(prompt.id);
    const displaced = displacedId === null ? null : this.#prompts.get(displacedId);
    const live = this.#live.add(prompt, turn, sentBy, start, again);
    const facts = {
      prompt: prompt.key,
      answer: answer?.ownId ? answer.id : null,
      begun: start !== null,
      sentBy,
      ...(start !== null && { startTimeMs: Math.round(start.timeMs) }),
    };
    this.#reporter.begin(live, facts, displaced ? (displaced.turnKey ?? displaced.key) : null);
    live.said = live.said.then(() => {
      prompt.turnKey = live.claim?.turnKey ?? prompt.turnKey;
    });
  }

  /** The answer that the page shows to a prompt. @param {string} promptId */
  #answerOf(promptId) {
    const next = this.#turns[this.#turns.findIndex(({ id }) => id === promptId) + 1];
    return next?.role === 'assistant' && this.#turns.some(({ id }) => id === promptId)
      ? next
      : null;
  }

  /** What may have started an answer that begins now. @param {number} now @returns {Moment | null} */
  #recentGesture(now) {
    const gesture = this.#lastGesture();
    const recent = gesture !== null && now - gesture.atMs < gestureMs;
    return recent && gesture.atMs > this.#place.routedAtMs ? gesture : null;
  }
}
