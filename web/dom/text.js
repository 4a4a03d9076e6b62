// SPDX-License-Identifier: MIT
// Text of a DOM subtree without the page's furniture, by TreeWalker: iterative, so that no depth
// of nesting overflows the stack, and untouched by page scripts that shadow node properties.

const SHOW_ELEMENT = 1;
const SHOW_TEXT = 4;
const ACCEPT = 1;
const REJECT = 2;
const SKIP = 3;

/** Controls, ornaments, embedded content and Gemini's footnotes: a model wrote none of them. */
const furnitureTags = new Set(
  `AUDIO BUTTON CANVAS DATALIST DIALOG EMBED FORM HEAD IFRAME INPUT LINK META NOSCRIPT OBJECT
  OPTION SCRIPT SELECT SOURCE-FOOTNOTE SOURCES-CAROUSEL-INLINE STYLE SVG svg TEMPLATE TEXTAREA TITLE
  VIDEO`.split(/\s+/),
);

/** What chat pages put around the model's text, by attributes that don't change with language. */
export const furnitureSelectors = [
  '[hidden]',
  '[aria-hidden=true]',
  // Words of an answer that open something are spans; controls are not.
  '[role=button]:not(span)',
  '[role=tooltip]',
  '.sr-only',
  '.cdk-visually-hidden',
  '[data-markdown-copy=exclude]',
  '[data-copy=false]',
  // The rule that a renderer puts above footnotes.
  '.footnotes-sep',
  // Citation chips: the model wrote a token that no page shows.
  '[data-testid=webpage-citation-pill]',
  '[data-testid=chatgpt-citation]',
  // Headings for screen readers that name the speaker.
  '[data-conversation-role]',
  '[data-find-omitted]',
];
const furnitureSelector = furnitureSelectors.join(',');

/** @param {Element} element */
export function isFurniture(element) {
  // The fields of a form shadow its properties by their names; nothing else can.
  const tag = typeof element.tagName === 'string' ? element.tagName : 'FORM';
  return furnitureTags.has(tag) || (element.hasAttributes() && element.matches(furnitureSelector));
}

const breakingTags = new Set(
  'ADDRESS ARTICLE BLOCKQUOTE DD DIV DL DT FIGURE H1 H2 H3 H4 H5 H6 LI OL P PRE SECTION TR UL'.split(
    ' ',
  ),
);

/** Whether an element starts a line of its own. @param {Element} element */
export const breaksLine = (element) => breakingTags.has(element.tagName);

/**
 * The text as typed: every space kept, <br> and the edges of blocks as newlines. For prompts,
 * which pages show in `white-space: pre-wrap`.
 * @param {Element} element
 */
export function typedText(element) {
  const walker = element.ownerDocument.createTreeWalker(element, SHOW_ELEMENT | SHOW_TEXT, {
    acceptNode: (node) =>
      node.nodeType !== 3 && isFurniture(/** @type {Element} */ (node)) ? REJECT : ACCEPT,
  });
  /** @type {string[]} */
  const parts = [];
  let written = false;
  let newline = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === 3) {
      const text = /** @type {Text} */ (node).data;
      if (text === '') continue;
      if (newline && written) parts.push('\n');
      newline = false;
      written = true;
      parts.push(text);
    } else if (/** @type {Element} */ (node).tagName === 'BR') {
      // The <br> of an otherwise empty block stands for its line, whose newline is still due.
      if (newline && written) parts.push('\n');
      newline = true;
      written = true;
    } else if (breaksLine(/** @type {Element} */ (node))) {
      newline = true;
    }
  }
  return parts.join('');
}

/**
 * Whether any visible text is in the element; stops at the first.
 * @param {Element} element
 */
export function hasText(element) {
  const walker = element.ownerDocument.createTreeWalker(element, SHOW_ELEMENT | SHOW_TEXT, {
    acceptNode(node) {
      if (node.nodeType === 3) return /\S/.test(/** @type {Text} */ (node).data) ? ACCEPT : SKIP;
      return isFurniture(/** @type {Element} */ (node)) ? REJECT : SKIP;
    },
  });
  return walker.nextNode() !== null;
}

/** All text below an element, for nesting beyond what any model writes. @param {Element} element */
export function flatText(element) {
  if (element.firstElementChild === null) return element.textContent ?? '';
  const walker = element.ownerDocument.createTreeWalker(element, SHOW_ELEMENT | SHOW_TEXT, {
    acceptNode(node) {
      if (node.nodeType === 3) return ACCEPT;
      return isFurniture(/** @type {Element} */ (node)) ? REJECT : SKIP;
    },
  });
  /** @type {string[]} */
  const parts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    parts.push(/** @type {Text} */ (node).data);
  }
  return parts.join('');
}
