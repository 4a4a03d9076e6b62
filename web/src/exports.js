// SPDX-License-Identifier: MIT
// What the modules export: the C functions of include/tokenwatt/ under their own names. All values
// are 32 bits wide but now_ms; pointers are offsets into `memory`; statuses are 0 or negative.

/**
 * @typedef {object} Exports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} [_initialize]
 * @property {(size: number) => number} malloc
 * @property {(address: number) => void} free
 * @property {(status: number) => number} tw_status_code
 * @property {(status: number) => number} tw_status_text
 * @property {(data: number, size: number, allocator: number, out: number) => number}
 *   tw_vocabulary_open
 * @property {(vocabulary: number) => void} tw_vocabulary_close
 * @property {(vocabulary: number) => number} tw_vocabulary_name
 * @property {(vocabulary: number) => number} tw_vocabulary_size
 * @property {(vocabulary: number, text: number, size: number, count: number) => number}
 *   tw_tokens_count
 * @property {(vocabulary: number, text: number, size: number, ids: number, capacity: number,
 *   count: number) => number} tw_tokens_encode
 * @property {(vocabulary: number, ids: number, count: number, text: number, capacity: number,
 *   size: number) => number} tw_tokens_decode
 * @property {(vocabulary: number, allocator: number, out: number) => number} tw_counter_open
 * @property {(counter: number) => void} tw_counter_close
 * @property {(counter: number, text: number, size: number, total: number) => number}
 *   tw_counter_append
 * @property {(counter: number, text: number, size: number, total: number) => number}
 *   tw_counter_update
 * @property {(counter: number, text: number, size: number, total: number) => number}
 *   tw_counter_peek
 * @property {(counter: number) => number} tw_counter_pending
 */

export const tokenizerExports = [
  'memory',
  'malloc',
  'free',
  'tw_status_code',
  'tw_status_text',
  'tw_vocabulary_open',
  'tw_vocabulary_close',
  'tw_vocabulary_name',
  'tw_vocabulary_size',
  'tw_tokens_count',
  'tw_tokens_encode',
  'tw_tokens_decode',
  'tw_counter_open',
  'tw_counter_close',
  'tw_counter_append',
  'tw_counter_update',
  'tw_counter_peek',
  'tw_counter_pending',
];
