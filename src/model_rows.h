/* SPDX-License-Identifier: MIT */
#ifndef TW_MODEL_ROWS_H
#define TW_MODEL_ROWS_H

/* The models that a name may mean, without looking at all of them. */
#include "names.h"
#include "tables.h"

#include <stddef.h>
#include <stdint.h>

/** Some rows: the indexes of tw_models in [at, end). */
typedef struct tw_model_rows {
  const uint16_t *at;
  const uint16_t *end;
} tw_model_rows;

/** Those whose id, behind its vendor, can be equal to a name that begins so. */
tw_model_rows tw_model_rows_that_begin(tw_name_part beginning);

#endif
