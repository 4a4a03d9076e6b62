// SPDX-License-Identifier: MIT
// The lines beside the answers of this page: which there are, and where they lie.
import { createLine, movedBy } from './line.js';
import css from './line.css';

/** @typedef {import('../../web/sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../shared/messages.js').LineSettings} LineSettings */
/** @typedef {import('../shared/messages.js').LineText} LineText */

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
  /**
   * By the answer's id; `box`: where the answer lay when the line was placed.
   * @type {Map<string, { line: import('./line.js').Line, answer: Element | null, box: DOMRect | null }>}
   */
  const lines = new Map();
  /** Answers with a line of which a part can be seen. @type {Set<Element>} */
  const seen = new Set();
  /** Answers that were asked for, with or without a reply. @type {Set<string>} */
  const asked = new Set();
  const host = document.createElement('tokenwatt-lines');
  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = css;
  root.append(style);
  const resized = new ResizeObserver(placeSoon);
  const sight = new IntersectionObserver(look);
  /** What the page shows. @type {PageTurn[]} */
  let answers = [];
  let frame = 0;
  /** Ends the following of a page that scrolls. @type {AbortController | null} */
  let following = null;

  signal.addEventListener('abort', () => {
    followMoves();
    resized.disconnect();
    sight.disconnect();
    host.remove();
  });

  return { set, show, found };

  /** @param {LineSettings} wanted */
  function set(wanted) {
    settings = wanted;
    followMoves();
    if (settings.on) follow();
    else host.remove();
  }

  /** What the page shows now. @param {PageTurn[]} turns */
  function found(turns) {
    answers = turns.filter(({ role }) => role === 'assistant');
    if (settings.on) follow();
  }

  /** @param {string} id of the answer @param {LineText} text */
  function show(id, text) {
    add(id, text);
    if (settings.on) follow();
  }

  /** @param {string} id @param {LineText} text */
  function add(id, text) {
    lines.get(id)?.line.element.remove();
    const line = createLine(text, { moved: move, reset, off });
    root.append(line.element);
    lines.set(id, { line, answer: lines.get(id)?.answer ?? null, box: null });
  }

  /** @param {IntersectionObserverEntry[]} entries */
  function look(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
    }
    followMoves();
    placeSoon();
  }

  /**
   * While an answer with a line is in sight: else nobody has to wait for what a scrolling page tells, as
   * it does with each word of an answer that streams.
   */
  function followMoves() {
    const isWanted = settings.on && !signal.aborted && seen.size > 0;
    if (isWanted === (following !== null)) return;
    following?.abort();
    following = isWanted ? new AbortController() : null;
    if (following === null) return;
    const options = { passive: true, signal: following.signal };
    addEventListener('scroll', placeSoon, { capture: true, ...options });
    addEventListener('resize', placeSoon, options);
    const looking = setInterval(() => {
      if (!document.hidden && haveMoved()) placeSoon();
    }, lookEveryMs);
    following.signal.addEventListener('abort', () => clearInterval(looking));
  }

  /** Gives each line its answer, and asks for answers that are not known yet. */
  async function follow() {
    for (const { id, element } of answers) {
      const shown = lines.get(id);
      if (shown === undefined || shown.answer === element) continue;
      if (shown.answer !== null) leave(shown.answer);
      shown.answer = element;
      resized.observe(element);
      sight.observe(element);
    }
    placeSoon();
    const unknown = answers
      .filter(({ id, streaming }) => !streaming && !lines.has(id) && !asked.has(id))
      .map(({ id }) => id);
    if (unknown.length === 0) return;
    for (const id of unknown) asked.add(id);
    const known = Object.entries(await textsOf(unknown)).filter(([id]) => !lines.has(id));
    for (const [id, text] of known) add(id, text);
    if (known.length > 0) follow();
  }

  /** @param {Element} answer that has a line no more */
  function leave(answer) {
    resized.unobserve(answer);
    sight.unobserve(answer);
    seen.delete(answer);
  }

  function placeSoon() {
    if (frame === 0 && lines.size > 0) frame = requestAnimationFrame(placeAll);
  }

  function placeAll() {
    frame = 0;
    if (!settings.on || signal.aborted) return;
    // A page that replaces its whole document takes the lines away with it.
    if (!host.isConnected) document.documentElement.append(host);
    // All is measured before anything is moved: the page is laid out once.
    const places = [...lines.values()].map((placed) => {
      const { answer, line } = placed;
      placed.box = answer && seen.has(answer) ? answer.getBoundingClientRect() : null;
      return { line, show: answer && placed.box && whereOf(answer, placed.box) };
    });
    for (const { line, show: where } of places) line.place(where);
  }

  /** Whether an answer lies elsewhere than when its line was placed. */
  function haveMoved() {
    return [...lines.values()].some(({ answer, box }) => {
      if (answer === null || !seen.has(answer)) return false;
      const { bottom, left, right } = answer.getBoundingClientRect();
      return bottom !== box?.bottom || left !== box.left || right !== box.right;
    });
  }

  /** @param {Element} answer @param {DOMRect} box where it lies */
  function whereOf(answer, box) {
    if (!answer.isConnected) return null;
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
    // All that lies at a point is asked for only where the line itself lies there.
    let hit = document.elementFromPoint(x, y);
    if (hit === host)
      hit = document.elementsFromPoint(x, y).find((under) => under !== host) ?? null;
    for (let over = hit; over !== null; over = over.parentElement) {
      if (over.contains(answer) || answer.contains(over)) return false;
      if (over.matches('form, dialog, [role=dialog], [contenteditable]')) return true;
      const { position } = getComputedStyle(over);
      if (position === 'fixed' || position === 'sticky') return true;
    }
    return hit === null;
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
