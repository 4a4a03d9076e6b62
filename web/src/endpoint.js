// SPDX-License-Identifier: MIT

import { describe, invalidArgument } from './errors.js';

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Checks where usage may be sent: https, or this machine, so that no key crosses a network in clear.
 *
 * @param {unknown} endpoint
 * @returns {string} the whole address
 * @throws {import('./errors.js').TokenwattError}
 */
export function checkEndpoint(endpoint) {
  const text = endpoint instanceof URL ? endpoint.href : endpoint;
  if (typeof text !== 'string') {
    throw invalidArgument('endpoint', `must be an address, not ${describe(endpoint)}`);
  }
  if (!URL.canParse(text)) {
    throw invalidArgument('endpoint', `must be a whole address such as https://…, not '${text}'`);
  }
  const { protocol, hostname, username, password, href } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.test(hostname))) {
    const rule = 'must be https, or http on this machine (127.0.0.1, localhost)';
    throw invalidArgument('endpoint', `${rule}, not ${protocol}//${hostname}`);
  }
  if (username !== '' || password !== '') {
    throw invalidArgument('endpoint', 'must not contain a name or password: give a key instead');
  }
  return href;
}
