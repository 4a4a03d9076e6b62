/* SPDX-License-Identifier: MIT */
#include "count.h"

#include <string.h>

const int64_t tw_count_span_ms[TW_COUNT_SPANS] = {86400000, 3600000, 60000};

/* A walk over the counts between two times, the newest first, that ends at the wanted record. */
typedef struct walk {
  const tw_store_driver *driver;
  void *context;
  tw_record_filter filter;
  uint64_t passed;
  uint64_t wanted; /* the number of the record to end at, from 0; UINT64_MAX for none */
  bool found;      /* it is between from_ms and to_ms, in a part of this length: */
  unsigned level;  /* TW_COUNT_SPANS for the records themselves */
  int64_t from_ms;
  int64_t to_ms;
  tw_store_error *error;
} walk;

int64_t tw_count_floor(int64_t time_ms, int64_t step_ms) {
  int64_t rest = time_ms % step_ms;
  return time_ms - (rest < 0 ? rest + step_ms : rest);
}

/* Whether the wanted record is among the next `records`; else they are passed. */
static bool pass(walk *w, unsigned level, int64_t from_ms, int64_t to_ms, uint64_t records) {
  if (w->wanted != UINT64_MAX && w->wanted - w->passed < records) {
    w->found = true;
    w->level = level;
    w->from_ms = from_ms;
    w->to_ms = to_ms;
    return true;
  }
  w->passed += records;
  return false;
}

typedef struct span_visit {
  walk *walk;
  unsigned level;
} span_visit;

static bool visit_span(void *context, int64_t start_ms, uint64_t records) {
  span_visit *visit = context;
  int64_t end_ms = start_ms + tw_count_span_ms[visit->level];
  return !pass(visit->walk, visit->level, start_ms, end_ms, records);
}

static tw_store_status walk_records(walk *w, int64_t from_ms, int64_t to_ms) {
  tw_record_filter part = w->filter;
  part.from_ms = from_ms;
  part.to_ms = to_ms;
  uint64_t count = 0;
  tw_store_status status = w->driver->count_records(w->context, &part, &count, w->error);
  if (status == TW_STORE_OK) {
    (void)pass(w, TW_COUNT_SPANS, from_ms, to_ms, count);
  }
  return status;
}

static tw_store_status walk_spans(walk *w, unsigned level, int64_t from_ms, int64_t to_ms) {
  tw_record_filter part = w->filter;
  part.from_ms = from_ms;
  part.to_ms = to_ms;
  span_visit visit = {w, level};
  tw_store_status status =
      w->driver->count_spans(w->context, &part, (tw_count_span)level, visit_span, &visit, w->error);
  return status == TW_STORE_STOPPED ? TW_STORE_OK : status;
}

/* Whole spans of this level, and what is left at either end by the levels below. */
static tw_store_status walk_between(walk *w, unsigned level, int64_t from_ms, int64_t to_ms) {
  if (from_ms >= to_ms || w->found) {
    return TW_STORE_OK;
  }
  if (level == TW_COUNT_SPANS) {
    return walk_records(w, from_ms, to_ms);
  }
  int64_t span = tw_count_span_ms[level];
  int64_t first = tw_count_floor(from_ms + span - 1, span);
  int64_t last = tw_count_floor(to_ms, span);
  if (first >= last) {
    return walk_between(w, level + 1, from_ms, to_ms);
  }
  tw_store_status status = walk_between(w, level + 1, last, to_ms);
  if (status == TW_STORE_OK && !w->found) {
    status = walk_spans(w, level, first, last);
  }
  return status == TW_STORE_OK ? walk_between(w, level + 1, from_ms, first) : status;
}

/* Bounds that can be computed with: no record is beyond them. */
static tw_store_status clip(walk *w) {
  int64_t first_ms = 0;
  int64_t last_ms = -1;
  tw_store_status status = w->driver->bounds(w->context, &first_ms, &last_ms, w->error);
  if (w->filter.from_ms < first_ms) {
    w->filter.from_ms = first_ms;
  }
  if (w->filter.to_ms > last_ms + 1) {
    w->filter.to_ms = last_ms + 1;
  }
  return status;
}

tw_store_status tw_count_all(const tw_store_driver *driver, void *context,
                             const tw_record_filter *filter, uint64_t *count,
                             tw_store_error *error) {
  walk w = {.driver = driver, .context = context, .filter = *filter, .error = error};
  w.wanted = UINT64_MAX;
  tw_store_status status = clip(&w);
  if (status == TW_STORE_OK) {
    status = walk_between(&w, 0, w.filter.from_ms, w.filter.to_ms);
  }
  *count = w.passed;
  return status;
}

static bool take_place(void *context, const tw_record *record) {
  tw_record_place *place = context;
  place->time_ms = record->time_ms;
  (void)memccpy(place->id, record->id, '\0', sizeof place->id);
  place->id[sizeof place->id - 1] = '\0';
  return true;
}

tw_store_status tw_count_skip(const tw_store_driver *driver, void *context,
                              const tw_record_filter *filter, uint64_t skip, tw_record_place *place,
                              tw_store_error *error) {
  walk w = {.driver = driver, .context = context, .filter = *filter, .error = error};
  w.wanted = skip - 1;
  tw_store_status status = clip(&w);
  if (status == TW_STORE_OK) {
    status = walk_between(&w, 0, w.filter.from_ms, w.filter.to_ms);
  }
  /* Closer and closer: the day, its hour, its minute. */
  while (status == TW_STORE_OK && w.found && w.level + 1 < TW_COUNT_SPANS) {
    w.found = false;
    status = walk_between(&w, w.level + 1, w.from_ms, w.to_ms);
  }
  if (status != TW_STORE_OK || !w.found) {
    return status == TW_STORE_OK ? TW_STORE_NOT_FOUND : status;
  }
  tw_record_filter part = w.filter;
  part.from_ms = w.from_ms;
  part.to_ms = w.to_ms;
  place->id[0] = '\0';
  status =
      driver->list(context, &part, true, NULL, w.wanted - w.passed, 1, take_place, place, error);
  return status == TW_STORE_OK && place->id[0] == '\0' ? TW_STORE_NOT_FOUND : status;
}
