/* SPDX-License-Identifier: MIT */
#include "track.h"

#include "methods/carbon_llm.h"

#include <microhttpd.h>
#include <string.h>

/* As POST /api/v1/estimate has it, so that both say the same of a completion. */
static const char default_method[] = "carbon-llm";

static double total_tokens(const tw_usage *usage) {
  return (double)usage->prompt_tokens + (double)usage->completion_tokens +
         (double)usage->reasoning_tokens;
}

/* Whose coefficient was used; for models that have none, which method of ours. */
static void write_source(tw_json *json, tw_json_node *answer, const tw_footprint *footprint) {
  bool is_by_coefficient = strcmp(footprint->method, default_method) == 0;
  const tw_coefficient *row =
      is_by_coefficient ? tw_coefficient_find(footprint->match.model) : NULL;
  const tw_place *place = &footprint->place;
  if (row != NULL) {
    tw_json_text(json, answer, "source", row->source);
  } else {
    tw_json_format(json, answer, "source", "Tokenwatt, method %s; grid: %s, %d",
                   is_by_coefficient ? "tokenwatt" : footprint->method, place->grid_source,
                   place->grid_year);
  }
}

static void write_answer(tw_api_call *call, const tw_api_turn *turn,
                         const tw_footprint *footprint) {
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  double co2_g = footprint->co2_g.value;
  double tokens = total_tokens(&turn->usage);
  call->http_status = MHD_HTTP_ACCEPTED;
  tw_json_bool(json, answer, "queued", true);
  tw_json_text(json, answer, "methodology_version", TW_VERSION);
  tw_json_number(json, answer, "estimated_co2_grams", co2_g);
  tw_json_number(json, answer, "co2_grams", co2_g);
  tw_json_integer(json, answer, "total_tokens", tokens);
  tw_json_number(json, answer, "co2_per_1k_tokens_used", tokens > 0 ? co2_g * 1000 / tokens : 0);
  tw_json_text(json, answer, "confidence", tw_confidence_name(footprint->confidence));
  write_source(json, answer, footprint);
  tw_json_bool(json, answer, "model_found", footprint->match.model != NULL);
}

void tw_track_complete(tw_api_call *call, const char *event_id, bool is_test) {
  tw_json_text(&call->json, call->json.root, "event_id", event_id);
  tw_json_bool(&call->json, call->json.root, "is_test", is_test);
}

void tw_track_answer(tw_api_call *call) {
  const cJSON *body = tw_api_parse_body(call);
  if (body == NULL) {
    return;
  }
  tw_api_turn turn;
  tw_api_turn_init(&turn);
  turn.method = default_method;
  const tw_api_field fields[] = {
      {.name = "tenant_id", .is_required = true, .text = &turn.tenant_id},
      {.name = "model", .is_required = true, .text = &turn.usage.model},
      {.name = "provider", .text = &turn.usage.provider},
#define TW_TRACK_NUMBER(id, member, field, required)                                               \
  {.name = (field), .is_required = (required), .kind = TW_FIELD_NUMBER, .number = TW_USAGE_##id},
      TW_USAGE_NUMBERS(TW_TRACK_NUMBER)
#undef TW_TRACK_NUMBER
          {.name = "detected_region", .text = &turn.usage.region},
      {.name = "method", .text = &turn.method},
      {.name = "source", .text = &turn.source},
      {.name = "is_estimated", .kind = TW_FIELD_FLAG},
      {.name = "estimation_method", .text = &turn.estimation_method},
      {.name = "contextIncomplete", .kind = TW_FIELD_FLAG, .flag = &turn.context_incomplete},
      {.name = "developer_id", .text = &turn.developer_id},
      {.name = "session_id", .text = &turn.session_id},
      {.name = "event_id", .text = &turn.event_id},
  };
  tw_footprint footprint;
  if (tw_api_read_fields(call, body, fields, sizeof fields / sizeof fields[0], &turn)) {
    if (turn.usage.provider == NULL) { /* whoever makes the model is taken to serve it */
      tw_model_match match;
      tw_model_find(turn.usage.model, NULL, &match);
      turn.usage.provider = match.model == NULL ? "unknown" : match.model->provider;
    }
    if (tw_api_calculate_turn(call, &turn, "detected_region", &footprint)) {
      write_answer(call, &turn, &footprint);
      call->on_turn(call, &turn, &footprint);
    }
  }
}
