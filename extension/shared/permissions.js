// SPDX-License-Identifier: MIT
import { hostPattern } from './endpoint.js';

/**
 * What the browser must allow before usage is posted to an endpoint: its origin and, in Firefox,
 * the kinds of data that the manifest names.
 *
 * @param {string} endpoint
 * @returns {chrome.permissions.Permissions}
 */
export function permissionsFor(endpoint) {
  const { browser_specific_settings } = /** @type {any} */ (chrome.runtime.getManifest());
  const data_collection = browser_specific_settings?.gecko.data_collection_permissions.optional;
  return {
    origins: [hostPattern(endpoint)],
    ...(data_collection === undefined ? {} : { data_collection }),
  };
}
