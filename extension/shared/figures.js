// SPDX-License-Identifier: MIT
// Energy, CO2e and water of some turns, with their ranges, and what they compare to.
import { quantities } from '../store/amounts.js';
import { amount } from './format.js';
import { text } from './i18n.js';
import { comparisonsOf } from './comparisons.js';

/** @typedef {import('../store/amounts.js').Amounts} Amounts */

/** @param {HTMLElement} list a dl @param {Amounts} amounts */
export function showFigures(list, { footprint }) {
  list.replaceChildren(
    ...quantities.map((quantity) => {
      const { value, unit, range } = amount(quantity, footprint[quantity]);
      const box = document.createElement('div');
      const name = document.createElement('dt');
      name.append(text(quantity));
      const figure = document.createElement('dd');
      const number = document.createElement('strong');
      number.className = 'value';
      number.id = quantity;
      number.append(`≈ ${value}`);
      // An amount reads from left to right in any page.
      const whole = document.createElement('bdi');
      whole.append(number, ` ${unit}`);
      figure.append(whole);
      const span = document.createElement('dd');
      span.className = 'range';
      span.id = `${quantity}-range`;
      const ends = document.createElement('bdi');
      ends.append(range);
      span.append(ends);
      box.append(name, figure, span);
      return box;
    }),
  );
}

/** @param {HTMLElement} list a ul @param {Amounts} amounts */
export function showComparisons(list, amounts) {
  list.replaceChildren(
    ...comparisonsOf(amounts).map(({ sentence, source, url }) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      Object.assign(link, { href: url, target: '_blank', rel: 'noreferrer', textContent: source });
      const note = document.createElement('span');
      note.className = 'quiet';
      note.append(' (', link, ')');
      item.append(sentence, note);
      return item;
    }),
  );
}
