/* SPDX-License-Identifier: MIT */
/* The local estimate: token counts in, the calculate payload and its answer out. */
#include "api_call.h"

#include <math.h>
#include <string.h>

/* How the payload says where its counts come from. */
typedef struct origin {
  const char *name;
  const char *source;
  const char *estimation_method;
  bool has_template; /* a chat site put the messages into its model's template */
} origin;

static const origin *find_origin(const char *name) {
  static const origin origins[] = {
      {"text", "text_estimated", "text_gpt_tokenizer_v1", false},
      {"page", "dom_estimated", "dom_gpt_tokenizer_v1", true},
  };
  for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
    if (name == NULL || strcmp(name, origins[i].name) == 0) {
      return &origins[i];
    }
  }
  return NULL;
}

static bool is_encoding(const char *name) {
  return strcmp(name, "o200k_base") == 0 || strcmp(name, "cl100k_base") == 0;
}

/*
 * The model's tokens per token of the encoding that was counted with. The tokenizers of other
 * families are not measured here, so that it is 1 for all, which a warning says.
 */
static double token_ratio(const tw_model *model, const char *encoding) {
  (void)model;
  (void)encoding;
  return 1;
}

static void apply_ratio(tw_usage *usage, double ratio) {
  int64_t *const counts[] = {&usage->prompt_tokens, &usage->completion_tokens,
                             &usage->reasoning_tokens, &usage->cached_tokens};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    *counts[i] = (int64_t)llround((double)*counts[i] * ratio);
  }
}

static void write_usage(tw_json *json, cJSON *answer, const tw_usage *usage, const origin *from) {
  cJSON *object = tw_json_object(json, answer, "usage");
  tw_json_text(json, object, "provider", usage->provider);
  if (usage->model != NULL) {
    tw_json_text(json, object, "model", usage->model);
  }
  tw_json_integer(json, object, "prompt_tokens", (double)usage->prompt_tokens);
  tw_json_integer(json, object, "completion_tokens", (double)usage->completion_tokens);
  tw_json_integer(json, object, "reasoning_tokens", (double)usage->reasoning_tokens);
  tw_json_integer(json, object, "cached_tokens", (double)usage->cached_tokens);
  if (usage->start_time_ms != TW_TIME_UNKNOWN) {
    tw_json_integer(json, object, "startTimeMs", (double)usage->start_time_ms);
  }
  if (usage->first_token_time_ms != TW_TIME_UNKNOWN) {
    tw_json_integer(json, object, "firstTokenTimeMs", (double)usage->first_token_time_ms);
  }
  if (usage->region != NULL) {
    tw_json_text(json, object, "detected_region", usage->region);
  }
  tw_json_text(json, object, "source", from->source);
  tw_json_bool(json, object, "is_estimated", true);
  tw_json_text(json, object, "estimation_method", from->estimation_method);
}

static void warn_of_tokenizer(tw_json *json, cJSON *warnings, const tw_model *model,
                              const char *encoding) {
  if (model == NULL) {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's tokenizer is unknown.", encoding);
  } else if (model->encoding == NULL) {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's own tokenizer (%s) may give other "
                   "counts.",
                   encoding, model->tokenizer);
  } else if (strcmp(model->encoding, encoding) != 0) {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's encoding is %s.", encoding,
                   model->encoding);
  }
}

/*
 * What a chat site sent has its template's tokens too, in the model's own tokens, to which no ratio
 * applies. The cached tokens are those of a prefix of the messages.
 */
static void add_chat_template(tw_api_turn *turn, const tw_model *model, int64_t cached_messages) {
  const tw_chat_template *template = tw_chat_template_find(model == NULL ? NULL : model->tokenizer);
  turn->chat_template = template;
  turn->usage.prompt_tokens += tw_chat_template_request(template, turn->message_count);
  turn->usage.cached_tokens +=
      tw_chat_template_prefix(template, turn->message_count, cached_messages);
}

static void answer(tw_api_call *call, tw_api_turn *turn, const origin *from, const char *encoding,
                   int64_t cached_messages) {
  tw_model_match match;
  tw_model_find(turn->usage.model, turn->usage.provider, &match);
  if (encoding == NULL) {
    bool has_own = match.model != NULL && match.model->encoding != NULL;
    encoding = has_own ? match.model->encoding : "o200k_base";
  }
  apply_ratio(&turn->usage, token_ratio(match.model, encoding));
  if (from->has_template) {
    add_chat_template(turn, match.model, cached_messages);
  }
  tw_footprint footprint;
  if (!tw_api_calculate_turn(call, turn, "region", &footprint)) {
    return;
  }
  cJSON *root = tw_api_succeed(call);
  write_usage(&call->json, root, &turn->usage, from);
  cJSON *response = tw_json_object(&call->json, root, "footprint");
  cJSON *warnings = tw_api_write_footprint(call, response, turn, &footprint);
  warn_of_tokenizer(&call->json, warnings, match.model, encoding);
}

static void answer_checked(tw_api_call *call, tw_api_turn *turn, const char *origin_name,
                           const char *encoding, int64_t cached_messages) {
  const origin *from = find_origin(origin_name);
  if (from == NULL) {
    tw_api_refuse_field(call, "origin", "must be 'text' or 'page'");
  } else if (encoding != NULL && !is_encoding(encoding)) {
    tw_api_refuse_field(call, "encoding", "must be 'o200k_base' or 'cl100k_base'");
  } else if (turn->message_count == 0) {
    tw_api_refuse_field(call, "messages", "must be at least 1, the prompt");
  } else if (cached_messages > turn->message_count) {
    tw_api_refuse_field(call, "cached_messages", "must not be more than messages");
  } else {
    answer(call, turn, from, encoding, cached_messages);
  }
}

void tw_api_estimate_call(tw_api_call *call) {
  cJSON *body = tw_api_parse_body(call);
  if (body == NULL) {
    return;
  }
  tw_api_turn turn;
  tw_api_turn_init(&turn);
  const char *origin_name = NULL;
  const char *encoding = NULL;
  int64_t cached_messages = 0;
  turn.message_count = 1;
  const tw_api_field fields[] = {
      {.name = "provider", .is_required = true, .text = &turn.usage.provider},
      {.name = "model", .text = &turn.usage.model},
#define TW_API_NUMBER(id, member, field, required)                                                 \
  {.name = (field), .is_required = (required), .kind = TW_FIELD_NUMBER, .number = TW_USAGE_##id},
      TW_USAGE_NUMBERS(TW_API_NUMBER)
#undef TW_API_NUMBER
          {.name = "region", .text = &turn.usage.region},
      {.name = "origin", .text = &origin_name},
      {.name = "encoding", .text = &encoding},
      {.name = "method", .text = &turn.method},
      {.name = "modelFoundBy", .text = &turn.model_found_by},
      {.name = "messages", .kind = TW_FIELD_COUNT, .count = &turn.message_count},
      {.name = "cached_messages", .kind = TW_FIELD_COUNT, .count = &cached_messages},
      {.name = "lastTokenTimeMs", .kind = TW_FIELD_COUNT, .count = &turn.usage.last_token_time_ms},
      {.name = "contextIncomplete", .kind = TW_FIELD_FLAG, .flag = &turn.context_incomplete},
  };
  if (tw_api_read_fields(call, body, fields, sizeof fields / sizeof fields[0], &turn)) {
    answer_checked(call, &turn, origin_name, encoding, cached_messages);
  }
  cJSON_Delete(body);
}
