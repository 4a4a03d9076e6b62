// SPDX-License-Identifier: MIT
import { recordTurn } from '../store/turns.js';
import { readSettings } from '../shared/settings.js';

/**
 * Records a turn, once for each turnKey. A post is kept only where the user wants posts.
 * @param {import('../store/turns.js').Turn} turn
 */
export async function record(turn) {
  const { posting } = await readSettings();
  const { turnKey, usage } = turn;
  const id = crypto.randomUUID();
  const post = /** @type {const} */ ({ id, turnKey, usage, state: 'waiting', order: Date.now() });
  return recordTurn(turn, posting ? post : null);
}
