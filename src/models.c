/* SPDX-License-Identifier: MIT */
#include "tokenwatt/models.h"

#include "names.h"
#include "tables.h"
#include "tokenwatt/grid.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A normalized id in its parts: "vendor/base:tag". */
typedef struct name_parts {
  char text[TW_NAME_SIZE];
  const char *vendor; /* "" if it has none */
  const char *base;
  const char *tag; /* "" if it has none */
  size_t undated_length;
} name_parts;

static bool take_apart(const char *name, name_parts *parts) {
  if (!tw_name_normalize(name, parts->text)) {
    return false;
  }
  parts->vendor = parts->tag = "";
  parts->base = parts->text;
  char *slash = strrchr(parts->text, '/');
  if (slash != NULL) {
    *slash = '\0';
    parts->base = slash + 1;
    char *before = strrchr(parts->text, '/');
    parts->vendor = before == NULL ? parts->text : before + 1;
  }
  char *colon = strchr(parts->text + (parts->base - parts->text), ':');
  if (colon != NULL) {
    *colon = '\0';
    parts->tag = colon + 1;
  }
  parts->undated_length = tw_name_undated_length(parts->base);
  return *parts->base != '\0';
}

size_t tw_model_count(void) {
  return tw_models_count;
}

const tw_model *tw_model_at(size_t index) {
  return index < tw_models_count ? &tw_models[index] : NULL;
}

static const tw_model *find_id(const char *id) {
  size_t low = 0;
  for (size_t high = tw_models_count; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(id, tw_models[middle].id);
    if (order == 0) {
      return &tw_models[middle];
    }
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return NULL;
}

/* `size` bytes of name are the alias. One that is bound to this provider goes before one for all.
 */
static const tw_model *find_alias(const char *name, size_t size, const char *provider_slug) {
  const tw_model *found = NULL;
  for (size_t i = 0; i < tw_model_aliases_count; i++) {
    const tw_model_alias *alias = &tw_model_aliases[i];
    if (strlen(alias->name) != size || memcmp(alias->name, name, size) != 0) {
      continue;
    }
    if (strcmp(alias->provider, provider_slug) == 0) {
      return &tw_models[alias->model];
    }
    if (*alias->provider == '\0') {
      found = &tw_models[alias->model];
    }
  }
  return found;
}

/* How a row fits a name; lower is better. Each digit is one question, the weightiest first. */
enum {
  FIT_OTHER_VENDOR = 1000,
  FIT_UNDATED_BOTH = 200,
  FIT_UNDATED_ONE = 100,
  FIT_ROW_HAS_TAG = 20,
  FIT_NAME_HAS_TAG = 10,
  FIT_OTHER_PREFIX = 2,   /* only one of them has a vendor */
  FIT_OTHER_PROVIDER = 1, /* says nothing against the row, decides between equals */
  FIT_NONE = INT32_MAX
};

static int fit_base(const name_parts *name, const name_parts *row) {
  if (strcmp(name->base, row->base) == 0) {
    return 0;
  }
  if (name->undated_length != row->undated_length ||
      memcmp(name->base, row->base, name->undated_length) != 0) {
    return FIT_NONE;
  }
  bool is_one_sided =
      name->base[name->undated_length] == '\0' || row->base[row->undated_length] == '\0';
  return is_one_sided ? FIT_UNDATED_ONE : FIT_UNDATED_BOTH;
}

static int fit_tag(const name_parts *name, const name_parts *row) {
  if (strcmp(name->tag, row->tag) == 0) {
    return 0;
  }
  return *row->tag == '\0' ? FIT_NAME_HAS_TAG : FIT_ROW_HAS_TAG;
}

static int fit_row(const name_parts *name, const char *vendor_slug, const char *provider_slug,
                   const tw_model *model, name_parts *row) {
  if (!take_apart(model->id, row)) {
    return FIT_NONE;
  }
  int fit = fit_base(name, row);
  if (fit == FIT_NONE) {
    return FIT_NONE;
  }
  fit += fit_tag(name, row);
  if (*name->vendor != '\0' && strcmp(vendor_slug, model->provider) != 0) {
    fit += FIT_OTHER_VENDOR;
  }
  if ((*name->vendor == '\0') != (*row->vendor == '\0')) {
    fit += FIT_OTHER_PREFIX;
  }
  return strcmp(provider_slug, model->provider) == 0 ? fit : fit + FIT_OTHER_PROVIDER;
}

static bool same_number(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

static bool have_same_params(const tw_model *a, const tw_model *b) {
  return same_number(a->params_total_b.value, b->params_total_b.value) &&
         same_number(a->params_active_b.value, b->params_active_b.value) &&
         a->size_class == b->size_class;
}

static tw_match_how how_of_fit(int fit, const name_parts *name, const tw_model *model) {
  if (fit >= FIT_OTHER_VENDOR) {
    return TW_MATCH_OTHER_VENDOR;
  }
  if (fit >= FIT_UNDATED_ONE) {
    return TW_MATCH_UNDATED;
  }
  if (fit >= FIT_NAME_HAS_TAG) {
    return TW_MATCH_WITHOUT_TAG;
  }
  bool row_has_vendor = strchr(model->id, '/') != NULL;
  return row_has_vendor != (*name->vendor != '\0') ? TW_MATCH_WITHOUT_VENDOR : TW_MATCH_NORMALIZED;
}

static const char *slug_of(const char *provider) {
  const tw_provider *found = tw_provider_find(provider);
  return found == NULL ? "" : found->slug;
}

static bool find_row(const name_parts *name, const char *provider_slug, tw_model_match *match) {
  const char *vendor_slug = slug_of(name->vendor);
  int best = FIT_NONE;
  bool is_ambiguous = false;
  for (size_t i = 0; i < tw_models_count; i++) {
    name_parts row;
    int fit = fit_row(name, vendor_slug, provider_slug, &tw_models[i], &row);
    if (fit < best) {
      best = fit;
      is_ambiguous = false;
      match->model = &tw_models[i];
    } else if (fit == best && best != FIT_NONE) {
      is_ambiguous = is_ambiguous || !have_same_params(match->model, &tw_models[i]);
    }
  }
  if (best == FIT_NONE || is_ambiguous) {
    return false;
  }
  match->how = how_of_fit(best, name, match->model);
  return true;
}

/* The aliases go between the names and the names without their dates. */
static bool find_parts(const name_parts *name, const char *provider_slug, tw_model_match *match) {
  const char *hint = *name->vendor == '\0' ? provider_slug : slug_of(name->vendor);
  const tw_model *by_alias = find_alias(name->base, strlen(name->base), hint);
  if (by_alias != NULL) {
    *match = (tw_model_match){by_alias, TW_MATCH_ALIAS};
    return true;
  }
  if (find_row(name, provider_slug, match)) {
    return true;
  }
  by_alias = find_alias(name->base, name->undated_length, hint);
  if (by_alias != NULL) {
    *match = (tw_model_match){by_alias, TW_MATCH_UNDATED};
  }
  return by_alias != NULL;
}

tw_status tw_model_find(const char *name, const char *provider, tw_model_match *match) {
  if (match == NULL) {
    return TW_ERR_ARGUMENT;
  }
  *match = (tw_model_match){NULL, TW_MATCH_NONE};
  if (name == NULL) {
    return TW_ERR_NOT_FOUND;
  }
  const tw_model *exact = find_id(name);
  if (exact != NULL) {
    *match = (tw_model_match){exact, TW_MATCH_EXACT};
    return TW_OK;
  }
  name_parts parts;
  if (take_apart(name, &parts) && find_parts(&parts, slug_of(provider), match)) {
    return TW_OK;
  }
  *match = (tw_model_match){NULL, TW_MATCH_NONE};
  return TW_ERR_NOT_FOUND;
}

static const tw_model_stand_in *find_stand_in(const char *slug, tw_model_class size_class) {
  for (size_t i = 0; i < tw_model_stand_ins_count; i++) {
    const tw_model_stand_in *row = &tw_model_stand_ins[i];
    if (row->size_class == size_class && strcmp(row->provider, slug) == 0) {
      return row;
    }
  }
  return NULL;
}

const tw_model_stand_in *tw_model_stand_in_find(const char *provider, tw_model_class size_class) {
  const char *slug = slug_of(provider);
  const tw_model_stand_in *found = *slug == '\0' ? NULL : find_stand_in(slug, size_class);
  if (found == NULL) {
    found = find_stand_in("", size_class);
  }
  return found != NULL ? found : &tw_model_stand_ins[0]; /* for a class that is none */
}

static bool has_word(const char *name, const char *const words[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t size = strlen(words[i]);
    for (const char *at = strstr(name, words[i]); at != NULL; at = strstr(at + 1, words[i])) {
      bool begins = at == name || at[-1] == '-' || at[-1] == '/';
      bool ends = at[size] == '\0' || at[size] == '-' || at[size] == ':';
      if (begins && ends) {
        return true;
      }
    }
  }
  return false;
}

tw_model_class tw_model_class_of_name(const char *name) {
  static const char *const small[] = {"mini",  "nano",  "micro", "lite",
                                      "flash", "small", "tiny",  "haiku"};
  static const char *const large[] = {"opus", "pro", "max", "ultra", "premier", "large"};
  char normalized[TW_NAME_SIZE];
  if (name == NULL || !tw_name_normalize(name, normalized)) {
    return TW_CLASS_ANY;
  }
  if (has_word(normalized, small, sizeof small / sizeof small[0])) {
    return TW_CLASS_SMALL;
  }
  return has_word(normalized, large, sizeof large / sizeof large[0]) ? TW_CLASS_LARGE
                                                                     : TW_CLASS_ANY;
}

const char *tw_model_encoding(const char *name) {
  tw_model_match match;
  bool has_own = tw_model_find(name, NULL, &match) == TW_OK && match.model->encoding != NULL;
  return has_own ? match.model->encoding : "o200k_base";
}

const char *tw_params_confidence_name(tw_params_confidence confidence) {
  static const char *const names[] = {"published", "unverified", "estimated", "unknown"};
  return (size_t)confidence < sizeof names / sizeof names[0] ? names[confidence] : "unknown";
}

const char *tw_model_class_name(tw_model_class size_class) {
  static const char *const names[] = {"small", "medium", "large", "any"};
  return (size_t)size_class < sizeof names / sizeof names[0] ? names[size_class] : "any";
}

const char *tw_match_how_name(tw_match_how how) {
  static const char *const names[] = {"exact",       "normalized", "alias",        "without_vendor",
                                      "without_tag", "undated",    "other_vendor", "none"};
  return (size_t)how < sizeof names / sizeof names[0] ? names[how] : "none";
}
