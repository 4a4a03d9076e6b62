// SPDX-License-Identifier: MIT
// The history: every counted turn, as numbers. Sums of each day and each chat are kept beside the
// turns, in the same transaction, so that nobody has to read a hundred thousand of them.
import { sites } from '../../web/sites/index.js';
import { add, amountsOf, nothing } from './amounts.js';
import { changed } from './changes.js';
import { got, read, write } from './database.js';

/** @typedef {import('./amounts.js').Amounts} Amounts */
/** @typedef {import('../../web/src/estimate.js').Usage} Usage */

/**
 * @typedef {object} Turn
 * @property {string} turnKey
 * @property {number} atMs when it was sent, or counted where that is not known
 * @property {string} day of that moment where the browser was then, such as 2026-11-21
 * @property {string} site @property {string} chat '' for one without a name
 * @property {string} model as the page named it, '' where it did not
 * @property {string} answerId '' without
 * @property {Partial<Usage> & Pick<Usage, 'provider' | 'prompt_tokens' | 'completion_tokens' |
 *   'reasoning_tokens' | 'cached_tokens'>} usage the calculate payload
 * @property {Amounts['footprint']} footprint
 * @property {boolean} contextIncomplete
 */

/** @typedef {Amounts & { day: string, site: string, model: string }} DayRow */
/** @typedef {Amounts & { site: string, chat: string }} ChatRow */
/** @typedef {(name: import('./database.js').StoreName) => IDBObjectStore} Stores */

const batch = 1000;

/** What a change of the history may touch. @type {import('./database.js').StoreName[]} */
const all = ['turns', 'days', 'chats', 'known', 'left', 'posts'];

/**
 * Records a turn, once for each turnKey, and what is to be posted of it.
 * @param {Turn} turn @param {import('./posts.js').Post | null} post
 * @returns {Promise<boolean>} false if it was known
 */
export async function recordTurn(turn, post) {
  const isNew = await write(all, async (store) => {
    store('left').delete(turn.turnKey);
    const known = await Promise.all(
      /** @type {const} */ (['turns', 'known']).map((name) =>
        got(store(name).getKey(turn.turnKey)),
      ),
    );
    if (known.some((key) => key !== undefined)) return false;
    store('turns').add(turn);
    await addToSums(store, [turn]);
    if (post !== null) await got(store('posts').add(post));
    return true;
  });
  if (isNew) changed();
  return isNew;
}

/** @param {string} turnKey @returns {Promise<Turn | undefined>} */
export function readTurn(turnKey) {
  return read(['turns'], (store) => got(store('turns').get(turnKey)));
}

/** The turns of these answers that are known. @param {string} site @param {string[]} answerIds */
export function turnsOfAnswers(site, answerIds) {
  return read(['turns'], async (store) => {
    const index = store('turns').index('answer');
    const found = await Promise.all(answerIds.map((id) => got(index.get([site, id]))));
    return /** @type {Turn[]} */ (found.filter((turn) => turn !== undefined));
  });
}

/** @param {string} site @param {string} chat @returns {Promise<ChatRow | undefined>} */
export function readChat(site, chat) {
  return read(['chats'], (store) => got(store('chats').get([site, chat])));
}

/** The sum of some turns, null without any. @param {string[]} turnKeys @returns {Promise<Amounts | null>} */
export async function sumOf(turnKeys) {
  const turns = await read(['turns'], (store) =>
    Promise.all(turnKeys.map((key) => got(store('turns').get(key)))),
  );
  const found = /** @type {Turn[]} */ (turns.filter((turn) => turn !== undefined));
  if (found.length === 0) return null;
  return found.map(amountsOf).reduce(add, nothing());
}

/** A chat got its name. @param {string[]} turnKeys @param {string} site @param {string} chat */
export async function nameChat(turnKeys, site, chat) {
  await write(['turns', 'chats'], async (store) => {
    for (const turnKey of turnKeys) {
      const turn = await got(store('turns').get(turnKey));
      if (turn !== undefined && turn.chat === '') store('turns').put({ ...turn, chat });
    }
    await sumChats(store, [
      [site, ''],
      [site, chat],
    ]);
  });
  changed();
}

/** The sums of each day, site and model from one day to another. @param {string} from @param {string} to @returns {Promise<DayRow[]>} */
export function readDays(from, to) {
  // An array sorts behind every text, so this ends after the last day's rows.
  const range = IDBKeyRange.bound([from], [to, []]);
  return read(['days'], (store) => got(store('days').getAll(range)));
}

/**
 * @typedef {object} Filter
 * @property {string} [from] first day @property {string} [to] last day
 * @property {string} [site] @property {string} [model]
 * @property {string[]} [words] in lower case, each of them in the site, the model or the day
 */

/** @param {{ site: string, model: string, day: string }} row @param {string[]} words as of Filter */
export function hasWords({ site, model, day }, words) {
  if (words.length === 0) return true;
  const name = sites.find((one) => one.site === site)?.name ?? '';
  const text = `${site} ${name} ${model} ${day}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** @param {Filter} filter @returns {(turn: Turn) => boolean} */
function matcher({ from = '', to = '\uffff', site, model, words = [] }) {
  return (turn) =>
    turn.day >= from &&
    turn.day <= to &&
    (site === undefined || turn.site === site) &&
    (model === undefined || turn.model === model) &&
    hasWords(turn, words);
}

/**
 * Turns that match, the newest first.
 * @param {Filter} filter @param {number} limit
 * @param {[atMs: number, turnKey: string]} [after] the last turn of the page before
 * @returns {Promise<Turn[]>}
 */
export function readTurns(filter, limit, after) {
  const matches = matcher(filter);
  const { site, model } = filter;
  // Along the index that leaves out most; what else is asked for is looked at turn by turn.
  const [name, prefix] =
    model !== undefined ? ['model', [model]] : site !== undefined ? ['site', [site]] : ['atMs', []];
  const key = (/** @type {number} */ atMs) => (prefix.length === 0 ? atMs : [...prefix, atMs]);
  // Days are the browser's own and may lie a day beside the clock's.
  const first = filter.from === undefined ? 0 : Date.parse(filter.from) - 864e5;
  const last =
    after?.[0] ?? (filter.to === undefined ? 8.64e15 : Date.parse(filter.to) + 2 * 864e5);
  const range = IDBKeyRange.bound(key(first), key(last));
  return read(['turns'], (store) => {
    /** @type {Turn[]} */
    const found = [];
    const request = store('turns').index(name).openCursor(range, 'prev');
    return new Promise((resolve, reject) => {
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null) return resolve(found);
        /** @type {Turn} */
        const turn = cursor.value;
        // Equal times are in the order of their keys, here backwards.
        const isNext = after === undefined || turn.atMs < after[0] || turn.turnKey < after[1];
        if (isNext && matches(turn)) found.push(turn);
        if (found.length === limit) return resolve(found);
        cursor.continue();
      };
    });
  });
}

/**
 * All turns that match, in parts, the oldest first.
 * @param {Filter} filter
 */
export async function* eachTurn(filter = {}) {
  const matches = matcher(filter);
  const keys = await read(['turns'], (store) => got(store('turns').index('atMs').getAllKeys()));
  for (let at = 0; at < keys.length; at += batch) {
    const some = keys.slice(at, at + batch);
    /** @type {(Turn | undefined)[]} */
    const turns = await read(['turns'], (store) =>
      Promise.all(some.map((key) => got(store('turns').get(key)))),
    );
    yield turns.filter((turn) => turn !== undefined).filter(matches);
  }
}

/**
 * Deletes turns. They stay known, so that a page that still shows them does not bring them back.
 * @param {string[]} turnKeys
 * @returns {Promise<Turn[]>} what was deleted, to be given back with restoreTurns()
 */
export async function deleteTurns(turnKeys) {
  /** @type {Turn[]} */
  const deleted = [];
  for (let at = 0; at < turnKeys.length; at += batch) {
    const some = turnKeys.slice(at, at + batch);
    await write(all, async (store) => {
      const turns = await Promise.all(some.map((key) => got(store('turns').get(key))));
      const found = /** @type {Turn[]} */ (turns.filter((turn) => turn !== undefined));
      for (const { turnKey } of found) {
        store('turns').delete(turnKey);
        store('known').put({ turnKey, atMs: Date.now() });
      }
      await sumAgain(store, found);
      deleted.push(...found);
    });
  }
  changed();
  return deleted;
}

/**
 * Adds turns that were deleted or exported; what is there already stays as it is.
 * @param {Turn[]} turns @returns {Promise<number>} how many were added
 */
export async function restoreTurns(turns) {
  let added = 0;
  for (let at = 0; at < turns.length; at += batch) {
    const some = turns.slice(at, at + batch);
    await write(all, async (store) => {
      const keys = await Promise.all(
        some.map(({ turnKey }) => got(store('turns').getKey(turnKey))),
      );
      const absent = some.filter((_, index) => keys[index] === undefined);
      for (const turn of absent) {
        store('turns').put(turn);
        store('known').delete(turn.turnKey);
      }
      await addToSums(store, absent);
      added += absent.length;
    });
  }
  changed();
  return added;
}

/** Deletes the turns before a day. @param {string} day @returns {Promise<number>} how many */
export async function forgetBefore(day) {
  let count = 0;
  for (;;) {
    const range = IDBKeyRange.upperBound(day, true);
    const keys = await read(['turns'], (store) =>
      got(store('turns').index('day').getAllKeys(range, batch)),
    );
    if (keys.length === 0) return count;
    count += (await deleteTurns(/** @type {string[]} */ (keys))).length;
  }
}

/** Forgets that turns were known which no page will bring again. @param {number} beforeMs */
export async function forgetKnown(beforeMs) {
  await write(['known'], async (store) => {
    const known = await got(store('known').getAll());
    for (const { turnKey, atMs } of known) if (atMs < beforeMs) store('known').delete(turnKey);
  });
}

/** How many turns are in the history. @returns {Promise<number>} */
export function countTurns() {
  return read(['turns'], (store) => got(store('turns').count()));
}

/** Makes the sums of all days and chats anew from the turns. */
export async function sumAll() {
  await write(['turns', 'days', 'chats'], async (store) => {
    store('days').clear();
    store('chats').clear();
    /** @type {Map<string, DayRow>} */
    const days = new Map();
    /** @type {Map<string, ChatRow>} */
    const chats = new Map();
    /** @type {IDBValidKey | undefined} */
    let last;
    for (;;) {
      const range = last === undefined ? null : IDBKeyRange.lowerBound(last, true);
      /** @type {Turn[]} */
      const turns = await got(store('turns').getAll(range, batch));
      if (turns.length === 0) break;
      last = turns.at(-1)?.turnKey;
      for (const turn of turns) addToRows(days, chats, turn);
    }
    for (const row of days.values()) store('days').put(row);
    for (const row of chats.values()) store('chats').put(row);
  });
  changed();
}

/** @param {Map<string, DayRow>} days @param {Map<string, ChatRow>} chats @param {Turn} turn */
function addToRows(days, chats, turn) {
  const { day, site, model, chat } = turn;
  const dayKey = JSON.stringify([day, site, model]);
  const chatKey = JSON.stringify([site, chat]);
  const amounts = amountsOf(turn);
  days.set(dayKey, add(days.get(dayKey) ?? { ...nothing(), day, site, model }, amounts));
  chats.set(chatKey, add(chats.get(chatKey) ?? { ...nothing(), site, chat }, amounts));
}

/** Adds turns to the sums that they are new in. @param {Stores} store @param {Turn[]} turns */
async function addToSums(store, turns) {
  /** @type {Map<string, DayRow>} */
  const days = new Map();
  /** @type {Map<string, ChatRow>} */
  const chats = new Map();
  for (const turn of turns) addToRows(days, chats, turn);
  for (const row of days.values()) {
    const known = await got(store('days').get([row.day, row.site, row.model]));
    store('days').put(known === undefined ? row : add(known, row));
  }
  for (const row of chats.values()) {
    const known = await got(store('chats').get([row.site, row.chat]));
    store('chats').put(known === undefined ? row : add(known, row));
  }
}

/** Makes the sums anew that these turns are or were part of. @param {Stores} store @param {Turn[]} turns */
async function sumAgain(store, turns) {
  const days = new Set(turns.map(({ day }) => day));
  const chats = new Map(
    turns.map(({ site, chat }) => [JSON.stringify([site, chat]), [site, chat]]),
  );
  for (const day of days) {
    store('days').delete(IDBKeyRange.bound([day], [day, []]));
    const ofDay = await got(store('turns').index('day').getAll(day));
    const rows = new Map();
    for (const turn of ofDay) addToRows(rows, new Map(), turn);
    for (const row of rows.values()) store('days').put(row);
  }
  await sumChats(store, [...chats.values()]);
}

/** @param {Stores} store @param {string[][]} chats site and chat of each */
async function sumChats(store, chats) {
  for (const key of chats) {
    const turns = await got(store('turns').index('chat').getAll(key));
    if (turns.length === 0) store('chats').delete(key);
    const rows = new Map();
    for (const turn of turns) addToRows(new Map(), rows, turn);
    for (const row of rows.values()) store('chats').put(row);
  }
}
