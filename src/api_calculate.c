/* SPDX-License-Identifier: MIT */
/* POST /api/v1/calculate */
#include "api_call.h"

void tw_api_calculate(tw_api_call *call) {
  const cJSON *body = tw_api_parse_body(call);
  if (body == NULL) {
    return;
  }
  tw_api_turn turn;
  tw_api_turn_init(&turn);
  const tw_api_field fields[] = {
      {.name = "provider", .is_required = true, .text = &turn.usage.provider},
      {.name = "model", .text = &turn.usage.model},
#define TW_API_NUMBER(id, member, field, required)                                                 \
  {.name = (field), .is_required = (required), .kind = TW_FIELD_NUMBER, .number = TW_USAGE_##id},
      TW_USAGE_NUMBERS(TW_API_NUMBER)
#undef TW_API_NUMBER
          {.name = "detected_region", .text = &turn.usage.region},
      {.name = "source", .text = &turn.source},
      {.name = "is_estimated", .kind = TW_FIELD_FLAG},
      {.name = "estimation_method", .text = &turn.estimation_method},
      {.name = "method", .text = &turn.method},
      {.name = "tree_basis", .text = &turn.tree_basis},
      {.name = "lastTokenTimeMs", .kind = TW_FIELD_COUNT, .count = &turn.usage.last_token_time_ms},
      {.name = "contextIncomplete", .kind = TW_FIELD_FLAG, .flag = &turn.context_incomplete},
      {.name = "tenant_id", .text = &turn.tenant_id},
      {.name = "developer_id", .text = &turn.developer_id},
      {.name = "session_id", .text = &turn.session_id},
      {.name = "event_id", .text = &turn.event_id},
  };
  tw_footprint footprint;
  if (tw_api_read_fields(call, body, fields, sizeof fields / sizeof fields[0], &turn) &&
      tw_api_calculate_turn(call, &turn, "detected_region", &footprint)) {
    tw_api_write_footprint(call, tw_api_succeed(call), &turn, &footprint);
    if (call->on_turn != NULL) {
      call->on_turn(call, &turn, &footprint);
    }
  }
}
