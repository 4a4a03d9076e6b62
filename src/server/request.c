/* SPDX-License-Identifier: MIT */
#include "request.h"

#include "content_type.h"
#include "recording.h"
#include "stored_routes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static int64_t clock_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

tw_request *tw_request_open(const char *target, struct MHD_Connection *connection,
                            atomic_size_t *all_bodies) {
  tw_request *request = calloc(1, sizeof *request);
  char *copy = strdup(target);
  if (request == NULL || copy == NULL) {
    free(request);
    free(copy);
    return NULL;
  }
  *request = (tw_request){.connection = connection,
                          .target = copy,
                          .path = copy,
                          .query = "",
                          .method = "",
                          .all_bodies = all_bodies,
                          .time_ms = clock_us(CLOCK_REALTIME) / 1000,
                          .start_us = clock_us(CLOCK_MONOTONIC)};
  char *question = strchr(copy, '?');
  if (question != NULL) {
    *question = '\0';
    request->query = question + 1;
  }
  return request;
}

void tw_request_close(tw_request *request) {
  if (request != NULL) {
    tw_recording_free(request->recording);
    tw_lookup_free(request->lookup);
    free(request->target);
    free(request->body);
    atomic_fetch_sub(request->all_bodies, request->body_capacity);
    free(request);
  }
}

int64_t tw_request_age_us(const tw_request *request) {
  return clock_us(CLOCK_MONOTONIC) - request->start_us;
}

const char *tw_request_header(const tw_request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

bool tw_request_is_api(const tw_request *request) {
  return strncmp(request->path, "/api/", 5) == 0 || strcmp(request->path, "/api") == 0;
}

bool tw_request_has_method(const tw_request *request, const char *method) {
  return strcmp(request->method, method) == 0;
}

void tw_request_refuse(tw_request *request, unsigned status, const char *code, const char *message,
                       const char *details) {
  if (request->refusal.code == NULL) {
    request->refusal = (tw_refusal){status, code, message, details, NULL};
  }
}

/* The length that the headers announce; UINT64_MAX for "chunked", where nobody knows. */
static uint64_t announced_size(const tw_request *request) {
  if (tw_request_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL) {
    return UINT64_MAX;
  }
  const char *length = tw_request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return length == NULL ? 0 : strtoull(length, NULL, 10);
}

static bool brings_body(const tw_request *request) {
  return tw_request_has_method(request, MHD_HTTP_METHOD_POST) ||
         tw_request_has_method(request, MHD_HTTP_METHOD_PUT) ||
         tw_request_has_method(request, MHD_HTTP_METHOD_PATCH);
}

static void refuse_long_body(tw_request *request) {
  tw_request_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "payload_too_large",
                    "The body is larger than 1 MiB.", "{\"limit_bytes\":1048576}");
}

void tw_request_check_headers(tw_request *request) {
  if (!brings_body(request)) {
    return;
  }
  if (!tw_content_type_is_json(tw_request_header(request, MHD_HTTP_HEADER_CONTENT_TYPE))) {
    tw_request_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
                      "Send the body as JSON, with the header Content-Type: application/json.",
                      "{\"header\":\"Content-Type\"}");
  }
  if (tw_request_header(request, MHD_HTTP_HEADER_CONTENT_ENCODING) != NULL) {
    tw_request_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type",
                      "Send the body uncompressed, without Content-Encoding.",
                      "{\"header\":\"Content-Encoding\"}");
  }
  uint64_t size = announced_size(request);
  if (size != UINT64_MAX && size > TW_BODY_LIMIT) {
    refuse_long_body(request);
  }
}

bool tw_request_answers_at_once(const tw_request *request) {
  uint64_t size = announced_size(request);
  return request->refusal.code != NULL &&
         (size == 0 || (size != UINT64_MAX && size > TW_DRAIN_LIMIT) ||
          tw_request_header(request, MHD_HTTP_HEADER_EXPECT) != NULL);
}

static bool reserve_body(tw_request *request, size_t more) {
  size_t needed = request->body_size + more + 1;
  if (needed <= request->body_capacity) {
    return true;
  }
  size_t capacity = request->body_capacity * 2;
  capacity = capacity > TW_BODY_LIMIT + 1 ? TW_BODY_LIMIT + 1 : capacity;
  capacity = capacity < needed ? needed : capacity;
  size_t added = capacity - request->body_capacity;
  size_t others = atomic_fetch_add(request->all_bodies, added);
  char *body = others + added > TW_BODIES_LIMIT ? NULL : realloc(request->body, capacity);
  if (body == NULL) {
    atomic_fetch_sub(request->all_bodies, added);
    return false;
  }
  request->body = body;
  request->body_capacity = capacity;
  return true;
}

bool tw_request_receive(tw_request *request, const char *bytes, size_t size) {
  request->received += size;
  if (request->received > TW_BODY_LIMIT) {
    refuse_long_body(request);
  }
  if (request->refusal.code == NULL && !reserve_body(request, size)) {
    request->retry_after = "1";
    tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                      "The server is short of memory.", "{}");
  }
  if (request->refusal.code != NULL) {
    return request->received <= TW_DRAIN_LIMIT;
  }
  memcpy(request->body + request->body_size, bytes, size);
  request->body_size += size;
  request->body[request->body_size] = '\0';
  return true;
}
