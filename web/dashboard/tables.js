// SPDX-License-Identifier: MIT
// The tables: of the spans of time, and of what the sums are made up of.
import { element } from '../demo/elements.js';
import { wholeNumber } from '../demo/numbers.js';
import { figure } from './figures.js';

/** @typedef {import('./collector.js').Sums} Sums */

/** @param {string} first @param {Sums} sums @param {Node[]} more */
function row(first, sums, ...more) {
  const cells = [
    element('data', { value: sums.requests }, wholeNumber(sums.requests)),
    figure(sums, 'tokens'),
    figure(sums, 'energyWh'),
    figure(sums, 'co2Grams'),
    figure(sums, 'waterMl'),
    ...more,
  ].map((cell) => element('td', {}, cell));
  return element('tr', {}, element('th', { scope: 'row' }, first), ...cells);
}

/** @param {string} caption @param {string} first @param {string[]} more @param {Node[]} rows */
function table(caption, first, more, rows) {
  const heads = [first, 'Requests', 'Tokens', 'Energy', 'CO₂e', 'Water', ...more];
  return element(
    'table',
    {},
    element('caption', { class: 'sr' }, caption),
    element(
      'thead',
      {},
      element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
    ),
    element('tbody', {}, ...rows),
  );
}

/** @param {{ name: string, sums: Sums }[]} spans */
export function timeTable(spans) {
  const rows = spans.map(({ name, sums }) => row(name, sums));
  return table('Usage over time', 'Time (UTC)', [], rows);
}

const names = {
  model: { title: 'By model', first: 'Model', none: 'Not named' },
  provider: { title: 'By provider', first: 'Provider', none: 'Not named' },
  key: { title: 'By key', first: 'Key', none: 'Without a key' },
  tenant: { title: 'By tenant', first: 'Tenant', none: 'Of no tenant' },
};

/**
 * A card with a table of the parts, that of the most energy first.
 * @param {keyof typeof names} group
 * @param {import('./collector.js').Usage} usage
 */
export function partsCard(group, { data, total }) {
  const { title, first, none } = names[group];
  const rows = data.map((part) => {
    const name = part.name ?? none;
    const share = total.energyWh > 0 ? part.energyWh / total.energyWh : 0;
    const label = `${Math.round(share * 100)} % of the energy`;
    const meter = element('meter', { min: 0, max: 1, value: share, 'aria-label': label }, label);
    return row(part.maskedKey ? `${name} (${part.maskedKey})` : name, part, meter);
  });
  const heading = element('h2', { id: `${group}-title` }, title);
  const region = { class: 'scroll', tabindex: 0, role: 'region' };
  return element(
    'section',
    { class: 'card', id: `by-${group}` },
    heading,
    element(
      'div',
      { ...region, 'aria-labelledby': heading.id },
      table(title, first, ['Of energy'], rows),
    ),
  );
}
