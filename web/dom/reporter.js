// SPDX-License-Identifier: MIT
// Says what happens to turns: in order, and each turn's end once among all pages that share a store.

/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('./events.js').ChatEvent} ChatEvent */
/** @typedef {import('./events.js').DoneEvent} DoneEvent */
/** @typedef {import('./ledger.js').Ledger} Ledger */
/** @typedef {import('./live-turn.js').LiveTurn} LiveTurn */
/** @typedef {import('./turn-store.js').Claim} Claim */
/** @typedef {import('./turn-store.js').TurnFacts} TurnFacts */
/** @typedef {import('./turn-store.js').TurnSeen} TurnSeen */

/** A turn that another tab follows is asked for again after this time. */
const elsewherePauseMs = 5000;
/** The store hears at least so often of a turn that goes on. */
const touchMs = 10_000;
/** What a turn has come to is handed over so long after its first token, */
const firstKeepMs = 1000;
/** and again after this time: it is all of its text. */
const keepMs = 10_000;
/** Contexts of more characters are left out of that: to hand them over would halt the page. */
const longestContext = 100_000;

export class Reporter {
  #site;
  #ledger;
  #emit;
  #stopped = false;
  /** @type {WeakMap<LiveTurn, number>} */
  #touchedAtMs = new WeakMap();
  /** Those whose text has changed since it was handed over. @type {WeakSet<LiveTurn>} */
  #unkept = new WeakSet();
  /** @type {WeakMap<LiveTurn, number>} */
  #keptAtMs = new WeakMap();

  /** @param {Site} site @param {Ledger} ledger @param {(event: ChatEvent) => void} emit */
  constructor(site, ledger, emit) {
    this.#site = site;
    this.#ledger = ledger;
    this.#emit = emit;
  }

  stop() {
    this.#stopped = true;
  }

  /**
   * @param {LiveTurn} live @param {TurnFacts} facts @param {string | null} displaced key of the
   *   turn whose prompt was edited to this one
   */
  begin(live, facts, displaced) {
    this.#then(live, async () => {
      live.claim = await this.#ledger.claim(facts);
      const { turnKey, state, replaced } = live.claim;
      if (state !== 'mine') return;
      const { site } = this.#site;
      const before = replaced ?? displaced;
      const { startTimeMs } = live;
      if (startTimeMs !== undefined) {
        const { prompt } = live.begin;
        this.#emit({ type: 'sent', turnKey, site, prompt, startTimeMs });
      }
      if (before !== null && before !== turnKey) {
        this.#emit({ type: 'replaced', turnKey: before, by: turnKey, site });
      }
    });
  }

  /** A turn that another page began, or this one before it was left. @param {LiveTurn} live @param {Claim} claim */
  resume(live, claim) {
    live.claim = claim;
  }

  /** @param {LiveTurn} live */
  firstToken(live) {
    this.#say(live, (turnKey) => {
      const { firstTokenTimeMs } = live;
      if (firstTokenTimeMs !== undefined) this.#ledger.touch(turnKey, { firstTokenTimeMs });
      return {
        type: 'first-token',
        turnKey,
        site: this.#site.site,
        ...(firstTokenTimeMs !== undefined && { firstTokenTimeMs }),
      };
    });
  }

  /** @param {LiveTurn} live */
  update(live) {
    const { model, completion, reasoning } = live;
    this.#unkept.add(live);
    this.#say(live, (turnKey) => ({
      type: 'update',
      turnKey,
      site: this.#site.site,
      model,
      completion,
      reasoning,
    }));
  }

  /** Tells the store what else is known of a turn, and that it goes on. @param {LiveTurn} live @param {TurnSeen} [seen] */
  touch(live, seen) {
    const now = performance.now();
    if (seen === undefined && now - (this.#touchedAtMs.get(live) ?? 0) < touchMs) return;
    this.#touchedAtMs.set(live, now);
    this.#then(live, async () => {
      const { claim } = live;
      if (claim?.state === 'mine') this.#ledger.touch(claim.turnKey, seen ?? {});
    });
  }

  /**
   * Hands over what a turn has come to, if that is due: a page that is killed says nothing more.
   * @param {LiveTurn} live @param {() => DoneEvent} draftOf
   */
  keep(live, draftOf) {
    if (!this.#ledger.isShared || !this.#unkept.has(live)) return;
    const now = performance.now();
    const keptAtMs = this.#keptAtMs.get(live);
    const dueAtMs =
      keptAtMs === undefined ? (live.firstTokenAtMs ?? now) + firstKeepMs : keptAtMs + keepMs;
    if (now < dueAtMs) return;
    this.#keptAtMs.set(live, now);
    this.#unkept.delete(live);
    this.#then(live, async () => {
      const { claim } = live;
      if (claim?.state !== 'mine') return;
      // Nobody waits for it: what a page says as it goes away must be said at once.
      this.#ledger.keep(claim.turnKey, lightened(draftOf())).then((isKept) => {
        if (!isKept) this.#unkept.add(live);
      });
    });
  }

  /**
   * @param {LiveTurn} live @param {() => DoneEvent | null} end what to report, once it is known
   *   that it is to be reported; null for nothing but that it was dropped
   */
  finish(live, end) {
    this.#then(live, async () => {
      const { claim } = live;
      if (claim === null || claim.state === 'over') return;
      let whose = await this.#ledger.finish(claim.turnKey);
      while (whose === 'elsewhere' && !this.#stopped) {
        await new Promise((resolve) => setTimeout(resolve, elsewherePauseMs));
        whose = await this.#ledger.finish(claim.turnKey);
      }
      if (whose !== 'yours' || this.#stopped) return;
      const { site } = this.#site;
      this.#emit(end() ?? { type: 'dropped', turnKey: claim.turnKey, site });
    });
  }

  /** For a page that ends, and shares its turns with no other. @param {LiveTurn} live @param {DoneEvent} done */
  finishNow(live, done) {
    const { claim } = live;
    if (claim?.state === 'mine') this.#emit(done);
  }

  /** A turn may be left before the store has said whose it is. @param {LiveTurn} live @param {DoneEvent} draft */
  leave(live, draft) {
    live.said = live.said.then(async () => {
      const { claim } = live;
      if (claim?.state !== 'mine') return;
      await this.#ledger.leave(claim.turnKey, { ...draft, turnKey: claim.turnKey });
    });
    return live.said;
  }

  /** @param {LiveTurn} live @param {(turnKey: string) => ChatEvent} event */
  #say(live, event) {
    this.#then(live, async () => {
      const { claim } = live;
      if (claim?.state === 'mine') this.#emit(event(claim.turnKey));
    });
  }

  /** @param {LiveTurn} live @param {() => Promise<void>} step */
  #then(live, step) {
    live.said = live.said.then(async () => {
      if (!this.#stopped) await step();
    });
  }
}

/**
 * A turn without its context, if that is long. Whoever has counted the conversation's earlier turns
 * knows its messages by their ids.
 * @param {DoneEvent} draft @returns {DoneEvent}
 */
function lightened(draft) {
  const { context } = draft;
  if (context.reduce((length, text) => length + text.length, 0) <= longestContext) return draft;
  return { ...draft, context: context.map(() => ''), contextIncomplete: true };
}
