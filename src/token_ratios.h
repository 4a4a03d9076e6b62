/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKEN_RATIOS_H
#define TW_TOKEN_RATIOS_H

/*
 * How many tokens of a model's own vocabulary a text has, estimated from its o200k_base tokens:
 * data/token_ratios.csv has what each kind of them is worth in each family of vocabularies, and
 * data/tokenizers.csv which family a model is of. Threads: every function may be called from any.
 */

#include "token_features.h"

#include <stdbool.h>

/** The kinds of text whose held-out errors are known. */
typedef enum tw_token_kind {
  TW_TOKEN_KIND_CHAT,
  TW_TOKEN_KIND_LATIN,
  TW_TOKEN_KIND_CODE,
  TW_TOKEN_KIND_CJK,
  TW_TOKEN_KIND_OTHER,
  TW_TOKEN_KIND_COUNT
} tw_token_kind;

enum { TW_TOKEN_STEPS = 50 /* of a token's value in one token */ };

/** A family of vocabularies. */
typedef struct tw_token_ratios {
  const char *family;                     /* "claude2" */
  uint8_t values[TW_TOKEN_FEATURE_COUNT]; /* steps for one of each feature */
  uint16_t flat;     /* thousandths of a token for one of English chat, whatever it is */
  uint16_t flat_p95; /* thousandths of a message's tokens that it errs by, held out */
  uint16_t p95[TW_TOKEN_KIND_COUNT]; /* likewise of `values`, by kind of text */
} tw_token_ratios;

/** What is known of a model's tokenizer. */
typedef struct tw_tokenizer {
  const char *name;              /* as in models.csv */
  const char *vocabulary;        /* what the .twv is called that counts exactly; NULL for none */
  const tw_token_ratios *ratios; /* NULL if it is one of GPT's, or nobody has its vocabulary */
  const char
      *stand_in; /* whose vocabulary stands in for an unpublished one; NULL if it is its own */
  bool is_exact; /* it is one of GPT's, which are counted exactly */
} tw_tokenizer;

/** A count, and how many tokens of it are in doubt: nineteen of twenty messages err by less. */
typedef struct tw_token_estimate {
  uint64_t tokens;
  uint64_t doubt;
} tw_token_estimate;

/** The tokenizer that models.csv gives a model; NULL for NULL and for what is not in the table. */
const tw_tokenizer *tw_tokenizer_find(const char *name);

/** The tokenizer of a model by its name and provider (NULL if not known); NULL if unknown. */
const tw_tokenizer *tw_tokenizer_of_model(const char *model, const char *provider);

/** The tokens of a text with these features. */
tw_token_estimate tw_token_ratios_apply(const tw_token_ratios *ratios,
                                        const tw_token_features *features);

/** The tokens of an English chat of which only the count is known: at most TW_USAGE_MAX. */
int64_t tw_token_ratios_apply_flat(const tw_token_ratios *ratios, int64_t tokens);

/**
 * Counts a text's tokens as the model has them: exactly by `vocabulary` if there are no ratios for
 * it (NULL) or `vocabulary` is not o200k_base, else estimated. TW_ERR_ARGUMENT, TW_ERR_MEMORY.
 */
tw_status tw_token_ratios_count(const tw_token_ratios *ratios, const tw_vocabulary *vocabulary,
                                const char *text, size_t size, tw_token_estimate *estimate);

#endif
