/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_API_H
#define TOKENWATT_API_H

/**
 * The HTTP APIs without HTTP: one router that answers every stateless route from the tables, the
 * same in the command line, the server and WebAssembly. JSON in, JSON out; docs/api.md is the
 * reference of the routes. It keeps no state: no clock, no files, no globals.
 *
 * Threads: every function may be called from any thread.
 */

#include "tokenwatt/allocator.h"
#include "tokenwatt/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One request. All pointers are borrowed during the call. */
typedef struct tw_api_request {
  const char *method; /* "GET", "POST", "OPTIONS"; NULL means GET */
  const char *path;   /* percent-encoded, without the query: "/api/v1/calculate" */
  const char *query;  /* percent-encoded, without "?"; NULL or "" for none */
  const char *body;   /* UTF-8 JSON; NULL for none */
  size_t body_size;   /* bytes */
  int64_t now_ms;     /* milliseconds since 1970-01-01 UTC; 0 leaves timestamps out */
} tw_api_request;

/** One answer. `body` is UTF-8 JSON, NUL-terminated (the NUL is not counted in body_size). */
typedef struct tw_api_response {
  int http_status;  /* 200, 400, 404, 405, 503, … */
  char *body;       /* owned by the response */
  size_t body_size; /* bytes */
} tw_api_response;

/**
 * Answers a request. Errors of the request (an unknown route, bad JSON, a bad field) are answers
 * with their HTTP status and a body {"error":{"code","message","details"}}, and TW_OK here.
 *
 * allocator   NULL for the C heap; must be the same in tw_api_response_free().
 * TW_ERR_ARGUMENT (request, path or response is NULL), TW_ERR_MEMORY; then response->body is NULL.
 */
tw_status tw_api_handle(const tw_api_request *request, const tw_allocator *allocator,
                        tw_api_response *response);

/**
 * The local estimate behind `tokenwatt estimate` and JavaScript's tw.estimate(): token counts and
 * what is known of the turn in, the calculate payload and its answer out. Never reached by HTTP.
 *
 * body   a JSON object: provider, prompt_tokens, completion_tokens, and optionally model,
 *        reasoning_tokens, cached_tokens, region, startTimeMs, firstTokenTimeMs,
 *        origin ("text", the default, or "page"), method, contextIncomplete (boolean),
 *        encoding (the name of the vocabulary that the tokens were counted with, default: the
 *        model's encoding, else o200k_base. The counts are exact if it is the one of the model's
 *        family, as in data/tokenizers.csv; if it is neither that nor o200k_base, a warning says
 * so), has_ratios (boolean: the counts are those of the model's own tokenizer already, as
 *        src/token_ratios.h estimates them; otherwise those of o200k_base become so by the ratio of
 *        English chat),
 *        token_doubt (the share of the tokens that this estimate may be off by, 0 to 1).
 * response   {"usage": the calculate payload, "footprint": the calculate response}, status 200; or
 *        an error answer as in tw_api_handle().
 */
tw_status tw_api_estimate(const char *body, size_t body_size, const tw_allocator *allocator,
                          tw_api_response *response);

/** Frees the body and clears the response. NULL is allowed. */
void tw_api_response_free(tw_api_response *response, const tw_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
