/* SPDX-License-Identifier: MIT */
/* GET /api/carbon/{region}, GET /api/carbon/all: the carbon of the grid, year by year. */
#include "api_call.h"
#include "query.h"

#include <string.h>

static const char prefix[] = "/api/carbon/";

/* Midnight UTC of the first of January, in seconds since 1970. */
static int64_t year_begin_s(int year) {
  int64_t before = year - 1;
  int64_t days = before * 365 + before / 4 - before / 100 + before / 400;
  return (days - 719162) * 86400;
}

static void write_series(tw_json *json, cJSON *answer, const tw_grid_series *series) {
  cJSON *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < series->year_count; i++) {
    cJSON *point = tw_json_object(json, data, NULL);
    tw_json_integer(json, point, "time", (double)year_begin_s(series->years[i].year));
    tw_json_number(json, point, "value", series->years[i].gco2e_per_kwh);
  }
  const tw_grid_year *latest = &series->years[series->year_count - 1];
  cJSON *meta = tw_json_object(json, answer, "meta");
  tw_json_text(json, meta, "region", series->name);
  tw_json_text(json, meta, "regionCode", series->code);
  tw_json_text(json, meta, "zone", series->zone);
  tw_json_number(json, meta, "latestValue", latest->gco2e_per_kwh);
  tw_json_time(json, meta, "latestAt", year_begin_s(latest->year) * 1000);
  tw_json_text(json, meta, "resolution", "year");
  tw_json_text(json, meta, "unit", "gCO2eq/kWh");
  tw_json_text(json, meta, "source", series->source);
}

void tw_api_carbon(tw_api_call *call) {
  const char *encoded = call->request->path + strlen(prefix);
  char place[TW_USAGE_NAME_MAX + 1];
  const char *problem = NULL;
  if (!tw_percent_decode(encoded, strlen(encoded), false, place, sizeof place, &problem)) {
    tw_api_refuse_field(call, "region", problem);
    return;
  }
  tw_grid_series series;
  if (tw_grid_series_find(place, &series) == TW_OK) {
    write_series(&call->json, tw_api_succeed(call), &series);
    return;
  }
  cJSON *details = tw_api_fail(
      call, 404, "not_found",
      "'%s' is no known region, zone or country; GET /api/v1/regions has the regions.", place);
  tw_json_text(&call->json, details, "region", place);
}

void tw_api_carbon_all(tw_api_call *call) {
  tw_json *json = &call->json;
  cJSON *answer = tw_api_succeed(call);
  cJSON *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < tw_region_count(); i++) {
    tw_grid_series series;
    if (tw_grid_series_find(tw_region_at(i)->code, &series) == TW_OK) {
      write_series(json, tw_json_object(json, data, NULL), &series);
    }
  }
  tw_json_integer(json, tw_json_object(json, answer, "meta"), "totalRegions",
                  (double)tw_region_count());
}
