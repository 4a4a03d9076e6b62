// SPDX-License-Identifier: MIT
// Periods of time in whole days of UTC, as the collector sums them.

/** @typedef {'today' | 'week' | 'days' | 'month' | 'year' | 'custom'} PeriodName */
/** @typedef {'hour' | 'day' | 'month'} Step */
/** @typedef {{ from: string, to: string, by: Step }} Period days as "2026-11-21", both inclusive */

const DAY_MS = 86_400_000;

/** @param {number} timeMs */
const dayOf = (timeMs) => new Date(timeMs).toISOString().slice(0, 10);

/** @param {string} value @returns {value is PeriodName} */
export const isPeriodName = (value) =>
  ['today', 'week', 'days', 'month', 'year', 'custom'].includes(value);

/**
 * @param {Exclude<PeriodName, 'custom'>} name
 * @param {number} nowMs
 * @returns {Period}
 */
export function namedPeriod(name, nowMs) {
  const to = dayOf(nowMs);
  switch (name) {
    case 'today':
      return { from: to, to, by: 'hour' };
    case 'week':
      return { from: dayOf(nowMs - 6 * DAY_MS), to, by: 'day' };
    case 'days':
      return { from: dayOf(nowMs - 29 * DAY_MS), to, by: 'day' };
    case 'month':
      return { from: `${to.slice(0, 7)}-01`, to, by: 'day' };
    case 'year':
      return { from: `${to.slice(0, 4)}-01-01`, to, by: 'month' };
  }
}

/**
 * @param {string} from @param {string} to
 * @returns {Period | null} null if these are no days in order
 */
export function customPeriod(from, to) {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (!(days >= 1)) return null;
  return { from, to, by: days <= 2 ? 'hour' : days <= 92 ? 'day' : 'month' };
}

/**
 * When each span of a period begins, those without usage too.
 * @param {Period} period
 * @returns {string[]} as the collector writes times
 */
export function spansOf({ from, to, by }) {
  const starts = [];
  const last = Date.parse(to) + DAY_MS;
  const time = new Date(from);
  if (by === 'month') time.setUTCDate(1);
  while (time.getTime() < last) {
    starts.push(time.toISOString());
    if (by === 'hour') time.setUTCHours(time.getUTCHours() + 1);
    else if (by === 'day') time.setUTCDate(time.getUTCDate() + 1);
    else time.setUTCMonth(time.getUTCMonth() + 1);
  }
  return starts;
}

/** What a span is called. @param {string} start @param {Step} by */
export function spanName(start, by) {
  if (by === 'hour') return `${start.slice(0, 10)} ${start.slice(11, 16)}`;
  return start.slice(0, by === 'day' ? 10 : 7);
}

/** The same below a chart, where there is little room. @param {string} start @param {Step} by */
export function shortSpanName(start, by) {
  if (by === 'hour') return start.slice(11, 16);
  return by === 'day' ? start.slice(5, 10) : start.slice(0, 7);
}

/** The last twelve months, this one first. @param {number} nowMs @returns {string[]} "2026-11" */
export function lastMonths(nowMs) {
  const month = new Date(nowMs);
  month.setUTCDate(1);
  return Array.from({ length: 12 }, () => {
    const name = month.toISOString().slice(0, 7);
    month.setUTCMonth(month.getUTCMonth() - 1);
    return name;
  });
}
