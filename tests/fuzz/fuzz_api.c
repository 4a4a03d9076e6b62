/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a request. Three bytes say which route, which method, and which allocation fails (of
 * printable ones '@' is the first route, GET and none); then follow the rest of the path with its
 * query, up to a line's end, and the body.
 *
 * Every answer is JSON with a status of docs/api.md, errors have the shape that it describes,
 * bounds enclose their values, a failed allocation is an error that leaves nothing behind, and an
 * answer depends on nothing but the request.
 */
#include "../failing_heap.h"
#include "fuzz.h"

#include "json_syntax.h"
#include "tokenwatt/api.h"

#include <cjson/cJSON.h>
#include <math.h>

/* The rest of the path is the input's. "" is any path; NULL is the local estimate. */
static const char *const paths[] = {
    "",
    "/api/v1/calculate",
    "/api/v1/estimate",
    "/api/leaderboard",
    "/api/recommend",
    "/api/carbon/",
    "/api/carbon/all",
    "/api/health",
    "/api/v1/history",
    "/api/v1/usage",
    "/api/v1/report",
    "/api/v1/track",
    "/api/v1/session/",
    NULL,
    "/api/v1/calculate", /* once more: these two have the most to go wrong */
    "/api/v1/estimate",
    "/api/leaderboard",
    "/api/recommend",
};
static const char *const methods[] = {"GET", "POST", "OPTIONS", "HEAD", NULL, "", "post", "PUT"};
enum {
  PATH_COUNT = sizeof paths / sizeof paths[0],
  METHOD_COUNT = sizeof methods / sizeof methods[0],
  HEAD_SIZE = 3,
  FAILURE_KINDS = 64
};

static const tw_allocator allocator = {failing_resize, NULL};

typedef struct input {
  bool is_local_estimate;
  tw_api_request request;
} input;

static tw_status ask(const input *asked, size_t fails_at, tw_api_response *response) {
  heap.count = heap.live = 0;
  heap.fails_at = fails_at;
  const tw_api_request *request = &asked->request;
  return asked->is_local_estimate
             ? tw_api_estimate(request->body, request->body_size, &allocator, response)
             : tw_api_handle(request, &allocator, response);
}

static bool is_documented(int http_status) {
  static const int statuses[] = {200, 400, 404, 405, 503};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
    if (statuses[i] == http_status) {
      return true;
    }
  }
  return false;
}

static const cJSON *member(const cJSON *object, const char *name) {
  return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool is_text(const cJSON *item) {
  return cJSON_IsString(item) && cJSON_GetStringValue(item)[0] != '\0';
}

static void check_error(const cJSON *body, int http_status) {
  const cJSON *error = member(body, "error");
  const cJSON *details = member(error, "details");
  FUZZ_REQUIRE(cJSON_GetArraySize(body) == 1 && cJSON_GetArraySize(error) == 3);
  FUZZ_REQUIRE(is_text(member(error, "code")) && is_text(member(error, "message")));
  FUZZ_REQUIRE(cJSON_IsObject(details));
  FUZZ_REQUIRE(http_status != 405 || cJSON_GetArraySize(member(details, "allow")) > 1);
}

/* Of the calculate response, also where it is a part of the local estimate's. */
static void check_footprint(const cJSON *footprint) {
  static const char *const amounts[] = {"energy_wh", "co2_grams", "water_ml", "tree_days"};
  const cJSON *range = member(member(footprint, "details"), "range");
  for (size_t i = 0; range != NULL && i < sizeof amounts / sizeof amounts[0]; i++) {
    const cJSON *bounds = member(range, amounts[i]);
    if (member(footprint, amounts[i]) == NULL) {
      continue; /* the estimate route names its amount otherwise */
    }
    double value = cJSON_GetNumberValue(member(footprint, amounts[i]));
    double low = cJSON_GetNumberValue(member(bounds, "low"));
    double high = cJSON_GetNumberValue(member(bounds, "high"));
    FUZZ_REQUIRE(isfinite(value) && low >= 0);
    FUZZ_REQUIRE(low <= value * (1 + 1e-9) && value <= high * (1 + 1e-9)); /* ten digits are kept */
  }
}

static void check(const tw_api_response *response) {
  FUZZ_REQUIRE(is_documented(response->http_status));
  FUZZ_REQUIRE(strlen(response->body) == response->body_size);
  tw_json_fault fault;
  FUZZ_REQUIRE(tw_json_is_valid(response->body, response->body_size, &fault));
  cJSON *body = cJSON_ParseWithLength(response->body, response->body_size);
  FUZZ_REQUIRE(cJSON_IsObject(body));
  if (response->http_status >= 400) {
    check_error(body, response->http_status);
  } else {
    FUZZ_REQUIRE(!cJSON_HasObjectItem(body, "error"));
    check_footprint(body);
    check_footprint(member(body, "footprint"));
  }
  cJSON_Delete(body);
}

static void try_request(const input *asked, size_t fails_at) {
  tw_api_response first;
  FUZZ_REQUIRE(ask(asked, SIZE_MAX, &first) == TW_OK);
  check(&first);
  if (fails_at != SIZE_MAX) {
    tw_api_response failed;
    tw_status status = ask(asked, fails_at, &failed);
    FUZZ_REQUIRE(status == TW_OK || (status == TW_ERR_MEMORY && failed.body == NULL));
    tw_api_response_free(&failed, &allocator);
    FUZZ_REQUIRE(heap.live == 0);

    tw_api_response again;
    FUZZ_REQUIRE(ask(asked, SIZE_MAX, &again) == TW_OK);
    FUZZ_REQUIRE(again.http_status == first.http_status && again.body_size == first.body_size);
    FUZZ_REQUIRE(memcmp(again.body, first.body, first.body_size) == 0);
    tw_api_response_free(&again, &allocator);
  }
  tw_api_response_free(&first, &allocator);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < HEAD_SIZE) {
    return 0;
  }
  cJSON_Hooks hooks = {failing_malloc, counting_free};
  cJSON_InitHooks(&hooks);
  const char *prefix = paths[data[0] % PATH_COUNT];
  size_t failure = data[2] % FAILURE_KINDS;
  /* Early allocations more finely than late ones, up to about the five-hundredth. */
  size_t fails_at = failure == 0 ? SIZE_MAX : (failure - 1) * (failure + 7) / 8;

  /* Exactly as large as the text, so that reading beyond it is seen. */
  const uint8_t *rest = data + HEAD_SIZE;
  size_t rest_size = size - HEAD_SIZE;
  const uint8_t *line_end = rest_size == 0 ? NULL : memchr(rest, '\n', rest_size);
  size_t line_size = line_end == NULL ? rest_size : (size_t)(line_end - rest);
  size_t prefix_size = prefix == NULL ? 0 : strlen(prefix);
  char *path = malloc(prefix_size + line_size + 1);
  size_t body_size = line_end == NULL ? 0 : rest_size - line_size - 1;
  char *body = malloc(body_size == 0 ? 1 : body_size);
  FUZZ_REQUIRE(path != NULL && body != NULL);
  if (prefix_size > 0) {
    memcpy(path, prefix, prefix_size);
  }
  memcpy(path + prefix_size, rest, line_size);
  path[prefix_size + line_size] = '\0';
  if (body_size > 0) {
    memcpy(body, line_end + 1, body_size);
  }
  char *query = strchr(path, '?');
  if (query != NULL) {
    *query++ = '\0';
  }
  input asked = {.is_local_estimate = prefix == NULL,
                 .request = {.method = methods[data[1] % METHOD_COUNT],
                             .path = path,
                             .query = query,
                             .body = line_end == NULL ? NULL : body,
                             .body_size = body_size,
                             .now_ms = INT64_C(1776438001000)}};
  try_request(&asked, fails_at);
  free(path);
  free(body);
  return 0;
}
