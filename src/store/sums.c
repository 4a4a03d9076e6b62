/* SPDX-License-Identifier: MIT */
#include "sums.h"

#include "count.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)TW_SUM_ROWS_OF_RECORD >= (int)TW_COUNT_SPANS, "counts have room, too");

static int compare_integers(int64_t a, int64_t b) {
  return a < b ? -1 : a > b;
}

static int compare_rows(const void *left, const void *right) {
  const tw_sum_row *a = left;
  const tw_sum_row *b = right;
  int order = compare_integers(a->kind, b->kind);
  order = order != 0 ? order : compare_integers(a->key_id, b->key_id);
  order = order != 0 ? order : compare_integers(a->span, b->span);
  order = order != 0 ? order : compare_integers(a->start_ms, b->start_ms);
  order = order != 0 ? order : strcmp(a->tenant, b->tenant);
  order = order != 0 ? order : strcmp(a->provider, b->provider);
  order = order != 0 ? order : strcmp(a->model, b->model);
  return order != 0 ? order : compare_integers(a->is_test, b->is_test);
}

/* Adds equal rows together; how many remain. */
static size_t merge(tw_sum_row *rows, size_t count) {
  if (count == 0) {
    return 0;
  }
  qsort(rows, count, sizeof rows[0], compare_rows);
  size_t kept = 0;
  for (size_t i = 1; i < count; i++) {
    if (compare_rows(&rows[kept], &rows[i]) != 0) {
      rows[++kept] = rows[i];
      continue;
    }
    rows[kept].requests += rows[i].requests;
    for (size_t sum = 0; sum < TW_SUM_COUNT; sum++) {
      rows[kept].sums[sum] += rows[i].sums[sum];
    }
  }
  return kept + 1;
}

size_t tw_sum_counts(const tw_record *const *records, size_t count, tw_sum_row *rows) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    for (int span = 0; span < TW_COUNT_SPANS; span++) {
      rows[used++] =
          (tw_sum_row){.key_id = records[i]->key_id,
                       .span = span,
                       .start_ms = tw_count_floor(records[i]->time_ms, tw_count_span_ms[span]),
                       .tenant = records[i]->tenant,
                       .provider = "",
                       .model = "",
                       .requests = 1};
    }
  }
  return merge(rows, used);
}

static tw_sum_row total_of(const tw_record *record, int kind, int span) {
  bool has_key = kind == TW_SUM_OF_KEY_MODELS || kind == TW_SUM_OF_KEYS;
  bool has_model = kind != TW_SUM_OF_KEYS;
  tw_sum_row row = {.kind = kind,
                    .key_id = has_key ? record->key_id : -1,
                    .span = span,
                    .start_ms = tw_count_floor(record->time_ms, tw_count_span_ms[span]),
                    .tenant = kind == TW_SUM_OF_MODELS ? "" : record->tenant,
                    .provider = has_model ? record->provider : "",
                    .model = has_model ? record->model : "",
                    .is_test = record->is_test,
                    .requests = 1};
#define TAKE(member, type) row.sums[TW_SUM_OF_##member] = (double)record->member;
  TW_TOTALS_OF_COLUMNS(TAKE)
#undef TAKE
  return row;
}

size_t tw_sum_totals(const tw_record *const *records, size_t count, tw_sum_row *rows) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    for (int kind = 0; kind < TW_SUM_KINDS; kind++) {
      rows[used++] = total_of(records[i], kind, TW_COUNT_DAY);
      rows[used++] = total_of(records[i], kind, TW_COUNT_HOUR);
    }
  }
  return merge(rows, used);
}

tw_sum_kind tw_sum_kind_for(const tw_record_filter *filter, tw_totals_group group) {
  bool by_model = group == TW_TOTALS_BY_MODEL || group == TW_TOTALS_BY_PROVIDER;
  if (filter->key_id >= 0) {
    return by_model ? TW_SUM_OF_KEY_MODELS : TW_SUM_OF_KEYS;
  }
  if (group == TW_TOTALS_BY_KEY || (group == TW_TOTALS_BY_TENANT && filter->tenant == NULL)) {
    return TW_SUM_OF_KEYS;
  }
  return filter->tenant != NULL ? TW_SUM_OF_TENANT_MODELS : TW_SUM_OF_MODELS;
}

/* The whole steps within a period: none if the second bound is not after the first. */
static void find_whole(int64_t from_ms, int64_t to_ms, int64_t step_ms, int64_t *first_ms,
                       int64_t *last_ms) {
  *first_ms = tw_count_floor(from_ms + step_ms - 1, step_ms);
  *last_ms = tw_count_floor(to_ms, step_ms);
}

tw_sum_parts tw_sum_parts_of(const tw_record_filter *filter, tw_totals_span span) {
  tw_sum_parts parts = {.from_ms = filter->from_ms, .to_ms = filter->to_ms};
  find_whole(parts.from_ms, parts.to_ms, tw_count_span_ms[TW_COUNT_HOUR], &parts.first_hour_ms,
             &parts.last_hour_ms);
  if (parts.first_hour_ms >= parts.last_hour_ms) {
    parts.first_hour_ms = parts.last_hour_ms = parts.to_ms;
  }
  find_whole(parts.first_hour_ms, parts.last_hour_ms, tw_count_span_ms[TW_COUNT_DAY],
             &parts.first_day_ms, &parts.last_day_ms);
  if (parts.first_day_ms >= parts.last_day_ms || span == TW_TOTALS_HOUR) {
    parts.first_day_ms = parts.last_day_ms = parts.last_hour_ms;
  }
  return parts;
}
