/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_METHOD_H
#define TW_METHODS_METHOD_H

/*
 * A method is one file in this folder and one line in src/footprint.c: it gets a footprint in which
 * model and place are found, and fills in the numbers.
 */

#include "tokenwatt/footprint.h"

typedef struct tw_method {
  const char *name;
  void (*calculate)(const tw_usage *usage, tw_footprint *footprint);
} tw_method;

extern const tw_method tw_method_tokenwatt;

/** Adds a warning to a footprint. */
void tw_footprint_warn(tw_footprint *footprint, tw_warning warning);

#endif
