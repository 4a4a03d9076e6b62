/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_METHOD_H
#define TW_METHODS_METHOD_H

/*
 * A method is one file in this folder and one line in src/footprint.c: it gets a footprint in which
 * model and place are found, and fills in the numbers, what they were made of and where that is
 * from. Here is what methods share.
 */

#include "tokenwatt/footprint.h"

typedef struct tw_method {
  const char *name;
  void (*calculate)(const tw_usage *usage, tw_footprint *footprint);
} tw_method;

extern const tw_method tw_method_tokenwatt;
extern const tw_method tw_method_ecologits;
extern const tw_method tw_method_carbon_llm;
extern const tw_method tw_method_carbonbench;
extern const tw_method tw_method_hardware;

/** Adds a warning to a footprint. */
void tw_footprint_warn(tw_footprint *footprint, tw_warning warning);

/** Adds a factor with bounds, or one that is the same in both. */
void tw_footprint_add_range(tw_footprint *footprint, const char *name, tw_range range);
void tw_footprint_add_number(tw_footprint *footprint, const char *name, double number);

/** Adds an impact beyond energy, CO2e and water. */
void tw_footprint_add_impact(tw_footprint *footprint, const char *name, tw_range range);

/** Adds a source, and what is to be noted of it. The texts are static. */
void tw_footprint_cite(tw_footprint *footprint, const char *of, const char *text);
void tw_footprint_cite_noted(tw_footprint *footprint, const char *of, const char *text,
                             const char *note);

tw_range tw_range_scaled(tw_range range, double factor);

/** What the sums of a method are made of. */
typedef struct tw_params {
  tw_range total_b;
  tw_range active_b;
} tw_params;

/** The model's parameters, or what stands in for them: also as factors, source and warning. */
tw_params tw_method_params(tw_footprint *footprint);

/** Tokens that were written: the answer and its visible reasoning. */
double tw_method_output_tokens(const tw_usage *usage);

/** "benchmarked" if the vendor publishes the model's size, else "estimated". */
tw_confidence tw_method_confidence(const tw_footprint *footprint);

/**
 * The joules that an accelerator takes for one output token, by our fit of measurements
 * (data/constants.csv); `low` and `high` have the fit's typical error too.
 */
tw_range tw_method_joules_per_output_token(const tw_params *params, tw_range batch);

/**
 * CO2e, water and trees from the energy, and their factors and sources. `it_share`: the computers'
 * part of the energy, which on-site water goes with.
 */
void tw_method_fill_from_energy(tw_footprint *footprint, double it_share);

/** Water alone, likewise. */
void tw_method_fill_water(tw_footprint *footprint, double it_share);

/** Trees, from the CO2e. */
void tw_method_fill_trees(tw_footprint *footprint);

#endif
