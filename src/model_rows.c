/* SPDX-License-Identifier: MIT */
#include "model_rows.h"

#include "tables.h"

#include <string.h>

/* Where the next letter or number is; "v" may be a joint and counts for nothing. */
static const char *next_telling(const char *at, const char *end) {
  while (at != end && *at != '\0' && (*at < '0' || (*at > '9' && *at < 'a') || *at == 'v')) {
    at++;
  }
  return at;
}

/* Negative if the row comes before all that begin so, 0 if it is one of them. */
static int compare(const tw_model *model, tw_name_part beginning) {
  const char *slash = strrchr(model->id, '/');
  const char *row = slash == NULL ? model->id : slash + 1;
  const char *end = beginning.text + beginning.size;
  for (const char *at = beginning.text;; at++, row++) {
    at = next_telling(at, end);
    if (at == end) {
      return 0;
    }
    row = next_telling(row, NULL);
    if (*at != *row) {
      return *row < *at ? -1 : 1;
    }
  }
}

tw_model_rows tw_model_rows_that_begin(tw_name_part beginning) {
  const uint16_t *low = tw_models_by_base;
  const uint16_t *end = low + tw_models_count;
  for (const uint16_t *high = end; low < high;) {
    const uint16_t *middle = low + (high - low) / 2;
    if (compare(&tw_models[*middle], beginning) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  tw_model_rows rows = {low, low}; /* few: the next one is near */
  while (rows.end < end && compare(&tw_models[*rows.end], beginning) == 0) {
    rows.end++;
  }
  return rows;
}
