/* SPDX-License-Identifier: MIT */
#include "tokenwatt/models.h"

#include "names.h"
#include "tables.h"
#include "tokenwatt/grid.h"

#include <string.h>

size_t tw_model_count(void) {
  return tw_models_count;
}

const tw_model *tw_model_at(size_t index) {
  return index < tw_models_count ? &tw_models[index] : NULL;
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
  const char *slug = tw_provider_slug(provider);
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
  /* Not "flash": of the table's models that are called so, two of three are larger. */
  static const char *const small[] = {"mini", "nano", "micro", "lite", "small", "tiny", "haiku"};
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
  static const char *const names[] = {
      "exact",        "normalized", "alias",        "without_vendor",  "without_tag",
      "without_word", "undated",    "other_vendor", "nearest_version", "none"};
  return (size_t)how < sizeof names / sizeof names[0] ? names[how] : "none";
}
