/* SPDX-License-Identifier: MIT */
#include "checksum.h"

#include "called_often.h"
#include "load.h"

enum { BLOCK = 1 << 14 };

/* What the CRC-32 of zlib makes of each byte, with 0 … 7 zero bytes behind it. */
typedef struct crc32_table {
  uint32_t of[8][256];
} crc32_table;

static void crc32_prepare(crc32_table *table) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) {
      crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
    }
    table->of[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; byte++) {
    for (int i = 1; i < 8; i++) {
      uint32_t crc = table->of[i - 1][byte];
      table->of[i][byte] = crc >> 8 ^ table->of[0][crc & 0xFF];
    }
  }
}

/* Eight bytes at a time: all that is read is checked before it is used, so this is part of a start.
 */
TW_CALLED_OFTEN static uint32_t crc32_of(const crc32_table *t, uint32_t crc, const uint8_t *data,
                                         size_t size) {
  crc = ~crc;
  for (; size >= 8; data += 8, size -= 8) {
    uint32_t low = tw_load32(data) ^ crc;
    uint32_t high = tw_load32(data + 4);
    crc = t->of[7][low & 0xFF] ^ t->of[6][low >> 8 & 0xFF] ^ t->of[5][low >> 16 & 0xFF] ^
          t->of[4][low >> 24] ^ t->of[3][high & 0xFF] ^ t->of[2][high >> 8 & 0xFF] ^
          t->of[1][high >> 16 & 0xFF] ^ t->of[0][high >> 24];
  }
  for (; size > 0; data++, size--) {
    crc = crc >> 8 ^ t->of[0][(crc ^ *data) & 0xFF];
  }
  return ~crc;
}

uint32_t tw_checksum_without(const uint8_t *file, size_t size, size_t at) {
  crc32_table table;
  crc32_prepare(&table);
  uint32_t crc = crc32_of(&table, 0, file, at);
  for (at += 4; at < size;) {
    size_t block = size - at < BLOCK ? size - at : BLOCK;
    crc = crc32_of(&table, crc, file + at, block);
    at += block;
  }
  return crc;
}
