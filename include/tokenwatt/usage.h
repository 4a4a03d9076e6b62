/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_USAGE_H
#define TOKENWATT_USAGE_H

/**
 * What one request to a model used: the calculate payload as C has it. Set it field by field, then
 * check it with tw_usage_check(); problems name the field as the payload does.
 *
 * The token algebra: cached tokens are part of the prompt tokens, completion tokens exclude
 * reasoning tokens.
 *
 * Threads: every function may be called from any.
 */

#include "tokenwatt/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A time that is not known. */
#define TW_TIME_UNKNOWN INT64_MIN

/** The largest count or time: what a JSON number holds exactly, 2^53 − 1. */
#define TW_USAGE_MAX INT64_C(9007199254740991)

/** The longest name in bytes, without its NUL. */
#define TW_USAGE_NAME_MAX 200

/* X(name, member, field, required): the numbers of the payload. */
#define TW_USAGE_NUMBERS(X)                                                                        \
  X(PROMPT_TOKENS, prompt_tokens, "prompt_tokens", true)                                           \
  X(COMPLETION_TOKENS, completion_tokens, "completion_tokens", true)                               \
  X(REASONING_TOKENS, reasoning_tokens, "reasoning_tokens", false)                                 \
  X(CACHED_TOKENS, cached_tokens, "cached_tokens", false)                                          \
  X(START_TIME_MS, start_time_ms, "startTimeMs", false)                                            \
  X(FIRST_TOKEN_TIME_MS, first_token_time_ms, "firstTokenTimeMs", false)

/** A number of the payload, for tw_usage_set_number(). */
typedef enum tw_usage_number {
#define TW_USAGE_ENUM(name, member, field, required) TW_USAGE_##name,
  TW_USAGE_NUMBERS(TW_USAGE_ENUM)
#undef TW_USAGE_ENUM
      TW_USAGE_NUMBER_COUNT
} tw_usage_number;

/** One request to a model. Strings are borrowed; NULL where not given. */
typedef struct tw_usage {
  const char *provider; /* required: "OpenAI" */
  const char *model;    /* "gpt-4o" */
  const char *region;   /* detected_region: "us-west-1" */
  int64_t prompt_tokens;
  int64_t completion_tokens;
  int64_t reasoning_tokens;
  int64_t cached_tokens;
  int64_t start_time_ms;       /* since 1970-01-01 UTC, or TW_TIME_UNKNOWN */
  int64_t first_token_time_ms; /* likewise */
  int64_t last_token_time_ms;  /* likewise; tells how long it took, and how fast it was written */
} tw_usage;

/** What is wrong with a usage. Both are static: the field's name and half a sentence about it. */
typedef struct tw_usage_problem {
  const char *field;
  const char *message;
} tw_usage_problem;

/** No strings, no tokens, unknown times. */
void tw_usage_init(tw_usage *usage);

/** The name that a number has in the payload: "prompt_tokens". NULL if there is no such number. */
const char *tw_usage_number_field(tw_usage_number number);

/**
 * Sets a number from what JSON gave. TW_ERR_FIELD if it is not a whole number from 0 to
 * TW_USAGE_MAX (then *problem, which may be NULL, says so), TW_ERR_ARGUMENT.
 */
tw_status tw_usage_set_number(tw_usage *usage, tw_usage_number number, double value,
                              tw_usage_problem *problem);

/**
 * Checks what only the whole shows: provider there, names not too long, cached within prompt, no
 * token before the start, the last not before the first. TW_ERR_FIELD (then *problem, which may be
 * NULL, says what), TW_ERR_ARGUMENT.
 */
tw_status tw_usage_check(const tw_usage *usage, tw_usage_problem *problem);

#ifdef __cplusplus
}
#endif
#endif
