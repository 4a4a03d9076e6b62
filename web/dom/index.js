// SPDX-License-Identifier: MIT
export { markdownFromDom } from './markdown.js';
export { chatUrlOf, readChat } from './read.js';
export { createTurnStore } from './turn-store.js';
export { watchChat } from './watch.js';
