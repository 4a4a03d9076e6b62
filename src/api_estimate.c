/* SPDX-License-Identifier: MIT */
/* The local estimate: token counts in, the calculate payload and its answer out. */
#include "api_call.h"
#include "constants.h"
#include "token_ratios.h"
#include "vocabulary.h"

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

/* Whether a vocabulary can be called so, whoever made it. */
static bool is_vocabulary_name(const char *name) {
  size_t size = 0;
  while (name[size] >= ' ' && name[size] <= '~') {
    size++;
  }
  return size > 0 && size < TW_VOCABULARY_NAME_SIZE && name[size] == '\0';
}

/* What the token counts of a turn rest on. */
typedef struct count_basis {
  const char *encoding;          /* what was counted with */
  const tw_model *model;         /* NULL if it is not in the table */
  const tw_tokenizer *tokenizer; /* the model's; NULL likewise */
  const tw_token_ratios *ratios; /* those that the counts have after them; NULL for none */
  const char *stand_in;          /* whose vocabulary the counts are of, if not the model's own */
  bool is_exact;                 /* counted with the vocabulary of the model's family */
  double doubt;                  /* the share that the counts may be off by */
} count_basis;

static count_basis basis_of(const tw_api_turn *turn, const char *encoding) {
  tw_model_match match;
  tw_model_find(turn->usage.model, turn->usage.provider, &match);
  count_basis basis = {.encoding = encoding, .model = match.model};
  if (match.model != NULL) {
    basis.tokenizer = tw_tokenizer_find(match.model->tokenizer);
  }
  if (encoding == NULL) {
    bool has_own = match.model != NULL && match.model->encoding != NULL;
    basis.encoding = has_own ? match.model->encoding : "o200k_base";
  }
  if (basis.tokenizer != NULL) {
    const char *own = basis.tokenizer->vocabulary;
    basis.is_exact = own != NULL && strcmp(own, basis.encoding) == 0;
    bool has_ratios = !basis.is_exact && strcmp(basis.encoding, "o200k_base") == 0;
    basis.ratios = has_ratios ? basis.tokenizer->ratios : NULL;
    basis.stand_in = basis.is_exact || basis.ratios != NULL ? basis.tokenizer->stand_in : NULL;
  }
  return basis;
}

/* Counts without ratios get those of English chat: nothing else is known of the texts. */
static void apply_flat(const count_basis *basis, tw_usage *usage) {
  int64_t *const counts[] = {&usage->prompt_tokens, &usage->completion_tokens,
                             &usage->reasoning_tokens, &usage->cached_tokens};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    *counts[i] = tw_token_ratios_apply_flat(basis->ratios, *counts[i]);
  }
}

/* `doubt` is what the counter of the texts says of its own errors; NaN if it says nothing. */
static void apply_ratios(count_basis *basis, tw_api_turn *turn, bool are_applied, double doubt) {
  const tw_token_ratios *ratios = basis->ratios;
  if (ratios == NULL) {
    doubt = basis->is_exact ? 0 : TW_CONST_TOKENIZER_UNKNOWN_ERROR;
  } else if (!are_applied) {
    apply_flat(basis, &turn->usage);
    doubt = ratios->flat_p95 / 1000.0;
  } else if (isnan(doubt)) {
    doubt = ratios->p95[TW_TOKEN_KIND_CHAT] / 1000.0;
  }
  basis->doubt = doubt + (basis->stand_in == NULL ? 0 : TW_CONST_TOKENIZER_STAND_IN_ERROR);
}

static void widen_range(tw_range *range, double doubt) {
  range->low *= 1 - fmin(doubt, 1);
  range->high *= 1 + doubt;
}

/* Everything is in proportion to the tokens at most, so their doubt is everything's. */
static void widen(tw_footprint *footprint, const count_basis *basis) {
  tw_range *const ranges[] = {&footprint->energy_wh,        &footprint->co2_g,
                              &footprint->water_ml,         &footprint->water_onsite_ml,
                              &footprint->water_offsite_ml, &footprint->tree_days};
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
    widen_range(ranges[i], basis->doubt);
  }
  for (size_t i = 0; i < footprint->impact_count; i++) {
    widen_range(&footprint->impacts[i].range, basis->doubt);
  }
  if (basis->stand_in != NULL || (basis->ratios == NULL && !basis->is_exact)) {
    footprint->confidence = TW_CONFIDENCE_ESTIMATED;
  }
}

static void write_usage(tw_json *json, tw_json_node *answer, const tw_usage *usage,
                        const origin *from) {
  tw_json_node *object = tw_json_object(json, answer, "usage");
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

static void warn_of_tokenizer(tw_json *json, tw_json_node *warnings, const count_basis *basis) {
  const tw_model *model = basis->model;
  if (model == NULL) {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's tokenizer is unknown.",
                   basis->encoding);
  } else if (basis->stand_in != NULL) {
    tw_json_format(json, warnings, NULL,
                   "The tokens are estimated: the vocabulary is not published, and that of %s "
                   "stands in.",
                   basis->stand_in);
  } else if (basis->is_exact || basis->ratios != NULL) {
    return;
  } else if (model->encoding == NULL) {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's own tokenizer (%s) may give other "
                   "counts.",
                   basis->encoding, model->tokenizer);
  } else {
    tw_json_format(json, warnings, NULL,
                   "The tokens were counted with %s; the model's encoding is %s.", basis->encoding,
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

static void write_basis(tw_json *json, tw_json_node *details, const count_basis *basis) {
  tw_json_node *tokens = tw_json_object(json, details, "tokens");
  if (basis->is_exact) {
    tw_json_format(json, tokens, "basis", "exact for the %s vocabulary%s", basis->encoding,
                   basis->stand_in == NULL ? "" : ", which stands in for the model's own");
  } else if (basis->ratios != NULL) {
    tw_json_format(json, tokens, "basis", "estimated from %s with the ratios of %s%s",
                   basis->encoding, basis->ratios->family,
                   basis->stand_in == NULL ? "" : " (stand-in)");
    tw_json_text(json, tokens, "family", basis->ratios->family);
  } else {
    tw_json_format(json, tokens, "basis", "counted with %s", basis->encoding);
  }
  if (basis->stand_in != NULL) {
    tw_json_text(json, tokens, "stand_in", basis->stand_in);
  }
  tw_json_text(json, tokens, "encoding", basis->encoding);
  tw_json_number(json, tokens, "uncertainty", basis->doubt);
}

/* What a body says of its counts. */
typedef struct counted {
  tw_api_flag has_ratios;  /* they are the model's own already */
  double doubt;            /* and may be off by this share; NaN if it does not say */
  int64_t cached_messages; /* so many of the messages an earlier turn has sent */
} counted;

static void answer(tw_api_call *call, tw_api_turn *turn, const origin *from, const char *encoding,
                   const counted *counts) {
  count_basis basis = basis_of(turn, encoding);
  apply_ratios(&basis, turn, counts->has_ratios == TW_FLAG_TRUE, counts->doubt);
  if (from->has_template) {
    add_chat_template(turn, basis.model, counts->cached_messages);
  }
  tw_footprint footprint;
  if (!tw_api_calculate_turn(call, turn, "region", &footprint)) {
    return;
  }
  widen(&footprint, &basis);
  tw_json_node *root = tw_api_succeed(call);
  write_usage(&call->json, root, &turn->usage, from);
  tw_json_node *response = tw_json_object(&call->json, root, "footprint");
  tw_json_node *details = tw_api_write_footprint(call, response, turn, &footprint);
  write_basis(&call->json, details, &basis);
  warn_of_tokenizer(&call->json, tw_json_find(details, "warnings"), &basis);
}

static void answer_checked(tw_api_call *call, tw_api_turn *turn, const char *origin_name,
                           const char *encoding, const counted *counts) {
  const origin *from = find_origin(origin_name);
  if (from == NULL) {
    tw_api_refuse_field(call, "origin", "must be 'text' or 'page'");
  } else if (encoding != NULL && !is_vocabulary_name(encoding)) {
    tw_api_refuse_field(call, "encoding", "must be the name of a vocabulary");
  } else if (turn->message_count == 0) {
    tw_api_refuse_field(call, "messages", "must be at least 1, the prompt");
  } else if (counts->cached_messages > turn->message_count) {
    tw_api_refuse_field(call, "cached_messages", "must not be more than messages");
  } else {
    answer(call, turn, from, encoding, counts);
  }
}

void tw_api_estimate_call(tw_api_call *call) {
  const cJSON *body = tw_api_parse_body(call);
  if (body == NULL) {
    return;
  }
  tw_api_turn turn;
  tw_api_turn_init(&turn);
  const char *origin_name = NULL;
  const char *encoding = NULL;
  counted counts = {TW_FLAG_NOT_GIVEN, NAN, 0};
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
      {.name = "has_ratios", .kind = TW_FIELD_FLAG, .flag = &counts.has_ratios},
      {.name = "token_doubt", .kind = TW_FIELD_SHARE, .share = &counts.doubt},
      {.name = "method", .text = &turn.method},
      {.name = "modelFoundBy", .text = &turn.model_found_by},
      {.name = "messages", .kind = TW_FIELD_COUNT, .count = &turn.message_count},
      {.name = "cached_messages", .kind = TW_FIELD_COUNT, .count = &counts.cached_messages},
      {.name = "lastTokenTimeMs", .kind = TW_FIELD_COUNT, .count = &turn.usage.last_token_time_ms},
      {.name = "contextIncomplete", .kind = TW_FIELD_FLAG, .flag = &turn.context_incomplete},
  };
  if (tw_api_read_fields(call, body, fields, sizeof fields / sizeof fields[0], &turn)) {
    answer_checked(call, &turn, origin_name, encoding, &counts);
  }
}
