/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_LOOK_H
#define TW_SERVER_REPORT_LOOK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How a report is put on a page. What it says is written once (report_body.c), in these terms, for
 * each look: HTML and PDF. All texts are UTF-8.
 */

/** A piece of a text. */
typedef struct tw_report_run {
  const char *text;
  bool is_strong;
  bool is_figure;
  double exact; /* of a figure: all its digits, for those who compute with it */
} tw_report_run;

typedef enum tw_report_style { TW_REPORT_PLAIN, TW_REPORT_QUIET, TW_REPORT_TIP } tw_report_style;

typedef struct tw_report_column {
  const char *title;
  unsigned percent; /* of the width, where the look sets one */
  bool is_text;     /* else figures, which stand to the right */
} tw_report_column;

enum { TW_REPORT_COLUMNS = 6 };

typedef struct tw_report_table {
  const char *id;
  const char *title;
  tw_report_column columns[TW_REPORT_COLUMNS]; /* the first names its row */
  size_t column_count;
} tw_report_table;

typedef struct tw_report_cell {
  tw_report_run value;
  const char *range; /* "" for none */
} tw_report_cell;

/** `page` is the look's own. Failures stay with it. */
typedef struct tw_report_look {
  void (*begin)(void *page, const char *title);
  void (*begin_section)(void *page, const char *id, const char *title); /* id: "" for none */
  void (*end_section)(void *page);
  void (*put_paragraph)(void *page, tw_report_style style, const char *id,
                        const tw_report_run *runs, size_t count);
  void (*put_list)(void *page, const char *id, const char *const *items, size_t count);
  void (*begin_table)(void *page, const tw_report_table *table);
  void (*put_row)(void *page, const tw_report_table *table, const tw_report_cell *cells,
                  bool is_sum);
  void (*end_table)(void *page);
  void (*end)(void *page, const char *colophon);
} tw_report_look;

#endif
