/* SPDX-License-Identifier: MIT */
#include "paper.h"

#include "font_file.h"
#include "paper_text.h"

#include <hpdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  MOST_PAGES = 2000,
  MOST_PARTS = 64,   /* of a line */
  LINE_BYTES = 2048, /* a line has some hundred characters */
  /*
   * libhpdf does not survive every allocation that fails: it gets its memory at once. What a report
   * of all its rows takes is tested; more would be allocated by the same amount. The pages of it
   * that are never written are never there.
   */
  MEMORY = 16 << 20,
  FONT_MEMORY = 4, /* times the file, for its tables and the part that is written */
};

static const float page_width = 595.28F; /* A4 */
static const float page_height = 841.89F;
static const float margin_top = 56;
static const float margin_bottom = 64;
static const float foot_y = 36;
const float tw_paper_left = 50;
const float tw_paper_width = 495.28F;

static const tw_paper_style small = {8, 10, true, false};

/* What stands next to each other in one font. */
typedef struct part {
  HPDF_Font font;
  size_t start; /* in the line's bytes; NUL-terminated */
  float width;
} part;

typedef struct line {
  char bytes[LINE_BYTES];
  size_t used;
  part parts[MOST_PARTS];
  size_t part_count;
  float width;
} line;

/* One word, or what of it fits into a line. */
typedef struct word {
  char bytes[LINE_BYTES / 2];
  size_t size;
  HPDF_Font font;
  float width;
  float space; /* of a space before it; 0 where it follows without one */
} word;

struct tw_paper {
  HPDF_Doc document;
  HPDF_Font plain;
  HPDF_Font bold;
  HPDF_Font wide; /* of font_file; NULL before it is needed, and without one */
  const char *font_file;
  HPDF_Page pages[MOST_PAGES];
  size_t page_count;
  float y; /* the page is filled from above to here */
  bool failed;
};

/* ---- The document ---- */

static HPDF_Page page_of(const tw_paper *paper) {
  return paper->pages[paper->page_count - 1];
}

/* Takes note of a failure. */
static bool check(tw_paper *paper, bool succeeded) {
  paper->failed = paper->failed || !succeeded;
  return !paper->failed;
}

static void add_page(tw_paper *paper) {
  if (!check(paper, paper->page_count < MOST_PAGES)) {
    return;
  }
  HPDF_Page page = HPDF_AddPage(paper->document);
  if (check(paper, page != NULL) &&
      check(paper, HPDF_Page_SetWidth(page, page_width) == HPDF_OK &&
                       HPDF_Page_SetHeight(page, page_height) == HPDF_OK)) {
    paper->pages[paper->page_count++] = page;
    paper->y = page_height - margin_top;
  }
}

tw_paper *tw_paper_open(const char *font_file) {
  tw_paper *paper = calloc(1, sizeof *paper);
  if (paper == NULL) {
    return NULL;
  }
  size_t font_size = 0;
  paper->font_file =
      font_file != NULL && tw_font_file_is_sound(font_file, &font_size) ? font_file : NULL;
  paper->document =
      HPDF_NewEx(NULL, NULL, NULL, (HPDF_UINT)(MEMORY + FONT_MEMORY * font_size), NULL);
  if (paper->document == NULL) {
    free(paper);
    return NULL;
  }
  paper->plain = HPDF_GetFont(paper->document, "Helvetica", "WinAnsiEncoding");
  paper->bold = HPDF_GetFont(paper->document, "Helvetica-Bold", "WinAnsiEncoding");
  if (check(paper, paper->plain != NULL && paper->bold != NULL &&
                       HPDF_SetCompressionMode(paper->document, HPDF_COMP_ALL) == HPDF_OK)) {
    add_page(paper);
  }
  return paper;
}

/* The TrueType font; NULL if there is none, or none that can be read. */
static HPDF_Font wide_font(tw_paper *paper) {
  bool is_sound = check(paper, HPDF_GetError(paper->document) == HPDF_OK);
  if (is_sound && paper->wide == NULL && paper->font_file != NULL) {
    const char *name = HPDF_LoadTTFontFromFile(paper->document, paper->font_file, HPDF_TRUE);
    if (name != NULL && HPDF_UseUTFEncodings(paper->document) == HPDF_OK) {
      paper->wide = HPDF_GetFont(paper->document, name, "UTF-8");
    }
    HPDF_ResetError(paper->document); /* of a font that it cannot use */
    paper->font_file = paper->wide == NULL ? NULL : paper->font_file;
  }
  return paper->wide;
}

void tw_paper_close(tw_paper *paper) {
  if (paper != NULL) {
    HPDF_Free(paper->document);
    free(paper);
  }
}

/* ---- Words ---- */

static float width_of(HPDF_Font font, const char *bytes, size_t size, float points) {
  HPDF_TextWidth width = HPDF_Font_TextWidth(font, (const HPDF_BYTE *)bytes, (HPDF_UINT)size);
  return (float)width.width * points / 1000;
}

static bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Which font writes all of the next word. */
static HPDF_Font font_for(tw_paper *paper, const tw_paper_run *run, const char *text) {
  bool is_latin = true;
  while (*text != '\0' && !is_space(*text) && is_latin) {
    is_latin = tw_paper_text_latin(tw_paper_text_take(&text)) != 0;
  }
  HPDF_Font wide = is_latin ? NULL : wide_font(paper);
  return wide != NULL ? wide : run->is_strong ? paper->bold : paper->plain;
}

/* One character in the encoding of a font. */
static size_t encode(const tw_paper *paper, HPDF_Font font, uint32_t character, char bytes[3]) {
  uint8_t latin = tw_paper_text_latin(character);
  if (font == paper->wide && latin != ' ') {
    return tw_paper_text_put(character > 0xFFFF ? '?' : character, bytes);
  }
  bytes[0] = (char)(latin == 0 ? '?' : latin);
  return 1;
}

/* Takes the next word, or what of it fits into `width`, but at least a character. */
static void take_word(tw_paper *paper, const tw_paper_run *run, float points, float width,
                      const char **text, word *taken) {
  taken->space = 0;
  taken->size = 0;
  taken->width = 0;
  taken->font = NULL;
  while (is_space(**text)) {
    *text += 1;
    taken->space = width_of(paper->plain, " ", 1, points);
  }
  if (**text == '\0') {
    return;
  }
  taken->font = font_for(paper, run, *text);
  while (**text != '\0' && !is_space(**text)) {
    const char *behind = *text;
    char bytes[3];
    size_t size = encode(paper, taken->font, tw_paper_text_take(&behind), bytes);
    float added = width_of(taken->font, bytes, size, points);
    if (taken->size > 0 &&
        (taken->width + added > width || taken->size + size > sizeof taken->bytes)) {
      break;
    }
    memcpy(taken->bytes + taken->size, bytes, size);
    taken->size += size;
    taken->width += added;
    *text = behind;
  }
}

/* ---- Lines ---- */

static void draw_line(tw_paper *paper, const tw_paper_style *style, float x, float y, float width,
                      const line *l) {
  HPDF_Page page = page_of(paper);
  float grey = style->is_quiet ? 0.35F : 0;
  x += style->is_right ? width - l->width : 0;
  HPDF_Page_SetRGBFill(page, grey, grey, grey);
  for (size_t i = 0; i < l->part_count; i++) {
    HPDF_Page_BeginText(page);
    HPDF_Page_SetFontAndSize(page, l->parts[i].font, style->size);
    HPDF_Page_TextOut(page, x, y, l->bytes + l->parts[i].start);
    HPDF_Page_EndText(page);
    x += l->parts[i].width;
  }
}

/* Adds a word, or says that it must go to the next line. */
static bool add_word(line *l, const word *added, float width) {
  float space = l->part_count == 0 ? 0 : added->space;
  if (l->part_count > 0 && l->width + space + added->width > width) {
    return false;
  }
  bool goes_on = l->part_count > 0 && l->parts[l->part_count - 1].font == added->font;
  if (l->used + added->size + 2 > sizeof l->bytes || (!goes_on && l->part_count == MOST_PARTS)) {
    return false;
  }
  if (space > 0 && l->part_count > 0) { /* in the font before it: both fonts have one */
    part *last = &l->parts[l->part_count - 1];
    l->bytes[l->used - 1] = ' ';
    l->bytes[l->used++] = '\0';
    last->width += space;
  }
  if (goes_on) {
    l->used--; /* over the NUL */
  } else {
    l->parts[l->part_count++] = (part){added->font, l->used, 0};
  }
  memcpy(l->bytes + l->used, added->bytes, added->size);
  l->used += added->size;
  l->bytes[l->used++] = '\0';
  l->parts[l->part_count - 1].width += added->width;
  l->width += space + added->width;
  return true;
}

/* Lines of a text, drawn from `top` downwards or only counted. */
static unsigned set_text(tw_paper *paper, const tw_paper_style *style, float x, float top,
                         float width, const tw_paper_run *runs, size_t count, bool draws) {
  line l = {.used = 0};
  word w;
  unsigned lines = 0;
  float space = 0; /* at the end of a run, for the word after it */
  for (size_t i = 0; i < count && !paper->failed; i++) {
    const char *text = runs[i].text;
    while (*text != '\0') {
      take_word(paper, &runs[i], style->size, width, &text, &w);
      if (w.size == 0) {
        space = w.space;
        break;
      }
      w.space = space > 0 ? space : w.space;
      space = 0;
      if (!add_word(&l, &w, width)) {
        if (draws) {
          draw_line(paper, style, x, top - style->size - (float)lines * style->leading, width, &l);
        }
        lines++;
        l.used = 0;
        l.part_count = 0;
        l.width = 0;
        (void)add_word(&l, &w, width);
      }
    }
  }
  if (l.part_count > 0) {
    if (draws) {
      draw_line(paper, style, x, top - style->size - (float)lines * style->leading, width, &l);
    }
    lines++;
  }
  return lines;
}

float tw_paper_measure(tw_paper *paper, const tw_paper_style *style, float width,
                       const tw_paper_run *runs, size_t count) {
  return (float)set_text(paper, style, 0, 0, width, runs, count, false) * style->leading;
}

void tw_paper_put(tw_paper *paper, const tw_paper_style *style, float x, float below, float width,
                  const tw_paper_run *runs, size_t count) {
  (void)set_text(paper, style, x, paper->y - below, width, runs, count, true);
}

/* ---- The page ---- */

bool tw_paper_need(tw_paper *paper, float height) {
  if (paper->failed || paper->y - height >= margin_bottom) {
    return false;
  }
  add_page(paper);
  return true;
}

void tw_paper_skip(tw_paper *paper, float height) {
  paper->y -= height;
}

void tw_paper_rule(tw_paper *paper) {
  if (!paper->failed) {
    HPDF_Page page = page_of(paper);
    HPDF_Page_SetLineWidth(page, 0.5F);
    HPDF_Page_SetRGBStroke(page, 0.8F, 0.84F, 0.83F);
    HPDF_Page_MoveTo(page, tw_paper_left, paper->y);
    HPDF_Page_LineTo(page, tw_paper_left + tw_paper_width, paper->y);
    HPDF_Page_Stroke(page);
  }
}

void tw_paper_tint(tw_paper *paper, float height) {
  if (!paper->failed) {
    HPDF_Page page = page_of(paper);
    HPDF_Page_SetRGBFill(page, 0.91F, 0.95F, 0.945F);
    HPDF_Page_Rectangle(page, tw_paper_left, paper->y - height, tw_paper_width, height);
    HPDF_Page_Fill(page);
  }
}

void tw_paper_mark(tw_paper *paper, const char *title) {
  if (paper->failed) {
    return;
  }
  HPDF_Outline mark = HPDF_CreateOutline(paper->document, NULL, title, NULL);
  HPDF_Destination here = HPDF_Page_CreateDestination(page_of(paper));
  (void)check(paper, mark != NULL && here != NULL &&
                         HPDF_Destination_SetFitH(here, paper->y) == HPDF_OK &&
                         HPDF_Outline_SetDestination(mark, here) == HPDF_OK);
}

/* ---- The file ---- */

static void number_pages(tw_paper *paper, const tw_paper_run *head, size_t count,
                         const char *foot) {
  static const float number_width = 80;
  tw_paper_style numbers = small;
  numbers.is_right = true;
  size_t pages = paper->page_count;
  for (size_t i = 0; i < pages && !paper->failed; i++) {
    char number[64];
    (void)snprintf(number, sizeof number, "Page %zu of %zu", i + 1, pages);
    const tw_paper_run foot_run = {foot, false};
    const tw_paper_run number_run = {number, false};
    paper->page_count = i + 1; /* the page that is written to */
    paper->y = foot_y + 2 * small.leading;
    tw_paper_put(paper, &small, tw_paper_left, 0, tw_paper_width - number_width, &foot_run, 1);
    tw_paper_put(paper, &numbers, tw_paper_left + tw_paper_width - number_width, 0, number_width,
                 &number_run, 1);
    if (i > 0) {
      paper->y = page_height - margin_top + 2 * small.leading;
      tw_paper_put(paper, &small, tw_paper_left, 0, tw_paper_width, head, count);
    }
  }
  paper->page_count = pages;
}

static void describe(tw_paper *paper, const char *title, int64_t time_ms) {
  time_t seconds = (time_t)(time_ms / 1000);
  struct tm utc;
  gmtime_r(&seconds, &utc);
  const HPDF_Date date = {.year = utc.tm_year + 1900,
                          .month = utc.tm_mon + 1,
                          .day = utc.tm_mday,
                          .hour = utc.tm_hour,
                          .minutes = utc.tm_min,
                          .seconds = utc.tm_sec,
                          .ind = 'Z'};
  HPDF_SetInfoAttr(paper->document, HPDF_INFO_TITLE, title);
  HPDF_SetInfoAttr(paper->document, HPDF_INFO_CREATOR, "Tokenwatt " TW_VERSION);
  HPDF_SetInfoDateAttr(paper->document, HPDF_INFO_CREATION_DATE, date);
}

char *tw_paper_finish(tw_paper *paper, const char *title, const tw_paper_run *head, size_t count,
                      const char *foot, int64_t time_ms, size_t *size) {
  number_pages(paper, head, count, foot);
  if (!paper->failed) {
    describe(paper, title, time_ms);
  }
  if (!check(paper, !paper->failed && HPDF_GetError(paper->document) == HPDF_OK &&
                        HPDF_SaveToStream(paper->document) == HPDF_OK)) {
    return NULL;
  }
  HPDF_UINT32 read = HPDF_GetStreamSize(paper->document);
  char *file = malloc(read);
  if (file == NULL || HPDF_ReadFromStream(paper->document, (HPDF_BYTE *)file, &read) != HPDF_OK) {
    free(file);
    return NULL;
  }
  *size = read;
  return file;
}
