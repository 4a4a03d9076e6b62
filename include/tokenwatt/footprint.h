/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_FOOTPRINT_H
#define TOKENWATT_FOOTPRINT_H

/**
 * From a usage to its energy, carbon and water, each with the bounds it may lie in, and with
 * everything that went into it. docs/methodology.md has the formulas.
 *
 * Threads: every function may be called from any.
 */

#include "tokenwatt/grid.h"
#include "tokenwatt/models.h"
#include "tokenwatt/usage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How far the numbers can be trusted. */
typedef enum tw_confidence {
  TW_CONFIDENCE_MEASURED,    /* measured on this model, by whoever made it */
  TW_CONFIDENCE_BENCHMARKED, /* from measurements on models of known size, as this one is */
  TW_CONFIDENCE_ESTIMATED    /* the model's size is somebody's estimate */
} tw_confidence;

/** Whose name a warning is about. */
typedef enum tw_warning_subject {
  TW_SUBJECT_NONE,
  TW_SUBJECT_MODEL,
  TW_SUBJECT_PROVIDER,
  TW_SUBJECT_REGION
} tw_warning_subject;

/* X(name, subject, text): what a reader of the numbers should know. `text` follows the name. */
#define TW_WARNINGS(X)                                                                             \
  X(MODEL_MISSING, NONE,                                                                           \
    "No model was given: the median of the provider's models stands in, and the range spans all "  \
    "of them.")                                                                                    \
  X(MODEL_UNKNOWN, MODEL,                                                                          \
    "is not in the table: the median of similar models stands in, and the range spans all of "     \
    "them.")                                                                                       \
  X(MODEL_SIZE_NAMED, MODEL,                                                                       \
    "is not in the table: the size that its name states is used, and the range is that of such "   \
    "names.")                                                                                      \
  X(MODEL_INEXACT, MODEL,                                                                          \
    "is not in the table by this name: matched.model is its closest relative, without a date or "  \
    "under another vendor.")                                                                       \
  X(MODEL_NEAREST, MODEL,                                                                          \
    "is no version of the table: matched.model is the one before it, which may differ in size.")   \
  X(MODEL_NOT_TEXT, MODEL, "is no text model: the numbers are those of a text model.")             \
  X(PARAMS_UNKNOWN, MODEL,                                                                         \
    "has undisclosed parameters: the median of its class stands in, and the range spans the "      \
    "class.")                                                                                      \
  X(PARAMS_UNVERIFIED, MODEL,                                                                      \
    "has parameters that were only found in a secondary source; see sources.")                     \
  X(PROVIDER_UNKNOWN, PROVIDER,                                                                    \
    "is not in the table of providers: nothing is known of where it computes.")                    \
  X(REGION_UNKNOWN, REGION, "is no known region, zone or country: the next best place is used.")   \
  X(WORLD_MEAN, NONE, "Where it was computed is not known: the means of the world are used.")      \
  X(HIDDEN_REASONING, MODEL,                                                                       \
    "may have reasoned unseen before its first token: estimated from the wait, only in the upper " \
    "bounds.")                                                                                     \
  X(WAIT_IMPLAUSIBLE, NONE,                                                                        \
    "More than an hour lies between startTimeMs and firstTokenTimeMs: the wait is not used.")      \
  X(ECOLOGITS_MODEL, MODEL, "is no model of EcoLogits 0.9.1: our parameters are used.")            \
  X(ECOLOGITS_SITE, PROVIDER,                                                                      \
    "is no provider of EcoLogits 0.9.1: our PUE and on-site water are used.")                      \
  X(ECOLOGITS_MIX, NONE,                                                                           \
    "EcoLogits 0.9.1 has no electricity mix of this place: our grid factor and off-site water "    \
    "are used, and abiotic depletion and primary energy are unknown.")                             \
  X(COEFFICIENT_MISSING, MODEL,                                                                    \
    "has no coefficient of carbon-llm: the method tokenwatt stands in.")                           \
  X(PLACE_UNUSED, REGION, "changes only the water: the coefficients of carbon-llm name no place.") \
  X(DURATION_ESTIMATED, NONE,                                                                      \
    "How long it took is not given: estimated from the wait for the first token and the speed of " \
    "writing.")                                                                                    \
  X(DURATION_LONG, NONE,                                                                           \
    "By the times given it took more than an hour: if that is a mistake of a clock, the numbers "  \
    "are too high.")

/** A warning; its bit in tw_footprint.warnings is 1 << it. */
typedef enum tw_warning {
#define TW_WARNING_ENUM(name, subject, text) TW_WARNING_##name,
  TW_WARNINGS(TW_WARNING_ENUM)
#undef TW_WARNING_ENUM
      TW_WARNING_COUNT
} tw_warning;

/** A number with its bounds, and its name with its unit: "grid_gco2e_per_kwh". */
typedef struct tw_figure {
  const char *name;
  tw_range range;  /* `low` and `high` are those of the lower and of the higher result */
  bool has_bounds; /* otherwise the number is the same in both results */
} tw_figure;

/** Where something that went into a result comes from. */
typedef struct tw_source {
  const char *of;   /* "energy", "parameters", "grid", … */
  const char *text; /* NULL for the median that tw_footprint.stand_in is */
  const char *note; /* what else is to be said of it: "published"; NULL if nothing */
  int year;         /* 0 where the text has it */
} tw_source;

enum { TW_FACTORS_MAX = 24, TW_IMPACTS_MAX = 3, TW_SOURCES_MAX = 8 };

/** Where the speed of a model's writing is known from. */
typedef enum tw_speed_from {
  TW_SPEED_DEFAULT, /* the median of all models */
  TW_SPEED_MODEL,   /* the model's row */
  TW_SPEED_ANSWER   /* this very answer, whose first and last token were timed */
} tw_speed_from;

/** The result of tw_footprint_calculate(). Strings and pointers are static. */
typedef struct tw_footprint {
  const char *method;
  tw_confidence confidence;
  tw_range energy_wh;
  tw_range co2_g;
  tw_range water_ml; /* on-site and off-site */
  tw_range water_onsite_ml;
  tw_range water_offsite_ml;
  tw_range tree_days;             /* of what one tree absorbs */
  double hidden_reasoning_tokens; /* estimated; only in `high`. 0 if none */
  double hidden_reasoning_wait_s; /* the wait before the first token that is taken for it */
  double hidden_reasoning_tokens_per_s;
  tw_speed_from hidden_reasoning_speed_from;
  tw_model_match match;
  const tw_model_stand_in *stand_in; /* what stood in for the model's parameters; else NULL */
  bool has_named_size;               /* the model is unknown, but its name states a size: */
  tw_model_size named_size;
  tw_place place;
  tw_figure factors[TW_FACTORS_MAX]; /* every number that went in, in the order of the formula */
  size_t factor_count;
  tw_figure impacts[TW_IMPACTS_MAX]; /* what else the method tells, beyond energy, CO2e and water */
  size_t impact_count;
  tw_source sources[TW_SOURCES_MAX];
  size_t source_count;
  uint32_t warnings;
} tw_footprint;

/** How much a tree absorbs. */
typedef enum tw_tree {
  TW_TREE_EXAMPLE,  /* what reproduces the calculate API's published example; the default */
  TW_TREE_PUBLISHED /* 21.77 kg a year, as calculators have it */
} tw_tree;

/**
 * The number of methods:
 * - tokenwatt: from the size of the model and the tokens, by a fit of measurements;
 * - ecologits: as EcoLogits 0.9.1 has it: output tokens, hardware's making included in the CO2e;
 * - carbon-llm: a coefficient for all tokens of a few models; tokenwatt for the others;
 * - carbonbench: the accelerator alone, for the output tokens;
 * - hardware: the time it took and the power of the machines.
 */
size_t tw_method_count(void);

/** The name of a method, the default first; NULL if index is not below tw_method_count(). */
const char *tw_method_name(size_t index);

/**
 * Calculates a footprint. An unknown model, provider or region is no error: what stands in is in
 * the result, with a warning.
 *
 * usage      as tw_usage_check() accepts it.
 * method     a name of tw_method_name(); NULL for the default.
 * problem    out, may be NULL: what is wrong for TW_ERR_FIELD.
 *
 * TW_ERR_FIELD (tw_usage_check() refuses the usage), TW_ERR_NOT_FOUND (no such method),
 * TW_ERR_ARGUMENT.
 */
tw_status tw_footprint_calculate(const tw_usage *usage, const char *method, tw_footprint *footprint,
                                 tw_usage_problem *problem);

/** A factor of the result by its name; NULL if this method has none of that name. */
const tw_figure *tw_footprint_factor(const tw_footprint *footprint, const char *name);

/** Counts tree_days in another kind of tree, and says so in the factor tree_gco2e_per_day. */
void tw_footprint_set_tree(tw_footprint *footprint, tw_tree tree);

/** "measured", "benchmarked", "estimated". */
const char *tw_confidence_name(tw_confidence confidence);

/** The text of a warning, which follows the name of its subject if it has one. Never NULL. */
const char *tw_warning_text(tw_warning warning);

/** Whose name the text of a warning follows. */
tw_warning_subject tw_warning_subject_of(tw_warning warning);

#ifdef __cplusplus
}
#endif
#endif
