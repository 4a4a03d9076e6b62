// SPDX-License-Identifier: MIT
// The line beside an answer: what its turn cost. It lies above the page, in a shadow root that the
// page can't open, and takes no room in it.

/** @typedef {import('../shared/messages.js').LineText} LineText */
/** @typedef {{ x: number, y: number }} Point */

/** How far an arrow key moves it. */
const step = 8;
/** As long as nothing more is shown; see line.css. */
const height = 18;
const padding = 12;

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {(show: { x: number, y: number, rtl: boolean, color: string, isMoved: boolean } | null) => void} place
 *   null hides it
 */

/**
 * What a user does with a line; `moved`: where its end is wanted, which is in the window.
 * @typedef {{ moved: (end: Point, done: boolean) => void, reset: () => void, off: () => void }} User
 */

/** @typedef {(start: Point, by: Point, done: boolean) => void} MoveFrom where its end was, how far it is to go */

/** @param {LineText} text @param {User} user @returns {Line} */
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
  const said = part('div', text.said);
  said.className = 'said';
  element.append(said, more);
  button.addEventListener('click', user.off);
  /** Where its end was put last. */
  let end = { x: 0, y: 0 };
  /** It ends where the answer's lines end. */
  let endsLeft = false;
  /** @type {MoveFrom} */
  const moveFrom = (start, by, done) => {
    // As wide as when no more is shown.
    const width = said.getBoundingClientRect().width + padding;
    const [least, most] = endsLeft ? [0, pageWidth() - width] : [width, pageWidth()];
    const seen = within(start.x, least, most);
    const x = by.x === 0 ? start.x : within(seen + by.x, least, most);
    user.moved({ x, y: within(start.y + by.y, 0, innerHeight - height) }, done);
  };
  element.addEventListener('keydown', (event) => keyMoves(event, end, moveFrom, user.reset));
  element.addEventListener('pointerdown', (event) => {
    if (event.button === 0 && event.target !== button) drag(element, event, end, moveFrom);
  });
  /** What was set last: each change makes the page compute its styles. */
  let [shownAt, shownColor] = ['', ''];
  return {
    element,
    place(show) {
      if (element.hidden !== (show === null)) element.hidden = show === null;
      if (show === null) return;
      const { x, y, rtl, color, isMoved } = show;
      endsLeft = rtl;
      end = { x, y: within(y, 0, innerHeight - height) };
      // However narrow the window has become since it was moved, it is seen, and so is what it says more:
      // its size is the browser's matter.
      const opensUp = end.y > innerHeight / 2;
      const left = rtl ? `${end.x}px` : `${end.x}px - 100%`;
      const top = opensUp ? `calc(${end.y + height}px - 100%)` : `${end.y}px`;
      const at = `translate(clamp(0px, ${left}, ${pageWidth()}px - 100%), ${top})`;
      if (at !== shownAt) {
        element.style.transform = at;
        element.classList.toggle('up', opensUp);
        element.classList.toggle('moved', isMoved);
      }
      if (color !== shownColor) {
        element.style.color = color;
        element.style.setProperty('--ground', isLight(color) ? '#1d2626' : '#ffffff');
      }
      [shownAt, shownColor] = [at, color];
    },
  };
}

/** Without a scroll bar. */
function pageWidth() {
  return document.documentElement.clientWidth;
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

/** @param {KeyboardEvent} event @param {Point} end @param {MoveFrom} moveFrom @param {() => void} reset */
function keyMoves(event, end, moveFrom, reset) {
  /** @type {Record<string, Point>} */
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
  if (way === undefined) reset();
  else moveFrom(end, way, true);
}

/** @param {HTMLElement} element @param {PointerEvent} start @param {Point} end @param {MoveFrom} moveFrom */
function drag(element, start, end, moveFrom) {
  const { pointerId } = start;
  const listening = new AbortController();
  // Of the window: the line may be taken from under the pointer.
  const options = { capture: true, signal: listening.signal };
  /** @type {Point | null} */
  let by = null;
  element.setPointerCapture(pointerId);
  element.classList.add('moving');
  addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== pointerId) return;
      by = { x: event.clientX - start.clientX, y: event.clientY - start.clientY };
      moveFrom(end, by, false);
    },
    options,
  );
  for (const ending of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    addEventListener(
      ending,
      (event) => {
        if (event.pointerId !== pointerId) return;
        listening.abort();
        element.classList.remove('moving');
        if (by !== null) moveFrom(end, by, true);
      },
      options,
    );
  }
}

/** @param {number} value @param {number} least @param {number} most */
function within(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
