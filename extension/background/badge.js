// SPDX-License-Identifier: MIT
// The toolbar button of a tab: tokens of its chat, or a calm "?" where the page is not understood.
import { amount, compactCount, wholeNumber } from '../shared/format.js';
import { text } from '../shared/i18n.js';
import { chatAmounts } from '../shared/tab.js';
import { quantities, tokensOf } from '../store/amounts.js';

const counted = '#0f6f62';
const unknown = '#6b7776';

/**
 * @param {number} tabId @param {import('../shared/tab.js').TabState} state
 * @param {boolean} counting whether the user wants this site counted
 */
export async function showBadge(tabId, state, counting) {
  return show(tabId, appearance(state, counting, await chatAmounts(state)));
}

/** A turn could not be counted. @param {number} tabId @param {unknown} error */
export function showTrouble(tabId, error) {
  const reason = error instanceof Error ? error.message : String(error);
  return show(tabId, { badge: '!', title: text('badge_title_trouble', reason), color: unknown });
}

/** @param {number} tabId @param {{ badge: string, title: string, color: string }} appearance */
async function show(tabId, { badge, title, color }) {
  try {
    await Promise.all([
      chrome.action.setBadgeText({ tabId, text: badge }),
      chrome.action.setBadgeBackgroundColor({ tabId, color }),
      chrome.action.setBadgeTextColor({ tabId, color: '#ffffff' }),
      chrome.action.setTitle({ tabId, title }),
    ]);
  } catch {
    // The tab was closed in the meantime.
  }
}

/**
 * @param {import('../shared/tab.js').TabState} state @param {boolean} counting
 * @param {import('../store/amounts.js').Amounts | null} amounts of the chat
 */
function appearance(state, counting, amounts) {
  if (!counting) return { badge: '', title: text('badge_title_off'), color: counted };
  if (state.health === 'not-understood') {
    return { badge: '?', title: text('badge_title_unknown'), color: unknown };
  }
  if (amounts === null) return { badge: '', title: text('badge_title_empty'), color: counted };
  const tokens = tokensOf(amounts);
  const spoken = quantities.map((quantity) => {
    const { value, unit } = amount(quantity, amounts.footprint[quantity]);
    return `${value} ${unit}`;
  });
  return {
    badge: compactCount(tokens),
    title: text('badge_title', wholeNumber(tokens), ...spoken),
    color: counted,
  };
}
