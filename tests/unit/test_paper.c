/* SPDX-License-Identifier: MIT */
/* The pages of a PDF: characters, lines, and what is too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/font_file.h"
#include "server/paper.h"
#include "server/paper_text.h"
#include "server/report_font.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const tw_paper_style style = {10, 12, false, false};

static void characters_of_utf8(void **state) {
  (void)state;
  for (uint32_t c = 1; c <= 0xFFFF; c++) {
    char bytes[4] = {0};
    size_t size = tw_paper_text_put(c, bytes);
    const char *text = bytes;
    bool is_surrogate = c >= 0xD800 && c < 0xE000;
    assert_int_equal(tw_paper_text_take(&text), is_surrogate ? 0xFFFD : c);
    assert_int_equal(text - bytes, size);
  }
  static const struct {
    const char *bytes;
    uint32_t character;
    size_t size;
  } cases[] = {
      {"\xF0\x9F\x8C\xB3", 0x1F333, 4},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
      {"\xF4\x90\x80\x80", 0xFFFD, 4},
      {"\xC0\x80", 0xFFFD, 1},
      {"\xE0\x80\x80", 0xFFFD, 3},
      {"\xF0\x80\x80\x80", 0xFFFD, 4},
      {"\x80", 0xFFFD, 1},
      {"\xFF", 0xFFFD, 1},
      {"\xE2\x82", 0xFFFD, 2},
      {"\xE2", 0xFFFD, 1}, /* over no end */
      {"\xC3(", 0xFFFD, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *text = cases[i].bytes;
    assert_int_equal(tw_paper_text_take(&text), cases[i].character);
    assert_int_equal(text - cases[i].bytes, cases[i].size);
  }
}

static void characters_of_windows_1252(void **state) {
  (void)state;
  static const struct {
    uint32_t character;
    uint8_t byte;
  } cases[] = {{'A', 'A'},     {0xE9, 0xE9},   {0x20AC, 0x80}, {0x2026, 0x85}, {0x2013, 0x96},
               {0x201C, 0x93}, {0x0178, 0x9F}, {0xB5, 0xB5},   {0x2082, '2'},  {'\n', ' '},
               {0x7F, ' '},    {0x85, ' '},    {0xA0, ' '},    {0x100, 0},     {0x3B1, 0},
               {0x1F333, 0},   {0xFFFD, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(tw_paper_text_latin(cases[i].character), cases[i].byte);
  }
  unsigned bytes = 0;
  for (uint32_t c = 0x100; c <= 0x10FFFF; c++) {
    bytes += tw_paper_text_latin(c) != 0;
  }
  assert_int_equal(bytes, 27 + 1); /* 0x80 to 0x9F but for five, and the subscript two */
}

static float height(tw_paper *paper, float width, const char *text) {
  const tw_paper_run run = {text, false};
  return tw_paper_measure(paper, &style, width, &run, 1) / style.leading;
}

static void lines_break_at_spaces_and_in_words_too_long(void **state) {
  (void)state;
  tw_paper *paper = tw_paper_open(NULL);
  assert_non_null(paper);
  assert_true(height(paper, 100, "") == 0);
  assert_true(height(paper, 100, "  ") == 0);
  assert_true(height(paper, 100, "word") == 1);
  assert_true(height(paper, 100, "  word  ") == 1);
  assert_true(height(paper, 30, "word word") == 2);
  assert_true(height(paper, 30, "word\nword\tword") == 3);
  assert_true(height(paper, 30, "wordwordwordword") > 2);
  assert_true(height(paper, 1, "word") == 4); /* a character at least */
  assert_true(height(paper, 100, "\xCE\xB1\xCE\xB2 \xF0\x9F\x8C\xB3 \xFF") == 1);
  const tw_paper_run runs[] = {{"one ", false}, {"two", true}, {", three", false}};
  assert_true(tw_paper_measure(paper, &style, 400, runs, 3) == style.leading);
  char longest[10000];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_true(height(paper, 1e6F, longest) > 1); /* than a line may have bytes */
  tw_paper_close(paper);
}

static void a_file_that_is_no_font(void **state) {
  (void)state;
  static const char *const files[] = {TW_SOURCE_DIR "/VERSION",
                                      TW_SOURCE_DIR "/LICENSE",
                                      TW_SOURCE_DIR "/data/o200k_base.twv",
                                      "/dev/null",
                                      "/none/none.ttf",
                                      TW_SOURCE_DIR};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    tw_paper *paper = tw_paper_open(files[i]);
    assert_non_null(paper);
    const tw_paper_run run = {"\xCE\xB1\xCE\xB2", false};
    tw_paper_put(paper, &style, tw_paper_left, 0, tw_paper_width, &run, 1);
    tw_paper_put(paper, &style, tw_paper_left, 20, tw_paper_width, &run, 1);
    size_t size = 0;
    char *file = tw_paper_finish(paper, "Title", &run, 1, "foot", 0, &size);
    assert_non_null(file);
    assert_memory_equal(file, "%PDF-1.", 7);
    free(file);
    tw_paper_close(paper);
  }
}

/* Whichever byte of it is another, and wherever it ends. */
static void a_damaged_font(void **state) {
  (void)state;
  const char *font = tw_report_font_find();
  if (font == NULL) {
    print_message("skipped: there is no DejaVu Sans here\n");
    skip();
  }
  char copy[] = "/tmp/tokenwatt-font-XXXXXX";
  size_t size = 0;
  assert_true(tw_font_file_is_sound(font, &size));
  char *bytes = malloc(size);
  FILE *file = fopen(font, "rb");
  assert_true(bytes != NULL && file != NULL && fread(bytes, 1, size, file) == size);
  assert_int_equal(fclose(file), 0);
  int fd = mkstemp(copy);
  assert_int_equal(write(fd, bytes, size), size);
  size_t found = 0;
  assert_true(tw_font_file_is_sound(copy, &found));
  assert_int_equal(found, size);
  /* In the head but for what helps searching (bytes 6 to 11), the directory, and the tables. */
  static const size_t places[] = {0, 1, 3, 5, 12, 16, 20, 27, 33, 40, 500, 5000, 50000, 500000};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    char damaged = (char)(bytes[places[i]] ^ 0x40);
    assert_int_equal(pwrite(fd, &damaged, 1, (off_t)places[i]), 1);
    bool is_tag = places[i] == 12; /* a table of another name is sound */
    assert_int_equal(tw_font_file_is_sound(copy, &found), is_tag);
    assert_int_equal(pwrite(fd, &bytes[places[i]], 1, (off_t)places[i]), 1);
  }
  for (size_t end = size - 1; end > 0; end /= 2) {
    assert_int_equal(ftruncate(fd, (off_t)end), 0);
    assert_false(tw_font_file_is_sound(copy, &found));
    assert_int_equal(found, 0);
  }
  close(fd);
  (void)unlink(copy);
  free(bytes);
}

static void there_are_so_many_pages_and_no_more(void **state) {
  (void)state;
  tw_paper *paper = tw_paper_open(NULL);
  assert_non_null(paper);
  const tw_paper_run run = {"text", false};
  unsigned pages = 1;
  for (int i = 0; i < 3000; i++) {
    pages += tw_paper_need(paper, 700);
    tw_paper_put(paper, &style, tw_paper_left, 0, tw_paper_width, &run, 1);
    tw_paper_skip(paper, 700);
    tw_paper_rule(paper);
    tw_paper_tint(paper, 10);
  }
  assert_true(pages >= 2000 && pages < 2010);
  size_t size = 0;
  assert_null(tw_paper_finish(paper, "Title", &run, 1, "foot", 0, &size));
  tw_paper_close(paper);
  tw_paper_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(characters_of_utf8),
      cmocka_unit_test(characters_of_windows_1252),
      cmocka_unit_test(lines_break_at_spaces_and_in_words_too_long),
      cmocka_unit_test(a_file_that_is_no_font),
      cmocka_unit_test(a_damaged_font),
      cmocka_unit_test(there_are_so_many_pages_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
