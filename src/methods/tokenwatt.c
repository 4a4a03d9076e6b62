/* SPDX-License-Identifier: MIT */
/*
 * The default method: energy from the model's size by a fit of measurements, carbon and water from
 * the place. docs/methodology.md explains it; the numbers are in data/constants.csv.
 */
#include "constants.h"
#include "method.h"

#include <math.h>

static double joules_per_output_token(double total_b, double active_b, double batch) {
  return TW_CONST_ENERGY_COEFFICIENT * pow(total_b, TW_CONST_ENERGY_EXPONENT_TOTAL) *
         pow(active_b, TW_CONST_ENERGY_EXPONENT_ACTIVE) *
         pow(batch, TW_CONST_ENERGY_EXPONENT_BATCH) * TW_CONST_FULL_STACK;
}

/* `low` and `high` of every factor are those that make the result low and high. */
static void fill_factors(tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  const tw_model_stand_in *stand_in = footprint->stand_in;
  tw_factors *factors = &footprint->factors;
  factors->params_total_b = stand_in != NULL ? stand_in->params_total_b : model->params_total_b;
  factors->params_active_b = stand_in != NULL ? stand_in->params_active_b : model->params_active_b;
  factors->batch = (tw_range){TW_CONST_BATCH, TW_CONST_BATCH_LOW, TW_CONST_BATCH_HIGH};
  factors->input_weight =
      (tw_range){TW_CONST_INPUT_WEIGHT, TW_CONST_INPUT_WEIGHT_LOW, TW_CONST_INPUT_WEIGHT_HIGH};
  factors->cached_weight = (tw_range){TW_CONST_CACHED_WEIGHT * TW_CONST_INPUT_WEIGHT,
                                      TW_CONST_CACHED_WEIGHT_LOW * TW_CONST_INPUT_WEIGHT_LOW,
                                      TW_CONST_CACHED_WEIGHT_HIGH * TW_CONST_INPUT_WEIGHT_HIGH};
  const tw_range *total = &factors->params_total_b;
  const tw_range *active = &factors->params_active_b;
  const tw_range *batch = &factors->batch;
  factors->joules_per_output_token = (tw_range){
      joules_per_output_token(total->value, active->value, batch->value),
      joules_per_output_token(total->low, active->low, batch->low) / TW_CONST_ENERGY_TYPICAL_ERROR,
      joules_per_output_token(total->high, active->high, batch->high) *
          TW_CONST_ENERGY_TYPICAL_ERROR,
  };
}

/* The speed of this answer, where it was long enough to tell; else the model's, else any model's.
 */
static void find_speed(const tw_usage *usage, tw_footprint *footprint) {
  double model_speed = footprint->match.model->output_tokens_per_s;
  footprint->hidden_reasoning_tokens_per_s =
      isnan(model_speed) ? TW_CONST_HIDDEN_REASONING_TOKENS_PER_S : model_speed;
  footprint->hidden_reasoning_speed_from = isnan(model_speed) ? TW_SPEED_DEFAULT : TW_SPEED_MODEL;
  if (usage->last_token_time_ms == TW_TIME_UNKNOWN) {
    return;
  }
  double answer_s = (double)(usage->last_token_time_ms - usage->first_token_time_ms) / 1000;
  if (answer_s >= TW_CONST_HIDDEN_REASONING_TIMED_S &&
      (double)usage->completion_tokens >= TW_CONST_HIDDEN_REASONING_TIMED_TOKENS) {
    footprint->hidden_reasoning_tokens_per_s = (double)usage->completion_tokens / answer_s;
    footprint->hidden_reasoning_speed_from = TW_SPEED_ANSWER;
  }
}

/*
 * Reasoning that the page or the provider does not show leaves only the wait for the first token:
 * what exceeds an ordinary wait, at the model's speed.
 */
static double hidden_reasoning_tokens(const tw_usage *usage, tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  if (model == NULL || !model->can_reason || usage->reasoning_tokens > 0 ||
      usage->start_time_ms == TW_TIME_UNKNOWN || usage->first_token_time_ms == TW_TIME_UNKNOWN) {
    return 0;
  }
  double wait_s = (double)(usage->first_token_time_ms - usage->start_time_ms) / 1000;
  if (wait_s > TW_CONST_HIDDEN_REASONING_LONGEST_WAIT_S) {
    tw_footprint_warn(footprint, TW_WARNING_WAIT_IMPLAUSIBLE);
    return 0;
  }
  if (wait_s <= TW_CONST_HIDDEN_REASONING_WAIT_S) {
    return 0;
  }
  tw_footprint_warn(footprint, TW_WARNING_HIDDEN_REASONING);
  find_speed(usage, footprint);
  footprint->hidden_reasoning_wait_s = wait_s - TW_CONST_HIDDEN_REASONING_WAIT_S;
  return footprint->hidden_reasoning_wait_s * footprint->hidden_reasoning_tokens_per_s;
}

static double energy_wh(const tw_usage *usage, double joules, double input_weight,
                        double cached_weight, double hidden_tokens) {
  double fresh = (double)(usage->prompt_tokens - usage->cached_tokens);
  double output =
      (double)usage->completion_tokens + (double)usage->reasoning_tokens + hidden_tokens;
  double weighted = input_weight * fresh + cached_weight * (double)usage->cached_tokens + output;
  return joules * weighted / TW_CONST_JOULES_PER_WH;
}

static tw_range scaled(tw_range range, double factor) {
  return (tw_range){range.value * factor, range.low * factor, range.high * factor};
}

/* On-site water goes with the energy of the computers, off-site water with all of it. */
static void fill_from_energy(tw_footprint *footprint) {
  const tw_place *place = &footprint->place;
  tw_range energy = footprint->energy_wh; /* g/kWh = mg/Wh; L/kWh = mL/Wh */
  footprint->co2_g = scaled(energy, place->grid_gco2e_per_kwh / 1000);
  footprint->water_onsite_ml = scaled(energy, TW_CONST_IT_SHARE * place->wue_onsite_l_per_kwh);
  footprint->water_offsite_ml = scaled(energy, place->water_offsite_l_per_kwh);
  footprint->water_ml = scaled(energy, TW_CONST_IT_SHARE * place->wue_onsite_l_per_kwh +
                                           place->water_offsite_l_per_kwh);
  footprint->tree_days = scaled(footprint->co2_g, 1 / TW_CONST_TREE_GCO2E_PER_DAY);
}

static tw_confidence confidence_of(const tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  bool is_benchmarked = model != NULL && model->params_confidence == TW_PARAMS_PUBLISHED &&
                        model->is_text_model && footprint->match.how < TW_MATCH_UNDATED;
  return is_benchmarked ? TW_CONFIDENCE_BENCHMARKED : TW_CONFIDENCE_ESTIMATED;
}

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  fill_factors(footprint);
  footprint->hidden_reasoning_tokens = hidden_reasoning_tokens(usage, footprint);
  const tw_factors *factors = &footprint->factors;
  footprint->energy_wh = (tw_range){
      energy_wh(usage, factors->joules_per_output_token.value, factors->input_weight.value,
                factors->cached_weight.value, 0),
      energy_wh(usage, factors->joules_per_output_token.low, factors->input_weight.low,
                factors->cached_weight.low, 0),
      energy_wh(usage, factors->joules_per_output_token.high, factors->input_weight.high,
                factors->cached_weight.high, footprint->hidden_reasoning_tokens),
  };
  fill_from_energy(footprint);
  footprint->confidence = confidence_of(footprint);
}

const tw_method tw_method_tokenwatt = {"tokenwatt", calculate};
