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

/** @typedef {{ key: string, signal?: AbortSignal }} Options the key may be "" */

/**
 * @param {string} route with its query
 * @param {Options} options
 * @returns {Promise<Blob>} the body of a success
 */
async function ask(route, { key, signal }) {
  let response;
  let body;
  try {
    response = await fetch(new URL(`./api/v1/${route}`, document.baseURI), {
      headers: key === '' ? {} : { authorization: `Bearer ${key}` },
      cache: 'no-store',
      ...(signal && { signal }),
    });
    body = await response.blob();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CollectorError(0, 'The collector does not answer. Is it running?');
  }
  if (response.status === 200) return body;
  throw new CollectorError(
    response.status,
    parse(await body.text())?.error?.message ?? `Status ${response.status}`,
  );
}

/** @param {string} text @returns {any} undefined if it is no JSON */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {import('./period.js').Period} period
 * @param {'hour' | 'day' | 'month' | 'all'} by
 * @param {Group} group
 * @param {Options} options
 * @returns {Promise<Usage>}
 */
export async function askUsage({ from, to }, by, group, options) {
  const query = new URLSearchParams({ startDate: from, endDate: to, by, group });
  const usage = parse(await (await ask(`usage?${query}`, options)).text());
  if (usage?.status !== 'success') throw new CollectorError(200, 'What answered is no collector.');
  return usage;
}

/**
 * @param {string} month @param {string} tenant "" for all that the key may see
 * @param {string} format @param {Options} options
 * @returns {Promise<Blob>} the document
 */
export function askReport(month, tenant, format, options) {
  return ask(`report?${new URLSearchParams({ month, tenant, format })}`, options);
}

/** A key is what a header can carry. @param {string} text */
export const isKey = (text) => /^[\x21-\x7e]{1,200}$/.test(text);

/** All tokens of a row; cached ones are among those of the input. @param {Sums} sums */
export const tokensOf = ({ inputTokens, outputTokens, reasoningTokens }) =>
  inputTokens + outputTokens + reasoningTokens;
