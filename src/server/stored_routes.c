/* SPDX-License-Identifier: MIT */
#include "stored_routes.h"

#include "access.h"
#include "health.h"
#include "history.h"
#include "readings.h"
#include "recording.h"
#include "report.h"
#include "session.h"
#include "usage.h"
#include "workers.h"

#include <stdlib.h>
#include <string.h>

typedef void read_route(tw_collector *collector, tw_request *request, const tw_key *key,
                        tw_stored_answer *answer);

/* A request that reads the store, in a thread of its own; the connection sleeps meanwhile. */
struct tw_lookup {
  tw_errand errand;
  tw_collector *collector;
  tw_request *request;
  tw_key key;
  read_route *read;
  tw_stored_answer answer;
};

static void read_history(tw_collector *collector, tw_request *request, const tw_key *key,
                         tw_stored_answer *answer) {
  tw_history_begin(collector, request, key, &answer->stream, &answer->body);
}

static void read_usage(tw_collector *collector, tw_request *request, const tw_key *key,
                       tw_stored_answer *answer) {
  tw_usage_answer(collector, request, key, &answer->body);
}

static void read_report(tw_collector *collector, tw_request *request, const tw_key *key,
                        tw_stored_answer *answer) {
  tw_report_answer(collector, request, key, &answer->stream, &answer->document_size, &answer->body);
}

static void read_session(tw_collector *collector, tw_request *request, const tw_key *key,
                         tw_stored_answer *answer) {
  tw_session_answer(collector, request, key, &answer->body);
}

static void read_health(tw_collector *collector, tw_request *request, const tw_key *key,
                        tw_stored_answer *answer) {
  (void)key;
  tw_health_answer(collector, request, &answer->body);
}

static void read_readings(tw_collector *collector, tw_request *request, const tw_key *key,
                          tw_stored_answer *answer) {
  (void)key;
  tw_readings_answer(collector, request, &answer->body);
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

static bool is_usage(const char *path) {
  return strcmp(path, "/api/v1/usage") == 0;
}

static bool is_report(const char *path) {
  return strcmp(path, "/api/v1/report") == 0;
}

static bool is_health(const char *path) {
  return strcmp(path, "/api/health") == 0;
}

static const struct {
  const char *method;
  bool (*fits)(const char *path);
  read_route *read; /* NULL: it records */
  tw_lane lane;     /* of those that read */
  unsigned scope;   /* 0: anybody may ask */
} routes[] = {
    {"POST", is_calculate, NULL, TW_LANES, TW_SCOPE_RECORD},
    {"POST", is_track, NULL, TW_LANES, TW_SCOPE_RECORD},
    {"GET", is_history, read_history, TW_LANE_KEYED, TW_SCOPE_HISTORY},
    {"GET", is_usage, read_usage, TW_LANE_KEYED, TW_SCOPE_HISTORY},
    {"GET", is_report, read_report, TW_LANE_KEYED, TW_SCOPE_HISTORY},
    {"GET", tw_session_is_path, read_session, TW_LANE_KEYED, TW_SCOPE_SESSION},
    {"GET", is_health, read_health, TW_LANE_HEALTH, 0},
    {"GET", tw_readings_is_path, read_readings, TW_LANE_OPEN, 0},
};

enum { ROUTE_COUNT = sizeof routes / sizeof routes[0] };

tw_stored_privacy tw_stored_routes_privacy(const tw_collector *collector, const char *path) {
  if (is_health(path) && collector->store != NULL) {
    return TW_STORED_LOCAL; /* how many records there are says when somebody works */
  }
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (routes[i].scope != 0 && routes[i].fits(path)) {
      /* Without a store, calculate is a calculation and no more. */
      return collector->store != NULL || !is_calculate(path) ? TW_STORED_KEYED : TW_STORED_PUBLIC;
    }
  }
  return TW_STORED_PUBLIC;
}

bool tw_stored_routes_records(const tw_request *request) {
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (routes[i].scope == TW_SCOPE_RECORD && routes[i].fits(request->path)) {
      return tw_request_has_method(request, routes[i].method);
    }
  }
  return false;
}

static void run_lookup(tw_errand *errand) {
  tw_lookup *lookup = (tw_lookup *)errand; /* its first member */
  lookup->read(lookup->collector, lookup->request, &lookup->key, &lookup->answer);
  tw_worker_resume(lookup->request->worker, lookup->request->connection);
}

static tw_stored_state begin_reading(tw_collector *collector, tw_request *request,
                                     const tw_key *key, read_route *read, tw_lane lane) {
  static const tw_store_error no_memory = {"not enough memory"};
  tw_lookup *lookup = calloc(1, sizeof *lookup);
  if (lookup == NULL) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &no_memory);
    return TW_STORED_ANSWERED;
  }
  *lookup = (tw_lookup){.errand = {.run = run_lookup},
                        .collector = collector,
                        .request = request,
                        .key = *key,
                        .read = read};
  request->lookup = lookup;
  MHD_suspend_connection(request->connection);
  if (!tw_errands_add(collector->errands[lane], &lookup->errand)) {
    static const tw_store_error too_many = {"too many requests read it"};
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &too_many);
    tw_worker_resume(request->worker, request->connection);
  }
  return TW_STORED_ASLEEP;
}

static tw_stored_state begin_recording(tw_collector *collector, tw_request *request,
                                       const tw_key *key, bool is_tracked,
                                       tw_stored_answer *answer) {
  switch (tw_recording_begin(collector, request, key, is_tracked)) {
  case TW_RECORDING_SLEEPING:
    return TW_STORED_ASLEEP;
  case TW_RECORDING_ANSWERED:
    answer->body = *tw_recording_answer(request->recording);
    return TW_STORED_ANSWERED;
  default:
    return TW_STORED_ANSWERED;
  }
}

tw_stored_state tw_stored_routes_begin(tw_collector *collector, tw_request *request,
                                       tw_stored_answer *answer) {
  *answer = (tw_stored_answer){0};
  bool is_head = tw_request_has_method(request, MHD_HTTP_METHOD_HEAD);
  const char *method = is_head ? MHD_HTTP_METHOD_GET : request->method;
  for (size_t i = 0; i < ROUTE_COUNT && collector->store != NULL; i++) {
    if (!routes[i].fits(request->path) || strcmp(routes[i].method, method) != 0) {
      continue;
    }
    tw_key key = {0};
    if (routes[i].scope != 0 &&
        !tw_access_check(collector, request, (tw_key_scope)routes[i].scope, &key)) {
      return TW_STORED_ANSWERED;
    }
    return routes[i].read != NULL
               ? begin_reading(collector, request, &key, routes[i].read, routes[i].lane)
               : begin_recording(collector, request, &key, is_track(request->path), answer);
  }
  return TW_STORED_NOT;
}

bool tw_stored_routes_is_under_way(const tw_request *request) {
  return request->recording != NULL || request->lookup != NULL;
}

void tw_stored_routes_finish(tw_collector *collector, tw_request *request,
                             tw_stored_answer *answer) {
  *answer = (tw_stored_answer){0};
  if (request->lookup != NULL) {
    *answer = request->lookup->answer;
    request->lookup->answer.stream = NULL; /* whoever sends it frees it */
    return;
  }
  tw_recording_finish(collector, request);
  answer->body = *tw_recording_answer(request->recording);
  answer->event_id = tw_recording_event_id(request->recording);
}

void tw_lookup_free(tw_lookup *lookup) {
  if (lookup != NULL) {
    if (lookup->answer.stream != NULL) {
      MHD_destroy_response(lookup->answer.stream);
    }
    tw_api_response_free(&lookup->answer.body, NULL);
    free(lookup);
  }
}
