/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the figures and the names of a report, in each of its looks. The first byte says
 * with which font, the next are sums, the rest are names: a line each, the first the tenant's.
 */
#include "fuzz.h"

#include "server/report_font.h"
#include "server/report_text.h"

#include <math.h>

enum { MOST_ROWS = 40, SUMS = 6 };

static const uint8_t *take_sums(tw_totals *sums, const uint8_t *data, const uint8_t *end) {
  double numbers[SUMS] = {0};
  size_t size = (size_t)(end - data) < sizeof numbers ? (size_t)(end - data) : sizeof numbers;
  memcpy(numbers, data, size);
  for (size_t i = 0; i < SUMS; i++) { /* as the store has them */
    numbers[i] = isfinite(numbers[i]) ? fabs(numbers[i]) : 1;
  }
  *sums = (tw_totals){.group = "",
                      .requests = (int64_t)fmin(numbers[0], 1e15),
                      .prompt_tokens = numbers[1],
                      .energy_wh = numbers[2],
                      .energy_wh_high = numbers[3],
                      .co2_g = numbers[4],
                      .water_ml = numbers[5]};
  return data + size;
}

typedef struct document {
  char *text;
  size_t size;
  FILE *file;
} document;

static void open_document(document *d) {
  *d = (document){0};
  d->file = open_memstream(&d->text, &d->size);
  FUZZ_REQUIRE(d->file != NULL);
}

static void check_document(document *d, const char *start, const char *end) {
  FUZZ_REQUIRE(fclose(d->file) == 0);
  FUZZ_REQUIRE(d->size > strlen(start) + strlen(end));
  FUZZ_REQUIRE(memcmp(d->text, start, strlen(start)) == 0);
  FUZZ_REQUIRE(memcmp(d->text + d->size - strlen(end), end, strlen(end)) == 0);
  free(d->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) {
    return 0;
  }
  const uint8_t *end = data + size;
  const char *const fonts[] = {NULL, tw_report_font_find(), TW_SOURCE_DIR "/LICENSE"};
  const char *font = fonts[data[0] % 3];
  tw_report report = {.month = "2026-11", .made_ms = 1795288022294, .to_ms = 0};
  const uint8_t *rest = take_sums(&report.total, data + 1, end);
  char *names = strndup((const char *)rest, (size_t)(end - rest));
  tw_report_row rows[MOST_ROWS];
  size_t count = 0;
  char *saved = NULL;
  char *line = strtok_r(names, "\n", &saved);
  report.tenant = line;
  while (count < MOST_ROWS && (line = strtok_r(NULL, "\n", &saved)) != NULL) {
    rows[count++] = (tw_report_row){line, report.total};
  }
  report.models = report.providers = report.keys = (tw_report_part){rows, count};
  if (count > 0) {
    report.tip = (tw_report_tip){.share = 0.5, .energy_wh = 1, .model = rows[0].name};
    (void)snprintf(report.methods.words[0].word, sizeof report.methods.words[0].word, "%s",
                   rows[0].name);
    report.methods.count = 1;
  }
  document d;
  open_document(&d);
  FUZZ_REQUIRE(tw_report_write_pdf(&report, font, d.file));
  check_document(&d, "%PDF-1.", "%%EOF\n");
  open_document(&d);
  tw_report_write_html(&report, d.file);
  check_document(&d, "<!doctype html>", "</html>\n");
  open_document(&d);
  tw_report_write_csv(&report, d.file);
  check_document(&d, "month,tenant,", "\r\n");
  free(names);
  return 0;
}
