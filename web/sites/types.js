// SPDX-License-Identifier: MIT
// What a site's adapter gives. See docs/pages.md for how to add one.

/** @typedef {import('../dom/styles.js').MarkdownStyle} MarkdownStyle */

/**
 * Where a model's name was found, the surest first: its id in the markup, the picker that chooses
 * the next answer's model, a label for people.
 * @typedef {'slug' | 'picker' | 'label'} ModelFoundBy
 */

/** @typedef {'image' | 'file'} Attachment kinds only: names may be private */

/**
 * @typedef {object} PageTurn one message as the page shows it now; the functions read the page when called
 * @property {string} id stable for this message; the page's own id wherever it has one
 * @property {boolean} ownId whether `id` is the page's own, unique beyond this page
 * @property {'user' | 'assistant'} role
 * @property {Element} element
 * @property {string | null} model as the page names it
 * @property {ModelFoundBy | null} modelFoundBy null without a model
 * @property {() => Attachment[]} attachments what is attached to the message or was made by it, as far as the page shows it; one entry each
 * @property {boolean} streaming the site says that the answer is still being written
 * @property {() => Element[]} textElements what holds the text, and no buttons beside it; cheap
 * @property {() => string} markdown
 * @property {() => string} reasoning visible reasoning, '' without
 * @property {() => boolean} hasText whether anything of the answer or its reasoning is visible; cheap
 * @property {string | undefined} [doubt] why the text may not be all that was written
 */

/**
 * @typedef {object} Layer one generation of a site's pages
 * @property {string} name
 * @property {string | null} verified date of the newest captured page that it reads right; null for none
 * @property {(root: ParentNode) => boolean} detect
 * @property {(root: ParentNode) => PageTurn[]} turns
 * @property {(root: ParentNode) => boolean} busy the site says that an answer is being made, be it still without a message
 * @property {(root: ParentNode) => boolean} [incomplete] the page keeps messages of the conversation out of the document
 */

/**
 * @typedef {object} Site
 * @property {string} site
 * @property {string} provider as the calculate API names it, '' where no one knows
 * @property {string} name for people
 * @property {string[]} hosts
 * @property {(url: URL) => string | null} conversationOf id of the conversation, null for a new one
 * @property {{ input: string, send: string }} composer selectors of the text field and its send button
 * @property {Layer[]} layers newest first
 */

export {};
