// SPDX-License-Identifier: MIT
// A collector with a store of its own, and what its tests ask of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { program, run, temporaryFolder } from '../cli/program.mjs';
import { post, request, serve } from './server.mjs';

const { folder } = temporaryFolder();
let made = 0;

/** The address of a store that is not there yet. */
export function newStore() {
  made += 1;
  return `sqlite:${path.join(folder, `store-${made}.db`)}`;
}

/** @param {string} store @param {string[]} [args] @returns {string} the key */
export function addKey(store, name = 'key', args = []) {
  const { code, stdout, stderr } = run(['keys', 'add', '--store', store, '--name', name, ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

export const usage = {
  provider: 'OpenAI',
  model: 'gpt-4o',
  prompt_tokens: 800,
  completion_tokens: 300,
  detected_region: 'us-west-1',
};

/** @param {string[]} [args] @param {string} [store] */
export async function collect(args = [], store = newStore()) {
  const server = await serve([`--store=${store}`, ...args]);
  const api = `${server.url}/api/v1`;
  /** @param {string} [key] @returns {Record<string, string>} */
  const bearer = (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` });
  return {
    ...server,
    store,
    file: store.slice('sqlite:'.length),
    /** @param {unknown} [body] @param {Record<string, string>} [headers] */
    calculate: (body = usage, headers = {}) => post(`${api}/calculate`, body, headers),
    /** @param {unknown} body @param {string} [key] @param {Record<string, string>} [headers] */
    track: (body, key, headers = {}) => post(`${api}/track`, body, { ...bearer(key), ...headers }),
    /** @param {string} [query] @param {string} [key] @param {Record<string, string>} [headers] */
    history: (query = '', key, headers = {}) =>
      request(`${api}/history${query}`, { headers: { ...bearer(key), ...headers } }),
    /** @param {string} developer @param {string} [key] */
    today: (developer, key) =>
      request(`${api}/session/${developer}/today`, { headers: bearer(key) }),
    /** @param {string} [key] @returns {Promise<number>} */
    count: async (key) =>
      (await request(`${api}/history?limit=1`, { headers: bearer(key) })).json.pagination
        .totalElements,
    health: () => request(`${server.url}/api/health`),
    bearer,
  };
}

/** @typedef {Awaited<ReturnType<typeof collect>>} Collector */

/** Starts a program and waits for its end. @param {string[]} args */
export async function runAside(args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}
