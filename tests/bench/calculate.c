/* SPDX-License-Identifier: MIT */
#include "calculate.h"

#include "tokenwatt/api.h"

#include <cjson/cJSON.h>

int tw_bench_parse(const char *payload, size_t size, int times) {
  int parsed = 0;
  for (int i = 0; i < times; i++) {
    cJSON *body = cJSON_ParseWithLength(payload, size);
    parsed += body != NULL;
    cJSON_Delete(body);
  }
  return parsed;
}

int tw_bench_calculate(const char *payload, size_t size, int times) {
  int answered = 0;
  tw_api_request request = {
      .method = "POST", .path = "/api/v1/calculate", .body = payload, .body_size = size};
  for (int i = 0; i < times; i++) {
    tw_api_response response;
    answered += tw_api_handle(&request, NULL, &response) == TW_OK && response.http_status == 200;
    tw_api_response_free(&response, NULL);
  }
  return answered;
}
