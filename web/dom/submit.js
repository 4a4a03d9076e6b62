// SPDX-License-Identifier: MIT
import { typedText } from './text.js';

/** @typedef {import('../sites/types.js').Site} Site */

/**
 * @typedef {object} Moment
 * @property {number} timeMs wall clock
 * @property {number} atMs the same moment on the monotonic clock
 */

/**
 * A prompt that the user has just sent, as far as the composer tells; `text` is what that held.
 * @typedef {Moment & { text: string }} Submit
 */

/** Key, click and submit events this close together are one send. */
export const sameSendMs = 300;

/**
 * Watches the composer for a prompt being sent: Enter, the send button, the form. Listens in the
 * capture phase, before the page clears its composer. What it reports may still not be a send (a
 * page may refuse it): the prompt's appearance in the conversation confirms it.
 *
 * @param {Document} document @param {Site} site
 * @param {(submit: Submit) => void} onSubmit @param {AbortSignal | undefined} signal
 */
export function watchSubmits(document, site, onSubmit, signal) {
  /** @type {Submit | null} */
  let last = null;
  const report = (/** @type {Event} */ event) => {
    const input = document.querySelector(site.composer.input);
    const text = input === null ? '' : composerText(input);
    const submit = { text, ...momentOf(event) };
    const repeated = last !== null && submit.atMs - last.atMs < sameSendMs;
    if (text === '' || (repeated && last?.text === text)) return;
    last = submit;
    onSubmit(submit);
  };
  const options = { capture: true, passive: true, ...(signal && { signal }) };
  document.addEventListener(
    'keydown',
    (event) => {
      const plainEnter = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
      // keyCode 229: the Enter that ends a composition in browsers that clear isComposing first.
      if (plainEnter && event.keyCode !== 229 && within(event, site.composer.input)) report(event);
    },
    options,
  );
  document.addEventListener(
    'click',
    (event) => {
      if (within(event, site.composer.send)) report(event);
    },
    options,
  );
  document.addEventListener(
    'submit',
    (event) => {
      const input = document.querySelector(site.composer.input);
      if (input !== null && input.closest('form') === event.target) report(event);
    },
    options,
  );
}

/**
 * Remembers the last click or Enter anywhere: what started an answer that no composer sent
 * (regenerate, an edited prompt).
 *
 * @param {Document} document @param {() => void} before called with each, before the page acts on it
 * @param {AbortSignal | undefined} signal
 * @returns {() => Moment | null}
 */
export function watchGestures(document, before, signal) {
  /** @type {Moment | null} */
  let last = null;
  const options = { capture: true, passive: true, ...(signal && { signal }) };
  for (const type of ['keydown', 'click']) {
    document.addEventListener(
      type,
      (event) => {
        if (event instanceof KeyboardEvent && event.key !== 'Enter') return;
        before();
        last = momentOf(event);
      },
      options,
    );
  }
  return () => last;
}

/** @param {Event} event @returns {Moment} */
function momentOf(event) {
  const now = performance.now();
  // The event's own time stands even where the page was too busy to handle it at once.
  const late = now - event.timeStamp;
  const delay = late >= 0 && late < 1000 ? late : 0;
  return { timeMs: Date.now() - delay, atMs: now - delay };
}

/** @param {Event} event @param {string} selector */
function within(event, selector) {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

/** @param {Element} input */
function composerText(input) {
  const value = input instanceof HTMLTextAreaElement ? input.value : typedText(input);
  return value.trim();
}

/**
 * Whether a prompt on the page is what was sent; pages may render its marks away.
 * @param {Submit} submit @param {string} prompt
 */
export function isPromptOf(submit, prompt) {
  const sent = bare(submit.text);
  const shown = bare(prompt);
  if (sent === '') return submit.text.trim() === prompt.trim();
  return sent === shown || (sent.length > 40 && shown.startsWith(sent.slice(0, 40)));
}

/** Letters and digits only. @param {string} text */
const bare = (text) => text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '');
