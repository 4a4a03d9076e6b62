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

static void write_point(tw_json *json, tw_json_node *data, int64_t time_s, double value) {
  tw_json_node *point = tw_json_object(json, data, NULL);
  tw_json_integer(json, point, "time", (double)time_s);
  tw_json_number(json, point, "value", value);
}

static void write_latest(tw_json *json, tw_json_node *meta, int64_t time_s, double value,
                         const char *resolution) {
  tw_json_number(json, meta, "latestValue", value);
  tw_json_time(json, meta, "latestAt", time_s * 1000);
  tw_json_text(json, meta, "resolution", resolution);
}

static tw_json_node *write_place(tw_json *json, tw_json_node *answer,
                                 const tw_grid_series *series) {
  tw_json_node *meta = tw_json_object(json, answer, "meta");
  tw_json_text(json, meta, "region", series->name);
  tw_json_text(json, meta, "regionCode", series->code);
  tw_json_text(json, meta, "zone", series->zone);
  return meta;
}

static void write_unit(tw_json *json, tw_json_node *meta) {
  tw_json_text(json, meta, "unit", "gCO2eq/kWh");
}

static void write_years(tw_json *json, tw_json_node *answer, const tw_grid_series *series) {
  tw_json_node *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < series->year_count; i++) {
    write_point(json, data, year_begin_s(series->years[i].year), series->years[i].gco2e_per_kwh);
  }
  const tw_grid_year *latest = &series->years[series->year_count - 1];
  tw_json_node *meta = write_place(json, answer, series);
  write_latest(json, meta, year_begin_s(latest->year), latest->gco2e_per_kwh, "year");
  write_unit(json, meta);
  tw_json_text(json, meta, "source", series->source);
}

static void write_readings(tw_json *json, tw_json_node *answer, const tw_grid_series *series,
                           const tw_api_readings *readings) {
  const tw_api_reading *latest = &readings->list[readings->count - 1];
  tw_json_node *meta = write_place(json, answer, series);
  write_unit(json, meta);
  write_latest(json, meta, latest->time_s, latest->gco2e_per_kwh, "reading");
  tw_json_text(json, meta, "source", readings->source);
  tw_json_node *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < readings->count; i++) {
    write_point(json, data, readings->list[i].time_s, readings->list[i].gco2e_per_kwh);
  }
}

static void write_series(tw_api_call *call, tw_json_node *answer, const tw_grid_series *series) {
  tw_api_readings readings;
  if (call->find_readings != NULL && call->find_readings(call, series, &readings)) {
    write_readings(&call->json, answer, series, &readings);
  } else {
    write_years(&call->json, answer, series);
  }
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
    write_series(call, tw_api_succeed(call), &series);
    return;
  }
  tw_json_node *details = tw_api_fail(
      call, 404, "not_found",
      "'%s' is no known region, zone or country; GET /api/v1/regions has the regions.", place);
  tw_json_text(&call->json, details, "region", place);
}

void tw_api_carbon_all(tw_api_call *call) {
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_node *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < tw_region_count(); i++) {
    tw_grid_series series;
    if (tw_grid_series_find(tw_region_at(i)->code, &series) == TW_OK) {
      write_series(call, tw_json_object(json, data, NULL), &series);
    }
  }
  tw_json_integer(json, tw_json_object(json, answer, "meta"), "totalRegions",
                  (double)tw_region_count());
}
