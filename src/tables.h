/* SPDX-License-Identifier: MIT */
#ifndef TW_TABLES_H
#define TW_TABLES_H

/* What tools/gen-tables.mjs makes of the CSV files in data/. Each array is sorted by its first
 * member. */

#include "chat_template.h"
#include "methods/carbon_llm.h"
#include "methods/ecologits.h"
#include "methods/hardware.h"
#include "token_ratios.h"
#include "tokenwatt/grid.h"
#include "tokenwatt/hosting.h"
#include "tokenwatt/models.h"

#include <stdint.h>

enum { TW_MODEL_ALIAS_OF_NONE = 0xFFFF };

/* Another name of a model, normalized; `provider` is "" if it holds for any. */
typedef struct tw_model_alias {
  const char *name;
  const char *provider;
  uint16_t model; /* index, or TW_MODEL_ALIAS_OF_NONE for one that the table has not */
} tw_model_alias;

/* A grid zone: its carbon is that of any of its regions. */
typedef struct tw_zone {
  const char *code;
  double water_offsite_l_per_kwh;
  uint16_t region; /* index */
} tw_zone;

/* A spelling of a provider, or an alias of a country; normalized. */
typedef struct tw_spelling {
  const char *name;
  uint16_t row; /* index */
} tw_spelling;

/* A hosting in few bytes; the largest number of a type stands for what is unknown. */
typedef struct tw_hosting_row {
  uint32_t input_micro_usd_per_mtok;
  uint32_t output_micro_usd_per_mtok;
  uint16_t model; /* index */
  uint16_t output_tokens_per_10_s;
  uint16_t first_token_ms;
  uint16_t region_begin; /* in tw_hosting_regions */
  uint8_t region_count;
  uint8_t provider; /* index */
  uint8_t source;   /* index */
  uint8_t year_of_century;
  bool is_published;
} tw_hosting_row;

#define TW_TABLE(type, name)                                                                       \
  extern const type name[];                                                                        \
  extern const size_t name##_count
TW_TABLE(tw_model, tw_models);
TW_TABLE(uint16_t, tw_models_by_base); /* indexes, sorted for model_rows.h */
TW_TABLE(tw_model_alias, tw_model_aliases);
TW_TABLE(tw_model_stand_in, tw_model_stand_ins);
TW_TABLE(tw_region, tw_regions);
TW_TABLE(tw_zone, tw_zones);
TW_TABLE(tw_country, tw_countries);
TW_TABLE(tw_provider, tw_providers);
TW_TABLE(tw_spelling, tw_provider_spellings);
TW_TABLE(tw_spelling, tw_country_aliases);
TW_TABLE(tw_hosting_row, tw_hosting_rows);
TW_TABLE(uint8_t, tw_hosting_regions); /* indexes: lists of regions, which may overlap */
TW_TABLE(char *const, tw_hosting_sources);
TW_TABLE(tw_chat_template, tw_chat_templates);
TW_TABLE(tw_tokenizer, tw_tokenizers);
TW_TABLE(tw_ecologits_mix, tw_ecologits_mixes);
TW_TABLE(tw_ecologits_provider, tw_ecologits_providers);
TW_TABLE(tw_ecologits_params, tw_ecologits_params_table);
TW_TABLE(tw_ecologits_model, tw_ecologits_models);
TW_TABLE(tw_ecologits_link, tw_ecologits_links);
TW_TABLE(tw_coefficient, tw_coefficients);
TW_TABLE(tw_coefficient_model, tw_coefficient_models);
TW_TABLE(tw_hardware_class, tw_hardware_classes);
#undef TW_TABLE

/* The names of tw_ecologits_models, in their order, each with its NUL. */
extern const char tw_ecologits_names[];

/* The kind of text that each feature speaks of: a tw_token_kind. */
extern const uint8_t tw_token_kinds[TW_TOKEN_FEATURE_COUNT];

#endif
