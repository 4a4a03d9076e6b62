/* SPDX-License-Identifier: MIT */
/*
 * Vocabularies of characters, drawn by the input. The ids of any text are those of the textbook's
 * way to merge over all of it, and a counter that gets it in parts has the same count at each; then
 * the file is changed, and is an error or a vocabulary that works.
 */
#include "fuzz.h"

#include "../made_characters.h"
#include "utf8.h"

enum { MOST = 400, MERGES = 90, HEAD = 4 };

static void check_text(const made_characters *made, const tw_vocabulary *v, const char *text,
                       size_t size) {
  uint8_t repaired[3 * MOST + 4];
  uint32_t ids[3 * MOST + 5];
  uint32_t expected[3 * MOST + 5];
  size_t consumed = size;
  size_t repaired_size =
      tw_utf8_repair((const uint8_t *)text, &consumed, 1, repaired, sizeof repaired);
  size_t count = 0;
  FUZZ_REQUIRE(tw_tokens_encode(v, text, size, ids, 3 * MOST + 5, &count) == TW_OK);
  FUZZ_REQUIRE(count == made_encode(made, repaired, repaired_size, expected));
  FUZZ_REQUIRE(memcmp(ids, expected, count * sizeof *ids) == 0);
}

static void check_counter(const tw_vocabulary *v, const char *text, size_t size, size_t part) {
  tw_counter *counter = NULL;
  FUZZ_REQUIRE(tw_counter_open(v, NULL, &counter) == TW_OK);
  for (size_t at = 0; at < size;) {
    size_t end = size - at < part ? size : at + part;
    size_t total = 0;
    size_t fresh = 0;
    tw_status status = end % 3 == 0 ? tw_counter_update(counter, text, end, &total)
                                    : tw_counter_append(counter, text + at, end - at, &total);
    FUZZ_REQUIRE(status == TW_OK);
    FUZZ_REQUIRE(tw_tokens_count(v, text, end, &fresh) == TW_OK && fresh == total);
    at = end;
  }
  tw_counter_close(counter);
}

/* Whatever the file says, ids can be decoded again. */
static void use_changed(const made_characters *made, const char *text, size_t size) {
  tw_vocabulary *v = NULL;
  if (tw_vocabulary_open(made->file, made->size, NULL, &v) != TW_OK) {
    FUZZ_REQUIRE(v == NULL);
    return;
  }
  uint32_t ids[3 * MOST + 5];
  char back[3 * MOST + 5];
  size_t count = 0;
  size_t back_size = 0;
  FUZZ_REQUIRE(tw_tokens_encode(v, text, size, ids, 3 * MOST + 5, &count) == TW_OK);
  FUZZ_REQUIRE(tw_tokens_decode(v, ids, count, back, sizeof back, &back_size) == TW_OK);
  tw_vocabulary_close(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static made_characters made;
  if (size < HEAD || size > HEAD + MOST) {
    return 0;
  }
  const char *text = (const char *)data + HEAD;
  size -= HEAD;
  made_characters_at_random(&made, data[0] & 0x80 ? MADE_BLANK : 0, MERGES,
                            (uint64_t)data[1] << 8 | data[2]);
  tw_vocabulary *v = NULL;
  FUZZ_REQUIRE(tw_vocabulary_open(made.file, made.size, NULL, &v) == TW_OK);
  check_text(&made, v, text, size);
  check_counter(v, text, size, 1 + data[3] % 16);
  tw_vocabulary_close(v);
  for (size_t i = 0; i + 2 < size; i += 3) {
    size_t at = ((size_t)data[HEAD + i] << 8 | data[HEAD + i + 1]) % made.size;
    if (at < 8 || at >= 16) {
      made.file[at] = data[HEAD + i + 2];
    }
  }
  made_seal(made.file, made.size);
  use_changed(&made, text, size);
  return 0;
}
