/* SPDX-License-Identifier: MIT */
#include "method.h"

#include "constants.h"

#include <math.h>

void tw_footprint_warn(tw_footprint *footprint, tw_warning warning) {
  footprint->warnings |= UINT32_C(1) << warning;
}

static void add_factor(tw_footprint *footprint, const char *name, tw_range range, bool has_bounds) {
  if (footprint->factor_count < TW_FACTORS_MAX) {
    footprint->factors[footprint->factor_count++] = (tw_figure){name, range, has_bounds};
  }
}

void tw_footprint_add_range(tw_footprint *footprint, const char *name, tw_range range) {
  add_factor(footprint, name, range, true);
}

void tw_footprint_add_number(tw_footprint *footprint, const char *name, double number) {
  add_factor(footprint, name, (tw_range){number, number, number}, false);
}

void tw_footprint_add_impact(tw_footprint *footprint, const char *name, tw_range range) {
  if (footprint->impact_count < TW_IMPACTS_MAX) {
    footprint->impacts[footprint->impact_count++] = (tw_figure){name, range, true};
  }
}

static void add_source(tw_footprint *footprint, tw_source source) {
  if (footprint->source_count < TW_SOURCES_MAX) {
    footprint->sources[footprint->source_count++] = source;
  }
}

void tw_footprint_cite(tw_footprint *footprint, const char *of, const char *text) {
  add_source(footprint, (tw_source){of, text, NULL, 0});
}

void tw_footprint_cite_noted(tw_footprint *footprint, const char *of, const char *text,
                             const char *note) {
  add_source(footprint, (tw_source){of, text, note, 0});
}

tw_range tw_range_scaled(tw_range range, double factor) {
  return (tw_range){range.value * factor, range.low * factor, range.high * factor};
}

static void warn_of_params(tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  if (model == NULL) {
    return; /* the warning is that the model is unknown */
  }
  if (model->params_confidence == TW_PARAMS_UNVERIFIED) {
    tw_footprint_warn(footprint, TW_WARNING_PARAMS_UNVERIFIED);
  } else if (footprint->stand_in != NULL && model->is_text_model) {
    tw_footprint_warn(footprint, TW_WARNING_PARAMS_UNKNOWN);
  }
}

tw_params tw_method_params(tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  const tw_model_stand_in *stand_in = footprint->stand_in;
  tw_params params;
  if (footprint->has_named_size) {
    params = (tw_params){footprint->named_size.total_b, footprint->named_size.active_b};
    tw_footprint_cite(footprint, "parameters", "as the model's name states them");
  } else if (stand_in != NULL) {
    params = (tw_params){stand_in->params_total_b, stand_in->params_active_b};
    tw_footprint_cite(footprint, "parameters", NULL);
  } else {
    params = (tw_params){model->params_total_b, model->params_active_b};
    tw_footprint_cite_noted(footprint, "parameters", model->source,
                            tw_params_confidence_name(model->params_confidence));
  }
  tw_footprint_add_range(footprint, "params_total_b", params.total_b);
  tw_footprint_add_range(footprint, "params_active_b", params.active_b);
  warn_of_params(footprint);
  return params;
}

double tw_method_output_tokens(const tw_usage *usage) {
  return (double)usage->completion_tokens + (double)usage->reasoning_tokens;
}

tw_confidence tw_method_confidence(const tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  bool is_benchmarked = model != NULL && model->params_confidence == TW_PARAMS_PUBLISHED &&
                        model->is_text_model && footprint->match.how < TW_MATCH_UNDATED;
  return is_benchmarked ? TW_CONFIDENCE_BENCHMARKED : TW_CONFIDENCE_ESTIMATED;
}

static double joules_per_output_token(double total_b, double active_b, double batch) {
  return TW_CONST_ENERGY_COEFFICIENT * pow(total_b, TW_CONST_ENERGY_EXPONENT_TOTAL) *
         pow(active_b, TW_CONST_ENERGY_EXPONENT_ACTIVE) *
         pow(batch, TW_CONST_ENERGY_EXPONENT_BATCH);
}

tw_range tw_method_joules_per_output_token(const tw_params *params, tw_range batch) {
  const tw_range *total = &params->total_b;
  const tw_range *active = &params->active_b;
  return (tw_range){
      joules_per_output_token(total->value, active->value, batch.value),
      joules_per_output_token(total->low, active->low, batch.low) / TW_CONST_ENERGY_TYPICAL_ERROR,
      joules_per_output_token(total->high, active->high, batch.high) *
          TW_CONST_ENERGY_TYPICAL_ERROR,
  };
}

void tw_method_fill_water(tw_footprint *footprint, double it_share) {
  const tw_place *place = &footprint->place;
  double onsite = it_share * place->wue_onsite_l_per_kwh; /* L/kWh = mL/Wh */
  double offsite = place->water_offsite_l_per_kwh;
  footprint->water_onsite_ml = tw_range_scaled(footprint->energy_wh, onsite);
  footprint->water_offsite_ml = tw_range_scaled(footprint->energy_wh, offsite);
  footprint->water_ml = tw_range_scaled(footprint->energy_wh, onsite + offsite);
  tw_footprint_add_number(footprint, "wue_onsite_l_per_kwh", place->wue_onsite_l_per_kwh);
  tw_footprint_add_number(footprint, "water_offsite_l_per_kwh", offsite);
  tw_footprint_cite(footprint, "water on-site", place->site_source);
  tw_footprint_cite(footprint, "water off-site", place->water_offsite_source);
}

void tw_method_fill_trees(tw_footprint *footprint) {
  tw_footprint_add_number(footprint, "tree_gco2e_per_day", TW_CONST_TREE_GCO2E_PER_DAY);
  footprint->tree_days = tw_range_scaled(footprint->co2_g, 1 / TW_CONST_TREE_GCO2E_PER_DAY);
}

void tw_method_fill_from_energy(tw_footprint *footprint, double it_share) {
  const tw_place *place = &footprint->place;
  double grid = place->grid_gco2e_per_kwh;
  footprint->co2_g = tw_range_scaled(footprint->energy_wh, grid / 1000);
  tw_footprint_add_number(footprint, "grid_gco2e_per_kwh", grid);
  tw_footprint_add_number(footprint, "grid_year", place->grid_year);
  add_source(footprint, (tw_source){"grid", place->grid_source, NULL, place->grid_year});
  tw_method_fill_water(footprint, it_share);
  tw_method_fill_trees(footprint);
}
