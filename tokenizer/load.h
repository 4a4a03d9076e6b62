/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_LOAD_H
#define TW_TOKENIZER_LOAD_H

/** Bytes as numbers, at any address. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Eight bytes as a number, the first one lowest whatever the machine. */
static inline uint64_t tw_load64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

/** Stores such a number. */
static inline void tw_store64(uint8_t *at, uint64_t value) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  memcpy(at, &value, sizeof value);
}

/** Four bytes as a number, the same. */
static inline uint32_t tw_load32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap32(value);
#endif
  return value;
}

/** 1 … 7 bytes as the lower ones of a number. Reads no others. */
static inline uint64_t tw_load_upto7(const uint8_t *at, size_t size) {
  if (size >= 4) {
    return tw_load32(at) | (uint64_t)tw_load32(at + size - 4) << 8 * (size - 4);
  }
  return (uint64_t)at[0] | (uint64_t)at[size / 2] << 8 * (size / 2) |
         (uint64_t)at[size - 1] << 8 * (size - 1);
}

#endif
