// SPDX-License-Identifier: MIT
// Tells the other parts of the extension that something in the database changed.

const channel = new BroadcastChannel('tokenwatt');

export function changed() {
  channel.postMessage(null);
}

/** @param {() => void} listener called for changes made elsewhere */
export function onChanged(listener) {
  channel.addEventListener('message', listener);
}
