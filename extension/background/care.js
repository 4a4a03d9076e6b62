// SPDX-License-Identifier: MIT
// Forgetting: what is older than the user wants it kept, and all of it when the user says so.
import { dayOf, daysFrom } from '../shared/days.js';
import { readSettings } from '../shared/settings.js';
import { changed } from '../store/changes.js';
import { storeNames, write } from '../store/database.js';
import { forgetBefore, forgetKnown } from '../store/turns.js';
import { forgetOldChats } from './chats.js';

export const tidyAlarm = 'tidy';
/** No page brings a turn again that is over for so long. */
const knownMs = 30 * 24 * 3_600_000;

export async function tidy() {
  const { retentionDays } = await readSettings();
  await forgetKnown(Date.now() - knownMs);
  await forgetOldChats();
  if (retentionDays > 0) await forgetBefore(daysFrom(dayOf(new Date()), 1 - retentionDays));
}

/** As if it had just been installed, but for what open pages have reported as over. */
export async function deleteEverything() {
  await write(storeNames, async (store) => {
    for (const name of storeNames) store(name).clear();
  });
  await chrome.storage.local.clear();
  await chrome.alarms.clearAll();
  changed();
}
