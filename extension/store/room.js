// SPDX-License-Identifier: MIT
// Room on the disk. Chromium's databases are logs: a write that a full disk cuts off leaves half an
// entry in one, the next is appended to that half, and when the log is read again, at the next start
// at the latest, it counts as damaged, and Chromium deletes the whole database. So nothing is begun
// on a disk that is nearly full. Firefox's databases undo what was cut off, and it tells nobody how
// much room there is.
import { text } from '../shared/i18n.js';

/** Other programs may be filling the disk just now. */
const leastBytes = 32 << 20;

/**
 * Before anything is written. What it throws away comes again: a page keeps a turn until it is told
 * that it is recorded.
 */
export async function assertRoom() {
  if (location.protocol !== 'chrome-extension:') return;
  // With `unlimitedStorage` Chromium gives the disk's free space as what may be used yet.
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  if (quota - usage < leastBytes) throw new Error(text('disk_full'));
}
