/* SPDX-License-Identifier: MIT */
#include "readings.h"

#include "access.h"
#include "api_call.h"

#include <string.h>

static const char before[] = "/api/carbon/";

static const char all[] = "/api/carbon/all";

/* As many hours as two months have, and for all regions together as a week. */
enum { MOST_READINGS = 1500, MOST_READINGS_OF_ALL = 168 };

/* The readings of one place on their way into an answer. */
typedef struct series {
  tw_collector *collector;
  tw_json *json;
  cJSON *data;
  size_t limit;
  int count;
  tw_reading latest;
  char source[TW_USAGE_NAME_MAX + 1];
  tw_store_status status;
  tw_store_error error;
} series;

bool tw_readings_is_path(const char *path) {
  return strncmp(path, before, sizeof before - 1) == 0 && path[sizeof before - 1] != '\0' &&
         strchr(path + sizeof before - 1, '/') == NULL;
}

static bool add_reading(void *context, const tw_reading *reading) {
  series *s = context;
  cJSON *point = tw_json_object(s->json, s->data, NULL);
  tw_json_integer(s->json, point, "time", (double)reading->time_s);
  tw_json_number(s->json, point, "value", reading->gco2e_per_kwh);
  s->count++;
  s->latest = *reading;
  (void)memccpy(s->source, reading->source, '\0', sizeof s->source);
  s->source[sizeof s->source - 1] = '\0';
  return true;
}

static void read_place(series *s, const char *place) {
  if (place != NULL && s->count == 0 && s->status == TW_STORE_OK) {
    s->status = tw_store_list_readings(s->collector->store, place, INT64_MIN, INT64_MAX, s->limit,
                                       add_reading, s, &s->error);
  }
}

static const char *text_of(const cJSON *object, const char *name) {
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Puts the readings in the place of the table's years. */
static void replace(series *s, cJSON *answer, cJSON *meta) {
  static const char *const replaced[] = {"latestValue", "latestAt", "resolution", "source"};
  for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++) {
    cJSON_DeleteItemFromObjectCaseSensitive(meta, replaced[i]);
  }
  cJSON_DeleteItemFromObjectCaseSensitive(answer, "data");
  tw_json_attach(s->json, answer, "data", s->data);
  tw_json_number(s->json, meta, "latestValue", s->latest.gco2e_per_kwh);
  tw_json_time(s->json, meta, "latestAt", s->latest.time_s * 1000);
  tw_json_text(s->json, meta, "resolution", "reading");
  tw_json_text(s->json, meta, "source", s->source);
}

/* A place as the tables know it, {"data", "meta"}, and the readings of it. */
static void read_series(series *s, tw_json *json, cJSON *answer) {
  cJSON *meta = cJSON_GetObjectItemCaseSensitive(answer, "meta");
  s->json = json;
  s->count = 0;
  s->data = cJSON_CreateArray();
  json->is_out_of_memory |= s->data == NULL;
  read_place(s, text_of(meta, "regionCode"));
  read_place(s, text_of(meta, "zone"));
  if (s->status == TW_STORE_OK && s->count > 0) {
    replace(s, answer, meta);
  } else {
    cJSON_Delete(s->data);
  }
}

static void answer_carbon(tw_api_call *call) {
  series *s = call->context;
  if (strcmp(call->request->path, all) != 0) {
    tw_api_carbon(call); /* from the tables; it also finds the place */
    if (call->http_status == MHD_HTTP_OK) {
      s->limit = MOST_READINGS;
      read_series(s, &call->json, call->answer);
    }
    return;
  }
  tw_api_carbon_all(call);
  s->limit = MOST_READINGS_OF_ALL;
  cJSON *place = NULL;
  cJSON_ArrayForEach(place, cJSON_GetObjectItemCaseSensitive(call->answer, "data")) {
    read_series(s, &call->json, place);
  }
}

void tw_readings_answer(tw_collector *collector, tw_request *request, tw_api_response *response) {
  series s = {.collector = collector, .error = {"not enough memory"}};
  tw_api_request asked = {.method = request->method,
                          .path = request->path,
                          .query = request->query,
                          .now_ms = request->time_ms};
  tw_status status = tw_api_run(&asked, answer_carbon, &s, NULL, response);
  if (status != TW_OK || s.status != TW_STORE_OK) {
    tw_api_response_free(response, NULL);
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &s.error);
  }
}
