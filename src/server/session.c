/* SPDX-License-Identifier: MIT */
#include "session.h"

#include "access.h"
#include "api_call.h"
#include "constants.h"
#include "dates.h"

#include <stdlib.h>
#include <string.h>

static const char before[] = "/api/v1/session/";
static const char behind[] = "/today";

enum {
  DAY_MS = 86400000,
  MOST_SESSIONS = 1000, /* in an answer: those with the latest activity */
  MOST_MODELS = 10000   /* that are told apart in finding the one used most */
};

/* How often a model was used. */
typedef struct model_use {
  char *model;
  int64_t requests;
} model_use;

/* One session, or what belongs to none. */
typedef struct session {
  char *id;
  char *model; /* the one used most */
  int64_t model_requests;
  double prompt_tokens;
  double completion_tokens;
  double co2_g;
  int64_t first_ms;
  int64_t last_ms;
} session;

/* A day, read part by part. However much there is, no more than this is kept of it. */
typedef struct day {
  tw_collector *collector;
  tw_record_filter filter;
  session current;   /* whose parts come now; its id is NULL before the first */
  session *sessions; /* a heap: none is older than the first */
  size_t session_count;
  double sessions_left_out;
  model_use *models; /* by name */
  size_t model_count;
  double requests;
  double tokens;
  double co2_g;
  bool failed; /* for want of memory */
  tw_store_status status;
  tw_store_error error;
} day;

bool tw_session_is_path(const char *path) {
  size_t size = strlen(path);
  size_t fixed = sizeof before - 1 + sizeof behind - 1;
  return size > fixed && strncmp(path, before, sizeof before - 1) == 0 &&
         strcmp(path + size - (sizeof behind - 1), behind) == 0 &&
         memchr(path + sizeof before - 1, '/', size - fixed) == NULL;
}

const char *tw_session_loggable_path(const char *path) {
  if (tw_session_is_path(path)) {
    return "/api/v1/session/{developer_id}/today";
  }
  return strncmp(path, before, sizeof before - 1) == 0 ? "/api/v1/session/{developer_id}" : path;
}

/* ---- Models ---- */

/* Where a model is, or belongs. */
static size_t find_model(const day *d, const char *model, bool *is_there) {
  size_t low = 0;
  size_t high = d->model_count;
  *is_there = false;
  while (low < high && !*is_there) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(d->models[middle].model, model);
    *is_there = order == 0;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return high;
}

static void count_model(day *d, const tw_session_part *part) {
  bool is_there = false;
  size_t at = find_model(d, part->model, &is_there);
  if (is_there) {
    d->models[at].requests += part->requests;
    return;
  }
  if (d->model_count == MOST_MODELS) {
    return;
  }
  model_use *larger = realloc(d->models, (d->model_count + 1) * sizeof *larger);
  char *model = strdup(part->model);
  d->models = larger == NULL ? d->models : larger;
  if (larger == NULL || model == NULL) {
    free(model);
    d->failed = true;
    return;
  }
  memmove(&larger[at + 1], &larger[at], (d->model_count - at) * sizeof *larger);
  larger[at] = (model_use){model, part->requests};
  d->model_count++;
}

/* The model used most in all sessions; of equals the first by name. */
static const char *top_model(const day *d) {
  const model_use *top = NULL;
  for (size_t i = 0; i < d->model_count; i++) {
    if (top == NULL || d->models[i].requests > top->requests) {
      top = &d->models[i];
    }
  }
  return top == NULL || top->model[0] == '\0' ? NULL : top->model;
}

/* ---- Sessions ---- */

static void free_session(session *s) {
  free(s->id);
  free(s->model);
  *s = (session){0};
}

/* Moves what is at a place of the heap down to where it belongs. */
static void sink(day *d, size_t at) {
  session moved = d->sessions[at];
  for (size_t below = 2 * at + 1; below < d->session_count; below = 2 * at + 1) {
    if (below + 1 < d->session_count &&
        d->sessions[below + 1].last_ms < d->sessions[below].last_ms) {
      below++;
    }
    if (d->sessions[below].last_ms >= moved.last_ms) {
      break;
    }
    d->sessions[at] = d->sessions[below];
    at = below;
  }
  d->sessions[at] = moved;
}

/* Keeps the current session, if it is one and among the latest. */
static void close_session(day *d) {
  session *s = &d->current;
  if (s->id == NULL || s->id[0] == '\0') { /* what is in no session counts for the day alone */
    free_session(s);
    return;
  }
  if (d->session_count < MOST_SESSIONS) {
    session *larger = realloc(d->sessions, (d->session_count + 1) * sizeof *larger);
    d->failed = d->failed || larger == NULL;
    if (larger == NULL) {
      return; /* whoever frees the day frees it */
    }
    d->sessions = larger;
    larger[d->session_count++] = *s;
    *s = (session){0};
    for (size_t i = d->session_count / 2; d->session_count == MOST_SESSIONS && i > 0; i--) {
      sink(d, i - 1);
    }
    return;
  }
  d->sessions_left_out++;
  if (d->sessions[0].last_ms < s->last_ms) {
    session oldest = d->sessions[0];
    d->sessions[0] = *s;
    *s = oldest;
    sink(d, 0);
  }
  free_session(s);
}

/* Begins the part's session, unless it is the current one. */
static void turn_to_session(day *d, const tw_session_part *part) {
  if (d->current.id != NULL && strcmp(d->current.id, part->session_id) == 0) {
    return;
  }
  close_session(d);
  if (!d->failed) {
    d->current =
        (session){.id = strdup(part->session_id), .first_ms = INT64_MAX, .last_ms = INT64_MIN};
    d->failed = d->current.id == NULL;
  }
}

static bool add_part(void *context, const tw_session_part *part) {
  day *d = context;
  turn_to_session(d, part);
  if (!d->failed) {
    count_model(d, part);
  }
  if (d->failed) {
    return false;
  }
  session *s = &d->current;
  if (part->requests > s->model_requests) {
    free(s->model);
    s->model = strdup(part->model);
    s->model_requests = part->requests;
    d->failed = s->model == NULL;
  }
  s->prompt_tokens += part->prompt_tokens;
  s->completion_tokens += part->completion_tokens;
  s->co2_g += part->co2_g;
  s->first_ms = part->first_ms < s->first_ms ? part->first_ms : s->first_ms;
  s->last_ms = part->last_ms > s->last_ms ? part->last_ms : s->last_ms;
  d->requests += (double)part->requests;
  d->tokens += part->prompt_tokens + part->completion_tokens;
  d->co2_g += part->co2_g;
  return !d->failed;
}

static int compare_ids(const void *a, const void *b) {
  return strcmp(((const session *)a)->id, ((const session *)b)->id);
}

/* ---- The answer ---- */

static void write_session(tw_json *json, tw_json_node *list, const session *s,
                          const char *developer_id) {
  char date[TW_DATE_SIZE];
  tw_json_node *row = tw_json_object(json, list, NULL);
  tw_json_text(json, row, "id", s->id);
  tw_json_text(json, row, "session_id", s->id);
  tw_json_text(json, row, "developer_id", developer_id);
  tw_json_integer(json, row, "total_prompt_tokens", s->prompt_tokens);
  tw_json_integer(json, row, "total_completion_tokens", s->completion_tokens);
  tw_json_number(json, row, "total_co2_grams", s->co2_g);
  tw_json_text(json, row, "model", s->model != NULL && s->model[0] != '\0' ? s->model : NULL);
  tw_date_write(s->first_ms, date);
  tw_json_text(json, row, "started_at", date);
  tw_date_write(s->last_ms, date);
  tw_json_text(json, row, "last_activity", date);
}

static void write_day(tw_api_call *call, day *d, const char *developer_id) {
  tw_json *json = &call->json;
  if (d->session_count > 0) {
    qsort(d->sessions, d->session_count, sizeof *d->sessions, compare_ids);
  }
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_text(json, answer, "developer_id", developer_id);
  tw_json_number(json, answer, "today_co2_grams", d->co2_g);
  tw_json_integer(json, answer, "today_prompts", d->requests);
  tw_json_integer(json, answer, "today_tokens", d->tokens);
  tw_json_text(json, answer, "top_model", top_model(d));
  tw_json_node *list = tw_json_array(json, answer, "sessions");
  for (size_t i = 0; i < d->session_count; i++) {
    write_session(json, list, &d->sessions[i], developer_id);
  }
  if (d->sessions_left_out > 0) {
    tw_json_integer(json, answer, "sessions_left_out", d->sessions_left_out);
  }
  tw_json_format(json, answer, "equivalent", "What one tree absorbs in %.3g minutes.",
                 d->co2_g / TW_CONST_TREE_GCO2E_PER_DAY * 24 * 60);
}

static void answer_day(tw_api_call *call) {
  day *d = call->context;
  const char *encoded = call->request->path + sizeof before - 1;
  char developer_id[TW_USAGE_NAME_MAX + 1];
  const char *problem = NULL;
  if (!tw_percent_decode(encoded, strlen(encoded) - (sizeof behind - 1), false, developer_id,
                         sizeof developer_id, &problem)) {
    tw_api_refuse_field(call, "developer_id", problem);
    return;
  }
  d->filter.developer_id = developer_id;
  d->status = tw_store_sessions(d->collector->store, &d->filter, add_part, d, &d->error);
  if (d->status == TW_STORE_OK) {
    close_session(d);
  }
  if (d->failed || d->status != TW_STORE_OK) {
    call->json.is_out_of_memory = true; /* there is no answer */
  } else {
    write_day(call, d, developer_id);
  }
}

static void free_day(day *d) {
  free_session(&d->current);
  for (size_t i = 0; i < d->session_count; i++) {
    free_session(&d->sessions[i]);
  }
  for (size_t i = 0; i < d->model_count; i++) {
    free(d->models[i].model);
  }
  free(d->sessions);
  free(d->models);
}

void tw_session_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                       tw_api_response *response) {
  day d = {.collector = collector, .filter = TW_RECORD_FILTER_ALL};
  d.filter.from_ms = request->time_ms - request->time_ms % DAY_MS;
  d.filter.to_ms = d.filter.from_ms + DAY_MS;
  d.filter.tenant = key->tenant[0] == '\0' ? NULL : key->tenant;
  tw_api_request asked = {.method = request->method, .path = request->path};
  if (tw_api_run(&asked, answer_day, &d, NULL, response) != TW_OK) {
    if (d.status == TW_STORE_OK || d.status == TW_STORE_STOPPED) {
      (void)memcpy(d.error.text, "not enough memory", sizeof "not enough memory");
    }
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &d.error);
  }
  free_day(&d);
}
