/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a request: the first says which, the rest is its body or its path. Every answer is
 * JSON with a status that fits, and no request is an error of the library.
 */
#include "fuzz.h"

#include "tokenwatt/api.h"

#include <cjson/cJSON.h>

static void check(tw_status status, tw_api_response *response) {
  FUZZ_REQUIRE(status == TW_OK);
  FUZZ_REQUIRE(response->http_status >= 200 && response->http_status < 600);
  FUZZ_REQUIRE(strlen(response->body) == response->body_size);
  if (response->body_size > 0) {
    cJSON *body = cJSON_ParseWithLength(response->body, response->body_size);
    FUZZ_REQUIRE(body != NULL);
    FUZZ_REQUIRE(cJSON_HasObjectItem(body, "error") == (response->http_status >= 400));
    cJSON_Delete(body);
  }
  tw_api_response_free(response, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) {
    return 0;
  }
  uint8_t kind = data[0];
  data++;
  size--;
  char *text = malloc(size + 1);
  FUZZ_REQUIRE(text != NULL);
  memcpy(text, data, size);
  text[size] = '\0';

  tw_api_response response = {0};
  tw_api_request request = {.method = kind & 4 ? "GET" : "POST",
                            .path = "/api/v1/calculate",
                            .body = text,
                            .body_size = size,
                            .now_ms = kind};
  switch (kind & 3) {
  case 0:
    check(tw_api_estimate(text, size, NULL, &response), &response);
    break;
  case 1:
    check(tw_api_handle(&request, NULL, &response), &response);
    break;
  case 2:
    request.path = text;
    request.body = NULL;
    request.body_size = 0;
    check(tw_api_handle(&request, NULL, &response), &response);
    break;
  default:
    request.path = kind & 8 ? "/api/v1/models" : "/api/health";
    request.query = text;
    request.body = NULL;
    request.body_size = 0;
    check(tw_api_handle(&request, NULL, &response), &response);
    break;
  }
  free(text);
  return 0;
}
