/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include "patience.h"

#include <stdio.h>

enum MHD_Result tw_reply_send(tw_request *request, unsigned status, struct MHD_Response *response,
                              uint64_t size, const tw_header *headers, size_t header_count) {
  if (response == NULL) {
    return MHD_NO;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff");
  for (size_t i = 0; i < header_count; i++) {
    MHD_add_response_header(response, headers[i].name, headers[i].value);
  }
  if (request->guest != NULL) {
    /* libmicrohttpd counts from when the system took the last bytes: megabytes ahead of the client,
     * so that it would cut off one that takes them steadily. */
    tw_patience_turn_to(request->guest, TW_TURN_TAKING);
    MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
  }
  enum MHD_Result queued = MHD_queue_response(request->connection, status, response);
  MHD_destroy_response(response);
  if (queued == MHD_YES) {
    request->status = status;
    request->sent = tw_request_has_method(request, MHD_HTTP_METHOD_HEAD) ? 0 : size;
  }
  return queued;
}

enum MHD_Result tw_reply_json(tw_request *request, unsigned status, const char *body, size_t size,
                              const tw_header *headers, size_t header_count) {
  struct MHD_Response *response =
      MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
  if (response != NULL && size > 0) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  }
  if (response != NULL) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  }
  return tw_reply_send(request, status, response, size, headers, header_count);
}

enum MHD_Result tw_reply_refusal(tw_request *request, const tw_refusal *refusal,
                                 const tw_header *headers, size_t header_count) {
  char body[1024];
  const char *billing_url = refusal->billing_url;
  int size = snprintf(body, sizeof body,
                      "{\"error\":{\"code\":\"%s\",\"message\":\"%s\",\"details\":%s%s%s%s}}",
                      refusal->code, refusal->message, refusal->details,
                      billing_url == NULL ? "" : ",\"billing_url\":\"",
                      billing_url == NULL ? "" : billing_url, billing_url == NULL ? "" : "\"");
  return tw_reply_json(request, refusal->status, body, (size_t)size, headers, header_count);
}
