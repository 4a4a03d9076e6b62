// SPDX-License-Identifier: MIT
// When usage is posted. How is the matter of tokenwatt/client's outbox; the browser may stop the
// background between any two lines, and an alarm starts it again.
import { deliverPosts, pauseAfter } from '../../web/src/outbox.js';
import { text } from '../shared/i18n.js';
import { permissionsFor } from '../shared/permissions.js';
import { readValue, writeValue } from '../store/database.js';
import { countPosts, discardPosts, posts, sendAgain } from '../store/posts.js';
import { noTrouble, readProgress, writeProgress } from '../store/progress.js';
import { readKey } from './key.js';
import { readSettings } from '../shared/settings.js';

/** @typedef {import('../../web/src/outbox.js').Delivery} Delivery */

/** @typedef {import('../store/progress.js').Progress} Progress */

export const outboxAlarm = 'outbox';
/** Of which endpoint it was seen that it honours Idempotency-Key. */
const onceOnlyName = 'onceOnly';
/** Alarms are no sooner. */
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
/** Sends what waits, in the order of recording, if posting is on and an attempt is due. */
export function deliver() {
  return navigator.locks.request('deliver', async () => {
    const { posting, endpoint, onceOnly } = await readSettings();
    const { waiting, sending } = await countPosts();
    if (!posting || waiting + sending === 0) return chrome.alarms.clear(outboxAlarm);
    const { notBeforeMs, sinceMs } = await readProgress();
    const now = Date.now();
    // A clock that was set back does not make anything wait longer.
    if (now < notBeforeMs && now >= sinceMs) return wakeAt(notBeforeMs);
    // Should the browser stop the background while it sends, this wakes it again.
    await wakeAt(now + firstPauseMs);
    const { host } = new URL(endpoint);
    if (!(await mayPost(endpoint))) return pause(text('error_permission', host), longestPauseMs);
    let honoured = onceOnly || (await readValue(onceOnlyName, '')) === endpoint;
    const last = await deliverPosts({
      posts,
      endpoint,
      key: await readKey(),
      idempotent: () => honoured,
      async tell(delivery) {
        if (delivery.onceOnly && !honoured) {
          honoured = true;
          await rememberOnceOnly(endpoint);
        }
        if (delivery.type === 'delivered') await writeProgress(noTrouble);
        else await writeProgress({ ...(await readProgress()), error: errorText(host, delivery) });
      },
    });
    if (last === null) return chrome.alarms.clear(outboxAlarm);
    const atLeastMs = last.outcome === 'blocked' ? longestPauseMs : last.retryAfterMs;
    return pause(errorText(host, last), atLeastMs);
  });
}

/** @param {string} endpoint which has said that it takes a record once */
export function rememberOnceOnly(endpoint) {
  return writeValue(onceOnlyName, endpoint);
}

/**
 * Stops sending for a while.
 * @param {string} error @param {number} [atLeastMs] what the server asked for
 */
async function pause(error, atLeastMs) {
  const { failures } = await readProgress();
  const sinceMs = Date.now();
  const notBeforeMs = sinceMs + pauseAfter(failures, firstPauseMs, atLeastMs);
  await writeProgress({ error, failures: failures + 1, sinceMs, notBeforeMs });
  await wakeAt(notBeforeMs);
}

/** Tries what waits at once, and what was refused too. */
export async function retry() {
  await sendAgain(['refused']);
  await writeProgress(noTrouble);
  await deliver();
  return null;
}

/** What may have been taken is sent again: the user knows, or accepts a second record. */
export async function sendUnknown() {
  await sendAgain(['unknown']);
  return retry();
}

/** Forgets what may have been taken. */
export async function dropUnknown() {
  await discardPosts(['unknown']);
  return null;
}

/** Forgets what was not sent. */
export async function discard() {
  await discardPosts(['waiting', 'sending', 'refused', 'unknown']);
  await writeProgress(noTrouble);
  return null;
}

/** @param {number} when */
function wakeAt(when) {
  return chrome.alarms.create(outboxAlarm, { when });
}

/** Users can withdraw a permission in the browser's own settings. @param {string} endpoint */
function mayPost(endpoint) {
  return chrome.permissions.contains(permissionsFor(endpoint));
}

/** @param {string} host @param {Delivery} delivery */
function errorText(host, { type, status, message, calculatesOnly }) {
  if (type === 'unknown') return text('error_unknown', host);
  if (status === 0) return text('error_unreachable', host, message);
  if (calculatesOnly) return `${text('error_not_kept', host)} ${text('error_later')}`;
  const said = message === '' ? '' : `(${message})`;
  return text('error_status', host, status, text(adviceFor(type, status)), said);
}

/** What can be done about it. @param {Delivery['type']} type @param {number} status */
function adviceFor(type, status) {
  if (status === 401 || status === 403) return 'error_key';
  if (status === 402) return 'error_quota';
  if (status === 404 || status === 405) return 'error_address';
  return type === 'refused' ? 'error_refused' : 'error_later';
}
