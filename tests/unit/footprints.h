/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_FOOTPRINTS_H
#define TW_TESTS_FOOTPRINTS_H

/* Asking methods for footprints and looking into them, for tests. Include after cmocka.h. */

#include "tokenwatt/footprint.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static inline tw_usage usage_of(const char *provider, const char *model, const char *region) {
  tw_usage usage;
  tw_usage_init(&usage);
  usage.provider = provider;
  usage.model = model;
  usage.region = region;
  usage.prompt_tokens = 1000;
  usage.cached_tokens = 400;
  usage.completion_tokens = 500;
  return usage;
}

static inline tw_footprint footprint_of(const tw_usage *usage, const char *method) {
  tw_footprint footprint;
  assert_int_equal(tw_footprint_calculate(usage, method, &footprint, NULL), TW_OK);
  assert_string_equal(footprint.method, method);
  return footprint;
}

static inline bool has_warning(const tw_footprint *footprint, tw_warning warning) {
  return (footprint->warnings >> warning & 1) != 0;
}

static inline tw_range factor(const tw_footprint *footprint, const char *name) {
  const tw_figure *figure = tw_footprint_factor(footprint, name);
  if (figure == NULL) {
    fail_msg("%s has no factor %s", footprint->method, name);
  }
  return figure->range;
}

static inline tw_range impact(const tw_footprint *footprint, const char *name) {
  for (size_t i = 0; i < footprint->impact_count; i++) {
    if (strcmp(footprint->impacts[i].name, name) == 0) {
      return footprint->impacts[i].range;
    }
  }
  fail_msg("%s has no impact %s", footprint->method, name);
  return (tw_range){0, 0, 0};
}

static inline void assert_within(double actual, double expected, double tolerance) {
  if (!(fabs(actual - expected) <= tolerance * fabs(expected))) {
    fail_msg("%.17g is not %.17g", actual, expected);
  }
}

static inline void assert_near(double actual, double expected) {
  assert_within(actual, expected, 1e-12);
}

#endif
