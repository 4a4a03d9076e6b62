/* SPDX-License-Identifier: MIT */
#include "report_text.h"

static const char style[] =
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:60rem;margin:0 auto;padding:1.5rem}"
    "h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;margin-top:2rem}"
    ".scroll{overflow-x:auto}table{width:100%;border-collapse:collapse;"
    "font-variant-numeric:tabular-nums}"
    "th,td{padding:.4rem .6rem;border-bottom:1px solid light-dark(#d5dfdd,#33403f);"
    "text-align:right;vertical-align:top}"
    "th:first-child,.text{text-align:left;overflow-wrap:anywhere}"
    "thead th{font-size:.85rem}tbody th{font-weight:500}"
    ".range,.quiet{color:light-dark(#536361,#a0b0ae);font-size:.85rem}.range{display:block}"
    ".tip{padding:.8rem 1rem;border-radius:10px;background:light-dark(#e8f3f1,#17312d)}"
    "@media print{body{max-width:none;padding:0}section{break-inside:avoid}}";

/* The page that is written. */
typedef struct html_page {
  FILE *file;
  bool is_in_sums; /* the table's foot has begun */
} html_page;

static void put_text(FILE *file, const char *text) {
  for (; *text != '\0'; text++) {
    switch (*text) {
    case '&':
      (void)fputs("&amp;", file);
      break;
    case '<':
      (void)fputs("&lt;", file);
      break;
    case '>':
      (void)fputs("&gt;", file);
      break;
    case '"':
      (void)fputs("&quot;", file);
      break;
    default:
      (void)fputc(*text, file);
    }
  }
}

static void put_id(FILE *file, const char *id) {
  if (id[0] != '\0') {
    (void)fprintf(file, " id=\"%s\"", id);
  }
}

static void put_run(FILE *file, const tw_report_run *run) {
  if (run->is_figure) {
    (void)fprintf(file, "<data value=\"%.10g\">", run->exact);
  }
  (void)fputs(run->is_strong ? "<b>" : "", file);
  put_text(file, run->text);
  (void)fputs(run->is_strong ? "</b>" : "", file);
  (void)fputs(run->is_figure ? "</data>" : "", file);
}

static void begin(void *page, const char *title) {
  FILE *file = ((html_page *)page)->file;
  (void)fprintf(file,
                "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                "<title>%s</title><style>%s</style></head><body><main>\n<h1>%s</h1>\n",
                title, style, title);
}

static void begin_section(void *page, const char *id, const char *title) {
  FILE *file = ((html_page *)page)->file;
  (void)fputs("<section", file);
  put_id(file, id);
  (void)fprintf(file, "><h2>%s</h2>", title);
}

static void end_section(void *page) {
  (void)fputs("</section>\n", ((html_page *)page)->file);
}

static void put_paragraph(void *page, tw_report_style paragraph_style, const char *id,
                          const tw_report_run *runs, size_t count) {
  static const char *const classes[] = {"", " class=\"quiet\"", " class=\"tip\""};
  FILE *file = ((html_page *)page)->file;
  (void)fprintf(file, "<p%s", classes[paragraph_style]);
  put_id(file, id);
  (void)fputc('>', file);
  for (size_t i = 0; i < count; i++) {
    put_run(file, &runs[i]);
  }
  (void)fputs("</p>\n", file);
}

static void put_list(void *page, const char *id, const char *const *items, size_t count) {
  FILE *file = ((html_page *)page)->file;
  (void)fputs("<ul", file);
  put_id(file, id);
  (void)fputs(">\n", file);
  for (size_t i = 0; i < count; i++) {
    (void)fputs("<li>", file);
    put_text(file, items[i]);
    (void)fputs("</li>\n", file);
  }
  (void)fputs("</ul>\n", file);
}

static void begin_table(void *page, const tw_report_table *table) {
  html_page *p = page;
  p->is_in_sums = false;
  (void)fprintf(p->file,
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
                "<table id=\"%s\"><thead><tr>",
                table->title, table->id);
  for (size_t i = 0; i < table->column_count; i++) {
    const tw_report_column *column = &table->columns[i];
    (void)fprintf(p->file, "<th scope=\"col\"%s>%s</th>",
                  column->is_text && i > 0 ? " class=\"text\"" : "", column->title);
  }
  (void)fputs("</tr></thead><tbody>\n", p->file);
}

static void put_row(void *page, const tw_report_table *table, const tw_report_cell *cells,
                    bool is_sum) {
  html_page *p = page;
  if (is_sum && !p->is_in_sums) {
    (void)fputs("</tbody><tfoot>", p->file);
    p->is_in_sums = true;
  }
  (void)fputs("<tr>", p->file);
  for (size_t i = 0; i < table->column_count; i++) {
    bool is_text = table->columns[i].is_text;
    (void)fputs(i == 0 ? "<th scope=\"row\">" : is_text ? "<td class=\"text\">" : "<td>", p->file);
    put_run(p->file, &cells[i].value);
    if (cells[i].range[0] != '\0') {
      (void)fputs("<span class=\"range\">", p->file);
      put_text(p->file, cells[i].range);
      (void)fputs("</span>", p->file);
    }
    (void)fputs(i == 0 ? "</th>" : "</td>", p->file);
  }
  (void)fputs("</tr>\n", p->file);
}

static void end_table(void *page) {
  html_page *p = page;
  (void)fprintf(p->file, "</t%s></table></div>\n", p->is_in_sums ? "foot" : "body");
}

static void end(void *page, const char *colophon) {
  FILE *file = ((html_page *)page)->file;
  (void)fputs("<footer class=\"quiet\"><p>", file);
  put_text(file, colophon);
  (void)fputs("</p></footer></main></body></html>\n", file);
}

void tw_report_write_html(const tw_report *report, FILE *file) {
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
  html_page page = {file, false};
  tw_report_write_body(report, &look, &page);
}
