/* SPDX-License-Identifier: MIT */
#include "entry.h"

#include "track.h"

#include <math.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * When a request happened: at its startTimeMs, as far as that is believable. Clocks of clients are
 * wrong now and then; and who posts the usage of long ago has `tokenwatt import`.
 */
enum { LATEST_AHEAD_MS = 5 * 60 * 1000 };
static const int64_t oldest_ms = INT64_C(31) * 24 * 3600 * 1000;

static const char *or_empty(const char *text) {
  return text == NULL ? "" : text;
}

/* Makes the record's texts its own, in one block. */
static bool keep_texts(tw_entry *entry) {
  tw_record *record = &entry->stored.record;
  size_t size = 1;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    size += column->kind == TW_COLUMN_TEXT ? strlen(*tw_record_text(record, column)) + 1 : 0;
  }
  char *to = malloc(size);
  entry->texts = to;
  for (size_t i = 0; i < tw_record_column_count() && to != NULL; i++) {
    const tw_record_column *column = tw_record_column_at(i);
    if (column->kind == TW_COLUMN_TEXT) {
      const char **text = tw_record_text(record, column);
      size_t length = strlen(*text) + 1;
      memcpy(to, *text, length);
      *text = to;
      to += length;
    }
  }
  return to != NULL;
}

static int64_t time_of(const tw_usage *usage, int64_t now_ms) {
  int64_t start_ms = usage->start_time_ms;
  bool is_believable = start_ms != TW_TIME_UNKNOWN && start_ms <= now_ms + LATEST_AHEAD_MS &&
                       start_ms >= now_ms - oldest_ms;
  return is_believable ? start_ms : now_ms;
}

static void fill_usage(tw_record *record, const tw_api_turn *turn) {
  const tw_usage *usage = &turn->usage;
  record->provider = or_empty(usage->provider);
  record->model = or_empty(usage->model);
  record->detected_region = or_empty(usage->region);
  record->source = or_empty(turn->source);
  record->estimation_method = or_empty(turn->estimation_method);
  record->tenant = or_empty(turn->tenant_id);
  record->developer_id = or_empty(turn->developer_id);
  record->session_id = or_empty(turn->session_id);
  record->start_time_ms = usage->start_time_ms;
  record->first_token_time_ms = usage->first_token_time_ms;
  record->prompt_tokens = usage->prompt_tokens;
  record->completion_tokens = usage->completion_tokens;
  record->reasoning_tokens = usage->reasoning_tokens;
  record->cached_tokens = usage->cached_tokens;
  record->context_incomplete = turn->context_incomplete == TW_FLAG_TRUE;
}

static void fill_footprint(tw_record *record, const tw_footprint *footprint) {
  record->matched_model = footprint->match.model == NULL ? "" : footprint->match.model->id;
  record->method = footprint->method;
  record->confidence = tw_confidence_name(footprint->confidence);
  record->place_method = tw_place_method_name(footprint->place.method);
  record->final_region = footprint->place.region;
  record->final_provider =
      footprint->place.provider != NULL ? footprint->place.provider : record->provider;
  record->energy_wh = footprint->energy_wh.value;
  record->energy_wh_low = footprint->energy_wh.low;
  record->energy_wh_high = footprint->energy_wh.high;
  record->co2_g = footprint->co2_g.value;
  record->co2_g_low = footprint->co2_g.low;
  record->co2_g_high = footprint->co2_g.high;
  record->water_ml = footprint->water_ml.value;
  record->water_ml_low = footprint->water_ml.low;
  record->water_ml_high = footprint->water_ml.high;
}

/* The id by which the client knows the record: in the header, the body, or both alike. */
static const char *choose_client_id(tw_api_call *call, const tw_entry *entry,
                                    const tw_api_turn *turn) {
  const char *header = entry->client_id;
  if (header != NULL && turn->event_id != NULL && strcmp(header, turn->event_id) != 0) {
    tw_api_refuse_field(call, "event_id", "differs from the header Idempotency-Key");
  }
  return header != NULL ? header : turn->event_id;
}

/* A key of one tenant records for no other. */
static bool check_tenant(tw_api_call *call, const tw_key *key, const tw_api_turn *turn) {
  if (key->tenant[0] == '\0' || turn->tenant_id == NULL ||
      strcmp(key->tenant, turn->tenant_id) == 0) {
    return true;
  }
  tw_json_node *details = tw_api_fail(call, MHD_HTTP_FORBIDDEN, "forbidden",
                                      "The API key is for another tenant than tenant_id names.");
  tw_json_text(&call->json, details, "field", "tenant_id");
  return false;
}

/* Called by the route once it has calculated. */
static void take_turn(tw_api_call *call, const tw_api_turn *turn, const tw_footprint *footprint) {
  tw_entry *entry = call->context;
  const tw_key *key = entry->key;
  tw_record *record = &entry->stored.record;
  int64_t now_ms = call->request->now_ms;
  if (!check_tenant(call, key, turn)) {
    return;
  }
  const char *client_id = choose_client_id(call, entry, turn);
  if (call->http_status >= MHD_HTTP_BAD_REQUEST) {
    return;
  }
  if (!isfinite(footprint->energy_wh.high) || !isfinite(footprint->co2_g.high) ||
      !isfinite(footprint->water_ml.high)) {
    tw_api_refuse_field(call, "prompt_tokens", "and the others are too many to be added up");
    return;
  }
  if (tw_record_id_make(key->id, client_id, now_ms, entry->id) != 0) {
    call->json.is_out_of_memory = true;
    return;
  }
  tw_record_init(record);
  record->id = entry->id;
  record->route = entry->is_track ? "track" : "calculate";
  record->key_id = key->id;
  record->is_test = strcmp(key->kind, "test") == 0;
  record->received_ms = now_ms;
  record->time_ms = time_of(&turn->usage, now_ms);
  fill_usage(record, turn);
  fill_footprint(record, footprint);
  if (key->tenant[0] != '\0') {
    record->tenant = key->tenant;
  }
  bool has_quota = entry->is_track && strcmp(key->kind, "live") == 0;
  entry->stored.quota = has_quota ? entry->free_events : -1;
  entry->is_made = keep_texts(entry);
  call->json.is_out_of_memory |= !entry->is_made;
  if (entry->is_track) {
    (void)snprintf(entry->event_id, sizeof entry->event_id, "evt_%s", entry->id);
    tw_track_complete(call, entry->event_id, record->is_test != 0);
  }
}

void tw_entry_answer(tw_api_call *call) {
  const tw_entry *entry = call->context;
  call->on_turn = take_turn;
  if (entry->is_track) {
    tw_track_answer(call);
  } else {
    tw_api_calculate(call);
  }
}

void tw_entry_close(tw_entry *entry) {
  free(entry->texts);
  entry->texts = NULL;
}
