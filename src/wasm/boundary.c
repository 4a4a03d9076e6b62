/* SPDX-License-Identifier: MIT */
/*
 * What the JSON API needs to cross into JavaScript: strings in, one pointer out, and only i32 and
 * f64 between. The tokenizer needs nothing of the kind; its public functions are exported as they
 * are.
 */
#include "token_ratios.h"
#include "tokenwatt/api.h"

#include <stdlib.h>

/* What JavaScript reads: three little-endian u32 at the address returned. */
typedef struct wasm_response {
  uint32_t http_status;
  char *body;
  uint32_t body_size;
} wasm_response;

wasm_response *tw_wasm_request(const char *method, const char *path, const char *query,
                               const char *body, size_t body_size, double now_ms);
wasm_response *tw_wasm_estimate(const char *body, size_t body_size);
void tw_wasm_response_free(wasm_response *response);
const char *tw_wasm_model_vocabulary(const char *model, const char *provider);
tw_status tw_wasm_model_tokens(const char *model, const char *provider,
                               const tw_vocabulary *vocabulary, const char *text, size_t size,
                               uint32_t *tokens_and_doubt);
tw_status tw_wasm_token_features(const tw_vocabulary *vocabulary, const char *text, size_t size,
                                 uint32_t *counts);

/* Takes over the answer's body; NULL if there is no memory. */
static wasm_response *hand_over(tw_status status, tw_api_response *answer) {
  wasm_response *response = status == TW_OK ? malloc(sizeof *response) : NULL;
  if (response == NULL) {
    tw_api_response_free(answer, NULL);
    return NULL;
  }
  response->http_status = (uint32_t)answer->http_status;
  response->body = answer->body;
  response->body_size = (uint32_t)answer->body_size;
  return response;
}

wasm_response *tw_wasm_request(const char *method, const char *path, const char *query,
                               const char *body, size_t body_size, double now_ms) {
  tw_api_request request = {
      .method = method,
      .path = path,
      .query = query,
      .body = body,
      .body_size = body_size,
      .now_ms = (int64_t)now_ms,
  };
  tw_api_response answer = {0};
  return hand_over(tw_api_handle(&request, NULL, &answer), &answer);
}

wasm_response *tw_wasm_estimate(const char *body, size_t body_size) {
  tw_api_response answer = {0};
  return hand_over(tw_api_estimate(body, body_size, NULL, &answer), &answer);
}

void tw_wasm_response_free(wasm_response *response) {
  if (response != NULL) {
    tw_api_response answer = {(int)response->http_status, response->body, response->body_size};
    tw_api_response_free(&answer, NULL);
    free(response);
  }
}

/* The name of the vocabulary that is the model's own or stands in for it; "" if none is known. */
const char *tw_wasm_model_vocabulary(const char *model, const char *provider) {
  const tw_tokenizer *tokenizer = tw_tokenizer_of_model(model, provider);
  return tokenizer == NULL || tokenizer->vocabulary == NULL ? "" : tokenizer->vocabulary;
}

/* A text in this memory has fewer than 2^32 tokens, in whatever vocabulary. */
tw_status tw_wasm_model_tokens(const char *model, const char *provider,
                               const tw_vocabulary *vocabulary, const char *text, size_t size,
                               uint32_t *tokens_and_doubt) {
  const tw_tokenizer *tokenizer = tw_tokenizer_of_model(model, provider);
  const tw_token_ratios *ratios = tokenizer == NULL ? NULL : tokenizer->ratios;
  tw_token_estimate estimate;
  tw_status status = tw_token_ratios_count(ratios, vocabulary, text, size, &estimate);
  tokens_and_doubt[0] = (uint32_t)estimate.tokens;
  tokens_and_doubt[1] = (uint32_t)estimate.doubt;
  return status;
}

/* What ratios are fitted to (tools/fit-token-ratios.mjs). */
tw_status tw_wasm_token_features(const tw_vocabulary *vocabulary, const char *text, size_t size,
                                 uint32_t *counts) {
  tw_token_features features;
  tw_token_features_init(&features);
  tw_status status = tw_token_features_add_text(&features, vocabulary, text, size);
  for (size_t i = 0; i < TW_TOKEN_FEATURE_COUNT; i++) {
    counts[i] = (uint32_t)features.counts[i];
  }
  return status;
}
