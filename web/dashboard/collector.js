// SPDX-License-Identifier: MIT
// Asking the collector that serves this page.

/**
 * @typedef {object} Sums
 * @property {number} requests
 * @property {number} inputTokens
 * @property {number} outputTokens
 * @property {number} reasoningTokens
 * @property {number} cachedTokens
 * @property {number} energyWh
 * @property {number} energyWhLow
 * @property {number} energyWhHigh
 * @property {number} co2Grams
 * @property {number} co2GramsLow
 * @property {number} co2GramsHigh
 * @property {number} waterMl
 * @property {number} waterMlLow
 * @property {number} waterMlHigh
 */
/** @typedef {Sums & { start?: string, name?: string | null, maskedKey?: string | null }} Row */
/** @typedef {{ data: Row[], total: Sums, meta: { tenant: string | null } }} Usage */
/** @typedef {'none' | 'model' | 'provider' | 'key' | 'tenant'} Group */

/** What the collector refused, with its status; 0 if it was not reached. */
export class CollectorError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = 'CollectorError';
    this.status = status;
  }
}

/**
 * @param {import('./period.js').Period} period
 * @param {'hour' | 'day' | 'month' | 'all'} by
 * @param {Group} group
 * @param {{ key: string, signal: AbortSignal }} options the key may be ""
 * @returns {Promise<Usage>}
 */
export async function askUsage({ from, to }, by, group, { key, signal }) {
  const query = new URLSearchParams({ startDate: from, endDate: to, by, group });
  let response;
  let text;
  try {
    response = await fetch(new URL(`./api/v1/usage?${query}`, document.baseURI), {
      headers: key === '' ? {} : { authorization: `Bearer ${key}` },
      cache: 'no-store',
      signal,
    });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new CollectorError(0, 'The collector does not answer. Is it running?');
  }
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new CollectorError(response.status, 'What answered is no collector.');
  }
  if (response.status !== 200) {
    throw new CollectorError(response.status, body?.error?.message ?? `Status ${response.status}`);
  }
  return body;
}

/** A key is what a header can carry. @param {string} text */
export const isKey = (text) => /^[\x21-\x7e]{1,200}$/.test(text);

/** All tokens of a row; cached ones are among those of the input. @param {Sums} sums */
export const tokensOf = ({ inputTokens, outputTokens, reasoningTokens }) =>
  inputTokens + outputTokens + reasoningTokens;
