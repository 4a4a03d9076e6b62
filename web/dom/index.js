// SPDX-License-Identifier: MIT
export { markdownFromDom } from './markdown.js';
export { chatUrlOf, readChat } from './read.js';
export { watchChat } from './watch.js';
