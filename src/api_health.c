/* SPDX-License-Identifier: MIT */
/* GET /api/health: the row counts of the tables. */
#include "api_call.h"
#include "offers.h"

#include <math.h>

static int hostings_with_price(void) {
  int count = 0;
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    count += !isnan(tw_hosting_at(i).output_usd_per_mtok);
  }
  return count;
}

/* Every value of a grid that GET /api/carbon/all has. */
static size_t grid_readings(void) {
  size_t count = 0;
  for (size_t i = 0; i < tw_region_count(); i++) {
    tw_grid_series series;
    (void)tw_grid_series_find(tw_region_at(i)->code, &series);
    count += series.year_count;
  }
  return count;
}

void tw_api_health(tw_api_call *call) {
  const tw_api_store_health *store = call->store;
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_node *data = tw_json_object(json, answer, "data");
  tw_json_integer(json, data, "regions", (double)tw_region_count());
  tw_json_integer(json, data, "models", (double)tw_model_count());
  tw_json_integer(json, data, "benchmarks", 0); /* only their fit is here: data/constants.csv */
  tw_json_integer(json, data, "pricing", hostings_with_price());
  tw_json_integer(json, data, "scores", (double)tw_offer_count());
  if (store == NULL) {
    tw_json_integer(json, data, "readings", (double)grid_readings());
  }
  tw_json_integer(json, data, "zones", (double)tw_zone_count());
  tw_json_integer(json, data, "countries", (double)tw_country_count());
  tw_json_integer(json, data, "hostings", (double)tw_hosting_count());
  tw_json_integer(json, data, "providers", (double)tw_provider_count());
  if (store != NULL) {
    tw_json_integer(json, data, "readings", store->readings);
    tw_json_integer(json, data, "records", store->records);
    tw_json_integer(json, data, "keys", store->keys);
  }
  tw_json_node *meta = tw_json_object(json, answer, "meta");
  if (call->request->now_ms != 0) {
    tw_json_time(json, meta, "timestamp", call->request->now_ms);
  }
  bool is_healthy = store == NULL || store->is_healthy;
  tw_json_text(json, meta, "status", is_healthy ? "healthy" : "store_unavailable");
  call->http_status = is_healthy ? 200 : 503;
}
