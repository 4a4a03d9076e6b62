/* SPDX-License-Identifier: MIT */
#include "report_figures.h"

#include "constants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_A_PART = 1000 }; /* read from the store at once */

static void add_sums(tw_totals *total, const tw_totals *row) {
#define ADD(member, type) total->member += row->member;
  TW_TOTALS_SUMS(ADD)
#undef ADD
}

/* ---- Sums ---- */

typedef struct gathering {
  tw_report_part *part;
  const tw_key_names *keys; /* NULL unless the rows are of keys */
  bool failed;              /* for want of memory */
} gathering;

static const char *name_of(const gathering *g, const tw_totals *totals) {
  if (g->part->count == TW_REPORT_ROWS) {
    return TW_REPORT_OTHERS;
  }
  if (g->keys == NULL) {
    return totals->group;
  }
  const tw_key *key = tw_key_names_find(g->keys, totals->key_id);
  return key == NULL ? "" : key->name;
}

static bool take_row(void *context, const tw_totals *totals) {
  gathering *g = context;
  tw_report_part *part = g->part;
  if (part->count > TW_REPORT_ROWS) {
    add_sums(&part->rows[TW_REPORT_ROWS].sums, totals);
    return true;
  }
  tw_report_row *larger = realloc(part->rows, (part->count + 1) * sizeof *larger);
  if (larger != NULL) {
    part->rows = larger;
    larger[part->count] = (tw_report_row){strdup(name_of(g, totals)), *totals};
    larger[part->count].sums.group = "";
  }
  g->failed = larger == NULL || larger[part->count].name == NULL;
  part->count += !g->failed;
  return !g->failed;
}

static bool take_total(void *context, const tw_totals *totals) {
  tw_totals *total = context;
  *total = *totals;
  total->group = "";
  return true;
}

/* ---- Methods ---- */

typedef struct reading {
  tw_report *report;
  tw_record_place last;
  size_t records; /* of this part, with those of tests */
} reading;

static void count_word(tw_report_tally *tally, const char *word) {
  size_t most = sizeof tally->words / sizeof tally->words[0];
  size_t i = 0;
  while (i < tally->count && strcmp(tally->words[i].word, word) != 0) {
    i++;
  }
  if (i == most) {
    return; /* there are no eight methods, confidences or ways to find a place */
  }
  if (i == tally->count) {
    (void)snprintf(tally->words[i].word, sizeof tally->words[i].word, "%s", word);
    tally->count++;
  }
  tally->words[i].records++;
}

static bool take_record(void *context, const tw_record *record) {
  reading *r = context;
  r->records++;
  r->last.time_ms = record->time_ms;
  (void)snprintf(r->last.id, sizeof r->last.id, "%s", record->id);
  if (record->is_test == 0) {
    count_word(&r->report->methods, record->method);
    count_word(&r->report->confidences, record->confidence);
    count_word(&r->report->places, record->place_method);
    r->report->tallied++;
  }
  return true;
}

static tw_store_status tally_records(tw_report *report, tw_store *store,
                                     const tw_record_filter *filter, tw_store_error *error) {
  reading r = {.report = report};
  bool is_first = true;
  tw_store_status status = TW_STORE_OK;
  for (size_t all = 0; all < TW_REPORT_RECORDS; all += r.records) {
    r.records = 0;
    status = tw_store_list(store, filter, false, is_first ? NULL : &r.last, RECORDS_A_PART,
                           take_record, &r, error);
    is_first = false;
    if (status != TW_STORE_OK || r.records < RECORDS_A_PART) {
      break;
    }
  }
  return status;
}

/* ---- The tip ---- */

static void make_tip(tw_report *report) {
  static const double shorter_by = 0.25;
  tw_report_tip *tip = &report->tip;
  double most_wh = 0;
  for (size_t i = 0; i < report->models.count; i++) {
    const tw_totals *sums = &report->models.rows[i].sums;
    double input =
        sums->prompt_tokens - sums->cached_tokens + TW_CONST_CACHED_WEIGHT * sums->cached_tokens;
    double all = TW_CONST_INPUT_WEIGHT * input + sums->completion_tokens + sums->reasoning_tokens;
    double saved = all > 0 ? shorter_by * sums->completion_tokens / all : 0;
    tip->energy_wh += saved * sums->energy_wh;
    tip->co2_g += saved * sums->co2_g;
    tip->water_ml += saved * sums->water_ml;
    if (saved * sums->energy_wh > most_wh) {
      most_wh = saved * sums->energy_wh;
      tip->model = report->models.rows[i].name;
    }
  }
  tip->share = report->total.energy_wh > 0 ? tip->energy_wh / report->total.energy_wh : 0;
}

tw_store_status tw_report_read(tw_report *report, tw_store *store, tw_store_error *error) {
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  filter.from_ms = report->from_ms;
  filter.to_ms = report->to_ms;
  filter.tenant = report->tenant;
  tw_record_filter real = filter;
  real.leaves_out_tests = true;
  tw_key_names keys = {0};
  gathering gatherings[] = {{&report->models, NULL, false},
                            {&report->providers, NULL, false},
                            {&report->keys, &keys, false}};
  static const tw_totals_group groups[] = {TW_TOTALS_BY_MODEL, TW_TOTALS_BY_PROVIDER,
                                           TW_TOTALS_BY_KEY};
  tw_store_status status = tw_key_names_read(&keys, store, error);
  if (status == TW_STORE_OK) {
    status = tw_store_totals(store, &real, TW_TOTALS_ALL, TW_TOTALS_TOGETHER, take_total,
                             &report->total, error);
  }
  for (size_t i = 0; i < sizeof groups / sizeof groups[0] && status == TW_STORE_OK; i++) {
    status =
        tw_store_totals(store, &real, TW_TOTALS_ALL, groups[i], take_row, &gatherings[i], error);
    if (gatherings[i].failed) {
      (void)snprintf(error->text, sizeof error->text, "not enough memory");
      status = TW_STORE_UNAVAILABLE;
    }
  }
  if (status == TW_STORE_OK) {
    status = tally_records(report, store, &filter, error);
  }
  if (status == TW_STORE_OK) {
    make_tip(report);
  }
  tw_key_names_free(&keys);
  return status;
}

static void free_part(tw_report_part *part) {
  for (size_t i = 0; i < part->count; i++) {
    free(part->rows[i].name);
  }
  free(part->rows);
}

void tw_report_free(tw_report *report) {
  free_part(&report->models);
  free_part(&report->providers);
  free_part(&report->keys);
}
