// SPDX-License-Identifier: MIT

/**
 * One value of a storage area.
 * @template T
 * @param {chrome.storage.StorageArea} area @param {string} name
 * @param {T} otherwise where there is none yet
 * @returns {Promise<T>}
 */
export async function stored(area, name, otherwise) {
  const { [name]: value } = await area.get(name);
  return value === undefined ? otherwise : /** @type {T} */ (value);
}
