/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a vocabulary: an error or a vocabulary that works. A wrong checksum would end nearly
 * every try at once, so the input's is set right first, and a small vocabulary is what it is laid
 * over.
 */
#include "fuzz.h"

enum { TOKENS = 256 + 64, PAYLOAD = 256 + 6 * 64, FILE_SIZE = 64 + PAYLOAD };

static void write32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) {
    at[i] = (uint8_t)(value >> 8 * i);
  }
}

static uint32_t crc32_bitwise(uint32_t crc, const uint8_t *data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    }
  }
  return ~crc;
}

static void try_to_use(const uint8_t *file, size_t size) {
  tw_vocabulary *v = NULL;
  if (tw_vocabulary_open(file, size, NULL, &v) != TW_OK) {
    FUZZ_REQUIRE(v == NULL);
    return;
  }
  uint32_t ids[256];
  size_t count = 0;
  char text[128];
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (char)(i < 96 ? 'a' + i % 3 : i);
  }
  FUZZ_REQUIRE(tw_tokens_encode(v, text, sizeof text, ids, 256, &count) == TW_OK);
  char back[128];
  size_t back_size = 0;
  FUZZ_REQUIRE(tw_tokens_decode(v, ids, count, back, sizeof back, &back_size) == TW_OK);
  FUZZ_REQUIRE(back_size == sizeof text && memcmp(back, text, back_size) == 0);
  tw_vocabulary_close(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try_to_use(data, size);

  uint8_t file[FILE_SIZE] = "TWV\x1A\x01\x00\x02";
  write32(file + 8, TOKENS);
  write32(file + 12, PAYLOAD);
  write32(file + 20, 2);
  memcpy(file + 32, "fuzzed", 6);
  for (int i = 0; i < 256; i++) {
    file[64 + i] = (uint8_t)i;
  }
  for (int i = 0; i < 64; i++) {
    file[64 + 256 + i] = (uint8_t)('a' + i % 8);
    file[64 + 256 + 3 * 64 + i] = (uint8_t)('a' + i / 8);
  }
  /* Pairs of (where, what) change it. */
  for (size_t i = 0; i + 2 < size; i += 3) {
    size_t at = ((size_t)data[i] << 8 | data[i + 1]) % FILE_SIZE;
    file[at] = data[i + 2];
  }
  uint32_t crc = crc32_bitwise(0, file, 16);
  write32(file + 16, crc32_bitwise(crc, file + 20, FILE_SIZE - 20));
  try_to_use(file, FILE_SIZE);
  return 0;
}
