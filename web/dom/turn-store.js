// SPDX-License-Identifier: MIT
// Which turns are known, whose they are, and which are over. Tabs, reloads and a page's return from
// the back/forward cache meet here, so that each turn is reported once.

/** @typedef {import('./events.js').DoneEvent} DoneEvent */

/**
 * @typedef {object} TurnRecord what is kept of a turn; JSON, so that it can be stored anywhere
 * @property {string} turnKey
 * @property {string[]} prompts keys of its prompt: a page may give it its final id later
 * @property {string[]} answers ids that its answer had
 * @property {string} owner the tab that follows it, '' after that left
 * @property {number} seenMs when the owner last said so
 * @property {boolean} followed the owner said more than that the turn began
 * @property {number | null} endedMs when it was reported
 * @property {DoneEvent['sentBy']} sentBy
 * @property {number} [startTimeMs] @property {number} [firstTokenTimeMs]
 * @property {number} [leftMs] when its page was left, or seemed to be gone
 * @property {DoneEvent | null} [draft] the end to report if nothing more is heard of the turn
 */

/**
 * @typedef {object} TurnFacts what a page knows of a turn that it sees
 * @property {string} prompt key of the prompt
 * @property {string | null} answer id of the answer, null while there is none
 * @property {boolean} begun the page saw it begin: it is none that is over
 * @property {DoneEvent['sentBy']} sentBy
 * @property {number} [startTimeMs] where the send was seen
 */

/**
 * @typedef {object} Claim
 * @property {string} turnKey
 * @property {'mine' | 'elsewhere' | 'over'} state whose turn it is; `elsewhere`: another tab's
 * @property {string | null} replaced key of the turn that was this prompt's before
 * @property {DoneEvent['sentBy']} sentBy
 * @property {string[]} answers ids that its answer had
 * @property {string[]} others ids of answers that its prompt had in other turns
 * @property {number} [startTimeMs] @property {number} [firstTokenTimeMs] as the page saw that began it
 * @property {DoneEvent | null} [draft] of the page that followed it before
 */

/**
 * What `watchChat` keeps its turns in. Every method must be atomic between all tabs that share it.
 *
 * @typedef {object} TurnStore
 * @property {(facts: TurnFacts, tab: string) => Promise<Claim>} claim
 * @property {(prompt: string, answer: string | null, tab: string) => Promise<Claim | null>} resume
 *   takes up a turn that is not over, if there is one
 * @property {(turnKey: string, tab: string, seen: TurnSeen) => Promise<void>} touch
 * @property {(turnKey: string, tab: string, draft: DoneEvent) => Promise<void>} leave the page goes
 *   away, or shows another conversation
 * @property {(turnKey: string, tab: string, draft: DoneEvent) => Promise<boolean>} [keep] the turn
 *   goes on, and has come so far: its end, should its page go without a word. Answers whether it was
 *   kept: not of a turn that is over, or another tab's
 * @property {(turnKey: string, tab: string) => Promise<'yours' | 'elsewhere' | 'over'>} finish
 *   answers `yours` once for each turn: whoever gets it reports the turn's end
 * @property {() => Promise<{ drafts: DoneEvent[], nextMs: number | null }>} [abandoned] ends turns
 *   that nobody took up, or whose page is gone, for the caller to report; `nextMs`: when to ask again
 */

/** @typedef {{ prompt?: string, answer?: string, firstTokenTimeMs?: number }} TurnSeen */

/**
 * `finish` in two steps, for a store whose keeper also records the turns' ends: the page may be gone
 * between the two.
 *
 * @typedef {object} TwoStepEnd
 * @property {(turnKey: string, tab: string) => Promise<'yours' | 'elsewhere' | 'over'>} whoseEnd who
 *   is to report a turn's end: this tab, another that still follows it, or nobody any more
 * @property {(turnKey: string) => Promise<void>} end the turn's end was recorded
 * @property {(isGone: (tab: string) => boolean) => Promise<boolean>} gone what tabs follow that are
 *   gone was left, as far as it was kept; answers whether anything was
 */

/** A tab that says nothing for so long is gone. Hidden tabs may be woken once a minute only. */
const leaseMs = 90_000;
/** The same for one that only said that a turn began: it may have been reloaded at once. */
const firstLeaseMs = 5000;
/** A turn whose page was left may be taken up for so long: a reload, a glance at another chat. */
const usualGraceMs = 20_000;
/**
 * A page that kept what its turn has come to, and is silent for so long, seems to be gone: a crash says
 * nothing. Tabs that the browser puts to sleep come back later than a lease ends.
 */
const silenceMs = 30 * 60_000;
/** Turns that are over are remembered for so long, */
const keptMs = 30 * 24 * 3_600_000;
/** and so many of them. */
const keptCount = 2000;

/**
 * A store over any place that can be changed atomically.
 *
 * @param {<T>(change: (records: TurnRecord[]) => T) => Promise<T>} transact gives `change` the
 *   records, to be edited in place, and keeps them; alone, between all tabs
 * @param {{ graceMs?: number }} [options]
 * @returns {Required<TurnStore> & TwoStepEnd}
 */
export function createTurnStore(transact, { graceMs = usualGraceMs } = {}) {
  return {
    claim: (facts, tab) => transact((records) => claim(records, facts, tab, Date.now())),
    resume: (prompt, answer, tab) =>
      transact((records) => {
        const record = unfinished(records, prompt, answer);
        return record === null ? null : take(records, record, tab, Date.now());
      }),
    touch: (turnKey, tab, seen) =>
      transact((records) => touch(find(records, turnKey), tab, seen, Date.now())),
    leave: (turnKey, tab, draft) =>
      transact((records) => {
        const record = find(records, turnKey);
        if (record?.owner !== tab || record.endedMs !== null) return;
        Object.assign(record, { owner: '', leftMs: Date.now(), draft });
      }),
    keep: (turnKey, tab, draft) =>
      transact((records) => {
        const record = find(records, turnKey);
        if (record?.owner !== tab || record.endedMs !== null) return false;
        touch(record, tab, {}, Date.now());
        record.draft = draft;
        return true;
      }),
    finish: (turnKey, tab) =>
      transact((records) => {
        const record = find(records, turnKey);
        const whose = whoseEnd(record, tab, Date.now());
        if (whose === 'yours') end(record, Date.now());
        return whose;
      }),
    whoseEnd: (turnKey, tab) =>
      transact((records) => whoseEnd(find(records, turnKey), tab, Date.now())),
    end: (turnKey) => transact((records) => end(find(records, turnKey), Date.now())),
    gone: (isGone) =>
      transact((records) => {
        const theirs = records.filter(({ owner, endedMs }) => endedMs === null && isGone(owner));
        for (const record of theirs) {
          record.owner = '';
          if (record.draft) record.leftMs = Date.now();
        }
        return theirs.some(({ leftMs }) => leftMs !== undefined);
      }),
    abandoned: () => transact((records) => abandoned(records, graceMs, Date.now())),
  };
}

/** Known to one page only. @param {{ graceMs?: number }} [options] */
export function memoryTurnStore(options) {
  /** @type {TurnRecord[]} */
  const records = [];
  return createTurnStore(async (change) => change(records), options);
}

/** @param {TurnRecord[]} records @param {string} turnKey */
const find = (records, turnKey) => records.find((record) => record.turnKey === turnKey) ?? null;

/**
 * The turn of a prompt that is not over, and may have this answer.
 * @param {TurnRecord[]} records @param {string} prompt @param {string | null} answer
 */
function unfinished(records, prompt, answer) {
  const open = records.filter(
    ({ prompts, endedMs }) => prompts.includes(prompt) && endedMs === null,
  );
  return (
    open.find(({ answers }) => answer !== null && answers.includes(answer)) ?? open.at(-1) ?? null
  );
}

/**
 * A turn that a page saw begin can only be known from another page that did not.
 * @param {TurnRecord[]} known @param {string | null} answer
 */
function claimedUnseen(known, answer) {
  return (
    known.find(
      ({ answers, endedMs, startTimeMs }) =>
        endedMs === null &&
        startTimeMs === undefined &&
        (answers.length === 0 || (answer !== null && answers.includes(answer))),
    ) ?? null
  );
}

/** @param {TurnRecord[]} records @param {TurnFacts} facts @param {string} tab @param {number} now */
function claim(records, { prompt, answer, begun, sentBy, startTimeMs }, tab, now) {
  const known = records.filter(({ prompts }) => prompts.includes(prompt));
  const over = known.find(
    ({ answers, endedMs }) => endedMs !== null && answer !== null && answers.includes(answer),
  );
  if (over !== undefined && !begun) return claimOf(records, over, 'over');
  const open = begun ? claimedUnseen(known, answer) : unfinished(records, prompt, answer);
  if (open !== null) {
    // Who saw the send knows more than who only saw the answer.
    if (startTimeMs !== undefined && open.startTimeMs === undefined) {
      Object.assign(open, { owner: '', sentBy, startTimeMs });
    }
    return take(records, open, tab, now);
  }
  prune(records, now);
  /** @type {TurnRecord} */
  const record = {
    turnKey: freeKey(records, prompt, answer),
    prompts: [prompt],
    answers: answer === null ? [] : [answer],
    owner: tab,
    seenMs: now,
    followed: false,
    endedMs: null,
    sentBy,
    ...(startTimeMs !== undefined && { startTimeMs }),
  };
  records.push(record);
  return claimOf(records, record, 'mine');
}

/** The prompt's key; with the answer's id or a number where an earlier turn has that. */
function freeKey(
  /** @type {TurnRecord[]} */ records,
  /** @type {string} */ prompt,
  /** @type {string | null} */ answer,
) {
  const isFree = (/** @type {string} */ key) => find(records, key) === null;
  if (isFree(prompt)) return prompt;
  const named = answer === null ? prompt : `${prompt}:${answer}`;
  if (isFree(named)) return named;
  let number = 2;
  while (!isFree(`${named}:${number}`)) number += 1;
  return `${named}:${number}`;
}

/** @param {TurnRecord[]} records @param {TurnRecord} record @param {string} tab @param {number} now */
function take(records, record, tab, now) {
  const free = isFree(record, tab, now);
  if (free) Object.assign(record, { owner: tab, seenMs: now, followed: true });
  const claimed = claimOf(records, record, free ? 'mine' : 'elsewhere');
  // The draft stays: who took the turn up may go before it has said more.
  if (free) delete record.leftMs;
  return claimed;
}

/**
 * @param {TurnRecord[]} records @param {TurnRecord} record @param {Claim['state']} state
 * @returns {Claim}
 */
function claimOf(records, record, state) {
  const { turnKey, prompts, answers, sentBy, startTimeMs, firstTokenTimeMs, draft } = record;
  const siblings = records.filter(
    (other) => other !== record && other.prompts.some((prompt) => prompts.includes(prompt)),
  );
  const before = siblings.findLast((other) => records.indexOf(other) < records.indexOf(record));
  return {
    turnKey,
    state,
    replaced: before?.turnKey ?? null,
    sentBy,
    answers: [...answers],
    others: siblings.flatMap((other) => other.answers).filter((id) => !answers.includes(id)),
    ...(startTimeMs !== undefined && { startTimeMs }),
    ...(firstTokenTimeMs !== undefined && { firstTokenTimeMs }),
    ...(draft && { draft }),
  };
}

/**
 * @param {TurnRecord | null} record @param {string} tab @param {TurnSeen} seen @param {number} now
 */
function touch(record, tab, { prompt, answer, firstTokenTimeMs }, now) {
  if (record?.owner !== tab) return;
  record.seenMs = now;
  record.followed = true;
  delete record.leftMs;
  if (prompt !== undefined && !record.prompts.includes(prompt)) record.prompts.push(prompt);
  if (answer !== undefined && !record.answers.includes(answer)) record.answers.push(answer);
  if (firstTokenTimeMs !== undefined) record.firstTokenTimeMs ??= firstTokenTimeMs;
}

/** @param {TurnRecord | null} record @param {number} now */
function end(record, now) {
  if (record !== null) Object.assign(record, { owner: '', endedMs: now, draft: null });
}

/**
 * @param {TurnRecord | null} record @param {string} tab @param {number} now
 * @returns {'yours' | 'elsewhere' | 'over'}
 */
function whoseEnd(record, tab, now) {
  // A page whose claim did not get through has made the key itself: nobody else will report it.
  if (record === null) return tab === '' ? 'over' : 'yours';
  if (record.endedMs !== null) return 'over';
  return isFree(record, tab, now) ? 'yours' : 'elsewhere';
}

/** Whether no other tab follows the turn. @param {TurnRecord} record @param {string} tab @param {number} now */
function isFree({ owner, seenMs, followed }, tab, now) {
  // A time to come is one from before the clock was set back.
  const silentMs = Math.abs(now - seenMs);
  return owner === '' || owner === tab || silentMs > (followed ? leaseMs : firstLeaseMs);
}

/** @param {TurnRecord[]} records @param {number} graceMs @param {number} now */
function abandoned(records, graceMs, now) {
  /** @type {DoneEvent[]} */
  const drafts = [];
  /** @type {number | null} */
  let nextMs = null;
  for (const record of records) {
    if (record.endedMs !== null) continue;
    const dueMs = record.leftMs === undefined ? silent(record, now) : leftFor(record, graceMs, now);
    if (dueMs === null) continue;
    if (dueMs > now) {
      nextMs = Math.min(nextMs ?? Infinity, dueMs);
      continue;
    }
    if (record.draft) drafts.push(record.draft);
    Object.assign(record, { endedMs: now, draft: null });
  }
  return { drafts, nextMs };
}

/** When a turn that was left is over. @param {TurnRecord} record @param {number} graceMs @param {number} now */
function leftFor(record, graceMs, now) {
  // A clock that was set back does not make anybody wait longer.
  record.leftMs = Math.min(record.leftMs ?? now, now);
  return record.leftMs + (record.owner === '' ? graceMs : leaseMs);
}

/**
 * When a turn that somebody follows is to be looked at, null for never. A page that seems to be gone
 * has another lease's time to say that it is not: the clock may have been set, or the machine slept.
 * @param {TurnRecord} record @param {number} now
 */
function silent(record, now) {
  if (!record.draft) return null;
  if (Math.abs(now - record.seenMs) <= silenceMs) return Math.min(record.seenMs, now) + silenceMs;
  return leftFor(record, leaseMs, now);
}

/** @param {TurnRecord[]} records @param {number} now */
function prune(records, now) {
  const over = records.filter(({ endedMs }) => endedMs !== null).length;
  let surplus = over - keptCount;
  for (let index = 0; index < records.length; index += 1) {
    const { endedMs } = /** @type {TurnRecord} */ (records[index]);
    if (endedMs === null || (now - endedMs < keptMs && surplus <= 0)) continue;
    records.splice(index, 1);
    index -= 1;
    surplus -= 1;
  }
}
