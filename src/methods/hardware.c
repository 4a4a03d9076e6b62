/* SPDX-License-Identifier: MIT */
/*
 * From the time that the request took and the power of the machines it ran on:
 * energy = duration · power of one stream · PUE, with the power of a DGX H100's share in one of
 * `batch` streams. docs/methodology.md explains it; the numbers are in data/constants.csv and
 * hardware_classes.csv.
 */
#include "hardware.h"

#include "constants.h"
#include "method.h"
#include "tables.h"

#include <math.h>

static const tw_hardware_class *class_of(double params_total_b) {
  size_t i = 0;
  while (i + 1 < tw_hardware_classes_count &&
         params_total_b >= tw_hardware_classes[i].params_total_below_b) {
    i++;
  }
  return &tw_hardware_classes[i];
}

/* The accelerators' part by their draw, the rest of the server's by its own, shared by all streams.
 */
static double stream_w(double gpus, double gpu_draw, double batch) {
  double server_w =
      TW_CONST_HARDWARE_GPUS_W * gpu_draw + TW_CONST_HARDWARE_REST_W * TW_CONST_HARDWARE_REST_DRAW;
  return gpus / TW_CONST_HARDWARE_SERVER_GPUS * server_w / batch;
}

static tw_range find_power_w(tw_footprint *footprint) {
  tw_params params = tw_method_params(footprint);
  const tw_hardware_class *middle = class_of(params.total_b.value);
  const tw_hardware_class *least = class_of(params.total_b.low);
  const tw_hardware_class *most = class_of(params.total_b.high);
  const tw_range batch = {TW_CONST_HARDWARE_BATCH, TW_CONST_HARDWARE_BATCH_LOW,
                          TW_CONST_HARDWARE_BATCH_HIGH};
  const tw_range gpus = {middle->gpus, least->gpus, most->gpus};
  const tw_range draw = {(middle->gpu_draw.low + middle->gpu_draw.high) / 2, least->gpu_draw.low,
                         most->gpu_draw.high};
  tw_footprint_add_range(footprint, "gpus", gpus);
  tw_footprint_add_range(footprint, "gpu_draw", draw);
  tw_footprint_add_number(footprint, "server_gpus_w", TW_CONST_HARDWARE_GPUS_W);
  tw_footprint_add_number(footprint, "server_rest_w",
                          TW_CONST_HARDWARE_REST_W * TW_CONST_HARDWARE_REST_DRAW);
  tw_footprint_add_range(footprint, "batch", batch);
  return (tw_range){stream_w(gpus.value, draw.value, batch.value),
                    stream_w(gpus.low, draw.low, batch.low),
                    stream_w(gpus.high, draw.high, batch.high)};
}

static double seconds_between(int64_t from_ms, int64_t to_ms) {
  bool are_known = from_ms != TW_TIME_UNKNOWN && to_ms != TW_TIME_UNKNOWN;
  return are_known ? (double)(to_ms - from_ms) / 1000 : NAN;
}

/* The wait for the first token: measured, else the model's, else a usual one. */
static double find_wait_s(const tw_usage *usage, tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  double wait_s = seconds_between(usage->start_time_ms, usage->first_token_time_ms);
  if (wait_s > TW_CONST_HIDDEN_REASONING_LONGEST_WAIT_S) {
    tw_footprint_warn(footprint, TW_WARNING_WAIT_IMPLAUSIBLE);
    wait_s = NAN;
  }
  if (isnan(wait_s) && model != NULL) {
    wait_s = model->first_token_s;
  }
  return isnan(wait_s) ? TW_CONST_HIDDEN_REASONING_WAIT_S : wait_s;
}

/* The time of writing: measured, else by the model's speed, else by that of any model. */
static tw_range find_writing_s(const tw_usage *usage, tw_footprint *footprint) {
  const tw_model *model = footprint->match.model;
  double tokens = tw_method_output_tokens(usage);
  double writing_s = seconds_between(usage->first_token_time_ms, usage->last_token_time_ms);
  if (writing_s > 0 || (writing_s == 0 && tokens <= 1)) { /* many do not come at once */
    return (tw_range){writing_s, writing_s, writing_s};
  }
  tw_range speed = {TW_CONST_HIDDEN_REASONING_TOKENS_PER_S, TW_CONST_HARDWARE_TOKENS_PER_S_FAST,
                    TW_CONST_HARDWARE_TOKENS_PER_S_SLOW};
  if (model != NULL && !isnan(model->output_tokens_per_s)) {
    double own = model->output_tokens_per_s;
    speed = (tw_range){own, own, own};
  }
  tw_footprint_add_range(footprint, "tokens_per_s", speed);
  return (tw_range){tokens / speed.value, tokens / speed.low, tokens / speed.high};
}

static tw_range find_duration_s(const tw_usage *usage, tw_footprint *footprint) {
  double given_s = seconds_between(usage->start_time_ms, usage->last_token_time_ms);
  bool is_stopped = given_s == 0 && tw_method_output_tokens(usage) > 0; /* the clock, it seems */
  if (!isnan(given_s) && !is_stopped) {
    if (given_s > TW_CONST_HIDDEN_REASONING_LONGEST_WAIT_S) {
      tw_footprint_warn(footprint, TW_WARNING_DURATION_LONG);
    }
    tw_footprint_cite(footprint, "duration", "as given");
    return (tw_range){given_s, given_s, given_s};
  }
  tw_footprint_warn(footprint, TW_WARNING_DURATION_ESTIMATED);
  tw_footprint_cite(footprint, "duration", "times as given, else speeds in models.csv");
  double wait_s = find_wait_s(usage, footprint);
  tw_range writing_s = find_writing_s(usage, footprint);
  tw_footprint_add_number(footprint, "first_token_s", wait_s);
  return (tw_range){wait_s + writing_s.value, wait_s + writing_s.low, wait_s + writing_s.high};
}

static void calculate(const tw_usage *usage, tw_footprint *footprint) {
  tw_footprint_cite(footprint, "power", TW_SOURCE_HARDWARE_REST_DRAW);
  tw_range power_w = find_power_w(footprint);
  tw_footprint_add_range(footprint, "power_w", power_w);
  tw_range duration_s = find_duration_s(usage, footprint);
  tw_footprint_add_range(footprint, "duration_s", duration_s);
  double pue = footprint->place.pue;
  tw_footprint_add_number(footprint, "pue", pue);
  footprint->energy_wh = (tw_range){duration_s.value / 3600 * power_w.value * pue,
                                    duration_s.low / 3600 * power_w.low * pue,
                                    duration_s.high / 3600 * power_w.high * pue};
  tw_method_fill_from_energy(footprint, 1 / pue);
  footprint->confidence = TW_CONFIDENCE_ESTIMATED;
}

const tw_method tw_method_hardware = {"hardware", calculate};
