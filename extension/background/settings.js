// SPDX-License-Identifier: MIT
// What the user chose. The key lies apart, so that what pages of the extension are shown never
// holds it: they hand it over, and only the background reads it.

import { stored } from './stored.js';

/**
 * @typedef {object} Settings
 * @property {string} endpoint where usage is posted; '' for nowhere
 * @property {boolean} posting whether the user agreed to posting
 * @property {string} region datacenter region; '' leaves it out
 * @property {Record<string, boolean>} sites false for a site that is not to be counted
 */

/** @type {Settings} */
const defaults = { endpoint: '', posting: false, region: '', sites: {} };

/** @returns {Promise<Settings>} */
export async function readSettings() {
  return { ...defaults, ...(await stored(chrome.storage.local, 'settings', defaults)) };
}

/**
 * Changes some settings; a changed endpoint drops the key, which belongs to the old one.
 * @param {Partial<Settings> & { key?: string }} change
 */
export async function changeSettings({ key, ...change }) {
  const before = await readSettings();
  const after = { ...before, ...change };
  if (after.endpoint === '') after.posting = false;
  const moved = originOf(before.endpoint) !== originOf(after.endpoint);
  const newKey = key ?? (moved ? '' : undefined);
  await chrome.storage.local.set({
    settings: after,
    ...(newKey === undefined ? {} : { key: newKey }),
  });
}

/** For the background alone. @returns {Promise<string>} '' where there is none */
export function readKey() {
  return stored(chrome.storage.local, 'key', '');
}

/** What the options page is shown. */
export async function publicSettings() {
  return { ...(await readSettings()), hasKey: (await readKey()) !== '' };
}

/** @param {string} endpoint */
function originOf(endpoint) {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : '';
}
