// SPDX-License-Identifier: MIT
// The models and regions that the tables know, as the APIs list them.

/** @typedef {{ id: string, provider: string }} Model */
/** @typedef {{ code: string, cloud: string, location: string | null }} Region */

/** @param {import('../src/index.js').Tokenwatt} tw @returns {Model[]} */
export function modelsOf(tw) {
  return listOf(tw.request('GET', '/api/v1/models'), 'models');
}

/** @param {import('../src/index.js').Tokenwatt} tw @returns {Region[]} */
export function regionsOf(tw) {
  return listOf(tw.request('GET', '/api/v1/regions'), 'regions');
}

/** @param {import('../src/index.js').Answer} answer @param {string} name */
function listOf({ status, body }, name) {
  if (status !== 200) throw new Error(`the ${name} could not be listed: ${body?.error?.message}`);
  return body.data;
}
