/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SUMS_H
#define TW_STORE_SUMS_H

/*
 * What records add to the counts and sums that a driver keeps beside them. They are summed here and
 * not by the database, so that a commit changes each row once, wherever the rows are.
 */

#include "driver.h"

/* Where each summed column is. */
#define TW_SUM_PLACE(member, type) TW_SUM_OF_##member,
enum { TW_TOTALS_OF_COLUMNS(TW_SUM_PLACE) TW_SUM_COUNT };
#undef TW_SUM_PLACE

/**
 * What is told apart within a span. Each question is answered from the sums with the fewest rows
 * that can: a store with a thousand keys shows the models of a year as fast as one with a single.
 */
typedef enum tw_sum_kind {
  TW_SUM_OF_KEY_MODELS,    /* keys, tenants, providers and models: all there is */
  TW_SUM_OF_KEYS,          /* keys and tenants */
  TW_SUM_OF_TENANT_MODELS, /* tenants, providers and models */
  TW_SUM_OF_MODELS,        /* providers and models */
  TW_SUM_KINDS             /* how many there are */
} tw_sum_kind;

/** A row to be added to. What its kind does not tell apart is -1 (the key) or "". */
typedef struct tw_sum_row {
  int64_t kind;
  int64_t key_id;
  int64_t span; /* of tw_count_span */
  int64_t start_ms;
  const char *tenant;
  const char *provider;
  const char *model;
  int64_t is_test;
  int64_t requests;
  double sums[TW_SUM_COUNT];
} tw_sum_row;

/** How many rows a record needs at most, in either of the functions below. */
enum { TW_SUM_ROWS_OF_RECORD = TW_SUM_KINDS * 2 };

/**
 * The counts of days, hours and minutes: key, tenant and requests of each row. How many rows there
 * are, each another one and always in the same order: transactions that change the same rows wait
 * for each other, and never in a circle. Texts are the records'.
 */
size_t tw_sum_counts(const tw_record *const *records, size_t count, tw_sum_row *rows);

/** The sums of days and hours, of every kind. */
size_t tw_sum_totals(const tw_record *const *records, size_t count, tw_sum_row *rows);

/** The sums with the fewest rows that tell apart what is asked for. */
tw_sum_kind tw_sum_kind_for(const tw_record_filter *filter, tw_totals_group group);

/**
 * A period, cut into what is summed from records, hours, days, hours and records: each bound is at
 * or after the one before.
 */
typedef struct tw_sum_parts {
  int64_t from_ms;       /* records */
  int64_t first_hour_ms; /* hours */
  int64_t first_day_ms;  /* days */
  int64_t last_day_ms;   /* hours */
  int64_t last_hour_ms;  /* records */
  int64_t to_ms;
} tw_sum_parts;

/** The parts of the time of a filter, with days only where the span does not tell hours apart. */
tw_sum_parts tw_sum_parts_of(const tw_record_filter *filter, tw_totals_span span);

#endif
