// SPDX-License-Identifier: MIT
// What the user chose, and what an organisation chose for its users. The key lies apart: only the
// background has it.
import { endpointFrom } from './endpoint.js';
import { stored } from './stored.js';

/**
 * @typedef {object} Settings
 * @property {string} endpoint where usage is posted; '' for nowhere
 * @property {boolean} posting whether the user agreed to posting
 * @property {boolean} onceOnly the user says that the endpoint honours Idempotency-Key
 * @property {string} region datacenter region; '' leaves it out
 * @property {string} method of the estimates; '' for the default
 * @property {Record<string, boolean>} sites false for a site that is not to be counted
 * @property {number} retentionDays how long turns stay in the history; 0 for always
 * @property {boolean} line whether a line is shown beside each answer
 * @property {Record<string, { x: number, y: number }>} linePlaces where the user moved it, by site
 */

/** @type {Settings} */
export const defaults = {
  endpoint: '',
  posting: false,
  onceOnly: false,
  region: '',
  method: '',
  sites: {},
  retentionDays: 0,
  line: true,
  linePlaces: {},
};

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const [own, ruled] = await Promise.all([
    stored(chrome.storage.local, 'settings', defaults),
    managedSettings(),
  ]);
  const sites = { ...own.sites, ...ruled.sites };
  return { ...defaults, ...own, ...ruled, sites };
}

/**
 * What the organisation's policy says; see managed-schema.json. Only what is of the right kind counts.
 * @returns {Promise<Partial<Settings>>}
 */
export async function managedSettings() {
  let policy;
  try {
    policy = await chrome.storage.managed.get(null);
  } catch {
    // Firefox, where there is no policy.
    return {};
  }
  /** @type {Record<string, unknown>} */
  const kept = {};
  for (const [name, value] of Object.entries(policy ?? {})) {
    if (!Object.hasOwn(defaults, name) || name === 'linePlaces') continue;
    if (typeof value === typeof defaults[/** @type {keyof Settings} */ (name)]) kept[name] = value;
  }
  if (typeof kept.endpoint === 'string') kept.endpoint = endpointFrom(kept.endpoint) ?? '';
  return kept;
}
