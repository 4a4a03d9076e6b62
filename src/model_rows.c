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

/* The first row that compares as more than `order`. */
static const uint16_t *find_bound(tw_name_part beginning, int order) {
  const uint16_t *low = tw_models_by_base;
  for (const uint16_t *high = low + tw_models_count; low < high;) {
    const uint16_t *middle = low + (high - low) / 2;
    if (compare(&tw_models[*middle], beginning) > order) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

tw_model_rows tw_model_rows_that_begin(tw_name_part beginning) {
  return (tw_model_rows){find_bound(beginning, -1), find_bound(beginning, 0)};
}
