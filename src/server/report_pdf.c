/* SPDX-License-Identifier: MIT */
#include "paper.h"
#include "report_text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS = 16 };

static const tw_paper_style title_style = {18, 24, false, false};
static const tw_paper_style section_style = {12, 16, false, false};
static const tw_paper_style plain_style = {9.5F, 13, false, false};
static const tw_paper_style quiet_style = {8.5F, 11.5F, true, false};
static const tw_paper_style text_cell = {9, 12, false, false};
static const tw_paper_style figure_cell = {9, 12, false, true};
static const tw_paper_style range_cell = {7, 9, true, true};

static const float cell_gap = 8;        /* between columns */
static const float cell_padding = 3.5F; /* above and below */
static const float tip_padding = 6;

static void set_run(tw_paper_run *run, const char *text, bool is_strong) {
  *run = (tw_paper_run){text, is_strong};
}

/* A text below what is there, on this page or the next. */
static void put(tw_paper *paper, const tw_paper_style *style, const tw_paper_run *runs,
                size_t count, float space_below) {
  float height = tw_paper_measure(paper, style, tw_paper_width, runs, count);
  (void)tw_paper_need(paper, height);
  tw_paper_put(paper, style, tw_paper_left, 0, tw_paper_width, runs, count);
  tw_paper_skip(paper, height + space_below);
}

static void begin(void *page, const char *title) {
  const tw_paper_run run = {title, true};
  put(page, &title_style, &run, 1, 4);
}

static void begin_section(void *page, const char *id, const char *title) {
  static const float with_text = 80; /* a title alone at the foot of a page helps nobody */
  (void)id;
  tw_paper_skip(page, 12);
  (void)tw_paper_need(page, section_style.leading + with_text);
  tw_paper_mark(page, title);
  const tw_paper_run run = {title, true};
  put(page, &section_style, &run, 1, 4);
}

static void end_section(void *page) {
  (void)page;
}

static void put_paragraph(void *page, tw_report_style style, const char *id,
                          const tw_report_run *runs, size_t count) {
  (void)id;
  tw_paper_run of_paper[MOST_RUNS];
  count = count > MOST_RUNS ? MOST_RUNS : count;
  for (size_t i = 0; i < count; i++) {
    set_run(&of_paper[i], runs[i].text, runs[i].is_strong);
  }
  if (style != TW_REPORT_TIP) {
    put(page, style == TW_REPORT_QUIET ? &quiet_style : &plain_style, of_paper, count, 4);
    return;
  }
  float width = tw_paper_width - 2 * tip_padding;
  float height = tw_paper_measure(page, &plain_style, width, of_paper, count) + 2 * tip_padding;
  (void)tw_paper_need(page, height);
  tw_paper_tint(page, height);
  tw_paper_put(page, &plain_style, tw_paper_left + tip_padding, tip_padding, width, of_paper,
               count);
  tw_paper_skip(page, height + 4);
}

static void put_list(void *page, const char *id, const char *const *items, size_t count) {
  (void)id;
  for (size_t i = 0; i < count; i++) {
    const tw_paper_run runs[] = {{"\xE2\x80\xA2 ", false}, {items[i], false}};
    put(page, &plain_style, runs, 2, 2);
  }
}

static float column_width(const tw_report_table *table, size_t column) {
  float widths = tw_paper_width - cell_gap * (float)(table->column_count - 1);
  return widths * (float)table->columns[column].percent / 100;
}

static void put_titles(tw_paper *paper, const tw_report_table *table) {
  float x = tw_paper_left;
  for (size_t i = 0; i < table->column_count; i++) {
    const tw_paper_run run = {table->columns[i].title, true};
    float width = column_width(table, i);
    tw_paper_put(paper, table->columns[i].is_text ? &text_cell : &figure_cell, x, cell_padding,
                 width, &run, 1);
    x += width + cell_gap;
  }
  tw_paper_skip(paper, text_cell.leading + 2 * cell_padding);
  tw_paper_rule(paper);
}

static void begin_table(void *page, const tw_report_table *table) {
  put_titles(page, table);
}

/* Its height; and itself, if it is drawn. */
static float put_cell(tw_paper *paper, const tw_report_cell *cell, const tw_report_column *column,
                      bool is_strong, float x, float width, bool draws) {
  const tw_paper_style *style = column->is_text ? &text_cell : &figure_cell;
  const tw_paper_run value = {cell->value.text, is_strong};
  const tw_paper_run range = {cell->range, false};
  float height = tw_paper_measure(paper, style, width, &value, 1);
  if (draws) {
    tw_paper_put(paper, style, x, cell_padding, width, &value, 1);
    tw_paper_put(paper, &range_cell, x, cell_padding + height, width, &range, 1);
  }
  return height + tw_paper_measure(paper, &range_cell, width, &range, 1);
}

static float put_cells(tw_paper *paper, const tw_report_table *table, const tw_report_cell *cells,
                       bool is_sum, bool draws) {
  float highest = 0;
  float x = tw_paper_left;
  for (size_t i = 0; i < table->column_count; i++) {
    float width = column_width(table, i);
    float height = put_cell(paper, &cells[i], &table->columns[i], is_sum, x, width, draws);
    highest = height > highest ? height : highest;
    x += width + cell_gap;
  }
  return highest + 2 * cell_padding;
}

static void put_row(void *page, const tw_report_table *table, const tw_report_cell *cells,
                    bool is_sum) {
  float height = put_cells(page, table, cells, is_sum, false);
  if (tw_paper_need(page, height)) {
    put_titles(page, table);
  }
  (void)put_cells(page, table, cells, is_sum, true);
  tw_paper_skip(page, height);
  tw_paper_rule(page);
}

static void end_table(void *page) {
  tw_paper_skip(page, 6);
}

static void end(void *page, const char *colophon) {
  const tw_paper_run run = {colophon, false};
  tw_paper_skip(page, 10);
  put(page, &quiet_style, &run, 1, 0);
}

bool tw_report_write_pdf(const tw_report *report, const char *font_file, FILE *file) {
  static const tw_report_look look = {
      .begin = begin,
      .begin_section = begin_section,
      .end_section = end_section,
      .put_paragraph = put_paragraph,
      .put_list = put_list,
      .begin_table = begin_table,
      .put_row = put_row,
      .end_table = end_table,
      .end = end,
  };
  tw_paper *paper = tw_paper_open(font_file);
  if (paper == NULL) {
    return false;
  }
  tw_report_write_body(report, &look, paper);
  char title[64];
  (void)snprintf(title, sizeof title, "Use of language models, %s", report->month);
  const tw_paper_run head[] = {{title, false},
                               {report->tenant == NULL ? "" : ", ", false},
                               {report->tenant == NULL ? "" : report->tenant, false}};
  size_t size = 0;
  char *bytes = tw_paper_finish(paper, title, head, sizeof head / sizeof head[0],
                                "Tokenwatt " TW_VERSION ". All figures are estimates.",
                                report->made_ms, &size);
  if (bytes != NULL) {
    (void)fwrite(bytes, 1, size, file);
  }
  free(bytes);
  tw_paper_close(paper);
  return bytes != NULL;
}
