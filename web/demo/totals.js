// SPDX-License-Identifier: MIT
// The card with what everything costs together.

import { totalOf } from './costs.js';
import { byId, element, setText } from './elements.js';
import { quantities, sentText, shownAmount, wholeNumber } from './numbers.js';

const ANNOUNCE_AFTER_MS = 1200;

export function createTotals() {
  const amounts = byId('total-amounts');
  const cells = quantities.map(({ name }) => {
    const value = element('b');
    const unit = element('span');
    const range = element('span', { class: 'range' });
    const shown = element('dd', {}, element('span', { class: 'value' }, value, ' ', unit), range);
    amounts.append(element('div', {}, element('dt', {}, name), shown));
    return { value, unit, range };
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let announcing;

  return {
    /** @param {string} title @param {import('./costs.js').Cost[]} costs */
    show(title, costs) {
      const total = totalOf(costs);
      const tokens = wholeNumber(total.sent + total.answered);
      setText(byId('total-title'), title);
      setText(byId('total-tokens'), tokens);
      const answered = `${wholeNumber(total.answered)} answered`;
      setText(byId('total-split'), `${sentText(total.sent, total.cached)} · ${answered}`);
      const said = quantities.map(({ quantity, name, units }, i) => {
        const shown = shownAmount(total[quantity], units);
        const cell = cells[i];
        if (cell) {
          setText(cell.value, shown.value);
          setText(cell.unit, shown.unit);
          setText(cell.range, shown.range);
        }
        return `${name} ${shown.value} ${shown.unit}`;
      });
      // Once the typing pauses, not at each key.
      clearTimeout(announcing);
      announcing = setTimeout(
        () => setText(byId('announce'), `${tokens} tokens, ${said.join(', ')}`),
        ANNOUNCE_AFTER_MS,
      );
    },
  };
}
