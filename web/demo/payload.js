// SPDX-License-Identifier: MIT
// The card with what would be posted, and the only button on the page that sends anything.

import { checkEndpoint } from '../src/endpoint.js';
import { postUsage } from '../src/post.js';
import { byId, element, notice, setText } from './elements.js';

/** @typedef {import('./costs.js').Cost} Cost */

const COPIED_MS = 1600;

export function createPayload() {
  const shown = byId('payload');
  const turn = /** @type {HTMLSelectElement} */ (byId('payload-turn'));
  const copy = /** @type {HTMLButtonElement} */ (byId('payload-copy'));
  const button = /** @type {HTMLButtonElement} */ (byId('post-button'));
  const endpoint = /** @type {HTMLInputElement} */ (byId('endpoint'));
  const key = /** @type {HTMLInputElement} */ (byId('key'));
  const result = byId('post-result');
  /** @type {Cost[]} */
  let costs = [];
  /** The turn that stays chosen while the chat changes; 0 for always the last. */
  let chosen = 0;

  if (location.protocol.startsWith('http')) {
    endpoint.value = new URL('/api/v1/calculate', location.href).href;
  }

  function usage() {
    return (costs.find(({ last }) => last === chosen) ?? costs.at(-1))?.usage;
  }

  function showUsage() {
    const current = usage();
    setText(shown, current ? JSON.stringify(current, null, 2) : 'Nothing is counted yet.');
    copy.disabled = button.disabled = current === undefined;
  }

  turn.addEventListener('change', () => {
    chosen = Number(turn.value) === costs.at(-1)?.last ? 0 : Number(turn.value);
    showUsage();
  });

  copy.addEventListener('click', async () => {
    const copied = await copyText(shown);
    setText(copy, copied ? 'Copied' : 'Press Ctrl+C');
    setTimeout(() => setText(copy, 'Copy'), COPIED_MS);
  });

  byId('post-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const payload = usage();
    if (payload === undefined) return;
    endpoint.removeAttribute('aria-invalid');
    let address;
    try {
      address = checkEndpoint(endpoint.value.trim());
    } catch (error) {
      endpoint.setAttribute('aria-invalid', 'true');
      endpoint.focus();
      const message = error instanceof Error ? error.message : String(error);
      result.replaceChildren(notice(`The address ${message.replace(/^endpoint /, '')}.`, true));
      return;
    }
    button.disabled = true;
    result.replaceChildren(element('p', { class: 'quiet' }, 'Posting…'));
    const id = crypto.randomUUID();
    const answer = await postUsage({ endpoint: address, key: key.value, id, payload });
    button.disabled = false;
    result.replaceChildren(...answerShown(address, answer));
  });

  return {
    /** @param {Cost[]} next */
    show(next) {
      costs = next;
      turn.hidden = costs.length < 2;
      if (turn.options.length !== costs.length || turn.value !== String(costs.at(-1)?.last)) {
        const options = costs.map(({ last }, i) =>
          element('option', { value: last }, `Turn ${i + 1} of ${costs.length}`),
        );
        turn.replaceChildren(...options);
        const kept = costs.some(({ last }) => last === chosen) ? chosen : costs.at(-1)?.last;
        turn.value = String(kept ?? '');
      }
      showUsage();
    },
  };
}

/** @param {string} address @param {import('../src/post.js').PostResult} answer */
function answerShown(address, { outcome, status, message, body }) {
  const { host } = new URL(address);
  if (outcome === 'taken') {
    return [
      element('p', {}, `${host} took it. Its answer:`),
      element(
        'pre',
        { tabindex: 0, 'aria-label': 'Answer as JSON' },
        body === null ? `status ${status}, no JSON` : JSON.stringify(body, null, 2),
      ),
    ];
  }
  const what = message === '' ? '' : `: ${message}`;
  if (status === 0)
    return [notice(`${host} could not be reached${what}. Nothing was posted.`, true)];
  return [notice(`${host} did not take it, status ${status}${what}.`, true)];
}

/** Selects the text where the browser does not let pages write to the clipboard. */
async function copyText(/** @type {HTMLElement} */ source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
