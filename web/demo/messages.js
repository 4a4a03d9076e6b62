// SPDX-License-Identifier: MIT
// The list of a chat's messages, to be typed into or only read, each turn with what it cost.

import { element, setText } from './elements.js';
import { quantities, sentText, shownAmount, wholeNumber } from './numbers.js';

/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./costs.js').Cost} Cost */

/**
 * @param {HTMLElement} list
 * @param {{ onEdit: (id: number, text: string) => void, onRemove: (id: number) => void }} [editing]
 *   without it the messages can only be read
 */
export function createMessageList(list, editing) {
  /** @type {Map<number, ReturnType<typeof createItem>>} */
  const items = new Map();

  /** @param {Message} message */
  function createItem({ id, role, text, reasoning }) {
    const name = role === 'user' ? 'Prompt' : 'Answer';
    const count = element('span', { class: 'count' });
    const cost = element('div', { class: 'cost', hidden: true });
    const header = element('header', {}, element('span', { class: 'role' }, name), count);
    const item = element('li', { class: `message ${role}` }, header);
    if (reasoning !== '') {
      const shown = element('div', { class: 'text quiet' }, reasoning);
      const summary = element('summary', {}, 'Reasoning');
      item.append(element('details', { class: 'reasoning' }, summary, shown));
    }
    item.append(editing ? editor(id, name, text, header) : reader(name, text), cost);
    return { item, count, cost };
  }

  /** @param {number} id @param {string} name @param {string} text @param {HTMLElement} header */
  function editor(id, name, text, header) {
    const remove = { class: 'link remove', type: 'button', 'aria-label': `Remove this ${name}` };
    header.append(element('button', { ...remove, onclick: () => editing?.onRemove(id) }, '×'));
    const placeholder = name === 'Prompt' ? 'What the model is asked' : 'What the model answers';
    const area = element('textarea', { rows: 2, 'aria-label': name, placeholder });
    area.value = text;
    area.addEventListener('input', () => {
      editing?.onEdit(id, area.value);
      fit(area);
    });
    requestAnimationFrame(() => fit(area));
    return area;
  }

  return {
    /** @param {Message[]} messages @param {Cost[]} costs */
    show(messages, costs) {
      const ids = new Set(messages.map(({ id }) => id));
      for (const [id, { item }] of items) {
        if (ids.has(id)) continue;
        item.remove();
        items.delete(id);
      }
      const costOf = new Map(costs.map((cost) => [cost.last, cost]));
      for (const message of messages) {
        let shown = items.get(message.id);
        if (!shown) {
          shown = createItem(message);
          items.set(message.id, shown);
          list.append(shown.item);
        }
        setText(shown.count, countText(message));
        showCost(shown.cost, costOf.get(message.id));
      }
    },
    /** Puts the cursor into a message. @param {number} id */
    focus(id) {
      items.get(id)?.item.querySelector('textarea')?.focus();
    },
  };
}

/** As high as its text, where the style sheet cannot do it. @param {HTMLTextAreaElement} area */
function fit(area) {
  if (CSS.supports('field-sizing', 'content')) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}

/** @param {string} name @param {string} text */
function reader(name, text) {
  // Scrolls where it is long, so the keyboard has to get there.
  return element('div', { class: 'text', tabindex: 0, role: 'group', 'aria-label': name }, text);
}

/** @param {Message} message */
function countText({ tokens, reasoningTokens }) {
  const reasoning = reasoningTokens > 0 ? ` + ${wholeNumber(reasoningTokens)} reasoning` : '';
  return `${wholeNumber(tokens)}${reasoning} ${tokens + reasoningTokens === 1 ? 'token' : 'tokens'}`;
}

/** @param {HTMLElement} where @param {Cost | undefined} cost */
function showCost(where, cost) {
  where.hidden = cost === undefined;
  if (cost === undefined) return;
  const { usage, amounts } = cost;
  const turn = `This turn: ${sentText(usage.prompt_tokens, usage.cached_tokens)}`;
  const parts = quantities.map(({ quantity, units, of }) => {
    const { value, unit, range } = shownAmount(amounts[quantity], units);
    const more = range === '' ? of : `${of} (${range})`;
    return element('span', {}, element('b', {}, `${value} ${unit}`), more);
  });
  where.replaceChildren(element('span', {}, turn), ...parts);
}
