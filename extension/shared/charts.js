// SPDX-License-Identifier: MIT
// Charts of sums: drawn as SVG, said as text.
import { tokensOf } from '../store/amounts.js';
import { amount, wholeNumber } from './format.js';
import { text } from './i18n.js';

/** @typedef {import('../store/amounts.js').Amounts} Amounts */
/** @typedef {{ name: string, amounts: Amounts }} Part */

const svgNamespace = 'http://www.w3.org/2000/svg';
/** More are summed up, so that the list stays short. */
const mostBars = 6;

/** @param {string} name @param {Record<string, string | number>} attributes */
function svg(name, attributes) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {string} tag @param {string} className @param {...(Node | string)} children */
function html(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** What a part cost, in words. @param {Amounts} amounts */
export function spoken(amounts) {
  const energy = amount('energy', amounts.footprint.energy);
  return text('part_amount', wholeNumber(tokensOf(amounts)), `${energy.value} ${energy.unit}`);
}

/**
 * A bar for each part, the largest first.
 * @param {Part[]} parts @param {(rest: Amounts[]) => Amounts} sum of those that share the last bar
 */
export function bars(parts, sum) {
  const sorted = parts.toSorted((a, b) => energyOf(b) - energyOf(a));
  const rest = sorted.splice(sorted.length > mostBars ? mostBars - 1 : mostBars);
  if (rest.length > 0) {
    sorted.push({
      name: text('others', wholeNumber(rest.length)),
      amounts: sum(rest.map(({ amounts }) => amounts)),
    });
  }
  const most = Math.max(...sorted.map(energyOf)) || 1;
  const list = html('ol', 'bars');
  for (const part of sorted) {
    const picture = svg('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none' });
    picture.setAttribute('aria-hidden', 'true');
    const width = Math.max((energyOf(part) / most) * 100, 0.5);
    picture.append(
      svg('rect', { class: 'track', width: 100, height: 6 }),
      svg('rect', { class: 'bar', width, height: 6 }),
    );
    const name = html('span', 'name', html('bdi', '', part.name));
    name.title = part.name;
    list.append(html('li', '', name, html('bdi', 'amount', spoken(part.amounts)), picture));
  }
  return list;
}

/**
 * A column for each day, in order.
 * @param {Part[]} days names are for people
 */
export function columns(days) {
  const most = Math.max(...days.map(energyOf)) || 1;
  const step = 100 / days.length;
  const picture = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img' });
  const used = days.filter(({ amounts }) => amounts.turns > 0);
  const label = used.map(({ name, amounts }) => `${name}: ${spoken(amounts)}`).join('; ');
  picture.setAttribute('aria-label', label);
  for (const [index, day] of days.entries()) {
    const height = (energyOf(day) / most) * 100;
    const x = index * step + step * 0.1;
    const shape = { x, width: step * 0.8 };
    const column = svg('g', {});
    const title = svg('title', {});
    title.append(`${day.name}: ${spoken(day.amounts)}`);
    column.append(
      title,
      svg('rect', { class: 'track', ...shape, y: 0, height: 100 }),
      svg('rect', { class: 'bar', ...shape, y: 100 - height, height }),
    );
    picture.append(column);
  }
  const ends = [days[0]?.name ?? '', days.at(-1)?.name ?? ''].map((name) => html('span', '', name));
  return html('div', 'columns', picture, html('p', '', ...ends));
}

/** @param {Part} part */
function energyOf({ amounts }) {
  return amounts.footprint.energy.value;
}
