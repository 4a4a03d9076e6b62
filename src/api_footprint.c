/* SPDX-License-Identifier: MIT */
/* A footprint as the calculate response. */
#include "api_call.h"
#include "json_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECIMALS_SIZE = 330 }; /* of the largest double with 12 decimals */

static void write_message(tw_api_call *call, tw_json_node *parent, double tree_days) {
  /* Four decimals as in the published example, and two digits of what is smaller. */
  int decimals = 4;
  double limit = 1e-3;
  while (tree_days > 0 && tree_days < limit && decimals < 12) {
    decimals++;
    limit /= 10;
  }
  char days[DECIMALS_SIZE];
  if (!tw_json_decimals_text(tree_days, decimals, days)) {
    (void)snprintf(days, sizeof days, "%.*f", decimals, tree_days);
  }
  tw_json_format(&call->json, parent, "message",
                 "This request cost the equivalent of %s days of a tree's carbon absorption.",
                 days);
}

static void write_bounds(tw_json *json, tw_json_node *parent, const char *key, tw_range range) {
  tw_json_node *bounds = tw_json_object(json, parent, key);
  tw_json_number(json, bounds, "low", range.low);
  tw_json_number(json, bounds, "high", range.high);
}

static void write_range(tw_json *json, tw_json_node *parent, const char *key, tw_range range) {
  tw_json_node *object = tw_json_object(json, parent, key);
  tw_json_number(json, object, "value", range.value);
  tw_json_number(json, object, "low", range.low);
  tw_json_number(json, object, "high", range.high);
}

static void write_figures(tw_json *json, tw_json_node *details, const char *key,
                          const tw_figure *figures, size_t count) {
  tw_json_node *object = tw_json_object(json, details, key);
  for (size_t i = 0; i < count; i++) {
    const tw_figure *figure = &figures[i];
    if (figure->has_bounds) {
      write_range(json, object, figure->name, figure->range);
    } else {
      tw_json_number(json, object, figure->name, figure->range.value);
    }
  }
}

static void write_stand_in(tw_json *json, tw_json_node *sources, const char *of,
                           const tw_model_stand_in *stand_in) {
  tw_json_format(json, sources, NULL, "%s: median of %d models in models.csv, of %s, class %s", of,
                 stand_in->model_count, *stand_in->provider == '\0' ? "all" : stand_in->provider,
                 tw_model_class_name(stand_in->size_class));
}

static void write_sources(tw_json *json, tw_json_node *details, const tw_footprint *footprint) {
  tw_json_node *sources = tw_json_array(json, details, "sources");
  for (size_t i = 0; i < footprint->source_count; i++) {
    const tw_source *source = &footprint->sources[i];
    if (source->text == NULL) {
      write_stand_in(json, sources, source->of, footprint->stand_in);
    } else if (source->note != NULL) {
      tw_json_format(json, sources, NULL, "%s: %s (%s)", source->of, source->text, source->note);
    } else if (source->year != 0) {
      tw_json_format(json, sources, NULL, "%s: %s, %d", source->of, source->text, source->year);
    } else {
      tw_json_format(json, sources, NULL, "%s: %s", source->of, source->text);
    }
  }
}

static void write_warning(tw_json *json, tw_json_node *warnings, const tw_usage *usage,
                          tw_warning warning) {
  const char *subjects[] = {
      [TW_SUBJECT_NONE] = NULL,
      [TW_SUBJECT_MODEL] = usage->model,
      [TW_SUBJECT_PROVIDER] = usage->provider,
      [TW_SUBJECT_REGION] = usage->region,
  };
  const char *subject = subjects[tw_warning_subject_of(warning)];
  const char *text = tw_warning_text(warning);
  if (tw_warning_subject_of(warning) == TW_SUBJECT_NONE) {
    tw_json_text(json, warnings, NULL, text);
  } else if (subject == NULL) {
    tw_json_format(json, warnings, NULL, "The model %s", text);
  } else {
    tw_json_format(json, warnings, NULL, "'%s' %s", subject, text);
  }
}

static void write_warnings(tw_json *json, tw_json_node *details, const tw_api_turn *turn,
                           const tw_footprint *footprint) {
  tw_json_node *warnings = tw_json_array(json, details, "warnings");
  for (tw_warning i = 0; i < TW_WARNING_COUNT; i++) {
    if ((footprint->warnings >> i & 1) != 0) {
      write_warning(json, warnings, &turn->usage, i);
    }
  }
  for (size_t i = 0; i < turn->ignored_count; i++) {
    const char *name = turn->ignored[i];
    bool is_short = strlen(name) <= TW_USAGE_NAME_MAX;
    tw_json_format(json, warnings, NULL, "The field '%s' is unknown and was ignored.",
                   is_short ? name : "(of a long name)");
  }
}

static void write_chat_template(tw_json *json, tw_json_node *details, const tw_api_turn *turn) {
  const tw_chat_template *template = turn->chat_template;
  tw_json_node *object = tw_json_object(json, details, "chat_template");
  tw_json_text(json, object, "tokenizer", template->tokenizer);
  tw_json_integer(json, object, "messages", (double)turn->message_count);
  tw_json_integer(json, object, "tokens",
                  (double)tw_chat_template_request(template, turn->message_count));
  tw_json_text(json, object, "status", template->is_published ? "published" : "estimated");
}

static void write_matched(tw_json *json, tw_json_node *details, const tw_model_match *match,
                          const char *found_by) {
  tw_json_node *matched = tw_json_object(json, details, "matched");
  tw_json_text(json, matched, "model", match->model == NULL ? NULL : match->model->id);
  tw_json_text(json, matched, "how", tw_match_how_name(match->how));
  if (found_by != NULL) {
    tw_json_text(json, matched, "foundBy", found_by);
  }
}

static void write_water(tw_json *json, tw_json_node *details, const tw_footprint *footprint) {
  tw_json_node *water = tw_json_object(json, details, "water");
  tw_json_number(json, water, "onsite_ml", footprint->water_onsite_ml.value);
  tw_json_number(json, water, "offsite_ml", footprint->water_offsite_ml.value);
}

static void write_hidden_reasoning(tw_json *json, tw_json_node *details,
                                   const tw_footprint *footprint) {
  static const char *const origins[] = {"default", "model", "answer"};
  double tokens = round(footprint->hidden_reasoning_tokens);
  tw_json_integer(json, details, "hidden_reasoning_tokens", tokens);
  tw_json_node *hidden = tw_json_object(json, details, "hidden_reasoning");
  tw_json_bool(json, hidden, "is_estimated", true);
  tw_json_number(json, hidden, "wait_s", footprint->hidden_reasoning_wait_s);
  tw_json_number(json, hidden, "tokens_per_s", footprint->hidden_reasoning_tokens_per_s);
  tw_json_text(json, hidden, "speed_from", origins[footprint->hidden_reasoning_speed_from]);
}

tw_json_node *tw_api_write_details(tw_api_call *call, tw_json_node *parent, const tw_api_turn *turn,
                                   const tw_footprint *footprint) {
  tw_json *json = &call->json;
  tw_json_node *details = tw_json_object(json, parent, "details");
  tw_json_node *range = tw_json_object(json, details, "range");
  write_bounds(json, range, "energy_wh", footprint->energy_wh);
  write_bounds(json, range, "co2_grams", footprint->co2_g);
  write_bounds(json, range, "water_ml", footprint->water_ml);
  write_bounds(json, range, "tree_days", footprint->tree_days);
  tw_json_text(json, details, "confidence", tw_confidence_name(footprint->confidence));
  tw_json_text(json, details, "method", footprint->method);
  write_matched(json, details, &footprint->match, turn->model_found_by);
  if (turn->chat_template != NULL) {
    write_chat_template(json, details, turn);
  }
  write_water(json, details, footprint);
  if (footprint->hidden_reasoning_tokens > 0) {
    write_hidden_reasoning(json, details, footprint);
  }
  write_figures(json, details, "factors", footprint->factors, footprint->factor_count);
  if (footprint->impact_count > 0) {
    write_figures(json, details, "impacts", footprint->impacts, footprint->impact_count);
  }
  write_sources(json, details, footprint);
  write_warnings(json, details, turn, footprint);
  if (turn->context_incomplete != TW_FLAG_NOT_GIVEN) {
    tw_json_bool(json, details, "contextIncomplete", turn->context_incomplete == TW_FLAG_TRUE);
  }
  return details;
}

tw_json_node *tw_api_write_footprint(tw_api_call *call, tw_json_node *parent,
                                     const tw_api_turn *turn, const tw_footprint *footprint) {
  tw_json *json = &call->json;
  const tw_place *place = &footprint->place;
  tw_json_number(json, parent, "energy_wh", footprint->energy_wh.value);
  tw_json_number(json, parent, "co2_grams", footprint->co2_g.value);
  tw_json_number(json, parent, "water_ml", footprint->water_ml.value);
  tw_json_number(json, parent, "tree_days", footprint->tree_days.value);
  tw_json_node *audit = tw_json_object(json, parent, "audit");
  tw_json_text(json, audit, "calculationMethod", tw_place_method_name(place->method));
  tw_json_text(json, audit, "finalRegion", place->region);
  tw_json_text(json, audit, "finalProvider",
               place->provider != NULL ? place->provider : turn->usage.provider);
  write_message(call, parent, footprint->tree_days.value);
  return tw_api_write_details(call, parent, turn, footprint);
}
