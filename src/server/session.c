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

enum { DAY_MS = 86400000 };

/* How often a model was used in one session. */
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

typedef struct day {
  tw_collector *collector;
  tw_record_filter filter;
  session *sessions;
  size_t session_count;
  model_use *models;
  size_t model_count;
  double requests;
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

/* Adds an element to a list; NULL, and the day failed, for want of memory. */
static void *add_element(day *d, void *list, size_t count, size_t size) {
  void *larger = realloc(list, (count + 1) * size);
  d->failed = d->failed || larger == NULL;
  return larger;
}

static void count_model(day *d, const tw_session_part *part) {
  model_use *larger = add_element(d, d->models, d->model_count, sizeof *larger);
  if (larger != NULL) {
    d->models = larger;
    larger[d->model_count] = (model_use){strdup(part->model), part->requests};
    d->failed = d->failed || larger[d->model_count].model == NULL;
    d->model_count += !d->failed;
  }
}

static session *find_session(day *d, const tw_session_part *part) {
  session *last = d->session_count == 0 ? NULL : &d->sessions[d->session_count - 1];
  if (last != NULL && strcmp(last->id, part->session_id) == 0) {
    return last;
  }
  session *larger = add_element(d, d->sessions, d->session_count, sizeof *larger);
  if (larger == NULL) {
    return NULL;
  }
  d->sessions = larger;
  last = &larger[d->session_count];
  *last = (session){.id = strdup(part->session_id), .first_ms = INT64_MAX, .last_ms = INT64_MIN};
  d->failed = d->failed || last->id == NULL;
  d->session_count += !d->failed;
  return d->failed ? NULL : last;
}

static bool add_part(void *context, const tw_session_part *part) {
  day *d = context;
  count_model(d, part);
  session *s = d->failed ? NULL : find_session(d, part);
  if (s == NULL) {
    return false;
  }
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
  return !d->failed;
}

static int compare_models(const void *a, const void *b) {
  return strcmp(((const model_use *)a)->model, ((const model_use *)b)->model);
}

/* The model used most in all sessions; of equals the first by name. */
static const char *top_model(day *d) {
  const char *top = NULL;
  int64_t most = 0;
  if (d->model_count > 0) {
    qsort(d->models, d->model_count, sizeof *d->models, compare_models);
  }
  for (size_t i = 0; i < d->model_count;) {
    const char *model = d->models[i].model;
    int64_t requests = 0;
    for (; i < d->model_count && strcmp(d->models[i].model, model) == 0; i++) {
      requests += d->models[i].requests;
    }
    if (requests > most) {
      top = model;
      most = requests;
    }
  }
  return top == NULL || top[0] == '\0' ? NULL : top;
}

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
  double co2_g = 0;
  double tokens = 0;
  for (size_t i = 0; i < d->session_count; i++) {
    co2_g += d->sessions[i].co2_g;
    tokens += d->sessions[i].prompt_tokens + d->sessions[i].completion_tokens;
  }
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_text(json, answer, "developer_id", developer_id);
  tw_json_number(json, answer, "today_co2_grams", co2_g);
  tw_json_integer(json, answer, "today_prompts", d->requests);
  tw_json_integer(json, answer, "today_tokens", tokens);
  tw_json_text(json, answer, "top_model", top_model(d));
  tw_json_node *list = tw_json_array(json, answer, "sessions");
  for (size_t i = 0; i < d->session_count; i++) {
    if (d->sessions[i].id[0] != '\0') { /* what is in no session counts for the day alone */
      write_session(json, list, &d->sessions[i], developer_id);
    }
  }
  tw_json_format(json, answer, "equivalent", "What one tree absorbs in %.3g minutes.",
                 co2_g / TW_CONST_TREE_GCO2E_PER_DAY * 24 * 60);
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
  if (d->failed) {
    call->json.is_out_of_memory = true;
  } else if (d->status == TW_STORE_OK) {
    write_day(call, d, developer_id);
  }
}

static void free_day(day *d) {
  for (size_t i = 0; i < d->session_count; i++) {
    free(d->sessions[i].id);
    free(d->sessions[i].model);
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
