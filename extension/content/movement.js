// SPDX-License-Identifier: MIT
// When the answers of a page may lie elsewhere than before: it scrolls, by itself or by its user, or it
// moves things without an event. As little as possible is listened to.

const lookEveryMs = 1000;
/** People scroll by these; a page that follows what streams scrolls by itself, with every few words. */
const gestures = ['wheel', 'touchmove', 'keydown'];
const scrollKeys = ['PageUp', 'PageDown', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
/** Here a space is a letter. */
const editable = 'input, textarea, [contenteditable]';
/** It goes on for so long after a gesture (who drags a scroll bar makes none that a page hears of), */
const gestureMs = 1000;
/** and after so many steps that nobody's gesture made the page is taken to carry its answers along. */
const fewSteps = 3;

/**
 * What is followed: all that moves a line which is in sight, or only what may bring one into sight. Then
 * nobody has to wait for what a page that scrolls with every few words tells each time.
 * @typedef {'nothing' | 'gestures' | 'scrolling'} Followed
 */

/**
 * @param {object} lines
 * @param {() => Element[]} lines.answers that have one
 * @param {() => boolean} lines.measure looks where they lie: whether it is elsewhere than before
 * @param {() => boolean} lines.isHeld whether one must not be taken from its user
 * @param {() => void} lines.place
 * @param {() => void} lines.takeAway until they are to be placed
 */
export function createMovement({ answers, measure, isHeld, place, takeAway }) {
  const resized = new ResizeObserver(place);
  /** Ends the listening. */
  let following = new AbortController();
  /** @type {Followed} */
  let followed = 'nothing';
  let gestureAtMs = -Infinity;
  /** How often the page has scrolled since then by itself. */
  let steps = 0;
  let isCarrying = false;

  return {
    listenTo,
    /** Whether the page scrolls by itself, and carries the answers along. */
    get isCarrying() {
      return isCarrying;
    },
    rest,
    /** Another element is an answer's now. @param {Element | null} before @param {Element} now */
    replaced(before, now) {
      if (before !== null) resized.unobserve(before);
      if (followed === 'scrolling') resized.observe(now);
    },
  };

  /** @param {Followed} wanted */
  function listenTo(wanted) {
    if (wanted === followed) return;
    following.abort();
    following = new AbortController();
    resized.disconnect();
    followed = wanted;
    if (wanted === 'nothing') return;
    const options = { capture: true, passive: true, signal: following.signal };
    if (wanted === 'scrolling') {
      for (const answer of answers()) resized.observe(answer);
      addEventListener('scroll', scrolled, options);
    }
    for (const event of gestures) addEventListener(event, touched, options);
    addEventListener('resize', place, options);
    const looking = setInterval(() => document.hidden || look(), lookEveryMs);
    following.signal.addEventListener('abort', () => clearInterval(looking));
  }

  /** The page is taken to stand still, until it shows otherwise. */
  function rest() {
    isCarrying = false;
    steps = 0;
  }

  /** By the user, as far as one can tell. @param {Event} event */
  function touched(event) {
    if (event.type === 'keydown' && !scrolls(/** @type {KeyboardEvent} */ (event))) return;
    gestureAtMs = performance.now();
    rest();
    // In sight they are moved once the page is.
    if (followed !== 'scrolling') place();
  }

  /** @param {Event} event */
  function scrolled({ target }) {
    // A part of the page, such as what a model thinks, may scroll for itself.
    if (!answers().some((answer) => /** @type {Node} */ (target).contains(answer))) return;
    if (performance.now() - gestureAtMs > gestureMs) steps += 1;
    if (steps <= fewSteps || isHeld()) {
      place();
      return;
    }
    // To place them at each step would cost more than all else that is done while an answer streams,
    // and they would tremble, always one step behind.
    isCarrying = true;
    takeAway();
  }

  function look() {
    const haveMoved = measure();
    if (!haveMoved) steps = 0;
    // What is carried is placed when it rests, all else when it has moved.
    if (isCarrying === haveMoved) return;
    isCarrying = false;
    place();
  }
}

/** Whether a key scrolls the page. @param {KeyboardEvent} event */
function scrolls({ key, target }) {
  if (scrollKeys.includes(key)) return true;
  return key === ' ' && target instanceof Element && target.closest(editable) === null;
}
