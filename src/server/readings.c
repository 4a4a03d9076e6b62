/* SPDX-License-Identifier: MIT */
#include "readings.h"

#include "access.h"
#include "api_call.h"

#include <stdlib.h>
#include <string.h>

static const char before[] = "/api/carbon/";

static const char all[] = "/api/carbon/all";

/* As many hours as two months have, and for all regions together as a week. */
enum { MOST_READINGS = 1500, MOST_READINGS_OF_ALL = 168 };

/* The readings of one place on their way into an answer. */
typedef struct series {
  tw_collector *collector;
  tw_api_reading list[MOST_READINGS];
  size_t limit;
  size_t count;
  char source[TW_USAGE_NAME_MAX + 1]; /* of the latest */
  tw_store_status status;
  tw_store_error error;
} series;

bool tw_readings_is_path(const char *path) {
  return strncmp(path, before, sizeof before - 1) == 0 && path[sizeof before - 1] != '\0' &&
         strchr(path + sizeof before - 1, '/') == NULL;
}

static bool add_reading(void *context, const tw_reading *reading) {
  series *s = context;
  if (s->count == s->limit) { /* the store was asked for no more */
    return false;
  }
  s->list[s->count++] = (tw_api_reading){reading->time_s, reading->gco2e_per_kwh};
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

/* By the region's own code, or else by its zone's. */
static bool find_readings(tw_api_call *call, const tw_grid_series *place,
                          tw_api_readings *readings) {
  series *s = call->context;
  s->count = 0;
  read_place(s, place->code);
  read_place(s, place->zone);
  *readings = (tw_api_readings){s->list, s->count, s->source};
  return s->status == TW_STORE_OK && s->count > 0;
}

static void answer_carbon(tw_api_call *call) {
  series *s = call->context;
  call->find_readings = find_readings;
  if (strcmp(call->request->path, all) == 0) {
    s->limit = MOST_READINGS_OF_ALL;
    tw_api_carbon_all(call);
  } else {
    s->limit = MOST_READINGS;
    tw_api_carbon(call);
  }
}

void tw_readings_answer(tw_collector *collector, tw_request *request, tw_api_response *response) {
  static const tw_store_error no_memory = {"not enough memory"};
  series *s = calloc(1, sizeof *s);
  if (s == NULL) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &no_memory);
    return;
  }
  s->collector = collector;
  s->error = no_memory;
  tw_api_request asked = {.method = request->method,
                          .path = request->path,
                          .query = request->query,
                          .now_ms = request->time_ms};
  tw_status status = tw_api_run(&asked, answer_carbon, s, NULL, response);
  if (status != TW_OK || s->status != TW_STORE_OK) {
    tw_api_response_free(response, NULL);
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &s->error);
  }
  free(s);
}
