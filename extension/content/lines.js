// SPDX-License-Identifier: MIT
// The lines beside the answers of this page: which there are, and where they lie.
import { createLine } from './line.js';
import css from './line.css';
import { createMovement } from './movement.js';

/** @typedef {import('../../web/sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../shared/messages.js').LineSettings} LineSettings */
/** @typedef {import('../shared/messages.js').LineText} LineText */
/** @typedef {import('./line.js').Point} Point */

const gap = 2;

/**
 * @param {{ textsOf: (ids: string[]) => Promise<Record<string, LineText>>,
 *   moved: (place: Point) => void, off: () => void, signal: AbortSignal }} options
 *   `textsOf`: what is known of answers that the page shows already
 */
export function createLines({ textsOf, moved, off, signal }) {
  /** @type {LineSettings} */
  let settings = { on: false, place: { x: 0, y: 0 } };
  /**
   * By the answer's id; `box`: where the answer lay when that was last looked for.
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
  const movement = createMovement({
    answers: () => [...lines.values()].flatMap(({ answer }) => answer ?? []),
    measure,
    isHeld,
    place: placeSoon,
    takeAway,
  });
  /** What the page shows. @type {PageTurn[]} */
  let answers = [];
  let frame = 0;

  signal.addEventListener('abort', () => {
    movement.listenTo('nothing');
    host.remove();
  });

  return { set, show, found, forget };

  /** @param {LineSettings} wanted */
  function set(wanted) {
    settings = wanted;
    movement.rest();
    if (settings.on) {
      follow();
      return;
    }
    movement.listenTo('nothing');
    host.remove();
  }

  /** What the page shows now. @param {PageTurn[]} turns */
  function found(turns) {
    answers = turns.filter(({ role }) => role === 'assistant');
    if (settings.on) follow();
  }

  /** What is known of the answers may have been deleted. */
  function forget() {
    for (const { line } of lines.values()) line.element.remove();
    lines.clear();
    asked.clear();
    if (!settings.on) return;
    takeAway();
    follow();
  }

  /** @param {string} id of the answer @param {LineText} text */
  function show(id, text) {
    add(id, text);
    movement.rest();
    if (settings.on) follow();
  }

  /** @param {string} id @param {LineText} text */
  function add(id, text) {
    lines.get(id)?.line.element.remove();
    const moved = (/** @type {Point} */ end, /** @type {boolean} */ done) => move(id, end, done);
    const line = createLine(text, { moved, reset, off });
    root.append(line.element);
    lines.set(id, { line, answer: lines.get(id)?.answer ?? null, box: null });
  }

  /** Gives each line its answer, and asks for answers that are not known yet. */
  async function follow() {
    for (const { id, element } of answers) {
      const shown = lines.get(id);
      if (shown === undefined || shown.answer === element) continue;
      movement.replaced(shown.answer, element);
      shown.answer = element;
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
    if (frame !== 0 || lines.size === 0 || movement.isCarrying) return;
    frame = requestAnimationFrame(placeAll);
  }

  function placeAll() {
    frame = 0;
    if (!settings.on || signal.aborted || movement.isCarrying) return;
    // All is measured before anything is moved: the page is laid out once.
    const places = [...lines.values()].map((placed) => {
      const { answer, line } = placed;
      placed.box = answer?.getBoundingClientRect() ?? null;
      return { line, show: answer && placed.box && whereOf(answer, placed.box) };
    });
    for (const { line, show: where } of places) line.place(where);
    if (places.every(({ show: where }) => where === null)) {
      takeAway();
      return;
    }
    movement.listenTo('scrolling');
    // A page that replaces its whole document takes the lines away with it.
    if (!host.isConnected) document.documentElement.append(host);
  }

  /** A page with something above it is painted slower. */
  function takeAway() {
    host.remove();
    movement.listenTo('gestures');
  }

  /** Whether the user points at a line, drags it, or has reached it by keys. */
  function isHeld() {
    return root.activeElement !== null || root.querySelector('.line:hover, .line.moving') !== null;
  }

  /** Looks where the answers lie. @returns {boolean} whether it is elsewhere than at the last look */
  function measure() {
    let moved = false;
    for (const placed of lines.values()) {
      const before = placed.box;
      placed.box = placed.answer?.getBoundingClientRect() ?? null;
      const { bottom, left, right } = placed.box ?? {};
      if (bottom !== before?.bottom || left !== before?.left || right !== before?.right) {
        moved = true;
      }
    }
    return moved;
  }

  /** @param {Element} answer @param {DOMRect} box where it lies */
  function whereOf(answer, box) {
    const isInSight = box.bottom + gap >= 0 && box.bottom + gap <= innerHeight;
    if (!answer.isConnected || box.width === 0 || !isInSight) return null;
    const home = homeOf(answer, box);
    const { rtl } = home;
    const { place } = settings;
    const at = { x: home.x + place.x, y: home.y + place.y };
    const isMoved = place.x !== 0 || place.y !== 0;
    // Who has moved it there may want it above what does not scroll, but not once its answer is below that.
    const isHidden = [home, ...(isMoved ? [at] : [])].every(({ x, y }) =>
      isCovered(answer, rtl ? x + gap : x - gap, y + gap),
    );
    return isHidden ? null : { ...at, rtl, color: home.color, isMoved };
  }

  /** Where a line ends that nobody has moved. @param {Element} answer @param {DOMRect} box where it lies */
  function homeOf(answer, { left, right, bottom }) {
    const { color, direction } = getComputedStyle(answer);
    const rtl = direction === 'rtl';
    return { x: Math.round(rtl ? left : right), y: Math.round(bottom + gap), rtl, color };
  }

  /**
   * Whether something that does not scroll with the answer lies there.
   * @param {Element} answer @param {number} x @param {number} y
   */
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

  /** @param {string} id of the answer @param {Point} end where its line is wanted @param {boolean} done */
  function move(id, end, done) {
    const { answer = null, box = null } = lines.get(id) ?? {};
    if (answer === null || box === null) return;
    const home = homeOf(answer, box);
    moveAll({ x: Math.round(end.x - home.x), y: Math.round(end.y - home.y) }, done);
  }

  function reset() {
    moveAll({ x: 0, y: 0 }, true);
  }

  /** @param {Point} place from where they lie by themselves @param {boolean} done */
  function moveAll(place, done) {
    settings = { ...settings, place };
    placeSoon();
    if (done) moved(place);
  }
}
