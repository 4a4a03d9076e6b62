/* SPDX-License-Identifier: MIT */
#include "api_routes.h"

#include "access.h"
#include "reply.h"
#include "stored_routes.h"
#include "tokenwatt/api.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The headers of every answer below /api/. */
typedef struct api_headers {
  tw_header list[12];
  size_t count;
  bool is_open; /* the asking page may see the answer */
  char response_time[32];
  char allow[64];
} api_headers;

static void add_header(api_headers *headers, const char *name, const char *value) {
  headers->list[headers->count++] = (tw_header){name, value};
}

static void set_response_time(const tw_request *request, api_headers *headers) {
  (void)snprintf(headers->response_time, sizeof headers->response_time, "%" PRId64 "ms",
                 (tw_request_age_us(request) + 500) / 1000);
}

/*
 * Pages of any origin may ask the stateless routes, which know nothing about anybody. Stored data
 * is another matter: a page must not read it through its visitor's browser.
 */
static void fill_headers(const tw_request *request, const tw_collector *collector,
                         api_headers *headers) {
  headers->count = 0;
  set_response_time(request, headers);
  add_header(headers, "X-Response-Time", headers->response_time);
  const char *origin = "*";
  headers->is_open = true;
  tw_stored_privacy privacy = tw_stored_routes_privacy(collector, request->path);
  if (privacy != TW_STORED_PUBLIC) {
    add_header(headers, "Cross-Origin-Resource-Policy", "same-origin");
    add_header(headers, MHD_HTTP_HEADER_VARY, "Origin");
    origin = tw_request_header(request, "Origin");
    headers->is_open = tw_access_allows_origin(collector, request, privacy == TW_STORED_KEYED);
  }
  if (headers->is_open) {
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_EXPOSE_HEADERS,
               "X-Response-Time, X-Event-Id, X-Recorded, Idempotency-Key, Retry-After");
  }
}

/* What a browser asks before a page of another origin may send such a request (CORS). */
static void add_preflight(const tw_request *request, api_headers *headers) {
  if (!headers->is_open) {
    return;
  }
  add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
  add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_HEADERS,
             "content-type, authorization, idempotency-key");
  add_header(headers, MHD_HTTP_HEADER_ACCESS_CONTROL_MAX_AGE, "600");
  if (tw_request_header(request, "Access-Control-Request-Private-Network") != NULL) {
    /* Chromium asks this before a public page may reach loopback. */
    add_header(headers, "Access-Control-Allow-Private-Network", "true");
  }
}

/* A 405 must say what is allowed, and OPTIONS does: the router has it in the body. */
static void add_allow(api_headers *headers, const tw_api_response *response) {
  cJSON *answer = cJSON_ParseWithLength(response->body, response->body_size);
  const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
  const cJSON *list = error == NULL ? answer : cJSON_GetObjectItemCaseSensitive(error, "details");
  const cJSON *method = NULL;
  size_t used = 0;
  cJSON_ArrayForEach(method, cJSON_GetObjectItemCaseSensitive(list, "allow")) {
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

static enum MHD_Result refuse(tw_request *request, api_headers *headers) {
  if (request->refusal.status == MHD_HTTP_UNAUTHORIZED) {
    add_header(headers, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
  }
  if (request->retry_after != NULL) {
    add_header(headers, MHD_HTTP_HEADER_RETRY_AFTER, request->retry_after);
  }
  return tw_reply_refusal(request, &request->refusal, headers->list, headers->count);
}

static enum MHD_Result send_body(tw_request *request, api_headers *headers,
                                 const tw_api_response *response) {
  set_response_time(request, headers); /* once more, for the time it took */
  if (response->http_status == MHD_HTTP_METHOD_NOT_ALLOWED ||
      tw_request_has_method(request, MHD_HTTP_METHOD_OPTIONS)) {
    add_allow(headers, response);
  }
  return tw_reply_json(request, (unsigned)response->http_status, response->body,
                       response->body_size, headers->list, headers->count);
}

static enum MHD_Result send_stored(tw_request *request, api_headers *headers,
                                   const tw_stored_answer *answer) {
  if (request->refusal.code != NULL) {
    return refuse(request, headers);
  }
  if (answer->event_id != NULL) {
    add_header(headers, "X-Event-Id", answer->event_id);
  }
  const char *client_id = tw_request_header(request, "Idempotency-Key");
  if (request->recording != NULL && client_id != NULL) {
    add_header(headers, "Idempotency-Key", client_id); /* it is honoured: a retry is safe */
  }
  if (answer->stream == NULL) {
    return send_body(request, headers, &answer->body);
  }
  set_response_time(request, headers);
  add_header(headers, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (answer->document_size > 0) {
    return tw_reply_send(request, MHD_HTTP_OK, answer->stream, answer->document_size, headers->list,
                         headers->count);
  }
  if (tw_request_has_method(request, MHD_HTTP_METHOD_HEAD)) {
    /* libmicrohttpd ends even the body that HEAD does not have with its last, empty chunk. */
    MHD_set_response_options(answer->stream, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
  }
  add_header(headers, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  return tw_reply_send(request, MHD_HTTP_OK, answer->stream, 0, headers->list, headers->count);
}

static enum MHD_Result ask_router(tw_request *request, api_headers *headers) {
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
    tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                      "The server is short of memory.", "{}");
    return refuse(request, headers);
  }
  enum MHD_Result result = send_body(request, headers, &response);
  tw_api_response_free(&response, NULL);
  return result;
}

enum MHD_Result tw_api_routes_answer(tw_request *request, tw_collector *collector) {
  api_headers headers;
  fill_headers(request, collector, &headers);
  tw_stored_answer answer;
  if (tw_stored_routes_is_under_way(request)) {
    tw_stored_routes_finish(collector, request, &answer);
    return send_stored(request, &headers, &answer);
  }
  if (request->refusal.code != NULL) {
    return refuse(request, &headers);
  }
  if (tw_request_has_method(request, MHD_HTTP_METHOD_OPTIONS)) {
    add_preflight(request, &headers);
    return ask_router(request, &headers);
  }
  switch (tw_stored_routes_begin(collector, request, &answer)) {
  case TW_STORED_ASLEEP:
    return MHD_YES;
  case TW_STORED_ANSWERED:
    return send_stored(request, &headers, &answer);
  default:
    if (tw_stored_routes_records(request)) {
      add_header(&headers, "X-Recorded", "false"); /* whoever posts here may think it is kept */
    }
    return ask_router(request, &headers);
  }
}
