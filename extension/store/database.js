// SPDX-License-Identifier: MIT
// The database of the extension: what must last. It belongs to the extension's own origin, so that
// no chat page, nor a content script in one, can open it.
import { assertRoom } from './room.js';

/**
 * What brings the database from one version to the next: the first makes version 1 of an empty one.
 * Never changed once released; a new version is a new step.
 * @type {readonly ((database: IDBDatabase, transaction: IDBTransaction) => void)[]}
 */
export const steps = [
  (database) => {
    const turns = database.createObjectStore('turns', { keyPath: 'turnKey' });
    turns.createIndex('atMs', 'atMs');
    turns.createIndex('site', ['site', 'atMs']);
    turns.createIndex('model', ['model', 'atMs']);
    turns.createIndex('day', 'day');
    turns.createIndex('chat', ['site', 'chat']);
    turns.createIndex('answer', ['site', 'answerId']);
    database.createObjectStore('days', { keyPath: ['day', 'site', 'model'] });
    database.createObjectStore('chats', { keyPath: ['site', 'chat'] });
    // Turns that are known, but not in the history: deleted, or recorded before there was one.
    database.createObjectStore('known', { keyPath: 'turnKey' });
    // Turns whose page was left in the middle.
    database.createObjectStore('left', { keyPath: 'turnKey' });
    const posts = database.createObjectStore('posts', { keyPath: 'id' });
    posts.createIndex('state', ['state', 'order']);
    database.createObjectStore('values');
  },
];

/** @typedef {'turns' | 'days' | 'chats' | 'known' | 'left' | 'posts' | 'values'} StoreName */
/** @type {StoreName[]} */
export const storeNames = ['turns', 'days', 'chats', 'known', 'left', 'posts', 'values'];

const name = 'tokenwatt';

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

/** The database, opened once for each life of the page or the background. */
export function database() {
  opening ??= openDatabase(name, steps).then((opened) => {
    // Another part is newer, or the browser closed it: the next use opens it again.
    opened.onversionchange = () => opened.close();
    opened.onclose = forget;
    opened.addEventListener('versionchange', forget);
    return opened;
  });
  opening.catch(forget);
  return opening;
}

function forget() {
  opening = undefined;
}

/**
 * @param {string} called @param {typeof steps} by
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase(called, by) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(called, by.length);
    request.onupgradeneeded = ({ oldVersion }) => {
      const { result, transaction } = request;
      for (const step of by.slice(oldVersion)) {
        step(result, /** @type {IDBTransaction} */ (transaction));
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What a request gives. @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function got(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Reads from some stores.
 * @template T
 * @param {StoreName[]} names
 * @param {(store: (name: StoreName) => IDBObjectStore) => Promise<T>} work which waits for nothing
 *   but requests of these stores
 */
export async function read(names, work) {
  const transaction = (await database()).transaction(names, 'readonly');
  return work((one) => transaction.objectStore(one));
}

/**
 * Changes some stores: all of it or nothing, and on the disk when the promise resolves.
 * @template T
 * @param {StoreName[]} names
 * @param {(store: (name: StoreName) => IDBObjectStore) => Promise<T>} work as of read()
 * @returns {Promise<T>}
 */
export async function write(names, work) {
  const opened = await database();
  await assertRoom();
  const transaction = opened.transaction(names, 'readwrite', { durability: 'strict' });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error('the change was undone'));
  });
  // The error that made it abort says more.
  ended.catch(() => {});
  try {
    const result = await work((one) => transaction.objectStore(one));
    await ended;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It is over already.
    }
    throw error;
  }
}

/** One of the single values. @template T @param {string} key @param {T} otherwise @returns {Promise<T>} */
export async function readValue(key, otherwise) {
  const value = await read(['values'], (store) => got(store('values').get(key)));
  return value === undefined ? otherwise : /** @type {T} */ (value);
}

/** @param {string} key @param {unknown} value */
export async function writeValue(key, value) {
  await write(['values'], (store) => got(store('values').put(value, key)));
}
