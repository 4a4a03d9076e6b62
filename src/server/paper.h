/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_PAPER_H
#define TW_SERVER_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Pages of a PDF (A4), filled from top to bottom. Texts are UTF-8. What Windows-1252 can write is
 * set in Helvetica, which every reader has; a word that it cannot is set in a TrueType font, whose
 * used part goes into the file. Without such a font, and beyond U+FFFF, a character becomes "?".
 *
 * Lengths are in points (1/72 inch). A failure stays with the paper: later calls do nothing, and
 * tw_paper_finish() says so.
 */
typedef struct tw_paper tw_paper;

/** A piece of a text. */
typedef struct tw_paper_run {
  const char *text;
  bool is_strong;
} tw_paper_run;

typedef struct tw_paper_style {
  float size;
  float leading; /* from line to line */
  bool is_quiet; /* grey */
  bool is_right; /* lines end at the right */
} tw_paper_style;

/** The space for text on a page. */
extern const float tw_paper_left;
extern const float tw_paper_width;

/**
 * `font_file` must outlive the paper; NULL for none, and one that is not sound (font_file.h) counts
 * as none. NULL for want of memory.
 */
tw_paper *tw_paper_open(const char *font_file);

/** How high a text is in lines of this width: they break at spaces, and in words too long. */
float tw_paper_measure(tw_paper *paper, const tw_paper_style *style, float width,
                       const tw_paper_run *runs, size_t count);

/** Puts a text on the page, its top where the paper is filled to, `below` that. */
void tw_paper_put(tw_paper *paper, const tw_paper_style *style, float x, float below, float width,
                  const tw_paper_run *runs, size_t count);

/** Turns to a new page unless `height` is left on this one. Whether it did. */
bool tw_paper_need(tw_paper *paper, float height);

/** Fills the page further; nothing is put there. */
void tw_paper_skip(tw_paper *paper, float height);

/** A thin line across the page, where it is filled to. */
void tw_paper_rule(tw_paper *paper);

/** Tints the next `height` of the page, for what is put on it afterwards. */
void tw_paper_tint(tw_paper *paper, float height);

/** Makes a reader's table of contents lead to here. ASCII. */
void tw_paper_mark(tw_paper *paper, const char *title);

/**
 * Writes titles and page numbers, and gives the file, which the caller frees; NULL for want of
 * memory. `head` goes to the top of all pages but the first, `foot` to the bottom of all; `time_ms`
 * and `title` (ASCII) are for the file's description.
 */
char *tw_paper_finish(tw_paper *paper, const char *title, const tw_paper_run *head, size_t count,
                      const char *foot, int64_t time_ms, size_t *size);

/** NULL is allowed. */
void tw_paper_close(tw_paper *paper);

#endif
