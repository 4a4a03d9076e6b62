// SPDX-License-Identifier: MIT
// Changing what the user chose: the pages ask for it, the background does it.
import { defaults, managedSettings, readSettings } from '../shared/settings.js';
import { stored } from '../shared/stored.js';
import { assertRoom } from '../store/room.js';
import { readKey, writeKey } from './key.js';

/** @typedef {import('../shared/settings.js').Settings} Settings */

/**
 * Changes some settings; a changed endpoint drops the key, which belongs to the old one.
 * @param {Partial<Settings> & { key?: string }} change
 */
export async function changeSettings({ key, ...change }) {
  const before = await readSettings();
  const own = await stored(chrome.storage.local, 'settings', defaults);
  const after = { ...defaults, ...own, ...change };
  if (after.endpoint === '') after.posting = false;
  const moved = originOf(before.endpoint) !== originOf(after.endpoint);
  await assertRoom();
  await chrome.storage.local.set({ settings: after });
  const newKey = key ?? (moved ? '' : undefined);
  if (newKey !== undefined) await writeKey(newKey);
}

/** What the options page is shown; `managed`: the names of what the organisation chose. */
export async function publicSettings() {
  const ruled = await managedSettings();
  const managed = Object.keys(ruled);
  const managedSites = Object.keys(ruled.sites ?? {});
  return { ...(await readSettings()), hasKey: (await readKey()) !== '', managed, managedSites };
}

/** @param {string} endpoint */
function originOf(endpoint) {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : '';
}
