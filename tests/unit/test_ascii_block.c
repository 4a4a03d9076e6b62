/* SPDX-License-Identifier: MIT */
/* Splitting a block of ASCII at once against the matchers that go from character to character. */
#include "pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* By their numbers. DeepSeek's has no way to split a block at once. */
enum { CL100K = 1, O200K, QWEN, TEKKEN, LAST = TEKKEN };

/* What may follow a block, each likely to move an end that was given too early. */
static const char *const continuations[] = {
    "",
    "a",
    "A",
    "'s",
    "ll x",
    "e",
    "1",
    "12",
    " ",
    "  ",
    "\n",
    " \n",
    "\r\n\r\n",
    "/",
    "\n/",
    ".",
    " .",
    "\t",
    " x",
    "\xC3\xA9",
    "\xCC\x81",
    "\xC2\xA0",
    "\xE3\x80\x80",
    "\xC5\xBF",
    "\xE2\x80\x99",
    "\xE4\xB8\xAD",
};

/* Small alphabets, so that every rule's characters meet often. */
static const char *const alphabets[] = {
    "ab AB",
    "a '",
    "aA'stmdrvelSTMDRVEL",
    "a1 ",
    " \n",
    " \n\ra.",
    "./\n a",
    "\t\v\f \na1.A'/",
    "x.",
    "0123456789",
    "don't we'll I'VE ",
    "-=_*#\"()",
    "if (x == 10) {\n    return;\n}\n\n",
    "\x01\x7F\x1F a",
    "aB'r'e'l'l's1 \n.",
};

static uint64_t next_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

/* Every end that is given is one, whatever follows, and none before the last of them is missing. */
static void check_block(const tw_pattern *p, const uint8_t *text) {
  uint64_t ends = p->ascii_ends(text, TW_ASCII_BLOCK);
  for (size_t c = 0; c < sizeof continuations / sizeof *continuations; c++) {
    uint8_t whole[TW_ASCII_BLOCK + 8];
    size_t more = strlen(continuations[c]);
    memcpy(whole, text, TW_ASCII_BLOCK);
    memcpy(whole + TW_ASCII_BLOCK, continuations[c], more);
    uint64_t left = ends;
    size_t at = 0;
    while (left != 0) {
      at = p->piece_end(whole, TW_ASCII_BLOCK + more, at);
      assert_true(at < TW_ASCII_BLOCK);
      assert_int_equal(at, (size_t)__builtin_ctzll(left));
      left &= left - 1;
    }
  }
}

/* A text that ends in the block is split to its end, or as far as is certain. */
static void check_whole(const tw_pattern *p, const uint8_t *text, size_t size) {
  uint8_t padded[TW_ASCII_BLOCK];
  memset(padded, 0xFF, sizeof padded);
  memcpy(padded, text, size);
  uint64_t ends = p->ascii_ends(padded, size);
  int is_ascii = 1;
  for (size_t i = 0; i < size; i++) {
    is_ascii = is_ascii && text[i] < 0x80;
  }
  size_t at = 0;
  for (uint64_t left = ends; left != 0; left &= left - 1) {
    at = p->piece_end(text, size, at);
    assert_int_equal(at, (size_t)__builtin_ctzll(left));
  }
  assert_true(at == size || !is_ascii || memchr(text, '/', size) != NULL ||
              (p->piece_end == tw_piece_end_tekken && memchr(text, '\'', size) != NULL));
}

static void blocks_agree_with_the_matchers(void **state) {
  (void)state;
  uint64_t seed = 11;
  uint8_t text[TW_ASCII_BLOCK];
  for (int round = 0; round < 60000; round++) {
    const char *alphabet = alphabets[next_random(&seed) % (sizeof alphabets / sizeof *alphabets)];
    size_t letters = strlen(alphabet);
    for (size_t i = 0; i < sizeof text; i++) {
      text[i] = (uint8_t)alphabet[next_random(&seed) % letters];
    }
    if (round % 4 == 0) {
      text[next_random(&seed) % sizeof text] = (uint8_t)(0x80 | next_random(&seed));
    }
    for (uint32_t number = CL100K; number <= LAST; number++) {
      tw_pattern p = tw_pattern_of(number);
      check_block(&p, text);
      check_whole(&p, text, 1 + next_random(&seed) % (TW_ASCII_BLOCK - 1));
    }
  }
}

/* Short runs of every two characters, where a wrong class would show. */
static void every_two_characters_agree(void **state) {
  (void)state;
  uint8_t text[TW_ASCII_BLOCK];
  for (unsigned pair = 0; pair < 128 * 128; pair++) {
    const uint8_t cycle[] = {'a', (uint8_t)(pair >> 7), (uint8_t)(pair & 127), 'b', ' ', '1'};
    for (size_t i = 0; i < sizeof text; i++) {
      text[i] = cycle[i % sizeof cycle];
    }
    for (uint32_t number = CL100K; number <= LAST; number++) {
      tw_pattern p = tw_pattern_of(number);
      check_block(&p, text);
      check_whole(&p, text, 2 + pair % 60);
    }
  }
}

/* The ends are not only right but there: all but those near the block's end. */
static void prose_is_split_almost_whole(void **state) {
  (void)state;
  static const uint8_t prose[] =
      "She said it's 12345 words, don't you think?\n\n  And then we left it.....";
  for (uint32_t number = CL100K; number <= LAST; number++) {
    tw_pattern p = tw_pattern_of(number);
    uint64_t ends = p.ascii_ends(prose, sizeof prose);
    /* Tekken has to look again at what o200k_base takes for a contraction, at "it's". */
    assert_true(number == TEKKEN ? ends >> 11 == 1 : ends >> 55 != 0);
    check_block(&p, prose);
  }
}

/* A single block is not enough for a piece that is longer, or begins with a longer character. */
static void long_pieces_have_no_end_here(void **state) {
  (void)state;
  uint8_t text[TW_ASCII_BLOCK];
  for (uint32_t number = CL100K; number <= LAST; number++) {
    tw_pattern p = tw_pattern_of(number);
    memset(text, 'a', sizeof text);
    assert_true(p.ascii_ends(text, TW_ASCII_BLOCK) == 0);
    memset(text, ' ', sizeof text);
    assert_true(p.ascii_ends(text, TW_ASCII_BLOCK) == 0);
    text[0] = 0xC3;
    assert_true(p.ascii_ends(text, TW_ASCII_BLOCK) == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_agree_with_the_matchers),
      cmocka_unit_test(every_two_characters_agree),
      cmocka_unit_test(prose_is_split_almost_whole),
      cmocka_unit_test(long_pieces_have_no_end_here),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
