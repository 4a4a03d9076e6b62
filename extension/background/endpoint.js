// SPDX-License-Identifier: MIT
// The "Test" button: is there a calculate endpoint, and does it take the key?
import { postUsage } from '../../web/src/post.js';
import { readSettings } from '../shared/settings.js';
import { readKey } from './key.js';
import { rememberOnceOnly } from './outbox.js';

/**
 * Posts an empty object, which a server answers by refusing the key or the missing fields, in
 * either case without recording anything. The stored key goes to the stored origin only.
 *
 * @param {{ endpoint: string, key?: string }} what
 * @returns {Promise<import('../shared/messages.js').EndpointTest>}
 */
export async function testEndpoint({ endpoint, key }) {
  const stored = await readSettings();
  const same =
    stored.endpoint !== '' && new URL(stored.endpoint).origin === new URL(endpoint).origin;
  const { outcome, status, message, onceOnly, calculatesOnly } = await postUsage({
    endpoint,
    key: key ?? (same ? await readKey() : ''),
    id: crypto.randomUUID(),
    payload: {},
  });
  if (onceOnly && endpoint === stored.endpoint) await rememberOnceOnly(endpoint);
  const ok = outcome === 'taken' || outcome === 'refused';
  return { ok, status, error: message, calculatesOnly };
}
