/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPLY_H
#define TW_SERVER_REPLY_H

#include "request.h"

/** A header to add to an answer. */
typedef struct tw_header {
  const char *name;
  const char *value;
} tw_header;

/**
 * Sends an answer, and frees `response` (NULL: there was no memory for it). `size` is that of its
 * body, for the log.
 */
enum MHD_Result tw_reply_send(tw_request *request, unsigned status, struct MHD_Response *response,
                              uint64_t size, const tw_header *headers, size_t header_count);

/** The same for a body that is copied; its type is application/json unless the body is empty. */
enum MHD_Result tw_reply_json(tw_request *request, unsigned status, const char *body, size_t size,
                              const tw_header *headers, size_t header_count);

/** {"error":{"code","message","details"}}, as the router's own errors. */
enum MHD_Result tw_reply_refusal(tw_request *request, const tw_refusal *refusal,
                                 const tw_header *headers, size_t header_count);

#endif
