/* SPDX-License-Identifier: MIT */
#include "tokenwatt/api.h"

#include "allocator.h"
#include "api_call.h"

#include <string.h>

typedef struct route {
  const char *method;
  const char *path; /* "{…}" stands for one segment */
  void (*answer)(tw_api_call *call);
} route;

static void answer_without_store(tw_api_call *call);

static const route routes[] = {
    {"POST", "/api/v1/calculate", tw_api_calculate},
    {"POST", "/api/v1/estimate", tw_api_co2_estimate},
    {"GET", "/api/v1/models", tw_api_models},
    {"GET", "/api/v1/regions", tw_api_regions},
    {"GET", "/api/leaderboard", tw_api_leaderboard},
    {"GET", "/api/recommend", tw_api_recommend},
    {"GET", "/api/carbon/all", tw_api_carbon_all},
    {"GET", "/api/carbon/{region}", tw_api_carbon},
    {"GET", "/api/health", tw_api_health},
    {"GET", "/api/v1/history", answer_without_store},
    {"GET", "/api/v1/usage", answer_without_store},
    {"GET", "/api/v1/report", answer_without_store},
    {"POST", "/api/v1/track", answer_without_store},
    {"GET", "/api/v1/session/{developer_id}/today", answer_without_store},
};
enum {
  ROUTE_COUNT = sizeof routes / sizeof routes[0],
  ANSWER_SIZE = 4096 /* nearly all answers need no more before they are printed */
};

static bool path_fits(const char *pattern, const char *path) {
  while (*pattern != '\0') {
    if (*pattern != '{') {
      if (*pattern++ != *path++) {
        return false;
      }
      continue;
    }
    size_t segment = strcspn(path, "/");
    if (segment == 0) {
      return false;
    }
    path += segment;
    pattern += strcspn(pattern, "}") + 1;
  }
  return *path == '\0';
}

static const route *find_path(const char *path) {
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    if (path_fits(routes[i].path, path)) {
      return &routes[i];
    }
  }
  return NULL;
}

tw_json_node *tw_api_succeed(tw_api_call *call) {
  call->http_status = 200;
  return tw_json_root(&call->json);
}

tw_json_node *tw_api_fail(tw_api_call *call, int http_status, const char *code, const char *format,
                          ...) {
  tw_json_node *answer = tw_api_succeed(call);
  call->http_status = http_status;
  tw_json_node *error = tw_json_object(&call->json, answer, "error");
  tw_json_text(&call->json, error, "code", code);
  va_list arguments;
  va_start(arguments, format);
  tw_json_format_list(&call->json, error, "message", format, arguments);
  va_end(arguments);
  return tw_json_object(&call->json, error, "details");
}

/* Without a store, as in the command line and in a browser. A server with one answers itself. */
static void answer_without_store(tw_api_call *call) {
  const route *asked = find_path(call->request->path);
  tw_json_node *details =
      tw_api_fail(call, 503, "service_unavailable",
                  "%s %s needs a store, and there is none here: ask a server that has one.",
                  asked->method, asked->path);
  tw_json_text(&call->json, details, "route", asked->path);
}

static void answer_options(tw_api_call *call, const route *asked) {
  tw_json_node *allow = tw_json_array(&call->json, tw_api_succeed(call), "allow");
  tw_json_text(&call->json, allow, NULL, asked->method);
  tw_json_text(&call->json, allow, NULL, "OPTIONS");
}

static void answer_no_route(tw_api_call *call) {
  tw_json_node *details = tw_api_fail(
      call, 404, "not_found", "There is no such route; details.routes has those there are.");
  tw_json_node *list = tw_json_array(&call->json, details, "routes");
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    tw_json_format(&call->json, list, NULL, "%s %s", routes[i].method, routes[i].path);
  }
}

static void answer_wrong_method(tw_api_call *call, const route *asked) {
  tw_json_node *details = tw_api_fail(call, 405, "method_not_allowed", "%s must be asked with %s.",
                                      asked->path, asked->method);
  tw_json_node *allow = tw_json_array(&call->json, details, "allow");
  tw_json_text(&call->json, allow, NULL, asked->method);
  tw_json_text(&call->json, allow, NULL, "OPTIONS");
}

static void dispatch(tw_api_call *call) {
  const route *asked = find_path(call->request->path);
  const char *method = call->request->method == NULL ? "GET" : call->request->method;
  if (asked == NULL) {
    answer_no_route(call);
  } else if (strcmp(method, asked->method) == 0) {
    asked->answer(call);
  } else if (strcmp(method, "OPTIONS") == 0) {
    answer_options(call, asked);
  } else {
    answer_wrong_method(call, asked);
  }
}

tw_status tw_api_run(const tw_api_request *request, void (*answer)(tw_api_call *call),
                     void *context, const tw_allocator *allocator, tw_api_response *response) {
  *response = (tw_api_response){0};
  _Alignas(8) char memory[ANSWER_SIZE]; /* not part of the call: that would be set to zero */
  tw_api_call call = {
      .request = request,
      .json = {.allocator = allocator, .memory = memory, .memory_size = ANSWER_SIZE},
      .context = context};
  answer(&call);
  char *body = tw_json_print(&call.json);
  if (body != NULL) {
    *response = (tw_api_response){call.http_status, body, call.json.text_size};
  }
  tw_json_free(&call.json);
  cJSON_Delete(call.body);
  return body == NULL ? TW_ERR_MEMORY : TW_OK;
}

tw_status tw_api_handle(const tw_api_request *request, const tw_allocator *allocator,
                        tw_api_response *response) {
  if (response == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *response = (tw_api_response){0};
  if (request == NULL || request->path == NULL) {
    return TW_ERR_ARGUMENT;
  }
  return tw_api_run(request, dispatch, NULL, allocator, response);
}

tw_status tw_api_estimate(const char *body, size_t body_size, const tw_allocator *allocator,
                          tw_api_response *response) {
  if (response == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *response = (tw_api_response){0};
  if (body == NULL && body_size > 0) {
    return TW_ERR_ARGUMENT;
  }
  tw_api_request request = {.body = body, .body_size = body_size};
  return tw_api_run(&request, tw_api_estimate_call, NULL, allocator, response);
}

void tw_api_response_free(tw_api_response *response, const tw_allocator *allocator) {
  if (response == NULL) {
    return;
  }
  tw_allocator memory = tw_allocator_or_heap(allocator);
  tw_release(&memory, response->body, response->body_size + 1);
  *response = (tw_api_response){0};
}
