/* SPDX-License-Identifier: MIT */
#include "hidden_reasoning.h"

#include "constants.h"
#include "method.h"

#include <math.h>

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

double tw_hidden_reasoning_estimate(const tw_usage *usage, tw_footprint *footprint) {
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
  footprint->hidden_reasoning_tokens =
      footprint->hidden_reasoning_wait_s * footprint->hidden_reasoning_tokens_per_s;
  return footprint->hidden_reasoning_tokens;
}
