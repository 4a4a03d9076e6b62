/* SPDX-License-Identifier: MIT */
/* A counter driven by the input: after every step its total is that of a fresh count. */
#include "fuzz.h"

enum { MOST = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char text[2 * MOST];
  if (size < 2 || size > MOST) {
    return 0;
  }
  const tw_vocabulary *v = fuzz_vocabulary(fuzz_which(data[0]));
  tw_counter *counter = NULL;
  FUZZ_REQUIRE(tw_counter_open(v, NULL, &counter) == TW_OK);
  size_t length = 0;
  size_t at = 1;
  while (at < size) {
    /* A byte of instruction: what to do and how long; then the text for it. */
    uint8_t instruction = data[at++];
    size_t part = instruction & 31u;
    part = part > size - at ? size - at : part;
    size_t total = 0;
    if (instruction & 0x80) {
      size_t from = length == 0 ? 0 : data[at - 1] * 31u % length;
      size_t removed = (instruction & 0x60) == 0x60 && length - from > 7 ? 7 : 0;
      memmove(text + from + part, text + from + removed, length - from - removed);
      memcpy(text + from, data + at, part);
      length = length + part - removed;
      FUZZ_REQUIRE(tw_counter_update(counter, text, length, &total) == TW_OK);
    } else {
      memcpy(text + length, data + at, part);
      FUZZ_REQUIRE(tw_counter_append(counter, text + length, part, &total) == TW_OK);
      length += part;
    }
    at += part;
    size_t fresh = 0;
    FUZZ_REQUIRE(tw_tokens_count(v, text, length, &fresh) == TW_OK);
    FUZZ_REQUIRE(fresh == total && tw_counter_total(counter) == total);
  }
  tw_counter_close(counter);
  return 0;
}
