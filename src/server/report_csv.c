/* SPDX-License-Identifier: MIT */
#include "report_text.h"

#include <string.h>

/* A text in quotes. One that a spreadsheet would take for a formula gets an apostrophe before it.
 */
static void put_text(FILE *file, const char *text) {
  (void)fputc('"', file);
  if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL) {
    (void)fputc('\'', file);
  }
  for (; *text != '\0'; text++) {
    if (*text == '"') {
      (void)fputc('"', file);
    }
    (void)fputc(*text, file);
  }
  (void)fputc('"', file);
}

static void put_line(const tw_report *report, FILE *file, const char *kind, const char *name,
                     const tw_totals *sums) {
  (void)fprintf(file, "%s,", report->month);
  put_text(file, report->tenant == NULL ? "" : report->tenant);
  (void)fprintf(file, ",%s,", kind);
  put_text(file, name);
  (void)fprintf(file, ",%.0f,%.0f,%.0f,%.0f,%.0f", (double)sums->requests, sums->prompt_tokens,
                sums->completion_tokens, sums->reasoning_tokens, sums->cached_tokens);
  (void)fprintf(file, ",%.10g,%.10g,%.10g", sums->energy_wh / 1000, sums->energy_wh_low / 1000,
                sums->energy_wh_high / 1000);
  (void)fprintf(file, ",%.10g,%.10g,%.10g", sums->co2_g / 1000, sums->co2_g_low / 1000,
                sums->co2_g_high / 1000);
  (void)fprintf(file, ",%.10g,%.10g,%.10g", sums->water_ml / 1000, sums->water_ml_low / 1000,
                sums->water_ml_high / 1000);
  (void)fputs(",3,1 Purchased goods and services,average-data,location-based,"
              "electricity of use: a part,",
              file);
  for (size_t i = 0; i < report->methods.count; i++) {
    (void)fprintf(file, "%s%s", i == 0 ? "" : " ", report->methods.words[i].word);
  }
  (void)fputs("\r\n", file);
}

static void put_part(const tw_report *report, FILE *file, const char *kind,
                     const tw_report_part *part) {
  for (size_t i = 0; i < part->count; i++) {
    put_line(report, file, kind, part->rows[i].name, &part->rows[i].sums);
  }
}

void tw_report_write_csv(const tw_report *report, FILE *file) {
  (void)fputs(
      "month,tenant,kind,name,requests,input_tokens,output_tokens,reasoning_tokens,cached_tokens,"
      "energy_kwh,energy_kwh_low,energy_kwh_high,co2e_kg,co2e_kg_low,co2e_kg_high,"
      "water_l,water_l_low,water_l_high,ghg_scope,ghg_category,calculation,electricity,boundary,"
      "methods_of_month\r\n",
      file);
  put_line(report, file, "total", "", &report->total);
  put_part(report, file, "model", &report->models);
  put_part(report, file, "provider", &report->providers);
  put_part(report, file, "key", &report->keys);
}
