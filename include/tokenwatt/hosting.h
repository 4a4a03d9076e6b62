/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_HOSTING_H
#define TOKENWATT_HOSTING_H

/**
 * Who serves which model, where and for how much, as far as a public source says so
 * (data/hostings.csv).
 *
 * Every pointer returned is to what is static and immutable. Threads: every function may be called
 * from any.
 */

#include "tokenwatt/grid.h"
#include "tokenwatt/models.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A model at a provider, in the regions that share its prices. Unknown numbers are NaN. */
typedef struct tw_hosting {
  const tw_model *model;
  const tw_provider *provider; /* who serves it: not always who made it */
  const char *source;
  double input_usd_per_mtok;  /* list price of a million tokens that are read */
  double output_usd_per_mtok; /* and of a million that are written */
  double output_tokens_per_s; /* as a public source states it for this provider */
  double first_token_s;       /* wait before the first token, likewise */
  size_t index;               /* of the row */
  size_t region_count;        /* 0 if the provider does not say where it computes */
  int year;                   /* of the source */
  bool is_published;          /* read on the provider's own page, not in somebody's list */
} tw_hosting;

/** The number of rows. */
size_t tw_hosting_count(void);

/** A row, in the order of model and provider; all zero if index is not below tw_hosting_count(). */
tw_hosting tw_hosting_at(size_t index);

/** A region of a hosting; NULL if index is not below its region_count (or hosting is NULL). */
const tw_region *tw_hosting_region(const tw_hosting *hosting, size_t index);

#ifdef __cplusplus
}
#endif
#endif
