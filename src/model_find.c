/* SPDX-License-Identifier: MIT */
/* How a name that somebody wrote finds its row: tw_model_find(). */
#include "model_rows.h"
#include "names.h"
#include "tables.h"
#include "tokenwatt/grid.h"
#include "tokenwatt/models.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A normalized id in its parts: "vendor/base:tag". */
typedef struct name_parts {
  char text[TW_NAME_SIZE];
  const char *vendor; /* "" if it has none */
  const char *base;
  const char *tag;    /* "" if it has none */
  tw_name_part whole; /* the base, less and less of it: */
  tw_name_part undated;
  tw_name_part wordless;
  tw_name_part bare; /* without dates and words */
} name_parts;

static tw_name_part make_wordless(tw_name_part name, bool has_effort) {
  for (size_t size = name.size + 1; name.size < size;) {
    size = name.size;
    name = tw_name_without_word(name, has_effort);
  }
  return name;
}

static tw_name_part make_bare(tw_name_part name, bool has_effort) {
  for (size_t size = name.size + 1; name.size < size;) {
    size = name.size;
    name = tw_name_undated(make_wordless(name, has_effort));
  }
  return name;
}

/* Whether more was taken off than words. */
static bool is_dated(const name_parts *parts) {
  return parts->undated.size < parts->whole.size || parts->bare.size < parts->wordless.size;
}

/* "8b", "30b-a3b" */
static bool is_size(const char *tag) {
  size_t digits = strspn(tag, "0123456789");
  return digits > 0 && tag[digits + strspn(tag + digits, "-0123456789")] == 'b';
}

/* All but the shorter bases: most names are found without. False for what is no name. */
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
  if (colon != NULL && is_size(colon + 1)) {
    *colon = '-'; /* of several models one: "llama3.1:8b" */
  } else if (colon != NULL) {
    *colon = '\0';
    parts->tag = colon + 1;
  }
  parts->whole = tw_name_whole(parts->base);
  return *parts->base != '\0';
}

/* `is_asked`: it is what somebody wrote, and may say how hard to think. */
static void shorten(name_parts *parts, bool is_asked) {
  parts->undated = tw_name_undated(parts->whole);
  parts->wordless = make_wordless(parts->whole, is_asked);
  parts->bare = make_bare(parts->whole, is_asked);
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The size of a name without "-v2:0" or "-1:0" at its end. */
static size_t without_revision(const char *name) {
  const char *colon = strrchr(name, ':');
  const char *dash = strrchr(name, '-');
  size_t size = strlen(name);
  if (dash == NULL) {
    return size;
  }
  const char *digits = dash + 1 + (dash[1] == 'v');
  size_t count = strspn(digits, "0123456789");
  bool is_revision = count > 0 && (digits + count == colon ||
                                   (dash[1] == 'v' && colon == NULL && digits[count] == '\0'));
  return is_revision ? (size_t)(dash - name) : size;
}

/*
 * Amazon Bedrock writes "us.anthropic.claude-3-5-sonnet-20241022-v2:0" for what is
 * "anthropic/claude-3-5-sonnet-20241022" elsewhere, also behind "bedrock/". False if this is no
 * such name.
 */
static bool respell_bedrock(const char *name, char respelled[TW_NAME_SIZE]) {
  if (strchr(name, '.') == NULL) {
    return false;
  }
  const char *slash = strrchr(name, '/');
  name = slash == NULL ? name : slash + 1;
  static const char *const areas[] = {"us.", "eu.", "apac.", "global.", "jp.", "au.", "us-gov."};
  for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
    if (starts_with(name, areas[i])) {
      name += strlen(areas[i]);
      break;
    }
  }
  size_t vendor_size = strcspn(name, ".");
  size_t size = without_revision(name);
  bool is_letter =
      name[vendor_size] == '.' && name[vendor_size + 1] >= 'a' && name[vendor_size + 1] <= 'z';
  if (!is_letter || size <= vendor_size + 1 || size >= TW_NAME_SIZE) {
    return false;
  }
  memcpy(respelled, name, vendor_size);
  respelled[vendor_size] = '\0';
  if (tw_provider_find(respelled) == NULL) {
    return false;
  }
  memcpy(respelled, name, size);
  respelled[vendor_size] = '/';
  respelled[size] = '\0';
  return true;
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

static bool is_open(const tw_model_alias *alias, const char *provider_slug) {
  return *alias->provider == '\0' || strcmp(alias->provider, provider_slug) == 0;
}

/* The aliases are sorted by their names: the first of those that begin with this or what follows.
 */
static size_t first_alias(char initial) {
  size_t low = 0;
  for (size_t high = tw_model_aliases_count; low < high;) {
    size_t middle = low + (high - low) / 2;
    if (tw_model_aliases[middle].name[0] < initial) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Whether the second letters leave it open that names are equal, which may differ by a "-". */
static bool may_equal(const char *alias, tw_name_part name) {
  return name.size < 2 || alias[1] == name.text[1] || alias[1] == '-' || name.text[1] == '-';
}

/* One that is bound to this provider goes before one for all. */
static const tw_model_alias *find_alias(tw_name_part name, const char *provider_slug) {
  const tw_model_alias *found = NULL;
  for (size_t i = first_alias(name.text[0]); i < tw_model_aliases_count; i++) {
    const tw_model_alias *alias = &tw_model_aliases[i];
    if (alias->name[0] != name.text[0]) {
      break;
    }
    bool is_same = may_equal(alias->name, name) &&
                   tw_name_part_equals(tw_name_whole(alias->name), name) &&
                   is_open(alias, provider_slug);
    if (is_same && (found == NULL || *alias->provider != '\0')) {
      found = alias;
    }
  }
  return found;
}

/* How a row fits a name; lower is better. The weightiest question comes first. */
enum {
  FIT_OTHER_VENDOR = 1000,
  FIT_UNDATED_BOTH = 400,
  FIT_UNDATED_ONE = 200,
  FIT_WORD_BOTH = 100,
  FIT_WORD_ONE = 50,
  FIT_ROW_HAS_TAG = 20,
  FIT_NAME_HAS_TAG = 10,
  FIT_OTHER_PREFIX = 2,   /* only one of them has a vendor */
  FIT_OTHER_PROVIDER = 1, /* says nothing against the row, decides between equals */
  FIT_NONE = INT32_MAX
};

static bool have_both(tw_name_part name_less, tw_name_part name, tw_name_part row_less,
                      tw_name_part row) {
  return name_less.size < name.size && row_less.size < row.size;
}

static int fit_base(const name_parts *name, name_parts *row) {
  if (tw_name_part_equals(name->whole, row->whole)) {
    return 0;
  }
  shorten(row, false);
  if (tw_name_part_equals(name->wordless, row->wordless)) {
    bool both = have_both(name->wordless, name->whole, row->wordless, row->whole);
    return both ? FIT_WORD_BOTH : FIT_WORD_ONE;
  }
  if (tw_name_part_equals(name->undated, row->undated)) {
    bool both = have_both(name->undated, name->whole, row->undated, row->whole);
    return both ? FIT_UNDATED_BOTH : FIT_UNDATED_ONE;
  }
  if (tw_name_part_equals(name->bare, row->bare)) {
    return FIT_UNDATED_BOTH + FIT_WORD_BOTH;
  }
  return FIT_NONE;
}

static int fit_tag(const name_parts *name, const name_parts *row) {
  if (strcmp(name->tag, row->tag) == 0) {
    return 0;
  }
  return *row->tag == '\0' ? FIT_NAME_HAS_TAG : FIT_ROW_HAS_TAG;
}

static int fit_row(const name_parts *name, const char *vendor_slug, const char *provider_slug,
                   const tw_model *model) {
  name_parts row;
  if (!take_apart(model->id, &row)) {
    return FIT_NONE;
  }
  int fit = fit_base(name, &row);
  if (fit == FIT_NONE) {
    return FIT_NONE;
  }
  fit += fit_tag(name, &row);
  if (*name->vendor != '\0' && strcmp(vendor_slug, model->provider) != 0) {
    fit += FIT_OTHER_VENDOR;
  }
  if ((*name->vendor == '\0') != (*row.vendor == '\0')) {
    fit += FIT_OTHER_PREFIX;
  }
  return strcmp(provider_slug, model->provider) == 0 ? fit : fit + FIT_OTHER_PROVIDER;
}

/* Two counts of one model's parameters may differ a little. */
static bool same_number(double a, double b) {
  return fabs(a - b) <= 0.05 * fmax(a, b) || (isnan(a) && isnan(b));
}

static bool have_same_params(const tw_model *a, const tw_model *b) {
  return same_number(a->params_total_b.value, b->params_total_b.value) &&
         same_number(a->params_active_b.value, b->params_active_b.value) &&
         a->size_class == b->size_class;
}

static tw_match_how how_of_fit(int fit, const name_parts *name, const tw_model *model) {
  static const struct {
    int least;
    tw_match_how how;
  } steps[] = {
      {FIT_OTHER_VENDOR, TW_MATCH_OTHER_VENDOR},
      {FIT_UNDATED_ONE, TW_MATCH_UNDATED},
      {FIT_WORD_ONE, TW_MATCH_WITHOUT_WORD},
      {FIT_NAME_HAS_TAG, TW_MATCH_WITHOUT_TAG},
  };
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    if (fit >= steps[i].least) {
      return steps[i].how;
    }
  }
  bool row_has_vendor = strchr(model->id, '/') != NULL;
  return row_has_vendor != (*name->vendor != '\0') ? TW_MATCH_WITHOUT_VENDOR : TW_MATCH_NORMALIZED;
}

/* Whether a row is a host's own id of another's model, as "groq/llama-4-scout". */
static bool is_at_host(const tw_model *model) {
  for (size_t i = 0; i < tw_hosting_rows_count; i++) {
    const tw_hosting_row *row = &tw_hosting_rows[i];
    if (strcmp(tw_providers[row->provider].slug, model->provider) == 0) {
      return strcmp(tw_models[row->model].provider, model->provider) != 0;
    }
  }
  return false;
}

/* Returns how well the row fits that was found, or FIT_NONE. */
static int find_row(const name_parts *name, const char *provider_slug, tw_model_match *match) {
  const char *vendor_slug = tw_provider_slug(name->vendor);
  int best = FIT_NONE;
  bool is_ambiguous = false;
  tw_model_rows rows = tw_model_rows_that_begin(name->bare);
  for (; rows.at < rows.end; rows.at++) {
    const tw_model *row = &tw_models[*rows.at];
    int fit = fit_row(name, vendor_slug, provider_slug, row);
    if (fit < best) {
      best = fit;
      is_ambiguous = false;
      match->model = row;
    } else if (fit == best && best != FIT_NONE) {
      is_ambiguous = is_ambiguous || !have_same_params(match->model, row);
      if (is_at_host(match->model)) {
        match->model = row;
      }
    }
  }
  if (best == FIT_NONE || is_ambiguous) {
    return FIT_NONE;
  }
  match->how = how_of_fit(best, name, match->model);
  return best;
}

/* The search for the version before the one that was asked for. */
typedef struct version_search {
  tw_name_version asked;
  const char *slug;      /* whose model it is, if that is known: its rows go before others' */
  const tw_model *model; /* the newest before it, within the same first number */
  int numbers[TW_NAME_VERSION_NUMBERS];
  bool is_ambiguous;
  const tw_model *next; /* the first after it, within the same first number */
  int next_numbers[TW_NAME_VERSION_NUMBERS];
} version_search;

static int compare_versions(const int a[], const int b[]) {
  for (size_t i = 0; i < TW_NAME_VERSION_NUMBERS; i++) {
    if (a[i] != b[i]) {
      return a[i] < b[i] ? -1 : 1;
    }
  }
  return 0;
}

static void consider(version_search *search, tw_name_part name, const tw_model *model) {
  tw_name_version version;
  if (!tw_name_find_version(name, &version) ||
      !tw_name_part_equals(version.before, search->asked.before) ||
      !tw_name_part_equals(version.after, search->asked.after)) {
    return;
  }
  bool is_newer = compare_versions(version.numbers, search->asked.numbers) > 0;
  if (version.numbers[0] != search->asked.numbers[0]) {
    return;
  }
  if (is_newer) {
    if (search->next == NULL || compare_versions(version.numbers, search->next_numbers) < 0) {
      search->next = model;
      memcpy(search->next_numbers, version.numbers, sizeof search->next_numbers);
    }
    return;
  }
  int order = search->model == NULL ? 1 : compare_versions(version.numbers, search->numbers);
  bool is_own = strcmp(model->provider, search->slug) == 0;
  bool was_own = search->model != NULL && strcmp(search->model->provider, search->slug) == 0;
  if (order > 0 || (order == 0 && is_own && !was_own)) {
    search->model = model;
    search->is_ambiguous = false;
    memcpy(search->numbers, version.numbers, sizeof search->numbers);
  } else if (order == 0 && is_own == was_own && !have_same_params(model, search->model)) {
    search->is_ambiguous = true;
  }
}

/*
 * A version that is not in the table finds the one before it, within the same first number: what
 * comes after "gpt-5" may be anything. If there is one after it as well, both must agree.
 */
static bool find_version_before(const name_parts *name, const char *hint, tw_model_match *match) {
  version_search search = {.slug = hint};
  if (!tw_name_find_version(name->bare, &search.asked)) {
    return false;
  }
  tw_model_rows rows = tw_model_rows_that_begin(search.asked.before);
  for (; rows.at < rows.end; rows.at++) {
    const tw_model *model = &tw_models[*rows.at];
    name_parts row;
    if (take_apart(model->id, &row)) {
      consider(&search, make_bare(row.whole, false), model);
    }
  }
  for (size_t i = 0; i < tw_model_aliases_count; i++) {
    const tw_model_alias *alias = &tw_model_aliases[i];
    if (alias->model != TW_MODEL_ALIAS_OF_NONE && is_open(alias, hint)) {
      consider(&search, make_bare(tw_name_whole(alias->name), true), &tw_models[alias->model]);
    }
  }
  if (search.model == NULL || search.is_ambiguous) {
    return false;
  }
  if (compare_versions(search.numbers, search.asked.numbers) == 0) { /* an alias less its words */
    *match =
        (tw_model_match){search.model, is_dated(name) ? TW_MATCH_UNDATED : TW_MATCH_WITHOUT_WORD};
    return true;
  }
  if (search.next != NULL && !have_same_params(search.model, search.next)) {
    return false;
  }
  *match = (tw_model_match){search.model, TW_MATCH_NEAREST_VERSION};
  return true;
}

/* Whether the name is an alias; of what the table has not, there is no match. */
static bool use_alias(tw_name_part name, const char *hint, tw_match_how how,
                      tw_model_match *match) {
  const tw_model_alias *alias = find_alias(name, hint);
  if (alias != NULL && alias->model != TW_MODEL_ALIAS_OF_NONE) {
    *match = (tw_model_match){&tw_models[alias->model], how};
  }
  return alias != NULL;
}

/* All of a name goes before a part of it, and an alias before a row that fits as badly. */
static bool find_parts(name_parts *name, const char *provider_slug, tw_model_match *match) {
  const char *hint = *name->vendor == '\0' ? provider_slug : tw_provider_slug(name->vendor);
  if (use_alias(name->whole, hint, TW_MATCH_ALIAS, match)) {
    return true;
  }
  shorten(name, true);
  tw_model_match row = {NULL, TW_MATCH_NONE};
  int fit = find_row(name, provider_slug, &row);
  if (fit > FIT_WORD_ONE && use_alias(name->wordless, hint, TW_MATCH_WITHOUT_WORD, match)) {
    return true;
  }
  if (fit != FIT_NONE) {
    *match = row;
    return true;
  }
  tw_match_how how = is_dated(name) ? TW_MATCH_UNDATED : TW_MATCH_WITHOUT_WORD;
  return use_alias(name->undated, hint, TW_MATCH_UNDATED, match) ||
         use_alias(name->bare, hint, how, match) || find_version_before(name, hint, match);
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
  char respelled[TW_NAME_SIZE];
  name_parts parts;
  if (!take_apart(respell_bedrock(name, respelled) ? respelled : name, &parts) ||
      !find_parts(&parts, tw_provider_slug(provider), match)) {
    *match = (tw_model_match){NULL, TW_MATCH_NONE};
  }
  return match->model == NULL ? TW_ERR_NOT_FOUND : TW_OK;
}
