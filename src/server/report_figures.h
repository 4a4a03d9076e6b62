/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_FIGURES_H
#define TW_SERVER_REPORT_FIGURES_H

#include "key_names.h"
#include "store/store.h"

/** The sums of one model, provider or key. */
typedef struct tw_report_row {
  char *name; /* "" for none */
  tw_totals sums;
} tw_report_row;

/** What a month is made up of, that of the most energy first. */
typedef struct tw_report_part {
  tw_report_row *rows;
  size_t count;
} tw_report_part;

enum {
  TW_REPORT_ROWS = 500,      /* of a part; what is beyond is summed as TW_REPORT_OTHERS */
  TW_REPORT_RECORDS = 100000 /* whose methods are counted: each is read */
};

#define TW_REPORT_OTHERS "All others"

/** How many records have each of a few words. */
typedef struct tw_report_tally {
  struct {
    char word[24];
    int64_t records;
  } words[8];
  size_t count;
} tw_report_tally;

/** What answers shorter by a quarter would save, by the weights of the method tokenwatt. */
typedef struct tw_report_tip {
  double share; /* of all energy, from 0 to 1 */
  double energy_wh;
  double co2_g;
  double water_ml;
  const char *model; /* where most of it is; NULL if nothing was used. Of the part's row */
} tw_report_tip;

/** A month of a tenant, or of all. Without what test keys posted. */
typedef struct tw_report {
  char month[8]; /* "2026-11" */
  int64_t from_ms;
  int64_t to_ms;
  int64_t made_ms;
  const char *tenant; /* NULL for all. Borrowed */
  tw_totals total;
  tw_report_part models;
  tw_report_part providers;
  tw_report_part keys;
  tw_report_tally methods;
  tw_report_tally confidences;
  tw_report_tally places;
  int64_t tallied; /* records that the tallies are of, the first of the month */
  tw_report_tip tip;
} tw_report;

/** Reads the figures of the month, tenant and time in *report. On failure, too, free it. */
tw_store_status tw_report_read(tw_report *report, tw_store *store, tw_store_error *error);

void tw_report_free(tw_report *report);

#endif
