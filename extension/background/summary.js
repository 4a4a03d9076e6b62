// SPDX-License-Identifier: MIT
// What the popup shows of a tab.
import * as outbox from './outbox.js';
import { readSettings } from './settings.js';
import { chatTotals, readTab } from './tabs.js';

/** @param {number} tabId @returns {Promise<import('../shared/messages.js').Summary>} */
export async function summary(tabId) {
  const [state, settings, posts] = await Promise.all([
    readTab(tabId),
    readSettings(),
    outbox.status(),
  ]);
  return {
    site: state.site,
    counting: settings.sites[state.site] !== false,
    health: state.health,
    totals: chatTotals(state),
    posting: {
      on: settings.posting,
      host: settings.endpoint === '' ? '' : new URL(settings.endpoint).host,
      ...posts,
    },
  };
}
