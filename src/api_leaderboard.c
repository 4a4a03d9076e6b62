/* SPDX-License-Identifier: MIT */
/* GET /api/leaderboard: every model at every provider in every region, by carbon, cost or speed. */
#include "api_offers.h"

#include <string.h>

enum { DEFAULT_LIMIT = 50, LIMIT_MAX = 200 };

/* In the order of tw_offer_order. */
static const char *const orders[] = {"carbon", "cost", "speed"};
enum { ORDER_COUNT = sizeof orders / sizeof orders[0] };

static bool read_order(tw_api_call *call, const char *name, tw_offer_order *order) {
  if (name == NULL) {
    return true;
  }
  for (size_t i = 0; i < ORDER_COUNT; i++) {
    if (strcmp(orders[i], name) == 0) {
      *order = (tw_offer_order)i;
      return true;
    }
  }
  tw_json_node *details =
      tw_api_refuse_field(call, "sortBy", "is unknown; details.allowed has the known");
  tw_json_node *allowed = tw_json_array(&call->json, details, "allowed");
  for (size_t i = 0; i < ORDER_COUNT; i++) {
    tw_json_text(&call->json, allowed, NULL, orders[i]);
  }
  return false;
}

static bool is_host(const tw_provider *provider) {
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    if (tw_hosting_at(i).provider == provider) {
      return true;
    }
  }
  return false;
}

/* How many there are in the whole table, whatever was asked for. Its rows are sorted by model. */
static void write_totals(tw_json *json, tw_json_node *meta) {
  size_t models = 0;
  size_t providers = 0;
  for (size_t i = 0; i < tw_hosting_count(); i++) {
    models += i == 0 || tw_hosting_at(i - 1).model != tw_hosting_at(i).model;
  }
  for (size_t i = 0; i < tw_provider_count(); i++) {
    providers += is_host(tw_provider_at(i));
  }
  tw_json_integer(json, meta, "totalModels", (double)models);
  tw_json_integer(json, meta, "totalProviders", (double)providers);
}

void tw_api_leaderboard(tw_api_call *call) {
  const char *model = NULL;
  const char *provider = NULL;
  const char *sort_by = NULL;
  int limit = DEFAULT_LIMIT;
  const tw_api_parameter parameters[] = {
      {.name = "model", .text = &model},
      {.name = "provider", .text = &provider},
      {.name = "sortBy", .text = &sort_by},
      {.name = "limit", .count = &limit, .least = 1, .most = LIMIT_MAX},
  };
  enum { PARAMETER_COUNT = sizeof parameters / sizeof parameters[0] };
  tw_query query;
  tw_offer_filter filter;
  tw_offer_order order = TW_OFFERS_BY_CARBON;
  tw_offer_filter_init(&filter);
  if (!tw_api_read_query(call, parameters, PARAMETER_COUNT, &query) ||
      !tw_api_read_model_filter(call, model, &filter) ||
      !tw_api_read_provider_filter(call, provider, &filter) || !read_order(call, sort_by, &order)) {
    return;
  }
  tw_offers offers;
  if (!tw_offers_find(&filter, order, &offers)) {
    call->json.is_out_of_memory = true;
    return;
  }
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_node *data = tw_json_array(json, answer, "data");
  for (size_t i = 0; i < offers.count && i < (size_t)limit; i++) {
    tw_api_write_offer(call, data, NULL, &offers.rows[i]);
  }
  tw_json_node *meta = tw_json_object(json, answer, "meta");
  if (call->request->now_ms != 0) {
    tw_json_time(json, meta, "lastUpdated", call->request->now_ms);
  }
  write_totals(json, meta);
  tw_json_integer(json, meta, "totalRows", (double)offers.count);
  tw_api_write_query_warnings(call, meta, parameters, PARAMETER_COUNT, &query);
  tw_offers_free(&offers);
}
