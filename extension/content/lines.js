// SPDX-License-Identifier: MIT
// The lines beside the answers of this page: which there are, and where they lie.
import { createLine, movedBy } from './line.js';
import css from './line.css';

/** @typedef {import('../../web/sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../shared/messages.js').LineSettings} LineSettings */
/** @typedef {import('../shared/messages.js').LineText} LineText */

/** Pages move things without an event. */
const lookEveryMs = 1000;
/** People scroll by these. A page that scrolls by itself, with each word that streams, tells `scroll` only. */
const scrollGestures = ['wheel', 'touchmove'];
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
  /** Answers that were asked for, with or without a reply. @type {Set<string>} */
  const asked = new Set();
  const host = document.createElement('tokenwatt-lines');
  const root = host.attachShadow({ mode: 'closed' });
  const style = document.createElement('style');
  style.textContent = css;
  root.append(style);
  const resized = new ResizeObserver(placeSoon);
  /** What the page shows. @type {PageTurn[]} */
  let answers = [];
  let frame = 0;
  /** Ends the listening to what may move the lines. */
  let following = new AbortController();
  /** What is listened to. @type {'nothing' | 'gestures' | 'scrolling'} */
  let followed = 'nothing';

  signal.addEventListener('abort', () => {
    followMoves('nothing');
    host.remove();
  });

  return { set, show, found };

  /** @param {LineSettings} wanted */
  function set(wanted) {
    settings = wanted;
    if (settings.on) {
      follow();
    } else {
      followMoves('nothing');
      host.remove();
    }
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

  /**
   * While no line is in sight nobody has to wait for what a scrolling page tells: what comes into sight
   * by itself, or by keys, is noticed at the next look.
   * @param {typeof followed} wanted
   */
  function followMoves(wanted) {
    if (wanted === followed) return;
    following.abort();
    following = new AbortController();
    resized.disconnect();
    followed = wanted;
    if (wanted === 'nothing') return;
    if (wanted === 'scrolling') {
      for (const { answer } of lines.values()) if (answer !== null) resized.observe(answer);
    }
    const options = { capture: true, passive: true, signal: following.signal };
    const events = wanted === 'scrolling' ? ['scroll'] : scrollGestures;
    for (const event of [...events, 'resize']) addEventListener(event, placeSoon, options);
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
      if (shown.answer !== null) resized.unobserve(shown.answer);
      shown.answer = element;
      if (followed === 'scrolling') resized.observe(element);
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

  function placeSoon() {
    if (frame === 0 && lines.size > 0) frame = requestAnimationFrame(placeAll);
  }

  function placeAll() {
    frame = 0;
    if (!settings.on || signal.aborted) return;
    // All is measured before anything is moved: the page is laid out once.
    const places = [...lines.values()].map((placed) => {
      const { answer, line } = placed;
      placed.box = answer?.getBoundingClientRect() ?? null;
      return { line, show: answer && placed.box && whereOf(answer, placed.box) };
    });
    for (const { line, show: where } of places) line.place(where);
    const isShown = places.some(({ show: where }) => where !== null);
    followMoves(isShown ? 'scrolling' : 'gestures');
    // A page with something above it is painted slower. One that replaces its whole document takes the
    // lines away with it.
    if (!isShown) host.remove();
    else if (!host.isConnected) document.documentElement.append(host);
  }

  /** Whether an answer lies elsewhere than when its line was placed. */
  function haveMoved() {
    return [...lines.values()].some(({ answer, box }) => {
      if (answer === null) return false;
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
