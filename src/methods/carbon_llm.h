/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_CARBON_LLM_H
#define TW_METHODS_CARBON_LLM_H

#include "tokenwatt/footprint.h"

#include <stdint.h>

/** A row of data/carbon_llm.csv. */
typedef struct tw_coefficient {
  const char *name; /* "mistral-large-2" */
  const char *source;
  double gco2e_per_1k_tokens;
  tw_confidence confidence;
} tw_coefficient;

/** A model that a row is for. */
typedef struct tw_coefficient_model {
  uint16_t model; /* index */
  uint16_t coefficient;
} tw_coefficient_model;

/** The row of a model; NULL if there is none (or model is NULL). */
const tw_coefficient *tw_coefficient_find(const tw_model *model);

#endif
