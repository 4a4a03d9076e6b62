/* SPDX-License-Identifier: MIT */
/*
 * The default method: energy from the model's size by a fit of measurements, carbon and water from
 * the place. docs/methodology.md explains it; the numbers are in data/constants.csv.
 */
#include "constants.h"
#include "hidden_reasoning.h"
#include "method.h"

static double energy_wh(const tw_usage *usage, double joules, double input_weight,
                        double cached_weight, double hidden_tokens) {
  double fresh = (double)(usage->prompt_tokens - usage->cached_tokens);
  double output = tw_method_output_tokens(usage) + hidden_tokens;
  double weighted = input_weight * fresh + cached_weight * (double)usage->cached_tokens + output;
  return joules * weighted / TW_CONST_JOULES_PER_WH;
}

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  const tw_range batch = {TW_CONST_BATCH, TW_CONST_BATCH_LOW, TW_CONST_BATCH_HIGH};
  const tw_range input = {TW_CONST_INPUT_WEIGHT, TW_CONST_INPUT_WEIGHT_LOW,
                          TW_CONST_INPUT_WEIGHT_HIGH};
  const tw_range cached = {TW_CONST_CACHED_WEIGHT * TW_CONST_INPUT_WEIGHT,
                           TW_CONST_CACHED_WEIGHT_LOW * TW_CONST_INPUT_WEIGHT_LOW,
                           TW_CONST_CACHED_WEIGHT_HIGH * TW_CONST_INPUT_WEIGHT_HIGH};
  tw_footprint_cite(footprint, "energy", TW_SOURCE_ENERGY_COEFFICIENT);
  tw_params params = tw_method_params(footprint);
  tw_range joules =
      tw_range_scaled(tw_method_joules_per_output_token(&params, batch), TW_CONST_FULL_STACK);
  tw_footprint_add_range(footprint, "batch", batch);
  tw_footprint_add_range(footprint, "joules_per_output_token", joules);
  tw_footprint_add_range(footprint, "input_weight", input);
  tw_footprint_add_range(footprint, "cached_weight", cached);
  tw_footprint_add_number(footprint, "full_stack", TW_CONST_FULL_STACK);
  double hidden = tw_hidden_reasoning_estimate(usage, footprint);
  footprint->energy_wh = (tw_range){
      energy_wh(usage, joules.value, input.value, cached.value, 0),
      energy_wh(usage, joules.low, input.low, cached.low, 0),
      energy_wh(usage, joules.high, input.high, cached.high, hidden),
  };
  tw_footprint_add_number(footprint, "it_share", TW_CONST_IT_SHARE);
  tw_method_fill_from_energy(footprint, TW_CONST_IT_SHARE);
  footprint->confidence = tw_method_confidence(footprint);
}

const tw_method tw_method_tokenwatt = {"tokenwatt", calculate};
