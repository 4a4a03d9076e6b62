// SPDX-License-Identifier: MIT
// Bars over time, as SVG. The table beside it says the same to those who cannot see it.
import { amountOf, quantities, shown } from './figures.js';
import { shortSpanName, spanName } from './period.js';

/** @typedef {import('./collector.js').Sums} Sums */
/** @typedef {{ start: string, sums: Sums }} Span */

const HEIGHT = 240;
const LEFT = 76;
const BOTTOM = 24;
const TOP = 8;

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(Node | string)[]} children */
function svg(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** A round number that is not below it, nor its half crooked. @param {number} value */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 6, 8].find((step) => step * power >= value * 0.999999) ?? 10) * power;
}

/**
 * @param {Span[]} spans @param {import('./figures.js').Quantity} id
 * @param {import('./period.js').Step} by
 */
function summary(spans, id, by) {
  const name = quantities.find((quantity) => quantity.id === id)?.name;
  const most = spans.reduce((a, b) =>
    amountOf(b.sums, id).value > amountOf(a.sums, id).value ? b : a,
  );
  const amount = shown(amountOf(most.sums, id), id).text;
  return `${name} by ${by}, ${spans.length} bars; the highest is ${amount}, ${spanName(most.start, by)}`;
}

/**
 * Draws into `place`, as wide as that is.
 * @param {HTMLElement} place
 * @param {Span[]} spans at least one
 * @param {import('./figures.js').Quantity} id
 * @param {import('./period.js').Step} by
 */
export function drawChart(place, spans, id, by) {
  const width = Math.max(280, place.clientWidth);
  const amounts = spans.map(({ sums }) => amountOf(sums, id));
  const top = roundUp(Math.max(...amounts.map(({ high }) => high), 1e-9));
  const room = HEIGHT - BOTTOM - TOP;
  const y = (/** @type {number} */ value) => TOP + room * (1 - value / top);
  const step = (width - LEFT) / spans.length;
  const drawing = svg('svg', {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    height: HEIGHT,
    role: 'img',
    'aria-label': summary(spans, id, by),
  });
  for (const share of [0, 0.5, 1]) {
    const value = top * share;
    const label = shown({ value, low: value, high: value }, id).text;
    drawing.append(
      svg('line', { class: 'line', x1: LEFT, x2: width, y1: y(value), y2: y(value) }),
      svg('text', { x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, label),
    );
  }
  const every = Math.ceil(54 / step);
  for (const [at, { start }] of spans.entries()) {
    const amount = /** @type {(typeof amounts)[0]} */ (amounts[at]);
    const middle = LEFT + step * (at + 0.5);
    const { text, range } = shown(amount, id);
    const bar = Math.max(1, step * 0.7);
    const words = `${spanName(start, by)}: ${text}${range === '' ? '' : ` (${range})`}`;
    const group = svg('g', {}, svg('title', {}, words));
    const box = { x: middle - bar / 2, width: bar, y: y(amount.value) };
    group.append(svg('rect', { class: 'bar', ...box, height: y(0) - y(amount.value), rx: 2 }));
    if (amount.high > amount.low && step > 5) {
      const line = { x1: middle, x2: middle, y1: y(amount.low), y2: y(amount.high) };
      group.append(svg('line', { class: 'range', ...line }));
    }
    drawing.append(group);
    if (at % every === 0) {
      const place = { x: middle, y: HEIGHT - 6, 'text-anchor': 'middle' };
      drawing.append(svg('text', place, shortSpanName(start, by)));
    }
  }
  place.replaceChildren(drawing);
}
