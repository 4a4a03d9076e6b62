/* SPDX-License-Identifier: MIT */
#include "token_ratios.h"

#include "tables.h"
#include "tokenwatt/usage.h"

#include <math.h>
#include <string.h>

const tw_tokenizer *tw_tokenizer_find(const char *name) {
  for (size_t i = 0; name != NULL && i < tw_tokenizers_count; i++) {
    if (strcmp(name, tw_tokenizers[i].name) == 0) {
      return &tw_tokenizers[i];
    }
  }
  return NULL;
}

const tw_tokenizer *tw_tokenizer_of_model(const char *model, const char *provider) {
  tw_model_match match;
  return tw_model_find(model, provider, &match) == TW_OK ? tw_tokenizer_find(match.model->tokenizer)
                                                         : NULL;
}

/* All in whole numbers, so that every machine has the same result. Nothing overflows: a text has
 * fewer than 2^40 tokens, and a step's share of one is less than 2^10. */
tw_token_estimate tw_token_ratios_apply(const tw_token_ratios *ratios,
                                        const tw_token_features *features) {
  uint64_t steps = 0;
  uint64_t doubt = 0; /* thousandths of steps */
  for (size_t i = 0; i < TW_TOKEN_FEATURE_COUNT; i++) {
    uint64_t of_feature = ratios->values[i] * features->counts[i];
    steps += of_feature;
    doubt += of_feature * ratios->p95[tw_token_kinds[i]];
  }
  /* The doubt is rounded up: a short text that is off at all is off by a whole token. */
  const uint64_t token = UINT64_C(1000) * TW_TOKEN_STEPS;
  tw_token_estimate estimate = {(steps + TW_TOKEN_STEPS / 2) / TW_TOKEN_STEPS,
                                (doubt + token - 1) / token};
  if (estimate.tokens == 0 && features->tokens > 0) {
    estimate.tokens = 1; /* no text is without tokens */
  }
  return estimate;
}

int64_t tw_token_ratios_apply_flat(const tw_token_ratios *ratios, int64_t tokens) {
  double product = round((double)tokens * ratios->flat / 1000);
  return product < (double)TW_USAGE_MAX ? (int64_t)product : TW_USAGE_MAX;
}

tw_status tw_token_ratios_count(const tw_token_ratios *ratios, const tw_vocabulary *vocabulary,
                                const char *text, size_t size, tw_token_estimate *estimate) {
  if (estimate == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *estimate = (tw_token_estimate){0, 0};
  if (vocabulary == NULL) {
    return TW_ERR_ARGUMENT;
  }
  if (ratios == NULL || strcmp(tw_vocabulary_name(vocabulary), "o200k_base") != 0) {
    size_t count = 0;
    tw_status status = tw_tokens_count(vocabulary, text, size, &count);
    estimate->tokens = count;
    return status;
  }
  tw_token_features features;
  tw_token_features_init(&features);
  tw_status status = tw_token_features_add_text(&features, vocabulary, text, size);
  if (status == TW_OK) {
    *estimate = tw_token_ratios_apply(ratios, &features);
  }
  return status;
}
