/* SPDX-License-Identifier: MIT */
#include "api_routes.h"

#include "reply.h"
#include "tokenwatt/api.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * Pages of any origin may ask the stateless routes, which know nothing about anybody. Stored data
 * is another matter: a page must not read it through its visitor's browser.
 */
static bool is_stateless(const char *path) {
  static const char *const stored[] = {"/api/v1/history", "/api/v1/track", "/api/v1/session"};
  for (size_t i = 0; i < sizeof stored / sizeof stored[0]; i++) {
    size_t size = strlen(stored[i]);
    if (strncmp(path, stored[i], size) == 0 && (path[size] == '\0' || path[size] == '/')) {
      return false;
    }
  }
  return true;
}

/* The headers of every answer below /api/. */
typedef struct api_headers {
  tw_header list[8];
  size_t count;
  char response_time[32];
  char allow[64];
} api_headers;

static void add_header(api_headers *headers, const char *name, const char *value) {
  headers->list[headers->count++] = (tw_header){name, value};
}

static void fill_headers(const tw_request *request, api_headers *headers) {
  headers->count = 0;
  (void)snprintf(headers->response_time, sizeof headers->response_time, "%" PRId64 "ms",
                 (tw_request_age_us(request) + 500) / 1000);
  add_header(headers, "X-Response-Time", headers->response_time);
  if (is_stateless(request->path)) {
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_EXPOSE_HEADERS, "X-Response-Time");
  }
}

static enum MHD_Result answer_preflight(tw_request *request, api_headers *headers) {
  add_header(headers, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST, OPTIONS");
  if (is_stateless(request->path)) {
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_HEADERS,
               "content-type, authorization, idempotency-key");
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_MAX_AGE, "600");
    if (tw_request_header(request, "Access-Control-Request-Private-Network") != NULL) {
      /* Chromium asks this before a public page may reach loopback. */
      add_header(headers, "Access-Control-Allow-Private-Network", "true");
    }
  }
  return tw_reply_json(request, MHD_HTTP_NO_CONTENT, "", 0, headers->list, headers->count);
}

/* A 405 must say what is allowed: the router says it in the error's details. */
static void add_allow(api_headers *headers, const tw_api_response *response) {
  cJSON *answer = cJSON_ParseWithLength(response->body, response->body_size);
  const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
  const cJSON *details = cJSON_GetObjectItemCaseSensitive(error, "details");
  const cJSON *method = NULL;
  size_t used = 0;
  cJSON_ArrayForEach(method, cJSON_GetObjectItemCaseSensitive(details, "allow")) {
    const char *name = cJSON_GetStringValue(method);
    if (name != NULL && used + strlen(name) + 3 <= sizeof headers->allow) {
      used += (size_t)snprintf(headers->allow + used, sizeof headers->allow - used, "%s%s",
                               used == 0 ? "" : ", ", name);
    }
  }
  cJSON_Delete(answer);
  if (used > 0) {
    add_header(headers, MHD_HTTP_HEADER_ALLOW, headers->allow);
  }
}

enum MHD_Result tw_api_routes_answer(tw_request *request) {
  api_headers headers;
  fill_headers(request, &headers);
  if (request->refusal.code != NULL) {
    return tw_reply_refusal(request, &request->refusal, headers.list, headers.count);
  }
  if (tw_request_has_method(request, MHD_HTTP_METHOD_OPTIONS)) {
    return answer_preflight(request, &headers);
  }
  bool is_head = tw_request_has_method(request, MHD_HTTP_METHOD_HEAD);
  tw_api_request api_request = {
      .method = is_head ? MHD_HTTP_METHOD_GET : request->method,
      .path = request->path,
      .query = request->query,
      .body = request->body,
      .body_size = request->body_size,
      .now_ms = request->time_ms,
  };
  tw_api_response response;
  if (tw_api_handle(&api_request, NULL, &response) != TW_OK) {
    tw_refusal refusal = {MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                          "The server is short of memory.", "{}"};
    return tw_reply_refusal(request, &refusal, headers.list, headers.count);
  }
  fill_headers(request, &headers); /* once more, for the time it took */
  if (response.http_status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    add_allow(&headers, &response);
  }
  enum MHD_Result result = tw_reply_json(request, (unsigned)response.http_status, response.body,
                                         response.body_size, headers.list, headers.count);
  tw_api_response_free(&response, NULL);
  return result;
}
