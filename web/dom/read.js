// SPDX-License-Identifier: MIT
import { genericSite, layerOf, siteOfContent, siteOfUrl } from '../sites/index.js';
import { hasText } from './text.js';

/** @typedef {import('../sites/types.js').Site} Site */
/** @typedef {import('../sites/types.js').Layer} Layer */
/** @typedef {import('../sites/types.js').PageTurn} PageTurn */
/** @typedef {import('../sites/types.js').ModelFoundBy} ModelFoundBy */
/** @typedef {import('../sites/types.js').Attachment} Attachment */

/**
 * @typedef {object} Health how far a page was understood
 * @property {'ok' | 'unverified' | 'not-understood' | 'empty'} state `unverified`: read by rules
 *   that no captured page has proved, or with a doubt; `empty`: a chat without messages
 * @property {string | null} layer the rules that read it
 * @property {string | null} verified date of the newest page that proved them
 * @property {string} reason '' for `ok`
 */

/**
 * @typedef {object} ChatTurn
 * @property {string} id
 * @property {'user' | 'assistant'} role
 * @property {string} markdown
 * @property {string} [reasoning] visible reasoning
 * @property {string} [model] as the page names it
 * @property {ModelFoundBy} [modelFoundBy] how: its id in the markup, the page's picker or a label
 * @property {Attachment[]} [attachments] kinds of what the message shows besides text, where it does
 * @property {boolean} streaming
 */

/**
 * @typedef {object} Chat
 * @property {string} site name of the adapter, or the host where there is none
 * @property {string | null} provider
 * @property {string | null} model of the last answer
 * @property {ChatTurn[]} turns empty where the page is not understood
 * @property {boolean} incomplete the page says that it keeps messages out of the document, as it
 *   does with those far from the viewport
 * @property {Health} health
 */

/**
 * Reads the conversation that a page shows: a live one, or one parsed by DOMParser.
 *
 * @param {Document | Element} root
 * @param {string | URL | null} [url] the page's address; without it, what a saved page says of
 *   itself, else what its markup looks like
 * @returns {Chat} never throws for what a page contains
 */
export function readChat(root, url) {
  const address = addressOf(root, url);
  const page = readPage(root, address);
  if (page.site === null) return emptyChat(address?.hostname ?? 'unknown', null, page.health);
  try {
    const turns = page.turns.map(chatTurn);
    const health = textHealth(turns, page.turns, page.health);
    if (health.state === 'not-understood')
      return emptyChat(page.site.site, page.site.provider || null, health);
    const model = turns.findLast((turn) => turn.model !== undefined)?.model ?? null;
    return {
      site: page.site.site,
      provider: page.site.provider || null,
      model,
      turns,
      incomplete: page.incomplete,
      health,
    };
  } catch (error) {
    const reason = `reading the page failed: ${error instanceof Error ? error.message : error}`;
    return emptyChat(page.site.site, page.site.provider || null, notUnderstood(reason));
  }
}

/**
 * @typedef {object} PageRead
 * @property {Site | null} site
 * @property {PageTurn[]} turns
 * @property {Layer | null} layer the rules that read it
 * @property {boolean} busy the site says that an answer is being made
 * @property {boolean} incomplete messages of the conversation are not in the document
 * @property {Health} health
 */

/**
 * The page's messages without their text, and how far the page is understood.
 *
 * @param {Document | Element} root @param {URL | null} address
 * @returns {PageRead} never throws
 */
export function readPage(root, address) {
  let site = null;
  try {
    site = siteOf(root, address);
    if (site === null) {
      const what = address?.hostname || 'it';
      return unread(site, notUnderstood(`${what} is no chat site that is known`));
    }
    const layer = layerOf(site, root);
    if (layer === null) return unread(site, layerless(site, root));
    const turns = layer.turns(root);
    const incomplete = layer.incomplete?.(root) ?? false;
    const health = layerHealth(layer, turns);
    return { site, layer, turns, busy: layer.busy(root), incomplete, health };
  } catch (error) {
    const reason = `reading the page failed: ${error instanceof Error ? error.message : error}`;
    return unread(site, notUnderstood(reason));
  }
}

/** @param {Site | null} site @param {Health} health @returns {PageRead} */
const unread = (site, health) => ({
  site,
  layer: null,
  turns: [],
  busy: false,
  incomplete: false,
  health,
});

/** Whether the site says by now that an answer is being made. @param {PageRead} page @param {ParentNode} root */
export const isBusy = ({ layer }, root) => layer?.busy(root) ?? false;

/**
 * The adapter of the page's host; the generic one where there is none and the markup suffices.
 * @param {ParentNode} root @param {URL | null} address
 */
function siteOf(root, address) {
  // A file's address says nothing of the site that it was saved from.
  const host = address?.hostname ?? '';
  const site = host === '' ? siteOfContent(root) : siteOfUrl(address);
  if (site !== null) return site;
  const generic = genericSite(host || 'unknown');
  return layerOf(generic, root) === null ? null : generic;
}

/** @param {PageTurn} turn @returns {ChatTurn} */
function chatTurn(turn) {
  const reasoning = turn.reasoning();
  const attachments = turn.attachments();
  return {
    id: turn.id,
    role: turn.role,
    markdown: turn.markdown(),
    ...(reasoning !== '' && { reasoning }),
    ...(turn.model !== null && { model: turn.model }),
    ...(turn.modelFoundBy !== null && { modelFoundBy: turn.modelFoundBy }),
    ...(attachments.length > 0 && { attachments }),
    streaming: turn.streaming,
  };
}

/** @param {Layer} layer @param {PageTurn[]} turns @returns {Health} */
function layerHealth(layer, turns) {
  const known = { layer: layer.name, verified: layer.verified };
  if (turns.length === 0) {
    return {
      ...known,
      state: 'not-understood',
      reason: 'the page has messages, none could be read',
    };
  }
  const doubt = turns.find((turn) => turn.doubt !== undefined)?.doubt;
  if (layer.verified === null) {
    const reason = doubt ?? `no captured page has proved the rules "${layer.name}"`;
    return { ...known, state: 'unverified', reason };
  }
  if (doubt !== undefined) return { ...known, state: 'unverified', reason: doubt };
  return { ...known, state: 'ok', reason: '' };
}

/** Finished answers that all come out empty mean that their text lies elsewhere by now. */
function textHealth(
  /** @type {ChatTurn[]} */ turns,
  /** @type {PageTurn[]} */ pageTurns,
  /** @type {Health} */ health,
) {
  const finished = turns.filter((turn) => turn.role === 'assistant' && !turn.streaming);
  const unread =
    finished.length > 0 &&
    finished.every((turn) => turn.markdown === '') &&
    pageTurns.some((turn) => turn.role === 'assistant' && hasText(turn.element));
  if (!unread) return health;
  return {
    ...health,
    state: /** @type {const} */ ('not-understood'),
    reason: 'the answers have text that could not be read',
  };
}

/** @param {Site} site @param {Document | Element} root @returns {Health} */
function layerless(site, root) {
  if (root.querySelector(site.composer.input) !== null) {
    return { state: 'empty', layer: null, verified: null, reason: 'no message is on the page' };
  }
  return notUnderstood(`no known layout of ${site.name} is on the page`);
}

/** @param {string} reason @returns {Health} */
function notUnderstood(reason) {
  return { state: 'not-understood', layer: null, verified: null, reason };
}

/** @param {string} site @param {string | null} provider @param {Health} health @returns {Chat} */
function emptyChat(site, provider, health) {
  return { site, provider, model: null, turns: [], incomplete: false, health };
}

/** @param {Document | Element} root @param {string | URL | null} [url] @returns {URL | null} */
function addressOf(root, url) {
  const text = url
    ? String(url)
    : root.nodeType === 9
      ? chatUrlOf(/** @type {Document} */ (root))
      : null;
  return text !== null && URL.canParse(text) ? new URL(text) : null;
}

/**
 * The address that a saved page gives as its own: in the comment that browsers and page savers
 * write at its top, or its canonical link or og:url.
 *
 * @param {Document} document
 * @returns {string | null}
 */
export function chatUrlOf(document) {
  // Only the head of the page: a comment further down is not the saver's.
  const walker = document.createTreeWalker(document, 0x80);
  for (let seen = 0; seen < 20; seen += 1) {
    const comment = walker.nextNode()?.nodeValue;
    if (!comment) break;
    const saved = /(?:saved from url=\(\d+\)|\burl:\s*|"url":\s*")(https?:\/\/[^\s"<>]+)/.exec(
      comment,
    );
    if (saved?.[1]) return saved[1];
  }
  const stated =
    document.querySelector('link[rel=canonical]')?.getAttribute('href') ??
    document.querySelector('meta[property="og:url"]')?.getAttribute('content');
  return stated && URL.canParse(stated) ? stated : null;
}
