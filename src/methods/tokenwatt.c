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

/* The making of a server, spread over all that it takes in its life. */
static double embodied_g_per_it_wh(double gpu_draw) {
  double embodied_kg = TW_CONST_ECOLOGITS_SERVER_EMBODIED_KGCO2E +
                       TW_CONST_ECOLOGITS_SERVER_GPUS * TW_CONST_ECOLOGITS_GPU_EMBODIED_KGCO2E;
  double power_w =
      TW_CONST_HARDWARE_GPUS_W * gpu_draw + TW_CONST_HARDWARE_REST_W * TW_CONST_HARDWARE_REST_DRAW;
  return embodied_kg * 1000 / (TW_CONST_ECOLOGITS_LIFETIME_YEARS * 365 * 24 * power_w);
}

/* It is not in the CO2e: beside it. The harder a server works, the less of it is in each Wh. */
static void add_embodied(tw_footprint *footprint) {
  tw_range per_wh = {embodied_g_per_it_wh(TW_CONST_EMBODIED_GPU_DRAW),
                     embodied_g_per_it_wh(TW_CONST_EMBODIED_GPU_DRAW_LOW),
                     embodied_g_per_it_wh(TW_CONST_EMBODIED_GPU_DRAW_HIGH)};
  const tw_range *energy = &footprint->energy_wh;
  tw_footprint_add_range(footprint, "embodied_g_per_it_wh", per_wh);
  tw_range embodied_g = {energy->value * per_wh.value, energy->low * per_wh.low,
                         energy->high * per_wh.high};
  tw_footprint_add_impact(footprint, "embodied_co2_grams",
                          tw_range_scaled(embodied_g, TW_CONST_IT_SHARE));
  tw_footprint_cite(footprint, "embodied", TW_SOURCE_EMBODIED_GPU_DRAW);
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
  add_embodied(footprint);
  footprint->confidence = tw_method_confidence(footprint);
}

const tw_method tw_method_tokenwatt = {"tokenwatt", calculate};
