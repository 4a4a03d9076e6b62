/* SPDX-License-Identifier: MIT */
#include "stored_routes.h"

#include "access.h"
#include "api_call.h"
#include "history.h"
#include "readings.h"
#include "recording.h"
#include "session.h"

#include <string.h>

typedef void answer_route(tw_collector *collector, tw_request *request, const tw_key *key,
                          tw_stored_answer *answer);

static void record(tw_collector *collector, tw_request *request, const tw_key *key, bool is_track,
                   tw_stored_answer *answer) {
  switch (tw_recording_begin(collector, request, key, is_track)) {
  case TW_RECORDING_SLEEPING:
    answer->sleeps = true;
    break;
  case TW_RECORDING_ANSWERED:
    answer->body = *tw_recording_answer(request->recording);
    answer->borrowed = true;
    break;
  default:
    break;
  }
}

static void calculate(tw_collector *collector, tw_request *request, const tw_key *key,
                      tw_stored_answer *answer) {
  record(collector, request, key, false, answer);
}

static void track(tw_collector *collector, tw_request *request, const tw_key *key,
                  tw_stored_answer *answer) {
  record(collector, request, key, true, answer);
}

static void history(tw_collector *collector, tw_request *request, const tw_key *key,
                    tw_stored_answer *answer) {
  tw_history_begin(collector, request, key, &answer->stream, &answer->body);
}

static void session(tw_collector *collector, tw_request *request, const tw_key *key,
                    tw_stored_answer *answer) {
  tw_session_answer(collector, request, key, &answer->body);
}

static bool is_calculate(const char *path) {
  return strcmp(path, "/api/v1/calculate") == 0;
}

static bool is_track(const char *path) {
  return strcmp(path, "/api/v1/track") == 0;
}

static bool is_history(const char *path) {
  return strcmp(path, "/api/v1/history") == 0;
}

static const struct {
  const char *method;
  bool (*fits)(const char *path);
  tw_key_scope scope;
  answer_route *answer;
} routes[] = {
    {"POST", is_calculate, TW_SCOPE_RECORD, calculate},
    {"POST", is_track, TW_SCOPE_RECORD, track},
    {"GET", is_history, TW_SCOPE_HISTORY, history},
    {"GET", tw_session_is_path, TW_SCOPE_SESSION, session},
};

enum { ROUTE_COUNT = sizeof routes / sizeof routes[0] };

bool tw_stored_routes_has_path(const tw_collector *collector, const char *path) {
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (routes[i].fits(path)) { /* without a store, calculate is a calculation and no more */
      return collector->store != NULL || !is_calculate(path);
    }
  }
  return false;
}

/* What /api/health says beside the tables' rows. */
typedef struct health {
  tw_collector *collector;
  tw_store_rows rows;
  tw_store_status status;
} health;

static void answer_health(tw_api_call *call) {
  health *h = call->context;
  tw_json *json = &call->json;
  tw_api_health(call);
  cJSON *data = cJSON_GetObjectItemCaseSensitive(call->answer, "data");
  cJSON *meta = cJSON_GetObjectItemCaseSensitive(call->answer, "meta");
  bool is_healthy = h->status == TW_STORE_OK && !atomic_load(&h->collector->write_failing);
  cJSON_DeleteItemFromObjectCaseSensitive(data, "readings");
  tw_json_integer(json, data, "readings", (double)h->rows.readings);
  tw_json_integer(json, data, "records", (double)h->rows.records);
  tw_json_integer(json, data, "keys", (double)h->rows.keys);
  if (!is_healthy) {
    call->http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
    cJSON_DeleteItemFromObjectCaseSensitive(meta, "status");
    tw_json_text(json, meta, "status", "store_unavailable");
  }
}

static void answer_health_route(tw_collector *collector, tw_request *request,
                                tw_stored_answer *answer) {
  tw_store_error error = {"not enough memory"};
  health h = {.collector = collector};
  h.status = tw_store_count_rows(collector->store, &h.rows, &error);
  tw_api_request asked = {
      .method = request->method, .path = request->path, .now_ms = request->time_ms};
  if (tw_api_run(&asked, answer_health, &h, NULL, &answer->body) != TW_OK) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &error);
  }
}

/* Routes that everybody may ask, with or without a store. */
static bool answer_open_route(tw_collector *collector, tw_request *request,
                              tw_stored_answer *answer) {
  if (strcmp(request->path, "/api/health") == 0) {
    answer_health_route(collector, request, answer);
    return true;
  }
  if (tw_readings_is_path(request->path)) {
    tw_readings_answer(collector, request, &answer->body);
    return true;
  }
  return false;
}

bool tw_stored_routes_answer(tw_collector *collector, tw_request *request,
                             tw_stored_answer *answer) {
  *answer = (tw_stored_answer){0};
  if (collector->store == NULL) {
    return false;
  }
  bool is_head = tw_request_has_method(request, MHD_HTTP_METHOD_HEAD);
  const char *method = is_head ? MHD_HTTP_METHOD_GET : request->method;
  if (strcmp(method, MHD_HTTP_METHOD_GET) == 0 && answer_open_route(collector, request, answer)) {
    return true;
  }
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (routes[i].fits(request->path) && strcmp(routes[i].method, method) == 0) {
      tw_key key;
      if (tw_access_check(collector, request, routes[i].scope, &key)) {
        routes[i].answer(collector, request, &key, answer);
      }
      return true;
    }
  }
  return false;
}
