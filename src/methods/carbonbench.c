/* SPDX-License-Identifier: MIT */
/*
 * As carbonbench has it: "energy_per_token × grid_carbon_intensity", where the energy is that of
 * the accelerator as benchmarks measure it, per output token with the reading of the prompt in it,
 * in the best batch. No host, no cooling. docs/methodology.md explains it.
 */
#include "constants.h"
#include "hidden_reasoning.h"
#include "method.h"

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  const tw_range batch = {TW_CONST_CARBONBENCH_BATCH, TW_CONST_BATCH_LOW, TW_CONST_BATCH_HIGH};
  tw_footprint_cite(footprint, "energy", TW_SOURCE_ENERGY_COEFFICIENT);
  tw_params params = tw_method_params(footprint);
  tw_range joules = tw_method_joules_per_output_token(&params, batch);
  tw_footprint_add_range(footprint, "batch", batch);
  tw_footprint_add_range(footprint, "joules_per_output_token", joules);
  double tokens = tw_method_output_tokens(usage);
  double hidden = tw_hidden_reasoning_estimate(usage, footprint);
  footprint->energy_wh = tw_range_scaled(joules, tokens / TW_CONST_JOULES_PER_WH);
  footprint->energy_wh.high += joules.high * hidden / TW_CONST_JOULES_PER_WH;
  tw_method_fill_from_energy(footprint, 1);
  footprint->confidence = tw_method_confidence(footprint);
}

const tw_method tw_method_carbonbench = {"carbonbench", calculate};
