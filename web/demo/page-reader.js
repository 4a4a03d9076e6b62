// SPDX-License-Identifier: MIT
// A saved chat page becomes messages, or a calm word on why not.

import { readChat } from '../dom/index.js';
import { sites } from '../sites/index.js';
import { readMhtml } from './mhtml.js';

const LARGEST_BYTES = 200e6;

/**
 * @typedef {object} PageResult
 * @property {import('../dom/read.js').ChatTurn[]} turns empty where the page was not understood
 * @property {string | null} provider
 * @property {string | null} model
 * @property {string} message
 * @property {boolean} good
 */

/** @param {File} file @returns {Promise<PageResult>} never rejects */
export async function readPageFile(file) {
  if (file.size > LARGEST_BYTES) {
    return unread(`“${file.name}” is larger than 200 MB, which no chat page is.`);
  }
  let page;
  try {
    page = pageOf(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return unread(`“${file.name}” could not be read: ${why}`);
  }
  // NUL is in no web page, and in nearly every file that is none.
  if (page.html.includes('\0') || !/<[a-z!]/i.test(page.html)) {
    return unread(`“${file.name}” is no web page. Save the chat with Ctrl+S and drop that file.`);
  }
  const names = sites.map(({ name }) => name).join(', ');
  const chat = readChat(new DOMParser().parseFromString(page.html, 'text/html'), page.url);
  const { turns, provider, model, health } = chat;
  if (turns.length === 0) {
    const why = health.reason === '' ? '' : ` (${health.reason})`;
    const what =
      health.state === 'empty'
        ? `“${file.name}” is a chat without messages${why}.`
        : `“${file.name}” is not understood${why}. Chats of ${names} are; no number is shown rather than a wrong one.`;
    return unread(what);
  }
  const count = turns.length === 1 ? 'one message' : `${turns.length} messages`;
  const doubt =
    health.state === 'unverified' ? ` Check them against the page: ${health.reason}.` : '';
  return {
    turns,
    provider,
    model,
    message: `Read ${count} from “${file.name}”.${doubt}`,
    good: doubt === '',
  };
}

/** @param {string} message @returns {PageResult} */
function unread(message) {
  return { turns: [], provider: null, model: null, message, good: false };
}

/** @param {Uint8Array} bytes @returns {{ html: string, url: string | null }} */
function pageOf(bytes) {
  const [first = 0, second = 0] = bytes;
  const utf16 = { 65534: 'utf-16le', 65279: 'utf-16be' }[(first << 8) | second];
  const html = new TextDecoder(utf16 ?? 'utf-8').decode(bytes);
  const saved = /^(from|mime-version|subject|snapshot-content-location):/im.test(
    html.slice(0, 2000),
  )
    ? readMhtml(new TextDecoder('latin1').decode(bytes))
    : null;
  return saved ?? { html, url: null };
}
