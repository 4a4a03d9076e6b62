/* SPDX-License-Identifier: MIT */
/*
 * As carbon-llm has it: a coefficient for a thousand tokens of any kind, for the models of its
 * table (data/carbon_llm.csv). For all others the method tokenwatt answers, and says so.
 * docs/methodology.md explains it.
 */
#include "carbon_llm.h"

#include "constants.h"
#include "method.h"
#include "tables.h"

const tw_coefficient *tw_coefficient_find(const tw_model *model) {
  for (size_t i = 0; i < tw_coefficient_models_count && model != NULL; i++) {
    const tw_coefficient_model *entry = &tw_coefficient_models[i];
    if (&tw_models[entry->model] == model) {
      return &tw_coefficients[entry->coefficient];
    }
  }
  return NULL;
}

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  const tw_coefficient *row = tw_coefficient_find(footprint->match.model);
  if (row == NULL) {
    tw_footprint_warn(footprint, TW_WARNING_COEFFICIENT_MISSING);
    tw_footprint_cite(footprint, "CO2e", "no coefficient of carbon-llm, so the method tokenwatt");
    tw_method_tokenwatt.calculate(usage, footprint);
    return;
  }
  if (usage->region != NULL && *usage->region != '\0') {
    tw_footprint_warn(footprint, TW_WARNING_PLACE_UNUSED);
  }
  /* What was measured of one model says less of its relatives. */
  bool is_inexact = footprint->match.how >= TW_MATCH_UNDATED;
  tw_confidence confidence = is_inexact ? TW_CONFIDENCE_ESTIMATED : row->confidence;
  bool is_measured = confidence == TW_CONFIDENCE_MEASURED;
  double error = is_measured ? 1 : TW_CONST_CARBON_LLM_ESTIMATED_ERROR;
  double g_per_1k = row->gco2e_per_1k_tokens;
  tw_range coefficient = {g_per_1k, g_per_1k / error, g_per_1k * error};
  double output = tw_method_output_tokens(usage);
  double all = output + (double)usage->prompt_tokens;
  tw_footprint_add_range(footprint, "gco2e_per_1k_tokens", coefficient);
  tw_footprint_add_range(footprint, "tokens", (tw_range){all, output, all});
  footprint->co2_g = (tw_range){coefficient.value * all / 1000, coefficient.low * output / 1000,
                                coefficient.high * all / 1000};
  tw_footprint_cite(footprint, "CO2e", row->source);
  /* The coefficients name no place: the energy behind them is that of the world's mean. */
  footprint->energy_wh =
      tw_range_scaled(footprint->co2_g, 1000 / TW_CONST_GRID_WORLD_GCO2E_PER_KWH);
  tw_footprint_add_number(footprint, "world_grid_gco2e_per_kwh", TW_CONST_GRID_WORLD_GCO2E_PER_KWH);
  tw_footprint_cite(footprint, "energy, from the CO2e", TW_SOURCE_GRID_WORLD_GCO2E_PER_KWH);
  tw_footprint_add_number(footprint, "it_share", TW_CONST_IT_SHARE);
  tw_method_fill_water(footprint, TW_CONST_IT_SHARE);
  tw_method_fill_trees(footprint);
  footprint->confidence = confidence;
}

const tw_method tw_method_carbon_llm = {"carbon-llm", calculate};
