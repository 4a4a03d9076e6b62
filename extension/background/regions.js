// SPDX-License-Identifier: MIT
// The datacenter regions that the tables know.
import { tokenwatt } from './engine.js';

/** @returns {Promise<{ regions: { id: string, name: string, cloud: string }[] }>} */
export async function regions() {
  const tw = await tokenwatt();
  const { body } = tw.request('GET', '/api/v1/regions');
  /** @type {{ code: string, cloud: string, location: string }[]} */
  const rows = body.data;
  return {
    regions: rows.map(({ code, cloud, location }) => ({
      id: code,
      name: `${code} (${location})`,
      cloud,
    })),
  };
}
