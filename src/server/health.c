/* SPDX-License-Identifier: MIT */
#include "health.h"

#include "access.h"
#include "api_call.h"

/* What it says beside the tables' rows. */
typedef struct health {
  tw_collector *collector;
  tw_store_rows rows;
  tw_store_status status;
} health;

static void answer(tw_api_call *call) {
  health *h = call->context;
  tw_json *json = &call->json;
  tw_api_health(call);
  cJSON *data = cJSON_GetObjectItemCaseSensitive(call->answer, "data");
  cJSON *meta = cJSON_GetObjectItemCaseSensitive(call->answer, "meta");
  bool is_healthy = h->status == TW_STORE_OK && !atomic_load(&h->collector->write_failing);
  cJSON_DeleteItemFromObjectCaseSensitive(data, "readings");
  tw_json_integer(json, data, "readings", (double)h->rows.readings);
  tw_json_integer(json, data, "records", (double)h->rows.records);
  tw_json_integer(json, data, "keys", (double)h->rows.keys);
  if (!is_healthy) {
    call->http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
    cJSON_DeleteItemFromObjectCaseSensitive(meta, "status");
    tw_json_text(json, meta, "status", "store_unavailable");
  }
}

void tw_health_answer(tw_collector *collector, tw_request *request, tw_api_response *response) {
  tw_store_error error = {"not enough memory"};
  health h = {.collector = collector};
  h.status = tw_store_count_rows(collector->store, &h.rows, &error);
  if (atomic_load(&collector->write_failing) &&
      tw_store_check(collector->store, &error) == TW_STORE_OK) {
    atomic_store(&collector->write_failing, false); /* mended, although nobody posted since */
  }
  tw_api_request asked = {
      .method = request->method, .path = request->path, .now_ms = request->time_ms};
  if (tw_api_run(&asked, answer, &h, NULL, response) != TW_OK) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &error);
  }
}
