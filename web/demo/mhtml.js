// SPDX-License-Identifier: MIT
// Pages that a browser saved as one file (.mhtml): the HTML is the first part of a MIME message.

/**
 * @param {string} text the file, one character a byte
 * @returns {{ html: string, url: string | null } | null} null if it is no such file
 */
export function readMhtml(text) {
  const [head, body] = headAndBody(text);
  const boundary = /^content-type:\s*multipart\/related;.*?boundary="?([^"\s;]+)"?/ims.exec(
    head,
  )?.[1];
  if (boundary === undefined) return null;
  const url = /^snapshot-content-location:\s*(\S+)/im.exec(head)?.[1] ?? null;
  for (const part of body.split(`--${boundary}`)) {
    const [partHead, content] = headAndBody(part.replace(/^\r?\n/, ''));
    if (!/^content-type:\s*text\/html/im.test(partHead)) continue;
    const coding = /^content-transfer-encoding:\s*(\S+)/im.exec(partHead)?.[1]?.toLowerCase();
    const bytes = Uint8Array.from(decoded(content, coding), (c) => c.charCodeAt(0));
    return { html: new TextDecoder().decode(bytes), url };
  }
  return null;
}

/** @param {string} text @returns {[string, string]} */
function headAndBody(text) {
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return [text, ''];
  // A header's further lines begin with a space.
  const head = text.slice(0, end.index).replace(/\r?\n[ \t]+/g, ' ');
  return [head, text.slice(end.index + end[0].length)];
}

/** @param {string} content @param {string | undefined} coding */
function decoded(content, coding) {
  if (coding === 'base64') return atob(content.replace(/\s+/g, ''));
  if (coding !== 'quoted-printable') return content;
  return content
    .replace(/[ \t]*=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
