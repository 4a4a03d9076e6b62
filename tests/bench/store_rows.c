/* SPDX-License-Identifier: MIT */
/*
 * Fills an empty store with so many records, spread over a year, and times what the history and the
 * dashboard ask of it. One line of JSON a query. 0 records: the store as it is, its tables made.
 *
 *   store_rows ADDRESS RECORDS [ROUNDS]
 */
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 2000, PAGE = 100, MOST_ROUNDS = 1000, KEYS = 8, TENANTS = 5, MODELS = 12 };

static const int64_t year_ms = INT64_C(365) * 86400000;
static const int64_t start_ms = INT64_C(1767225600000); /* 2026-01-01 */

static const char *const models[MODELS] = {
    "gpt-4o",           "gpt-5",         "o3",          "gemini-2.5-pro",
    "gemini-2.5-flash", "claude-sonnet", "claude-opus", "grok-4",
    "llama-3.1-70b",    "mistral-large", "deepseek-v3", "qwen3-235b-a22b"};
static const char *const providers[] = {"OpenAI", "Google", "Anthropic", "xAI"};
static const char *const tenants[TENANTS] = {"", "acme", "globex", "initech", "umbrella"};

static uint64_t draw(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33;
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void die(const char *doing, const tw_store_error *error) {
  (void)fprintf(stderr, "store_rows: %s: %s\n", doing, error->text);
  exit(1);
}

/* Record n of all: in the order of time, as they come. */
static void make_record(tw_record *record, uint64_t n, uint64_t all, char id[TW_RECORD_ID_SIZE]) {
  uint64_t state = n * 2 + 1;
  (void)draw(&state);
  tw_record_init(record);
  uint64_t key = draw(&state) % KEYS; /* each is a tenant's, and a model is a provider's */
  uint64_t model = draw(&state) % MODELS;
  record->key_id = 1 + (int64_t)key;
  record->tenant = tenants[key % TENANTS];
  record->model = models[model];
  record->provider = providers[model % 4];
  record->developer_id = draw(&state) % 2 == 0 ? "ada" : "";
  record->session_id = record->developer_id[0] == '\0' ? "" : "one";
  record->route = "calculate";
  record->method = "tokenwatt";
  record->confidence = "estimated";
  record->place_method = "PROVIDER_DEFAULT";
  record->final_region = "us-east-1";
  record->source = "dom_estimated";
  record->matched_model = record->model;
  record->time_ms = start_ms + (int64_t)((double)n / (double)all * (double)year_ms);
  record->received_ms = record->time_ms;
  record->prompt_tokens = (int64_t)(draw(&state) % 8000);
  record->completion_tokens = (int64_t)(draw(&state) % 2000);
  record->energy_wh = (double)(draw(&state) % 1000) / 100;
  record->co2_g = record->energy_wh * 0.4;
  record->water_ml = record->energy_wh * 2;
  char client_id[32];
  (void)snprintf(client_id, sizeof client_id, "row-%" PRIu64 "-%" PRIu64, all, n);
  (void)tw_record_id_make(record->key_id, client_id, 0, id);
  record->id = id;
}

static void fill(tw_store *store, uint64_t all) {
  static char ids[BATCH][TW_RECORD_ID_SIZE];
  static tw_record_entry entries[BATCH];
  tw_store_error error = {""};
  double began = now_ms();
  for (uint64_t n = 0; n < all; n += BATCH) {
    size_t count = all - n < BATCH ? (size_t)(all - n) : BATCH;
    for (size_t i = 0; i < count; i++) {
      entries[i] = (tw_record_entry){.quota = -1};
      make_record(&entries[i].record, n + i, all, ids[i]);
    }
    if (tw_store_add_and_wait(store, entries, count, &error) != TW_STORE_OK) {
      die("add", &error);
    }
  }
  double seconds = (now_ms() - began) / 1e3;
  printf("{\"query\":\"fill\",\"records\":%" PRIu64 ",\"seconds\":%.1f,\"per_second\":%.0f}\n", all,
         seconds, (double)all / seconds);
}

/* ---- Queries ---- */

typedef struct query {
  const char *name;
  tw_record_filter filter;
  double depth; /* of the page: 0 for the first, 1 for the last; below 0: sums */
  tw_totals_span span;
  tw_totals_group group;
} query;

static bool take_record(void *context, const tw_record *record) {
  *(uint64_t *)context += record->id[0] != '\0';
  return true;
}

static bool take_totals(void *context, const tw_totals *totals) {
  *(uint64_t *)context += totals->requests > 0;
  return true;
}

static uint64_t read_page(tw_store *store, const query *q) {
  tw_store_error error = {""};
  uint64_t count = 0;
  if (tw_store_count(store, &q->filter, &count, &error) != TW_STORE_OK) {
    die(q->name, &error);
  }
  uint64_t pages = (count + PAGE - 1) / PAGE;
  uint64_t skip = pages == 0 ? 0 : (uint64_t)(q->depth * (double)(pages - 1)) * PAGE;
  tw_record_place place;
  if (skip > 0 && tw_store_skip(store, &q->filter, skip, &place, &error) != TW_STORE_OK) {
    die(q->name, &error);
  }
  uint64_t rows = 0;
  if (tw_store_list(store, &q->filter, true, skip > 0 ? &place : NULL, PAGE, take_record, &rows,
                    &error) != TW_STORE_OK) {
    die(q->name, &error);
  }
  return rows;
}

static uint64_t run(tw_store *store, const query *q) {
  if (q->depth >= 0) {
    return read_page(store, q);
  }
  tw_store_error error = {""};
  uint64_t rows = 0;
  if (tw_store_totals(store, &q->filter, q->span, q->group, take_totals, &rows, &error) !=
      TW_STORE_OK) {
    die(q->name, &error);
  }
  return rows;
}

static int compare_times(const void *left, const void *right) {
  double a = *(const double *)left;
  double b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static void time_query(tw_store *store, const query *q, int rounds) {
  static double times[MOST_ROUNDS];
  uint64_t rows = run(store, q); /* once to warm up */
  for (int i = 0; i < rounds; i++) {
    double began = now_ms();
    (void)run(store, q);
    times[i] = now_ms() - began;
  }
  qsort(times, (size_t)rounds, sizeof times[0], compare_times);
  printf("{\"query\":\"%s\",\"rows\":%" PRIu64 ",\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n", q->name, rows,
         times[rounds / 2], times[(rounds * 99) / 100]);
  (void)fflush(stdout);
}

static void time_queries(tw_store *store, int rounds) {
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  tw_record_filter key = all;
  key.key_id = 3;
  tw_record_filter tenant = all;
  tenant.tenant = "acme";
  tw_record_filter both = key;
  both.tenant = "globex";
  tw_record_filter month = all;
  month.from_ms = start_ms + INT64_C(40) * 86400000 + 12345;
  month.to_ms = month.from_ms + INT64_C(30) * 86400000;
  tw_record_filter week = all;
  week.from_ms = start_ms + INT64_C(200) * 86400000;
  week.to_ms = week.from_ms + INT64_C(7) * 86400000;
  const query queries[] = {
      {"history, first page", all, 0, 0, 0},
      {"history, page in the middle", all, 0.5, 0, 0},
      {"history, last page", all, 1, 0, 0},
      {"history of a key, middle", key, 0.5, 0, 0},
      {"history of a key, last page", key, 1, 0, 0},
      {"history of a tenant, last page", tenant, 1, 0, 0},
      {"history of a key and tenant, last page", both, 1, 0, 0},
      {"history of a month, middle", month, 0.5, 0, 0},
      {"sums of the year by day and model", all, -1, TW_TOTALS_DAY, TW_TOTALS_BY_MODEL},
      {"sums of the year by month and tenant", all, -1, TW_TOTALS_MONTH, TW_TOTALS_BY_TENANT},
      {"sums of the year by key", all, -1, TW_TOTALS_ALL, TW_TOTALS_BY_KEY},
      {"sums of a week by hour and provider", week, -1, TW_TOTALS_HOUR, TW_TOTALS_BY_PROVIDER},
      {"sums of a week by hour and model", week, -1, TW_TOTALS_HOUR, TW_TOTALS_BY_MODEL},
      {"sums of a key by day and model", key, -1, TW_TOTALS_DAY, TW_TOTALS_BY_MODEL},
      {"sums of a tenant by month and model", tenant, -1, TW_TOTALS_MONTH, TW_TOTALS_BY_MODEL},
      {"sums of a month, to the second", month, -1, TW_TOTALS_ALL, TW_TOTALS_BY_MODEL},
  };
  for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
    time_query(store, &queries[i], rounds);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) {
    (void)fprintf(stderr, "usage: store_rows ADDRESS RECORDS [ROUNDS]\n");
    return 2;
  }
  long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 30;
  tw_store *store = NULL;
  tw_store_error error = {""};
  if (tw_store_open(argv[1], true, &store, &error) != TW_STORE_OK) {
    die("open", &error);
  }
  tw_store_rows rows;
  if (tw_store_count_rows(store, &rows, &error) != TW_STORE_OK) {
    die("count", &error);
  }
  uint64_t wanted = strtoull(argv[2], NULL, 10);
  if (rows.records == 0 && wanted > 0) {
    fill(store, wanted);
  }
  time_queries(store, rounds < 1 || rounds > MOST_ROUNDS ? 30 : (int)rounds);
  tw_store_close(store);
  return 0;
}
