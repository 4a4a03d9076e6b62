// SPDX-License-Identifier: MIT
// The databases that a collector keeps its data in, for tests of what must be the same on each.
import { after } from 'node:test';
import { startPostgresql, whyNoPostgresql } from '../store/postgresql.mjs';
import { newStore } from './collector.mjs';

const whyNot = whyNoPostgresql();
const postgresql = whyNot === undefined ? await startPostgresql() : undefined;
after(() => postgresql?.remove());

/** `newStore` makes an empty one; `whyNot` says why there is none. */
export const stores = [
  { name: 'SQLite', newStore, whyNot: undefined },
  { name: 'PostgreSQL', newStore: () => String(postgresql?.newStore()), whyNot },
];
