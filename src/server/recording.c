/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include "access.h"
#include "track.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * When a request happened: at its startTimeMs, as far as that is believable. Clocks of clients are
 * wrong now and then; and who posts the usage of long ago has `tokenwatt import`.
 */
enum { LATEST_AHEAD_MS = 5 * 60 * 1000 };
static const int64_t oldest_ms = INT64_C(31) * 24 * 3600 * 1000;

enum { LONGEST_ID = 200, EVENT_ID_SIZE = 4 + TW_RECORD_ID_SIZE };

struct tw_recording {
  tw_collector *collector;
  tw_request *request;
  const tw_key *key; /* while the answer is made */
  const char *client_id;
  bool is_track;
  char id[TW_RECORD_ID_SIZE];
  char event_id[EVENT_ID_SIZE]; /* "" unless tracked */
  char *texts;                  /* of the record */
  bool has_record;
  tw_record_entry entry;
  tw_addition addition;
  tw_store_status status;
  tw_store_error error;
  tw_api_response response;
};

static const char *or_empty(const char *text) {
  return text == NULL ? "" : text;
}

/* Makes the record's texts its own, in one block. */
static bool keep_texts(tw_recording *recording) {
  tw_record *record = &recording->entry.record;
  size_t size = 1;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    size += column->kind == TW_COLUMN_TEXT ? strlen(*tw_record_text(record, column)) + 1 : 0;
  }
  char *to = malloc(size);
  recording->texts = to;
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
static const char *choose_client_id(tw_api_call *call, const tw_recording *recording,
                                    const tw_api_turn *turn) {
  const char *header = recording->client_id;
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
  cJSON *details = tw_api_fail(call, MHD_HTTP_FORBIDDEN, "forbidden",
                               "The API key is for another tenant than tenant_id names.");
  tw_json_text(&call->json, details, "field", "tenant_id");
  return false;
}

/* Called by the route once it has calculated. */
static void take_turn(tw_api_call *call, const tw_api_turn *turn, const tw_footprint *footprint) {
  tw_recording *recording = call->context;
  const tw_key *key = recording->key;
  tw_record *record = &recording->entry.record;
  int64_t now_ms = call->request->now_ms;
  if (!check_tenant(call, key, turn)) {
    return;
  }
  const char *client_id = choose_client_id(call, recording, turn);
  if (call->http_status >= MHD_HTTP_BAD_REQUEST) {
    return;
  }
  if (!isfinite(footprint->energy_wh.high) || !isfinite(footprint->co2_g.high) ||
      !isfinite(footprint->water_ml.high)) {
    tw_api_refuse_field(call, "prompt_tokens", "and the others are too many to be added up");
    return;
  }
  if (tw_record_id_make(key->id, client_id, now_ms, recording->id) != 0) {
    call->json.is_out_of_memory = true;
    return;
  }
  tw_record_init(record);
  record->id = recording->id;
  record->route = recording->is_track ? "track" : "calculate";
  record->key_id = key->id;
  record->is_test = strcmp(key->kind, "test") == 0;
  record->received_ms = now_ms;
  record->time_ms = time_of(&turn->usage, now_ms);
  fill_usage(record, turn);
  fill_footprint(record, footprint);
  if (key->tenant[0] != '\0') {
    record->tenant = key->tenant;
  }
  bool has_quota = recording->is_track && strcmp(key->kind, "live") == 0;
  recording->entry.quota = has_quota ? recording->collector->free_events : -1;
  recording->has_record = keep_texts(recording);
  call->json.is_out_of_memory |= !recording->has_record;
  if (recording->is_track) {
    (void)snprintf(recording->event_id, sizeof recording->event_id, "evt_%s", recording->id);
    tw_track_complete(call, recording->event_id, record->is_test != 0);
  }
}

static void calculate(tw_api_call *call) {
  call->on_turn = take_turn;
  tw_api_calculate(call);
}

static void track(tw_api_call *call) {
  call->on_turn = take_turn;
  tw_track_answer(call);
}

/* In a thread of the store: the connection wakes, and the rest is done where it is served. */
static void wake(tw_addition *addition, tw_store_status status, const tw_store_error *error) {
  tw_recording *recording = addition->context;
  recording->status = status;
  recording->error = *error;
  atomic_store(&recording->collector->write_failing, status == TW_STORE_UNAVAILABLE);
  MHD_resume_connection(recording->request->connection);
}

/* NULL where there is none; refuses one that is no id. */
static const char *read_idempotency_key(tw_request *request) {
  const char *header = tw_request_header(request, "Idempotency-Key");
  if (header == NULL) {
    return NULL;
  }
  size_t size = strlen(header);
  for (size_t i = 0; i < size; i++) {
    if (header[i] < 0x21 || header[i] > 0x7E) {
      size = 0;
    }
  }
  if (size == 0 || size > LONGEST_ID) {
    tw_request_refuse(request, MHD_HTTP_BAD_REQUEST, "validation_error",
                      "The header Idempotency-Key must be 1 to 200 printable ASCII characters.",
                      "{\"header\":\"Idempotency-Key\"}");
  }
  return header;
}

static void refuse_for_memory(tw_request *request) {
  tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                    "The server is short of memory.", "{}");
}

tw_recording_state tw_recording_begin(tw_collector *collector, tw_request *request,
                                      const tw_key *key, bool is_track) {
  const char *client_id = read_idempotency_key(request);
  tw_recording *recording = request->refusal.code == NULL ? calloc(1, sizeof *recording) : NULL;
  if (recording == NULL) {
    refuse_for_memory(request);
    return TW_RECORDING_FAILED;
  }
  request->recording = recording;
  recording->collector = collector;
  recording->request = request;
  recording->key = key;
  recording->client_id = client_id;
  recording->is_track = is_track;
  tw_api_request api_request = {.method = request->method,
                                .path = request->path,
                                .body = request->body,
                                .body_size = request->body_size,
                                .now_ms = request->time_ms};
  if (tw_api_run(&api_request, is_track ? track : calculate, recording, NULL,
                 &recording->response) != TW_OK) {
    refuse_for_memory(request);
    return TW_RECORDING_FAILED;
  }
  recording->key = NULL;
  if (!recording->has_record) {
    return TW_RECORDING_ANSWERED;
  }
  recording->addition =
      (tw_addition){.entries = &recording->entry, .count = 1, .done = wake, .context = recording};
  MHD_suspend_connection(request->connection);
  tw_store_status status = tw_store_add(collector->store, &recording->addition);
  if (status != TW_STORE_OK) {
    recording->status = status;
    MHD_resume_connection(request->connection);
  }
  return TW_RECORDING_SLEEPING;
}

static void refuse_quota(tw_collector *collector, tw_request *request) {
  (void)snprintf(request->refusal_text, sizeof request->refusal_text,
                 "The %" PRId64 " free events of this live key are used up.",
                 collector->free_events);
  tw_request_refuse(request, MHD_HTTP_PAYMENT_REQUIRED, "payment_required", request->refusal_text,
                    "{}");
  request->refusal.billing_url = collector->billing_url;
}

/* Appends the one member that is known only now. */
static void add_remaining(tw_recording *recording) {
  tw_api_response *response = &recording->response;
  int64_t left = recording->entry.quota - recording->entry.used;
  char *body = NULL;
  int size = asprintf(&body, "%.*s,\"free_events_remaining\":%" PRId64 "}",
                      (int)response->body_size - 1, response->body, left > 0 ? left : 0);
  if (size > 0) { /* else it is left out: the event is stored all the same */
    int http_status = response->http_status;
    tw_api_response_free(response, NULL);
    *response = (tw_api_response){http_status, body, (size_t)size};
  }
}

void tw_recording_finish(tw_collector *collector, tw_request *request) {
  tw_recording *recording = request->recording;
  if (recording->status != TW_STORE_OK) {
    tw_access_refuse_store(request, recording->status, &recording->error);
    return;
  }
  switch (recording->entry.outcome) {
  case TW_RECORD_CONFLICT:
    tw_request_refuse(request, MHD_HTTP_CONFLICT, "conflict",
                      "Another usage was recorded under this id. An id is for one usage and its "
                      "retries only.",
                      "{\"field\":\"event_id\"}");
    break;
  case TW_RECORD_OVER_QUOTA:
    refuse_quota(collector, request);
    break;
  default:
    if (recording->entry.quota >= 0) {
      add_remaining(recording);
    }
    break;
  }
}

const tw_api_response *tw_recording_answer(const tw_recording *recording) {
  return &recording->response;
}

const char *tw_recording_event_id(const tw_recording *recording) {
  return recording->event_id[0] == '\0' ? NULL : recording->event_id;
}

void tw_recording_free(tw_recording *recording) {
  if (recording != NULL) {
    tw_api_response_free(&recording->response, NULL);
    free(recording->texts);
    free(recording);
  }
}
