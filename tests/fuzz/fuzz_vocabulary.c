/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a vocabulary: an error or a vocabulary that works, and whose ids are those that the
 * textbook's way to merge makes of what the file says. A wrong checksum would end nearly every try
 * at once, so the input's is set right first, and a small vocabulary is what it is laid over.
 */
#include "fuzz.h"

#include "../made_vocabulary.h"
#include "vocabulary.h"

enum { MERGES = 200, MOST = 160 };

/* Characters, parts of them in tokens, and what is no character, in changing company. */
static const char TEXT[] =
    "the don't be'lls 12341 \xE4\xB8\xAD\xE4\xB8\x80 \xE3\x81\x82\xE3\x83\xBC"
    "\xC3\xA9t\xE4\xB8\xAD e\xCC\x81\xD0\xB6 \xF0\x9F\x98\x80!a ./=\n\n\r "
    "\xE3\x81\x82\xE4\xB8\xAD\xE4\xB8\x80\t \xC3\xA9\xC3\xA9 aaaaaaaabbbb\n";

static size_t encode(const tw_vocabulary *v, const char *text, size_t size, uint32_t *ids) {
  size_t count = 0;
  FUZZ_REQUIRE(tw_tokens_encode(v, text, size, ids, MOST, &count) == TW_OK);
  char back[MOST];
  size_t back_size = 0;
  FUZZ_REQUIRE(tw_tokens_decode(v, ids, count, back, sizeof back, &back_size) == TW_OK);
  FUZZ_REQUIRE(back_size == size && memcmp(back, text, back_size) == 0);
  return count;
}

static void try_to_use(const uint8_t *file, size_t size, const made_vocabulary *made) {
  tw_vocabulary *v = NULL;
  if (tw_vocabulary_open(file, size, NULL, &v) != TW_OK) {
    FUZZ_REQUIRE(v == NULL);
    return;
  }
  uint32_t ids[MOST];
  size_t count = encode(v, TEXT, sizeof TEXT - 1, ids);
  const uint8_t *text = (const uint8_t *)TEXT;
  size_t at = 0;
  for (size_t start = 0, end; made != NULL && start < sizeof TEXT - 1; start = end) {
    end = v->piece_end(text, sizeof TEXT - 1, start);
    uint32_t expected[MOST];
    size_t expected_count = 1;
    expected[0] = tw_vocabulary_find(v, text + start, end - start);
    if (expected[0] == TW_NO_TOKEN) {
      for (size_t i = start; i < end; i++) {
        expected[i - start] = v->byte_token[text[i]];
      }
      expected_count = made_merge(made, expected, end - start);
    }
    for (size_t i = 0; i < expected_count; i++, at++) {
      FUZZ_REQUIRE(at < count && ids[at] == v->first_id + expected[i]);
    }
  }
  FUZZ_REQUIRE(made == NULL || at == count);
  tw_vocabulary_close(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static made_vocabulary made;
  try_to_use(data, size, NULL);
  if (size < 4) {
    return 0;
  }
  uint16_t pattern = (uint16_t)(1 + data[0] % 5);
  made_kind kind = {2, pattern, data[1], data[0] & 0x80 ? MADE_LATE : 0};
  made_at_random(&made, kind, MERGES, (uint64_t)data[2] << 8 | data[3]);
  /* Pairs of (where, what) change it; not how many tokens there are, which the sizes check. */
  for (size_t i = 4; i + 2 < size; i += 3) {
    size_t at = ((size_t)data[i] << 8 | data[i + 1]) % made.size;
    if (at < 8 || at >= 16) {
      made.file[at] = data[i + 2];
    }
  }
  made_seal(made.file, made.size);
  made_reload(&made);
  try_to_use(made.file, made.size, &made);
  return 0;
}
