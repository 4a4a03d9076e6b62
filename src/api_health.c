/* SPDX-License-Identifier: MIT */
/* GET /api/health: the row counts of the tables. */
#include "api_call.h"

#include <math.h>

static int models_with_price(void) {
  int count = 0;
  for (size_t i = 0; i < tw_model_count(); i++) {
    count += !isnan(tw_model_at(i)->output_usd_per_mtok);
  }
  return count;
}

/* ISO 8601 in UTC. The calendar is counted in years from March, so that leap days come last. */
static void write_time(tw_json *json, cJSON *parent, const char *key, int64_t time_ms) {
  int64_t ms = (time_ms % 86400000 + 86400000) % 86400000;
  int64_t days = (time_ms - ms) / 86400000 + 719468; /* since 0000-03-01 */
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t march_month = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  int64_t year = year_of_era + era * 400 + (month <= 2);
  tw_json_format(json, parent, key, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, (int)month,
                 (int)day, (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                 (int)(ms % 1000));
}

void tw_api_health(tw_api_call *call) {
  tw_json *json = &call->json;
  cJSON *answer = tw_api_succeed(call);
  cJSON *data = tw_json_object(json, answer, "data");
  tw_json_integer(json, data, "regions", (double)tw_region_count());
  tw_json_integer(json, data, "models", (double)tw_model_count());
  tw_json_integer(json, data, "benchmarks", 0);
  tw_json_integer(json, data, "pricing", models_with_price());
  tw_json_integer(json, data, "scores", 0);
  tw_json_integer(json, data, "readings", 0);
  tw_json_integer(json, data, "zones", (double)tw_zone_count());
  tw_json_integer(json, data, "countries", (double)tw_country_count());
  tw_json_integer(json, data, "providers", (double)tw_provider_count());
  cJSON *meta = tw_json_object(json, answer, "meta");
  if (call->request->now_ms != 0) {
    write_time(json, meta, "timestamp", call->request->now_ms);
  }
  tw_json_text(json, meta, "status", "healthy");
}
