// SPDX-License-Identifier: MIT
// The line beside an answer: what its turn cost. It lies above the page, in a shadow root that the
// page can't open, and takes no room in it.

/** @typedef {import('../shared/messages.js').LineText} LineText */
/** @typedef {{ x: number, y: number }} Place */

/** How far an arrow key moves it. */
const step = 8;
const farthest = 2000;

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {(show: { x: number, y: number, rtl: boolean, color: string } | null) => void} place
 *   null hides it
 */

/**
 * @param {LineText} text
 * @param {{ moved: (by: Place, done: boolean) => void, reset: () => void, off: () => void }} user
 * @returns {Line}
 */
export function createLine(text, user) {
  const element = document.createElement('div');
  element.className = 'line';
  element.tabIndex = 0;
  element.setAttribute('role', 'group');
  element.dir = text.direction;
  element.lang = text.language;
  element.hidden = true;
  element.setAttribute('aria-label', text.spoken);
  const button = document.createElement('button');
  button.type = 'button';
  button.append(text.off);
  const more = part('div', ...text.more.map((said) => part('p', said)), button);
  more.className = 'more';
  element.append(part('div', text.said), more);
  button.addEventListener('click', user.off);
  element.addEventListener('keydown', (event) => keyMoves(event, user));
  element.addEventListener('pointerdown', (event) => {
    if (event.button === 0 && event.target !== button) drag(element, event, user.moved);
  });
  /** What was set last: each change makes the page compute its styles. */
  let [shownAt, shownColor] = ['', ''];
  return {
    element,
    place(show) {
      if (element.hidden !== (show === null)) element.hidden = show === null;
      if (show === null) return;
      const { x, y, rtl, color } = show;
      // It ends where the answer's lines end.
      const shift = rtl ? '' : ' translateX(-100%)';
      const at = `translate(${Math.round(x)}px, ${Math.round(y)}px)${shift}`;
      if (at !== shownAt) element.style.transform = at;
      if (color !== shownColor) {
        element.style.color = color;
        element.style.setProperty('--ground', isLight(color) ? '#1d2626' : '#ffffff');
      }
      [shownAt, shownColor] = [at, color];
    },
  };
}

/** @param {string} tag @param {...(Node | string)} children */
function part(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

/** Whether a computed colour is light, so that the ground behind it is dark. @param {string} color */
function isLight(color) {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  const most = color.startsWith('rgb') ? 255 : 1;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / most > 0.5;
}

/**
 * @param {KeyboardEvent} event
 * @param {{ moved: (by: Place, done: boolean) => void, reset: () => void }} user
 */
function keyMoves(event, user) {
  /** @type {Record<string, Place>} */
  const ways = {
    ArrowLeft: { x: -step, y: 0 },
    ArrowRight: { x: step, y: 0 },
    ArrowUp: { x: 0, y: -step },
    ArrowDown: { x: 0, y: step },
  };
  const way = ways[event.key];
  if (way === undefined && event.key !== 'Home') return;
  event.preventDefault();
  event.stopPropagation();
  if (way === undefined) user.reset();
  else user.moved(way, true);
}

/** @param {HTMLElement} element @param {PointerEvent} start @param {(by: Place, done: boolean) => void} moved */
function drag(element, start, moved) {
  const listening = new AbortController();
  const { signal } = listening;
  let { clientX, clientY } = start;
  element.setPointerCapture(start.pointerId);
  element.classList.add('moving');
  element.addEventListener(
    'pointermove',
    (event) => {
      moved({ x: event.clientX - clientX, y: event.clientY - clientY }, false);
      ({ clientX, clientY } = event);
    },
    { signal },
  );
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    element.addEventListener(
      end,
      () => {
        listening.abort();
        element.classList.remove('moving');
        moved({ x: 0, y: 0 }, true);
      },
      { signal },
    );
  }
}

/** @param {Place} place @param {Place} by @returns {Place} */
export function movedBy(place, by) {
  const within = (/** @type {number} */ value) =>
    Math.round(Math.max(-farthest, Math.min(farthest, value)));
  return { x: within(place.x + by.x), y: within(place.y + by.y) };
}
