// SPDX-License-Identifier: MIT
// The line beside an answer: what its turn cost. It lies above the page, in a shadow root that the
// page can't open, and takes no room in it.

/** @typedef {import('../shared/messages.js').LineText} LineText */
/** @typedef {{ x: number, y: number }} Point */

/** How far an arrow key moves it. */
const step = 8;
/** Its height, as long as nothing more is shown; see line.css. */
const height = 18;

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {(show: { x: number, y: number, rtl: boolean, color: string } | null) => void} place
 *   null hides it
 */

/**
 * What a user does with a line; `moved`: where its end is wanted, which is in the window.
 * @typedef {{ moved: (end: Point, done: boolean) => void, reset: () => void, off: () => void }} User
 */

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
  element.append(part('div', text.said), more);
  button.addEventListener('click', user.off);
  /** It ends where the answer's lines end. */
  let endsLeft = false;
  const end = () => {
    const { left, right, top } = element.getBoundingClientRect();
    return { x: endsLeft ? left : right, y: top };
  };
  const moveTo = (/** @type {Point} */ { x, y }, /** @type {boolean} */ done) => {
    const { width } = element.getBoundingClientRect();
    const [least, most] = endsLeft ? [0, innerWidth - width] : [width, innerWidth];
    user.moved({ x: within(x, least, most), y: within(y, 0, innerHeight - height) }, done);
  };
  element.addEventListener('keydown', (event) => keyMoves(event, end, moveTo, user.reset));
  element.addEventListener('pointerdown', (event) => {
    if (event.button === 0 && event.target !== button) drag(element, event, end(), moveTo);
  });
  /** What was set last: each change makes the page compute its styles. */
  let [shownAt, shownColor] = ['', ''];
  return {
    element,
    place(show) {
      if (element.hidden !== (show === null)) element.hidden = show === null;
      if (show === null) return;
      const { x, y, rtl, color } = show;
      endsLeft = rtl;
      // However narrow the window has become since it was moved, it is seen; its size is the browser's matter.
      const left = `${Math.round(x)}px${rtl ? '' : ' - 100%'}`;
      const top = within(Math.round(y), 0, innerHeight - height);
      const at = `translate(clamp(0px, ${left}, 100vw - 100%), ${top}px)`;
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
 * @param {KeyboardEvent} event @param {() => Point} end
 * @param {(end: Point, done: boolean) => void} moveTo @param {() => void} reset
 */
function keyMoves(event, end, moveTo, reset) {
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
  else moveTo(sum(end(), way), true);
}

/**
 * @param {HTMLElement} element @param {PointerEvent} start @param {Point} from
 * @param {(end: Point, done: boolean) => void} moveTo
 */
function drag(element, start, from, moveTo) {
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {Point | null} */
  let to = null;
  element.setPointerCapture(start.pointerId);
  element.classList.add('moving');
  element.addEventListener(
    'pointermove',
    ({ clientX, clientY }) => {
      to = sum(from, { x: clientX - start.clientX, y: clientY - start.clientY });
      moveTo(to, false);
    },
    { signal },
  );
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) {
    element.addEventListener(
      end,
      () => {
        listening.abort();
        element.classList.remove('moving');
        if (to !== null) moveTo(to, true);
      },
      { signal },
    );
  }
}

/** @param {Point} a @param {Point} b @returns {Point} */
function sum(a, b) {
  return { x: a.x + b.x, y: a.y + b.y };
}

/** @param {number} value @param {number} least @param {number} most */
function within(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
