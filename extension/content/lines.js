// SPDX-License-Identifier: MIT
// The lines beside the answers of this page: which there are, and where they lie.
import { readPage } from '../../web/dom/read.js';
import { createLine, movedBy } from './line.js';
import css from './line.css';

/** @typedef {import('../shared/messages.js').LineSettings} LineSettings */
/** @typedef {import('../shared/messages.js').LineText} LineText */

/** The page is read no more often than this, to find answers again that it has drawn anew. */
const readEveryMs = 1000;
/** Pages move things without an event. */
const lookEveryMs = 1000;
const gap = 2;

/**
 * @param {{ textsOf: (ids: string[]) => Promise<Record<string, LineText>>,
 *   moved: (place: { x: number, y: number }) => void, off: () => void, signal: AbortSignal }} options
 *   `textsOf`: what is known of answers that the page shows already
 */
export function createLines({ textsOf, moved, off, signal }) {
  /** @type {LineSettings} */
  let settings = { on: false, place: { x: 0, y: 0 } };
  /** By the answer's id. @type {Map<string, { line: import('./line.js').Line, answer: Element | null }>} */
  const lines = new Map();
  /** Answers that were asked for, with or without a reply. @type {Set<string>} */
  const asked = new Set();
  const host = document.createElement('tokenwatt-lines');
  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = css;
  root.append(style);
  const resized = new ResizeObserver(placeSoon);
  let frame = 0;
  let readAtMs = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let reading;
  /** Scrolled since the last look, and before that. */
  let isScrolled = false;
  let wasScrolled = false;
  const looking = setInterval(() => {
    if (document.hidden) return;
    if (lines.size > 0) placeSoon();
    // Pages mount earlier answers when they come into view. Those that follow a growing answer scroll
    // all the time, and are read when they rest.
    if (wasScrolled && !isScrolled) readSoon();
    wasScrolled = isScrolled;
    isScrolled = false;
  }, lookEveryMs);

  addEventListener('scroll', scrolled, { capture: true, passive: true, signal });
  addEventListener('resize', placeSoon, { passive: true, signal });
  signal.addEventListener('abort', () => {
    clearInterval(looking);
    clearTimeout(reading);
    resized.disconnect();
    host.remove();
  });

  return { set, show, look: readSoon };

  /** @param {LineSettings} wanted */
  function set(wanted) {
    settings = wanted;
    if (settings.on) readSoon();
    else host.remove();
    placeSoon();
  }

  /** @param {string} id of the answer @param {LineText} text */
  function show(id, text) {
    lines.get(id)?.line.element.remove();
    const line = createLine(text, { moved: move, reset, off });
    root.append(line.element);
    lines.set(id, { line, answer: lines.get(id)?.answer ?? null });
    readSoon();
  }

  function readSoon() {
    if (reading !== undefined || !settings.on) return;
    const pause = Math.max(0, readAtMs + readEveryMs - performance.now());
    reading = setTimeout(() => {
      reading = undefined;
      readNow();
    }, pause);
  }

  /** Finds the answers in the page, and asks for those that are not known yet. */
  async function readNow() {
    readAtMs = performance.now();
    const { turns } = readPage(document, new URL(location.href));
    const answers = turns.filter(({ role, streaming }) => role === 'assistant' && !streaming);
    for (const { id, element } of answers) {
      const shown = lines.get(id);
      if (shown === undefined || shown.answer === element) continue;
      if (shown.answer !== null) resized.unobserve(shown.answer);
      shown.answer = element;
      resized.observe(element);
    }
    placeSoon();
    const unknown = answers.map(({ id }) => id).filter((id) => !lines.has(id) && !asked.has(id));
    if (unknown.length === 0) return;
    for (const id of unknown) asked.add(id);
    for (const [id, text] of Object.entries(await textsOf(unknown))) {
      if (!lines.has(id)) show(id, text);
    }
  }

  function scrolled() {
    isScrolled = true;
    placeSoon();
  }

  function placeSoon() {
    if (frame === 0 && lines.size > 0) frame = requestAnimationFrame(placeAll);
  }

  function placeAll() {
    frame = 0;
    if (!settings.on || signal.aborted) return;
    // A page that replaces its whole document takes the lines away with it.
    if (!host.isConnected) document.documentElement.append(host);
    let lost = false;
    // All is measured before anything is moved: the page is laid out once.
    const places = [...lines.values()].map(({ answer, line }) => {
      lost ||= answer?.isConnected === false;
      return { line, show: answer === null ? null : whereOf(answer) };
    });
    for (const { line, show: where } of places) line.place(where);
    if (lost) readSoon();
  }

  /** @param {Element} answer */
  function whereOf(answer) {
    if (!answer.isConnected) return null;
    const box = answer.getBoundingClientRect();
    const y = box.bottom + gap;
    if (box.width === 0 || y < 0 || y > innerHeight) return null;
    const { color, direction } = getComputedStyle(answer);
    const rtl = direction === 'rtl';
    const x = rtl ? box.left : box.right;
    if (isCovered(answer, rtl ? x + gap : x - gap, y + gap)) return null;
    return { x: x + settings.place.x, y: y + settings.place.y, rtl, color };
  }

  /** Whether something that does not scroll with the answer lies there. @param {Element} answer @param {number} x @param {number} y */
  function isCovered(answer, x, y) {
    const [hit] = document.elementsFromPoint(x, y).filter((element) => element !== host);
    for (let over = hit ?? null; over !== null; over = over.parentElement) {
      if (over.contains(answer) || answer.contains(over)) return false;
      if (over.matches('form, dialog, [role=dialog], [contenteditable]')) return true;
      const { position } = getComputedStyle(over);
      if (position === 'fixed' || position === 'sticky') return true;
    }
    return hit === undefined;
  }

  /** @param {{ x: number, y: number }} by @param {boolean} done */
  function move(by, done) {
    settings = { ...settings, place: movedBy(settings.place, by) };
    placeSoon();
    if (done) moved(settings.place);
  }

  function reset() {
    move({ x: -settings.place.x, y: -settings.place.y }, true);
  }
}
