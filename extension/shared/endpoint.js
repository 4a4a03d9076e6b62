// SPDX-License-Identifier: MIT
// Which addresses usage may be posted to.

const loopback = new Set(['127.0.0.1', 'localhost']);

/**
 * The address of a calculate endpoint as it is stored: https, or http on this machine; an origin
 * alone stands for its /api/v1/calculate.
 *
 * @param {string} input what the user typed
 * @returns {string | null} null if usage must not be posted there
 */
export function endpointFrom(input) {
  const typed = input.trim();
  if (!URL.canParse(typed)) return null;
  const url = new URL(typed);
  const safe =
    url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
  if (!safe || url.username !== '' || url.password !== '') return null;
  if (url.pathname === '/' && url.search === '') url.pathname = '/api/v1/calculate';
  url.hash = '';
  return url.href;
}

/**
 * The host permission for an endpoint. Match patterns have no ports.
 * @param {string} endpoint
 */
export function hostPattern(endpoint) {
  const { protocol, hostname } = new URL(endpoint);
  return `${protocol}//${hostname}/*`;
}
