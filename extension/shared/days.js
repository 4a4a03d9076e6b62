// SPDX-License-Identifier: MIT
// Days as the person at the screen has them, written as 2026-11-21.

/** @param {Date} date */
export function dayOf(date) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @param {string} day */
export function dateOf(day) {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}

/** @param {string} day @param {number} count negative for before */
export function daysFrom(day, count) {
  const date = dateOf(day);
  date.setDate(date.getDate() + count);
  return dayOf(date);
}

/**
 * The last days, up to today.
 * @param {number} count @param {Date} [now]
 * @returns {string[]}
 */
export function lastDays(count, now = new Date()) {
  const today = dayOf(now);
  return Array.from({ length: count }, (_, index) => daysFrom(today, index - count + 1));
}
