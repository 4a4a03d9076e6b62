// SPDX-License-Identifier: MIT

/** Why a file cannot become a vocabulary: what is wrong, where, and what to do. */
export class VocabularyError extends Error {}

/**
 * Stops reading.
 * @param {string} message
 * @returns {never}
 */
export function refuse(message) {
  throw new VocabularyError(message);
}
