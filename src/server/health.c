/* SPDX-License-Identifier: MIT */
#include "health.h"

#include "access.h"
#include "api_call.h"

static void answer(tw_api_call *call) {
  call->store = call->context;
  tw_api_health(call);
}

void tw_health_answer(tw_collector *collector, tw_request *request, tw_api_response *response) {
  tw_store_error error = {"not enough memory"};
  tw_store_rows rows = {0};
  tw_store_status status = tw_store_count_rows(collector->store, &rows, &error);
  if (atomic_load(&collector->write_failing) &&
      tw_store_check(collector->store, &error) == TW_STORE_OK) {
    atomic_store(&collector->write_failing, false); /* mended, although nobody posted since */
  }
  tw_api_store_health store = {.readings = (double)rows.readings,
                               .records = (double)rows.records,
                               .keys = (double)rows.keys,
                               .is_healthy = status == TW_STORE_OK &&
                                             !atomic_load(&collector->write_failing)};
  tw_api_request asked = {
      .method = request->method, .path = request->path, .now_ms = request->time_ms};
  if (tw_api_run(&asked, answer, &store, NULL, response) != TW_OK) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &error);
  }
}
