/* SPDX-License-Identifier: MIT */
#include "tokenwatt/usage.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

void tw_usage_init(tw_usage *usage) {
  *usage = (tw_usage){
      .start_time_ms = TW_TIME_UNKNOWN,
      .first_token_time_ms = TW_TIME_UNKNOWN,
      .last_token_time_ms = TW_TIME_UNKNOWN,
  };
}

const char *tw_usage_number_field(tw_usage_number number) {
  static const char *const fields[] = {
#define TW_USAGE_FIELD(name, member, field, required) field,
      TW_USAGE_NUMBERS(TW_USAGE_FIELD)
#undef TW_USAGE_FIELD
  };
  return (size_t)number < TW_USAGE_NUMBER_COUNT ? fields[number] : NULL;
}

static tw_status refuse(const char *field, const char *message, tw_usage_problem *problem) {
  if (problem != NULL) {
    *problem = (tw_usage_problem){field, message};
  }
  return TW_ERR_FIELD;
}

static const char not_negative[] = "must not be negative";
static const char not_huge[] = "must not be more than 9007199254740991 (2^53 - 1)";

static int64_t *member_of(tw_usage *usage, tw_usage_number number) {
  switch (number) {
#define TW_USAGE_MEMBER(name, member, field, required)                                             \
  case TW_USAGE_##name:                                                                            \
    return &usage->member;
    TW_USAGE_NUMBERS(TW_USAGE_MEMBER)
#undef TW_USAGE_MEMBER
  default:
    return NULL;
  }
}

tw_status tw_usage_set_number(tw_usage *usage, tw_usage_number number, double value,
                              tw_usage_problem *problem) {
  int64_t *member = usage == NULL ? NULL : member_of(usage, number);
  if (member == NULL) {
    return TW_ERR_ARGUMENT;
  }
  const char *field = tw_usage_number_field(number);
  if (isnan(value)) {
    return refuse(field, "must be a number", problem);
  }
  if (value < 0) {
    return refuse(field, not_negative, problem);
  }
  if (value > (double)TW_USAGE_MAX) {
    return refuse(field, not_huge, problem);
  }
  int64_t whole = (int64_t)value;
  if (value != (double)whole) {
    return refuse(field, "must be a whole number", problem);
  }
  *member = whole;
  return TW_OK;
}

/* `name` may be NULL unless it is required. */
static tw_status check_name(const char *field, const char *name, bool is_required,
                            tw_usage_problem *problem) {
  if (name == NULL) {
    return is_required ? refuse(field, "is required", problem) : TW_OK;
  }
  if (*name == '\0') {
    return refuse(field, "must not be empty", problem);
  }
  if (strlen(name) > TW_USAGE_NAME_MAX) {
    return refuse(field, "must not be longer than 200 bytes", problem);
  }
  return TW_OK;
}

static tw_status check_number(tw_usage_number number, int64_t value, tw_usage_problem *problem) {
  const char *field = tw_usage_number_field(number);
  bool is_time = number == TW_USAGE_START_TIME_MS || number == TW_USAGE_FIRST_TOKEN_TIME_MS;
  if (is_time && value == TW_TIME_UNKNOWN) {
    return TW_OK;
  }
  if (value < 0) {
    return refuse(field, not_negative, problem);
  }
  return value > TW_USAGE_MAX ? refuse(field, not_huge, problem) : TW_OK;
}

tw_status tw_usage_check(const tw_usage *usage, tw_usage_problem *problem) {
  if (usage == NULL) {
    return TW_ERR_ARGUMENT;
  }
  tw_status status = check_name("provider", usage->provider, true, problem);
  if (status == TW_OK) {
    status = check_name("model", usage->model, false, problem);
  }
  if (status == TW_OK) {
    status = check_name("detected_region", usage->region, false, problem);
  }
#define TW_USAGE_CHECK(name, member, field, required)                                              \
  if (status == TW_OK) {                                                                           \
    status = check_number(TW_USAGE_##name, usage->member, problem);                                \
  }
  TW_USAGE_NUMBERS(TW_USAGE_CHECK)
#undef TW_USAGE_CHECK
  if (status != TW_OK) {
    return status;
  }
  if (usage->cached_tokens > usage->prompt_tokens) {
    return refuse("cached_tokens", "must not be more than prompt_tokens, of which they are a part",
                  problem);
  }
  if (usage->start_time_ms != TW_TIME_UNKNOWN && usage->first_token_time_ms != TW_TIME_UNKNOWN &&
      usage->first_token_time_ms < usage->start_time_ms) {
    return refuse("firstTokenTimeMs", "must not be before startTimeMs", problem);
  }
  /* an unknown time is before all others */
  if (usage->last_token_time_ms != TW_TIME_UNKNOWN &&
      (usage->last_token_time_ms < usage->start_time_ms ||
       usage->last_token_time_ms < usage->first_token_time_ms)) {
    return refuse("lastTokenTimeMs", "must not be before startTimeMs or firstTokenTimeMs", problem);
  }
  return TW_OK;
}
