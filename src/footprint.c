/* SPDX-License-Identifier: MIT */
#include "tokenwatt/footprint.h"

#include "constants.h"
#include "methods/method.h"

#include <string.h>

/* The default first. */
static const tw_method *const methods[] = {&tw_method_tokenwatt, &tw_method_ecologits,
                                           &tw_method_carbon_llm, &tw_method_carbonbench,
                                           &tw_method_hardware};

size_t tw_method_count(void) {
  return sizeof methods / sizeof methods[0];
}

const char *tw_method_name(size_t index) {
  return index < tw_method_count() ? methods[index]->name : NULL;
}

static const tw_method *find_method(const char *name) {
  if (name == NULL) {
    return methods[0];
  }
  for (size_t i = 0; i < tw_method_count(); i++) {
    if (strcmp(name, methods[i]->name) == 0) {
      return methods[i];
    }
  }
  return NULL;
}

static void find_model(const tw_usage *usage, tw_footprint *footprint) {
  tw_model_match *match = &footprint->match;
  tw_model_class size_class = TW_CLASS_ANY;
  if (usage->model == NULL) {
    *match = (tw_model_match){NULL, TW_MATCH_NONE};
    tw_footprint_warn(footprint, TW_WARNING_MODEL_MISSING);
  } else if (tw_model_find(usage->model, usage->provider, match) != TW_OK) {
    size_class = tw_model_class_of_name(usage->model);
    footprint->has_named_size = tw_model_size_of_name(usage->model, &footprint->named_size);
    tw_footprint_warn(footprint, footprint->has_named_size ? TW_WARNING_MODEL_SIZE_NAMED
                                                           : TW_WARNING_MODEL_UNKNOWN);
  } else if (match->how == TW_MATCH_UNDATED || match->how == TW_MATCH_OTHER_VENDOR) {
    tw_footprint_warn(footprint, TW_WARNING_MODEL_INEXACT);
  } else if (match->how == TW_MATCH_NEAREST_VERSION) {
    tw_footprint_warn(footprint, TW_WARNING_MODEL_NEAREST);
  }
  const tw_model *model = match->model;
  if (footprint->has_named_size) {
    return;
  }
  if (model == NULL) {
    footprint->stand_in = tw_model_stand_in_find(usage->provider, size_class);
    return;
  }
  if (!model->is_text_model) {
    tw_footprint_warn(footprint, TW_WARNING_MODEL_NOT_TEXT);
  }
  if (model->params_confidence == TW_PARAMS_UNKNOWN) {
    footprint->stand_in = tw_model_stand_in_find(model->provider, model->size_class);
  }
}

static void find_place(const tw_usage *usage, tw_footprint *footprint) {
  const tw_provider *provider = tw_provider_find(usage->provider);
  if (provider == NULL) {
    tw_footprint_warn(footprint, TW_WARNING_PROVIDER_UNKNOWN);
  }
  if (tw_place_find(usage->region, provider, &footprint->place) != TW_OK) {
    tw_footprint_warn(footprint, TW_WARNING_REGION_UNKNOWN);
  }
  if (footprint->place.method == TW_PLACE_WORLD) {
    tw_footprint_warn(footprint, TW_WARNING_WORLD_MEAN);
  }
}

tw_status tw_footprint_calculate(const tw_usage *usage, const char *method, tw_footprint *footprint,
                                 tw_usage_problem *problem) {
  if (usage == NULL || footprint == NULL) {
    return TW_ERR_ARGUMENT;
  }
  tw_status status = tw_usage_check(usage, problem);
  if (status != TW_OK) {
    return status;
  }
  const tw_method *chosen = find_method(method);
  if (chosen == NULL) {
    return TW_ERR_NOT_FOUND;
  }
  *footprint = (tw_footprint){.method = chosen->name};
  find_model(usage, footprint);
  find_place(usage, footprint);
  chosen->calculate(usage, footprint);
  return TW_OK;
}

const tw_figure *tw_footprint_factor(const tw_footprint *footprint, const char *name) {
  for (size_t i = 0; footprint != NULL && name != NULL && i < footprint->factor_count; i++) {
    if (strcmp(footprint->factors[i].name, name) == 0) {
      return &footprint->factors[i];
    }
  }
  return NULL;
}

void tw_footprint_set_tree(tw_footprint *footprint, tw_tree tree) {
  const tw_figure *factor = tw_footprint_factor(footprint, "tree_gco2e_per_day");
  if (factor == NULL) {
    return;
  }
  double g_per_day = tree == TW_TREE_PUBLISHED
                         ? TW_CONST_TREE_PUBLISHED_KGCO2E_PER_YEAR * 1000 / 365
                         : TW_CONST_TREE_GCO2E_PER_DAY;
  footprint->factors[factor - footprint->factors].range =
      (tw_range){g_per_day, g_per_day, g_per_day};
  footprint->tree_days = tw_range_scaled(footprint->co2_g, 1 / g_per_day);
}

const char *tw_confidence_name(tw_confidence confidence) {
  static const char *const names[] = {"measured", "benchmarked", "estimated"};
  return (size_t)confidence < sizeof names / sizeof names[0] ? names[confidence] : "estimated";
}

const char *tw_warning_text(tw_warning warning) {
  static const char *const texts[] = {
#define TW_WARNING_TEXT(name, subject, text) text,
      TW_WARNINGS(TW_WARNING_TEXT)
#undef TW_WARNING_TEXT
  };
  return (size_t)warning < TW_WARNING_COUNT ? texts[warning] : "";
}

tw_warning_subject tw_warning_subject_of(tw_warning warning) {
  static const tw_warning_subject subjects[] = {
#define TW_WARNING_SUBJECT(name, subject, text) TW_SUBJECT_##subject,
      TW_WARNINGS(TW_WARNING_SUBJECT)
#undef TW_WARNING_SUBJECT
  };
  return (size_t)warning < TW_WARNING_COUNT ? subjects[warning] : TW_SUBJECT_NONE;
}
