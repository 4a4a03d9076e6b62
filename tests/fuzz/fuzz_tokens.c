/* SPDX-License-Identifier: MIT */
/*
 * Any bytes: encoding agrees with counting, decoding gives the (repaired) text back, and the ids
 * are those of a reference that merges each piece in the plainest way.
 */
#include "fuzz.h"

#include "bpe.h"
#include "utf8.h"

enum { MOST = 4096 };

/* The same from the merges that a file has, in which a token has one pair to be merged from. */
static size_t reference_of_pairs(const tw_vocabulary *v, const made_vocabulary *made,
                                 const uint8_t *piece, size_t size, uint32_t *ids) {
  ids[0] = tw_vocabulary_find(v, piece, size);
  if (ids[0] != TW_NO_TOKEN) {
    return 1;
  }
  for (size_t i = 0; i < size; i++) {
    ids[i] = piece[i];
  }
  return made_merge(made, ids, size);
}

/* The textbook: look every pair up by its bytes, merge the lowest rank, start over. */
static size_t reference(const tw_vocabulary *v, const uint8_t *piece, size_t size, uint32_t *ids) {
  size_t starts[MOST + 1];
  size_t count = size;
  for (size_t i = 0; i <= size; i++) {
    starts[i] = i;
  }
  while (count > 1 && tw_vocabulary_find(v, piece, size) == TW_NO_TOKEN) {
    uint32_t lowest = TW_NO_TOKEN;
    size_t best = 0;
    for (size_t i = 0; i + 1 < count; i++) {
      uint32_t rank = tw_vocabulary_find(v, piece + starts[i], starts[i + 2] - starts[i]);
      if (rank < lowest) {
        lowest = rank;
        best = i;
      }
    }
    if (lowest == TW_NO_TOKEN) {
      break;
    }
    memmove(starts + best + 1, starts + best + 2, (count - best - 1) * sizeof *starts);
    count--;
  }
  if (tw_vocabulary_find(v, piece, size) != TW_NO_TOKEN) {
    ids[0] = tw_vocabulary_find(v, piece, size);
    return 1;
  }
  for (size_t i = 0; i < count; i++) {
    ids[i] = tw_vocabulary_find(v, piece + starts[i], starts[i + 1] - starts[i]);
  }
  return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint32_t ids[3 * MOST];
  static uint32_t expected[3 * MOST];
  static uint8_t repaired[3 * MOST + 4];
  static char back[3 * MOST];
  if (size < 1 || size > MOST) {
    return 0;
  }
  int which = fuzz_which(data[0]);
  const tw_vocabulary *v = fuzz_vocabulary(which);
  const made_vocabulary *made = fuzz_merges(which);
  const char *text = (const char *)data + 1;
  size--;

  size_t encoded = 0;
  size_t counted = 0;
  FUZZ_REQUIRE(tw_tokens_encode(v, text, size, ids, 3 * MOST, &encoded) == TW_OK);
  FUZZ_REQUIRE(tw_tokens_count(v, text, size, &counted) == TW_OK);
  FUZZ_REQUIRE(counted == encoded);

  size_t consumed = size;
  size_t repaired_size =
      tw_utf8_repair((const uint8_t *)text, &consumed, 1, repaired, sizeof repaired);
  FUZZ_REQUIRE(consumed == size);
  size_t back_size = 0;
  FUZZ_REQUIRE(tw_tokens_decode(v, ids, encoded, back, sizeof back, &back_size) == TW_OK);
  FUZZ_REQUIRE(back_size == repaired_size && memcmp(back, repaired, back_size) == 0);

  size_t total = 0;
  for (size_t start = 0; start < repaired_size;) {
    size_t end = v->piece_end(repaired, repaired_size, start);
    FUZZ_REQUIRE(end > start && end <= repaired_size);
    if (end - start > MOST) {
      return 0;
    }
    const uint8_t *piece = repaired + start;
    size_t count = made == NULL ? reference(v, piece, end - start, expected + total)
                                : reference_of_pairs(v, made, piece, end - start, expected + total);
    for (size_t i = total; i < total + count; i++) {
      expected[i] += v->first_id;
    }
    total += count;
    start = end;
  }
  FUZZ_REQUIRE(total == encoded);
  FUZZ_REQUIRE(memcmp(ids, expected, total * sizeof *ids) == 0);
  return 0;
}
