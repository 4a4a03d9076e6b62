/* SPDX-License-Identifier: MIT */
/* Sums and reports of many records, and for want of memory: whole, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_program.h"
#include "server/report.h"
#include "server/report_figures.h"
#include "server/report_font.h"
#include "server/report_text.h"
#include "server/usage.h"
#include "store_under_test.h"

#include <cjson/cJSON.h>
#include <hpdf.h>

static size_t allocations_of_pdf; /* by libhpdf */

HPDF_Doc __real_HPDF_NewEx(HPDF_Error_Handler handler, HPDF_Alloc_Func allocate,
                           HPDF_Free_Func release, HPDF_UINT pool, void *context);

static void *allocate_for_pdf(HPDF_UINT size) {
  allocations_of_pdf++;
  return fails() ? NULL : __real_malloc(size);
}

HPDF_Doc __wrap_HPDF_NewEx(HPDF_Error_Handler handler, HPDF_Alloc_Func allocate,
                           HPDF_Free_Func release, HPDF_UINT pool, void *context);
HPDF_Doc __wrap_HPDF_NewEx(HPDF_Error_Handler handler, HPDF_Alloc_Func allocate,
                           HPDF_Free_Func release, HPDF_UINT pool, void *context) {
  assert_true(allocate == NULL && release == NULL);
  allocations_of_pdf = 0;
  return __real_HPDF_NewEx(handler, allocate_for_pdf, free, pool, context);
}

/* ---- Records ---- */

enum { NAMES = TW_REPORT_ROWS + 101, NAME_SIZE = 201 };

static char names[NAMES][NAME_SIZE];

/* As long as names may be, of letters that Helvetica does not have. */
static void make_names(void) {
  for (int n = 0; n < NAMES; n++) {
    int used = snprintf(names[n], NAME_SIZE, "%d-", n);
    while (used + 2 < NAME_SIZE) {
      names[n][used++] = (char)0xCE;
      names[n][used++] = (char)(0xB1 + n % 9); /* alpha to iota */
    }
    names[n][used] = '\0';
  }
}

/* One of each model, and of the providers and keys that follow from it, in the first hours of the
 * month. */
static tw_record_entry *make_entries(size_t count, int64_t step_ms) {
  make_names();
  tw_record_entry *entries = calloc(count, sizeof *entries);
  char(*ids)[TW_RECORD_ID_SIZE] = calloc(count, sizeof *ids);
  assert_true(entries != NULL && ids != NULL);
  for (size_t n = 0; n < count; n++) {
    entries[n] = make_entry(ids[n], (int)n, 0, start_ms + (int64_t)n * step_ms);
    entries[n].record.model = names[n % NAMES];
    entries[n].record.provider = names[(n + 1) % NAMES];
    entries[n].record.energy_wh = 1;
    entries[n].record.tenant = "";
  }
  return entries;
}

static void add_entries(tw_store *store, tw_record_entry *entries, size_t count) {
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(store, entries, count, &error), TW_STORE_OK);
  free((void *)(uintptr_t)entries[0].record.id);
  free(entries);
}

static tw_report month_of(tw_store *store) {
  tw_report report = {
      .month = "2026-01", .from_ms = start_ms, .to_ms = start_ms + 31 * (int64_t)DAY_MS};
  tw_store_error error = {""};
  assert_int_equal(tw_report_read(&report, store, &error), TW_STORE_OK);
  return report;
}

/* ---- Bounds ---- */

static void a_report_has_so_many_rows_and_reads_so_many_records(void **state) {
  store_under_test *test = *state;
  enum { RECORDS = TW_REPORT_RECORDS + 1 };
  add_entries(test->store, make_entries(RECORDS, 1000), RECORDS);
  tw_report report = month_of(test->store);
  const tw_report_part *const parts[] = {&report.models, &report.providers};
  for (size_t p = 0; p < 2; p++) {
    assert_int_equal(parts[p]->count, TW_REPORT_ROWS + 1);
    assert_string_equal(parts[p]->rows[TW_REPORT_ROWS].name, TW_REPORT_OTHERS);
    int64_t requests = 0;
    for (size_t i = 0; i < parts[p]->count; i++) {
      requests += parts[p]->rows[i].sums.requests;
    }
    assert_int_equal(requests, RECORDS);
  }
  assert_int_equal(report.tallied, TW_REPORT_RECORDS);
  assert_int_equal(report.methods.words[0].records, TW_REPORT_RECORDS);
  tw_report_free(&report);
}

static void the_largest_pdf_takes_its_memory_at_once(void **state) {
  store_under_test *test = *state;
  enum { RECORDS = 2 * NAMES };
  add_entries(test->store, make_entries(RECORDS, 1000), RECORDS);
  tw_report report = month_of(test->store);
  const tw_report_part keys = report.keys;
  report.keys = report.models; /* as many */
  report.tenant = names[7];
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  assert_true(tw_report_write_pdf(&report, tw_report_font_find(), file));
  assert_int_equal(fclose(file), 0);
  assert_true(size > 10000 && memcmp(text, "%PDF-1.", 7) == 0);
  assert_int_equal(allocations_of_pdf, 2); /* the pool, and what manages it */
  free(text);
  report.keys = keys;
  tw_report_free(&report);
}

typedef struct answer {
  unsigned status; /* as HTTP has it */
  size_t size;     /* of what there is */
} answer;

static answer ask_usage(tw_store *store, const char *query) {
  tw_collector collector = {.store = store};
  tw_request request = {.method = "GET", .path = "/api/v1/usage", .query = query};
  tw_key key = {0};
  tw_api_response response = {0};
  tw_usage_answer(&collector, &request, &key, &response);
  answer got = {request.refusal.code != NULL ? request.refusal.status
                                             : (unsigned)response.http_status,
                response.body_size};
  tw_api_response_free(&response, NULL);
  return got;
}

static void sums_have_so_many_rows(void **state) {
  store_under_test *test = *state;
  enum { ROWS = 10000 };
  add_entries(test->store, make_entries(ROWS, HOUR_MS), ROWS);
  assert_int_equal(ask_usage(test->store, "by=hour").status, 200);
  char id[TW_RECORD_ID_SIZE];
  tw_record_entry one_more = make_entry(id, ROWS, 0, start_ms + (int64_t)ROWS * HOUR_MS);
  assert_int_equal(add(test->store, one_more), TW_RECORD_ADDED);
  assert_int_equal(ask_usage(test->store, "by=hour").status, 400);
  assert_int_equal(ask_usage(test->store, "by=hour&startDate=2026-01-02").status, 200);
  assert_int_equal(ask_usage(test->store, "by=day").status, 200);
  assert_int_equal(ask_usage(test->store, "by=all").status, 200);
  /* However long the time that is asked for. */
  assert_int_equal(ask_usage(test->store, "startDate=1970-01-01&endDate=9999-12-31").status, 200);
}

/* ---- Want of memory ---- */

static answer ask_report(tw_store *store, const char *query) {
  tw_collector collector = {.store = store, .report_font = tw_report_font_find()};
  tw_request request = {.method = "GET",
                        .path = "/api/v1/report",
                        .query = query,
                        .time_ms = start_ms + 40 * (int64_t)DAY_MS};
  tw_key key = {0};
  struct MHD_Response *document = NULL;
  uint64_t size = 0;
  tw_api_response error = {0};
  tw_report_answer(&collector, &request, &key, &document, &size, &error);
  answer got = {request.refusal.code != NULL ? request.refusal.status
                : document != NULL           ? 200
                                             : (unsigned)error.http_status,
                (size_t)size};
  assert_true(request.refusal.code == NULL || strstr(request.refusal.message, "memory") != NULL);
  if (document != NULL) {
    MHD_destroy_response(document);
  }
  tw_api_response_free(&error, NULL);
  return got;
}

/* Each allocation and all after it fail once: what is answered then is 503, or all of it. */
static void fail_each(tw_store *store, answer (*ask)(tw_store *store, const char *query),
                      const char *query) {
  fails_at = SIZE_MAX;
  answer whole = ask(store, query);
  assert_int_equal(whole.status, 200);
  assert_true(whole.size > 100);
  unsigned refused = 0;
  answer got = {0, 0};
  for (size_t n = 0; got.status != 200; n++) {
    allocations = 0;
    fails_at = n;
    got = ask(store, query);
    fails_at = SIZE_MAX;
    assert_true(got.status == 200 || got.status == 503);
    refused += got.status == 503;
    assert_true(n < 100000);
  }
  assert_int_equal(got.size, whole.size);
  assert_true(refused > 0);
}

static void whole_or_refused_for_want_of_memory(void **state) {
  store_under_test *test = *state;
  enum { RECORDS = 40 };
  add_entries(test->store, make_entries(RECORDS, HOUR_MS), RECORDS);
  fail_each(test->store, ask_usage, "by=day&group=model");
  fail_each(test->store, ask_usage, "by=all&group=key");
  fail_each(test->store, ask_report, "month=2026-01");
  fail_each(test->store, ask_report, "month=2026-01&format=csv");
  fail_each(test->store, ask_report, "month=2026-01&format=pdf");
}

int main(void) {
  cJSON_Hooks hooks = {__wrap_malloc, free};
  cJSON_InitHooks(&hooks);
  const struct CMUnitTest tests[] = {
      STORE_TEST(a_report_has_so_many_rows_and_reads_so_many_records),
      STORE_TEST(the_largest_pdf_takes_its_memory_at_once),
      STORE_TEST(sums_have_so_many_rows),
      STORE_TEST(whole_or_refused_for_want_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
