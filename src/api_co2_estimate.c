/* SPDX-License-Identifier: MIT */
/*
 * POST /api/v1/estimate: the CO2e of one completion, from its tokens by carbon-llm's coefficients
 * or, with "method": "hardware", from the time it took.
 */
#include "api_call.h"
#include "methods/carbon_llm.h"

#include <math.h>
#include <string.h>

enum { NOT_GIVEN = -1 };

/* What the body asks. */
typedef struct request {
  tw_api_turn turn;
  const char *method; /* "token" or "hardware" */
  const char *country;
  int64_t duration_ms;
  bool is_hardware;
} request;

static bool check_country(tw_api_call *call, const char *code) {
  static const char field[] = "datacenter_country";
  if (code != NULL && strlen(code) != 2) {
    tw_api_refuse_field(call, field, "must be a country code of two letters (ISO 3166-1 alpha-2)");
    return false;
  }
  if (code != NULL && tw_country_find(code) == NULL) {
    tw_json_node *details = tw_api_fail(call, 400, "validation_error",
                                        "%s '%s' is no country of the table.", field, code);
    tw_json_text(&call->json, details, "field", field);
    return false;
  }
  return true;
}

/* What only the whole shows. */
static bool check(tw_api_call *call, request *asked) {
  asked->is_hardware = strcmp(asked->method, "hardware") == 0;
  if (!asked->is_hardware && strcmp(asked->method, "token") != 0) {
    tw_api_refuse_field(call, "method", "must be 'token' or 'hardware'");
    return false;
  }
  if (asked->duration_ms == 0) {
    tw_api_refuse_field(call, "duration_ms", "must be at least 1");
    return false;
  }
  if (asked->is_hardware && asked->duration_ms == NOT_GIVEN) {
    tw_api_refuse_field(call, "duration_ms", "is required when method is 'hardware'");
    return false;
  }
  return check_country(call, asked->country);
}

/* Of a model that is not in the table, the vendor in its name: "openai/gpt-9". */
static const char *vendor_of(const char *model) {
  char vendor[TW_USAGE_NAME_MAX + 1];
  size_t size = strcspn(model, "/");
  if (model[size] == '\0' || size >= sizeof vendor) {
    return "unknown";
  }
  memcpy(vendor, model, size);
  vendor[size] = '\0';
  const tw_provider *provider = tw_provider_find(vendor);
  return provider == NULL ? "unknown" : provider->slug;
}

/* The body names no provider: whoever makes the model is taken to serve it. */
static void complete(request *asked) {
  tw_usage *usage = &asked->turn.usage;
  tw_model_match match;
  tw_model_find(usage->model, NULL, &match);
  usage->provider = match.model == NULL ? vendor_of(usage->model) : match.model->provider;
  usage->region = asked->country;
  if (asked->is_hardware) {
    usage->start_time_ms = 0;
    usage->last_token_time_ms = asked->duration_ms;
  }
}

static bool calculate(tw_api_call *call, request *asked, const char *method,
                      tw_footprint *footprint) {
  asked->turn.method = method;
  if (!tw_api_calculate_turn(call, &asked->turn, "datacenter_country", footprint)) {
    return false;
  }
  footprint->warnings &= ~(UINT32_C(1) << TW_WARNING_PROVIDER_UNKNOWN); /* none was given */
  return true;
}

static double total_tokens(const request *asked) {
  const tw_usage *usage = &asked->turn.usage;
  return (double)usage->prompt_tokens + (double)usage->completion_tokens;
}

static double per_1k(const request *asked, double co2_g) {
  double tokens = total_tokens(asked);
  return tokens > 0 ? co2_g * 1000 / tokens : 0;
}

static void write_source(tw_json *json, tw_json_node *answer, const tw_footprint *footprint,
                         const tw_coefficient *coefficient) {
  if (coefficient != NULL) {
    tw_json_text(json, answer, "source", coefficient->source);
    return;
  }
  const tw_place *place = &footprint->place;
  bool is_hardware = strcmp(footprint->method, "hardware") == 0;
  tw_json_format(json, answer, "source", "Tokenwatt, method %s; grid: %s, %d",
                 is_hardware ? "hardware" : "tokenwatt", place->grid_source, place->grid_year);
}

/* Present when the model is not the one that was asked for. */
static void write_warning(tw_json *json, tw_json_node *answer, const request *asked,
                          const tw_footprint *footprint) {
  static const tw_warning warnings[] = {TW_WARNING_MODEL_UNKNOWN,  TW_WARNING_MODEL_SIZE_NAMED,
                                        TW_WARNING_MODEL_INEXACT,  TW_WARNING_MODEL_NEAREST,
                                        TW_WARNING_PARAMS_UNKNOWN, TW_WARNING_MODEL_NOT_TEXT};
  for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++) {
    if ((footprint->warnings >> warnings[i] & 1) != 0) {
      tw_json_format(json, answer, "warning", "'%s' %s", asked->turn.usage.model,
                     tw_warning_text(warnings[i]));
      return;
    }
  }
}

static void write_calculation(tw_json *json, tw_json_node *answer, const request *asked,
                              double coefficient_per_1k, const char *formula) {
  tw_json_node *details = tw_json_object(json, answer, "calculation_details");
  tw_json_text(json, details, "formula", formula);
  tw_json_integer(json, details, "total_tokens", total_tokens(asked));
  tw_json_number(json, details, "coefficient_per_1k", coefficient_per_1k);
  tw_json_text(json, details, "method", asked->method);
}

static void write_figure(tw_json *json, tw_json_node *parent, const char *key,
                         const tw_footprint *footprint, const char *factor) {
  const tw_figure *figure = tw_footprint_factor(footprint, factor);
  tw_json_number(json, parent, key, figure == NULL ? NAN : figure->range.value);
}

static void write_hardware_context(tw_json *json, tw_json_node *answer, const request *asked,
                                   const tw_footprint *footprint) {
  const tw_place *place = &footprint->place;
  tw_json_node *context = tw_json_object(json, answer, "hardware_context");
  tw_json_integer(json, context, "duration_ms", (double)asked->duration_ms);
  tw_json_text(json, context, "datacenter_country",
               place->method == TW_PLACE_WORLD ? NULL : place->region);
  write_figure(json, context, "power_w", footprint, "power_w");
  tw_json_number(json, context, "pue", place->pue);
  tw_json_number(json, context, "energy_wh", footprint->energy_wh.value);
  tw_json_number(json, context, "grid_gco2e_per_kwh", place->grid_gco2e_per_kwh);
  tw_json_integer(json, context, "grid_year", place->grid_year);
  tw_json_text(json, context, "grid_source", place->grid_source);
}

static void write_comparison(tw_json *json, tw_json_node *answer, double token_g,
                             double hardware_g) {
  tw_json_node *comparison = tw_json_object(json, answer, "comparison");
  tw_json_number(json, comparison, "token_co2_grams", token_g);
  tw_json_number(json, comparison, "hardware_co2_grams", hardware_g);
  tw_json_number(json, comparison, "hardware_to_token_ratio",
                 token_g > 0 ? hardware_g / token_g : NAN);
}

/* The country with a cloud region whose electricity has the least carbon. */
static tw_place find_greenest(const char **name) {
  tw_place best = {.grid_gco2e_per_kwh = INFINITY};
  for (size_t i = 0; i < tw_region_count(); i++) {
    const char *code = tw_region_at(i)->country;
    tw_place place;
    if (tw_place_find(code, NULL, &place) == TW_OK &&
        place.grid_gco2e_per_kwh < best.grid_gco2e_per_kwh) {
      best = place;
      *name = tw_country_find(code)->name;
    }
  }
  return best;
}

static void write_tip(tw_json *json, tw_json_node *answer, const tw_footprint *footprint) {
  const char *name = "";
  double grid = find_greenest(&name).grid_gco2e_per_kwh;
  double ratio = grid / footprint->place.grid_gco2e_per_kwh;
  if (ratio < 1) {
    tw_json_format(
        json, answer, "green_datacenter_tip",
        "In a datacenter in %s (%.0f gCO2e/kWh) it would have been %.3g g, %.0f %% less.", name,
        grid, footprint->co2_g.value * ratio, 100 * (1 - ratio));
  } else {
    tw_json_text(json, answer, "green_datacenter_tip",
                 "No country with a cloud region has electricity with less carbon.");
  }
}

/* The members that every answer has, but for the last. */
static tw_json_node *write_head(tw_api_call *call, const request *asked,
                                const tw_footprint *footprint, const tw_coefficient *coefficient,
                                double used_per_1k) {
  tw_json *json = &call->json;
  tw_json_node *answer = tw_api_succeed(call);
  tw_json_number(json, answer, "estimated_co2_grams", footprint->co2_g.value);
  tw_json_text(json, answer, "confidence", tw_confidence_name(footprint->confidence));
  write_source(json, answer, footprint, coefficient);
  tw_json_bool(json, answer, "billed_event", false);
  tw_json_integer(json, answer, "total_tokens", total_tokens(asked));
  tw_json_number(json, answer, "co2_per_1k_tokens_used", used_per_1k);
  write_warning(json, answer, asked, footprint);
  return answer;
}

static void answer_token(tw_api_call *call, const request *asked, const tw_footprint *token) {
  const tw_coefficient *row = tw_coefficient_find(token->match.model);
  double used = row != NULL ? row->gco2e_per_1k_tokens : per_1k(asked, token->co2_g.value);
  tw_json_node *answer = write_head(call, asked, token, row, used);
  write_calculation(&call->json, answer, asked, used,
                    row != NULL ? "total_tokens / 1000 * coefficient_per_1k"
                                : "energy_wh * grid_gco2e_per_kwh / 1000");
  tw_api_write_details(call, answer, &asked->turn, token);
}

static void answer_hardware(tw_api_call *call, const request *asked, const tw_footprint *token,
                            const tw_footprint *hardware) {
  double used = per_1k(asked, hardware->co2_g.value);
  tw_json_node *answer = write_head(call, asked, hardware, NULL, used);
  write_calculation(&call->json, answer, asked, used,
                    "duration_s / 3600 * power_w * pue * grid_gco2e_per_kwh / 1000");
  write_hardware_context(&call->json, answer, asked, hardware);
  write_comparison(&call->json, answer, token->co2_g.value, hardware->co2_g.value);
  write_tip(&call->json, answer, hardware);
  tw_api_write_details(call, answer, &asked->turn, hardware);
}

static void answer_request(tw_api_call *call, request *asked) {
  tw_footprint token;
  tw_footprint hardware;
  complete(asked);
  if (!calculate(call, asked, "carbon-llm", &token)) {
    return;
  }
  if (!asked->is_hardware) {
    answer_token(call, asked, &token);
  } else if (calculate(call, asked, "hardware", &hardware)) {
    answer_hardware(call, asked, &token, &hardware);
  }
}

void tw_api_co2_estimate(tw_api_call *call) {
  const cJSON *body = tw_api_parse_body(call);
  if (body == NULL) {
    return;
  }
  request asked = {.method = "token", .duration_ms = NOT_GIVEN};
  tw_api_turn_init(&asked.turn);
  const tw_api_field fields[] = {
      {.name = "model", .is_required = true, .text = &asked.turn.usage.model},
      {.name = "prompt_tokens",
       .is_required = true,
       .kind = TW_FIELD_NUMBER,
       .number = TW_USAGE_PROMPT_TOKENS},
      {.name = "completion_tokens",
       .is_required = true,
       .kind = TW_FIELD_NUMBER,
       .number = TW_USAGE_COMPLETION_TOKENS},
      {.name = "method", .text = &asked.method},
      {.name = "duration_ms", .kind = TW_FIELD_COUNT, .count = &asked.duration_ms},
      {.name = "datacenter_country", .text = &asked.country},
  };
  if (tw_api_read_fields(call, body, fields, sizeof fields / sizeof fields[0], &asked.turn) &&
      check(call, &asked)) {
    answer_request(call, &asked);
  }
}
