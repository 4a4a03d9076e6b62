// SPDX-License-Identifier: MIT
// Usage on its way to the endpoint. A record is written before anything is sent, and removed when
// the server took it; the browser may stop the background between any two lines.
import { text } from '../shared/i18n.js';
import { permissionsFor } from '../shared/permissions.js';
import { postUsage } from '../../web/src/post.js';
import { readKey, readSettings } from './settings.js';
import { stored } from './stored.js';

/**
 * @typedef {object} Post one record to be sent
 * @property {string} id random; the server's means against taking a repeated request twice
 * @property {unknown} payload
 * @property {number} recordedMs
 * @property {boolean} refused the server will not take it as it is
 */

/**
 * @typedef {object} Progress
 * @property {string} error what the popup shows, '' after a success
 * @property {number} failures in a row
 * @property {number} notBeforeMs when the next attempt is due
 */

const postPrefix = 'outbox:';
const turnPrefix = 'turn:';
const progressName = 'outboxProgress';
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
const turnsKeptMs = 30 * 24 * 3_600_000;
/** @type {Progress} */
const noTrouble = { error: '', failures: 0, notBeforeMs: 0 };

/**
 * Records a turn, once for each turnKey. A post is kept only where the user wants posts.
 * @param {string} turnKey @param {unknown} payload
 */
export function record(turnKey, payload) {
  return navigator.locks.request('record', async () => {
    const turn = turnPrefix + turnKey;
    const known = await chrome.storage.local.get(turn);
    if (known[turn] !== undefined) return;
    const { posting } = await readSettings();
    const id = crypto.randomUUID();
    /** @type {Post} */
    const post = { id, payload, recordedMs: Date.now(), refused: false };
    // One call, so that there is never the one without the other.
    await chrome.storage.local.set({
      [turn]: Date.now(),
      ...(posting ? { [postPrefix + id]: post } : {}),
    });
  });
}

/** Sends what waits, in the order of recording, if posting is on and an attempt is due. */
export function deliver() {
  return navigator.locks.request('deliver', async () => {
    const { posting, endpoint } = await readSettings();
    const waiting = (await posts()).filter(({ refused }) => !refused);
    const progress = await readProgress();
    if (!posting || waiting.length === 0) return chrome.alarms.clear(progressName);
    if (progress.notBeforeMs > Date.now()) return wakeAt(progress.notBeforeMs);
    // Should the browser stop the background while it sends, this wakes it again.
    await wakeAt(Date.now() + firstPauseMs);
    const key = await readKey();
    for (const post of waiting) {
      const outcome = await send(post, endpoint, key);
      if (outcome === 'stop') return;
    }
    await chrome.alarms.clear(progressName);
  });
}

/**
 * @param {Post} post @param {string} endpoint @param {string} key
 * @returns {Promise<'next' | 'stop'>}
 */
async function send(post, endpoint, key) {
  const { host } = new URL(endpoint);
  if (!(await mayPost(endpoint))) return pause(text('error_permission', host), longestPauseMs);
  const result = await postUsage({ endpoint, key, id: post.id, payload: post.payload });
  switch (result.outcome) {
    case 'taken':
      await chrome.storage.local.remove(postPrefix + post.id);
      await writeProgress(noTrouble);
      return 'next';
    case 'refused':
      await chrome.storage.local.set({ [postPrefix + post.id]: { ...post, refused: true } });
      await writeProgress({ ...(await readProgress()), error: statusText(host, result) });
      return 'next';
    case 'blocked':
      return pause(statusText(host, result), longestPauseMs);
    case 'later': {
      const error =
        result.status === 0
          ? text('error_unreachable', host, result.message)
          : statusText(host, result);
      return pause(error, result.retryAfterMs);
    }
  }
}

/**
 * Stops sending for a while.
 * @param {string} error @param {number} [atLeastMs] what the server asked for
 */
async function pause(error, atLeastMs = 0) {
  const failures = (await readProgress()).failures + 1;
  const growing = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
  const notBeforeMs = Date.now() + Math.max(growing, atLeastMs);
  await writeProgress({ error, failures, notBeforeMs });
  await wakeAt(notBeforeMs);
  return /** @type {const} */ ('stop');
}

/** Tries everything again at once, also what was refused. */
export async function retry() {
  const again = (await posts()).map((post) => [postPrefix + post.id, { ...post, refused: false }]);
  await chrome.storage.local.set(Object.fromEntries(again));
  await writeProgress(noTrouble);
  await deliver();
  return null;
}

/** Forgets what was not sent. */
export async function discard() {
  await chrome.storage.local.remove((await posts()).map(({ id }) => postPrefix + id));
  await writeProgress(noTrouble);
  return null;
}

export async function status() {
  const all = await posts();
  const failed = all.filter(({ refused }) => refused).length;
  return { pending: all.length - failed, failed, error: (await readProgress()).error };
}

/** Forgets the keys of turns that no page will bring again. */
export async function forgetOldTurns() {
  const all = await chrome.storage.local.get(null);
  const old = Object.entries(all).filter(
    ([name, atMs]) => name.startsWith(turnPrefix) && Number(atMs) < Date.now() - turnsKeptMs,
  );
  await chrome.storage.local.remove(old.map(([name]) => name));
}

/** @returns {Promise<Post[]>} oldest first */
async function posts() {
  const all = await chrome.storage.local.get(null);
  return Object.entries(all)
    .filter(([name]) => name.startsWith(postPrefix))
    .map(([, post]) => /** @type {Post} */ (post))
    .sort((a, b) => a.recordedMs - b.recordedMs);
}

/** @returns {Promise<Progress>} */
function readProgress() {
  return stored(chrome.storage.local, progressName, noTrouble);
}

/** @param {Progress} progress */
function writeProgress(progress) {
  return chrome.storage.local.set({ [progressName]: progress });
}

/** @param {number} when */
function wakeAt(when) {
  return chrome.alarms.create(progressName, { when });
}

/** Users can withdraw a permission in the browser's own settings. @param {string} endpoint */
function mayPost(endpoint) {
  return chrome.permissions.contains(permissionsFor(endpoint));
}

/** @param {string} host @param {{ status: number, message: string }} result */
function statusText(host, { status, message }) {
  return text('error_status', host, status, message === '' ? '' : `(${message})`);
}
