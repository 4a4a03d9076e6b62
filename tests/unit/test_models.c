/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "names.h"
#include "tokenwatt/models.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static tw_model_match find(const char *name, const char *provider) {
  tw_model_match match;
  tw_status status = tw_model_find(name, provider, &match);
  assert_int_equal(status, match.model == NULL ? TW_ERR_NOT_FOUND : TW_OK);
  assert_int_equal(match.model == NULL, match.how == TW_MATCH_NONE);
  return match;
}

static void expect(const char *name, const char *provider, const char *id, tw_match_how how) {
  tw_model_match match = find(name, provider);
  if (match.model == NULL) {
    fail_msg("'%s' found nothing instead of '%s'", name, id);
  }
  assert_string_equal(match.model->id, id);
  if (match.how != how) {
    fail_msg("'%s' matched as %s, not %s", name, tw_match_how_name(match.how),
             tw_match_how_name(how));
  }
}

static void expect_nothing(const char *name) {
  tw_model_match match = find(name, NULL);
  if (match.model != NULL) {
    fail_msg("'%s' must not match '%s'", name == NULL ? "NULL" : name, match.model->id);
  }
}

static void rows_are_sorted_and_sane(void **state) {
  (void)state;
  assert_true(tw_model_count() >= 384);
  assert_null(tw_model_at(tw_model_count()));
  assert_null(tw_model_at(SIZE_MAX));
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    assert_true(i == 0 || strcmp(tw_model_at(i - 1)->id, model->id) < 0);
    assert_true(*model->provider && *model->family && *model->tokenizer && *model->source);
    bool is_known = model->params_confidence != TW_PARAMS_UNKNOWN;
    assert_int_equal(is_known, !isnan(model->params_total_b.value));
    assert_int_equal(is_known, !isnan(model->params_active_b.high));
    if (is_known) {
      assert_true(model->params_total_b.low <= model->params_total_b.value);
      assert_true(model->params_total_b.value <= model->params_total_b.high);
      assert_true(model->params_active_b.high <= model->params_total_b.high);
    }
  }
}

/* Two counts of one model's parameters may differ a little. */
static bool same_params(const tw_model *a, const tw_model *b) {
  return fabs(a->params_total_b.value / b->params_total_b.value - 1) < 0.05 ||
         (isnan(a->params_total_b.value) && isnan(b->params_total_b.value));
}

/* Another case, other punctuation. */
static char respell(char c) {
  switch (c) {
  case '.':
    return '-';
  case '-':
    return '_';
  default:
    return (char)toupper((unsigned char)c);
  }
}

/* Every row is found by its id, and by what people make of it. */
static void every_id_resolves(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    expect(model->id, NULL, model->id, TW_MATCH_EXACT);

    char written[256];
    (void)snprintf(written, sizeof written, "%s", model->id);
    for (char *at = written; *at != '\0'; at++) {
      *at = respell(*at);
    }
    expect(written, NULL, model->id, TW_MATCH_NORMALIZED);

    const char *slash = strchr(model->id, '/');
    const char *base = slash == NULL ? model->id : slash + 1;
    tw_model_match bare = find(base, model->provider);
    assert_non_null(bare.model);
    assert_true(same_params(bare.model, model));
    bare = find(base, NULL);
    assert_non_null(bare.model);
    assert_true(same_params(bare.model, model));

    (void)snprintf(written, sizeof written, "%s", model->id);
    written[strcspn(written, ":")] = '\0';
    tw_model_match untagged = find(written, NULL);
    assert_non_null(untagged.model);
    assert_true(same_params(untagged.model, model));

    (void)snprintf(written + strlen(written), sizeof written - strlen(written), ":thinking");
    untagged = find(written, NULL);
    assert_non_null(untagged.model);
    assert_true(same_params(untagged.model, model));
  }
}

/* The list that the calculate API publishes, where the samples are at hand. */
static void published_ids_resolve(void **state) {
  (void)state;
  const char *samples = getenv("TOKENWATT_SAMPLES");
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/data/model_ids.txt", samples == NULL ? "" : samples);
  FILE *file = samples == NULL ? NULL : fopen(path, "r");
  if (file == NULL) {
    print_message("skipped: TOKENWATT_SAMPLES is unset or has no data/model_ids.txt\n");
    skip();
  }
  int count = 0;
  char line[256];
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\r\n")] = '\0';
    if (*line != '\0') {
      expect(line, NULL, line, TW_MATCH_EXACT);
      count++;
    }
  }
  (void)fclose(file);
  assert_int_equal(count, 384);
}

static void names_of_specs_and_pages_resolve(void **state) {
  (void)state;
  /* in the examples and tables of the three APIs */
  expect("gemini-3-pro", "Google", "google/gemini-3-pro-preview", TW_MATCH_ALIAS);
  expect("mistral-large-2", NULL, "mistralai/mistral-large-2407", TW_MATCH_ALIAS);
  expect("meta-llama/llama-3.1-8b", NULL, "meta-llama/llama-3.1-8b-instruct", TW_MATCH_ALIAS);
  expect("claude-3-opus", NULL, "anthropic/claude-3-opus", TW_MATCH_WITHOUT_VENDOR);
  expect("claude-3-5-sonnet", NULL, "anthropic/claude-3.5-sonnet", TW_MATCH_WITHOUT_VENDOR);
  expect("claude-3-haiku", NULL, "anthropic/claude-3-haiku", TW_MATCH_WITHOUT_VENDOR);
  expect("gpt-4o", NULL, "openai/gpt-4o", TW_MATCH_WITHOUT_VENDOR);
  expect("gpt-4o-mini", NULL, "openai/gpt-4o-mini", TW_MATCH_WITHOUT_VENDOR);
  expect("gpt-4-turbo", NULL, "openai/gpt-4-turbo", TW_MATCH_WITHOUT_VENDOR);
  expect("gpt-3.5-turbo", NULL, "openai/gpt-3.5-turbo", TW_MATCH_WITHOUT_VENDOR);
  /* on chat pages */
  expect("gpt-5-3", "OpenAI", "openai/gpt-5.3-instant", TW_MATCH_ALIAS);
  expect("gpt-5-1-thinking", "OpenAI", "openai/gpt-5.1", TW_MATCH_ALIAS);
  expect("5.2 Thinking", "ChatGPT", "openai/gpt-5.2", TW_MATCH_ALIAS);
  expect("Opus 4.5", "Anthropic", "anthropic/claude-opus-4.5", TW_MATCH_ALIAS);
  expect("Claude 3.5 Sonnet", NULL, "anthropic/claude-3.5-sonnet", TW_MATCH_WITHOUT_VENDOR);
  expect("Gemini 2.5 Pro", NULL, "google/gemini-2.5-pro", TW_MATCH_WITHOUT_VENDOR);
  expect("Pro", "Gemini", "google/gemini-3.1-pro-preview", TW_MATCH_ALIAS);
}

static void an_alias_of_one_provider_is_no_other_s(void **state) {
  (void)state;
  expect_nothing("2.5 Flash");
  expect_nothing("Pro");
  assert_null(find("pro", "OpenAI").model);
}

static void prefixes_and_suffixes_are_told(void **state) {
  (void)state;
  expect("OPENAI/GPT-4o", NULL, "openai/gpt-4o", TW_MATCH_NORMALIZED);
  expect("mistral/mistral-nemo", NULL, "mistralai/mistral-nemo", TW_MATCH_NORMALIZED);
  expect("openai/gpt-4o:free", NULL, "openai/gpt-4o", TW_MATCH_WITHOUT_TAG);
  expect("qwen/qwen3-4b", NULL, "qwen/qwen3-4b:free", TW_MATCH_WITHOUT_TAG);
  expect("gpt-4o-2024-08-06", NULL, "openai/gpt-4o-2024-08-06", TW_MATCH_WITHOUT_VENDOR);
  expect("gpt-4o-2025-12-24", NULL, "openai/gpt-4o", TW_MATCH_UNDATED);
  expect("claude-3-5-sonnet-20241022", NULL, "anthropic/claude-3.5-sonnet", TW_MATCH_UNDATED);
  expect("claude-opus-4-5@20251101", NULL, "anthropic/claude-opus-4.5", TW_MATCH_UNDATED);
  expect("gemini-2.0-flash", NULL, "google/gemini-2.0-flash-001", TW_MATCH_UNDATED);
  expect("gemini-2.5-flash-preview-05-20", NULL, "google/gemini-2.5-flash", TW_MATCH_UNDATED);
  expect("gpt-3.5-turbo-0125", NULL, "openai/gpt-3.5-turbo", TW_MATCH_UNDATED);
  expect("command-r", NULL, "cohere/command-r-08-2024", TW_MATCH_UNDATED);
  expect("azure/gpt-4o", NULL, "openai/gpt-4o", TW_MATCH_OTHER_VENDOR);
  expect("openrouter/anthropic/claude-opus-4", NULL, "anthropic/claude-opus-4",
         TW_MATCH_NORMALIZED);
}

static void the_provider_decides_between_hosts(void **state) {
  (void)state;
  expect("llama-4-scout", "Groq", "groq/llama-4-scout", TW_MATCH_WITHOUT_VENDOR);
  expect("llama-4-scout", "Meta", "meta-llama/llama-4-scout", TW_MATCH_WITHOUT_VENDOR);
  assert_non_null(find("llama-4-scout", NULL).model);
}

static void what_is_not_there_is_not_found(void **state) {
  (void)state;
  static const char *const names[] = {
      "",        "/",      ":",           "gpt",        "gpt-9", "openai/", "-",      "4o",
      "gpt-4o+", "claude", "gpt-4o-maxi", "gpt-4-1290", "llama", "o",       "openai", "mini",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    expect_nothing(names[i]);
  }
}

static void long_and_odd_names_are_safe(void **state) {
  (void)state;
  char name[1000];
  for (size_t size = 0; size < sizeof name; size++) {
    memset(name, "a+-/:"[size % 5], size);
    name[size] = '\0';
    expect_nothing(name);
  }
  expect_nothing("\xF0\x9F\x98\x80");
  expect_nothing(NULL);
  assert_int_equal(tw_model_find("gpt-4o", NULL, NULL), TW_ERR_ARGUMENT);
}

static void sizes_are_read_from_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double total_b;
    double active_b;
  } cases[] = {
      {"falcon-40b", 40, 40},
      {"smollm-135m", 0.135, 0.135},
      {"foo-8x7b", 44.8, 12.6},
      {"foo-8X22B-instruct", 140.8, 39.6},
      {"foo-30b-a3b", 30, 3},
      {"Foo 30B A3B", 30, 3},
      {"a/b/foo_1.5b_it", 1.5, 1.5},
      {"foo:8b", 8, 8},
      {"foo-2.5-0.5b-v2", 0.5, 0.5},
      {"foo-7b-1m", 7, 7},
      {"foo-671b-chat", 671, 671},
      {"foo-3b-a3b", 3, 3},
      {"foo-2x1b", 1.6, 1.6},
      {"foo-30b-chat-a3b", 30, 3},
      {"foo (8b)", 8, 8},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_model_size size;
    assert_true(tw_model_size_of_name(cases[i].name, &size));
    assert_true(fabs(size.total_b.value - cases[i].total_b) < 1e-9);
    assert_true(fabs(size.active_b.value - cases[i].active_b) < 1e-9);
    assert_true(size.total_b.low < size.total_b.value && size.total_b.value < size.total_b.high);
    assert_true(size.active_b.low < size.active_b.value);
    assert_true(size.active_b.value < size.active_b.high);
    assert_true(size.active_b.high <= size.total_b.high);
    assert_true(size.active_b.low <= size.total_b.low);
  }
  static const char *const none[] = {
      "gpt-4",      "b200",       "foo-b200",   "foo-4bit",    "foo-q4b2",   "4b",
      "7b/foo",     "foo4b",      "foo-x4b",    "foo-1m",      "foo-128k",   "foo-0b",
      "foo-b",      "foo-.5b",    "foo-8xb",    "foo-x7b",     "foo-1x7b",   "foo-8x7m",
      "foo-a3b",    "foo-70b-8b", "foo-99999b", "foo-8bb",     "",           "-",
      "foo-8x7x2b", "foo-1.b",    "foo-1e3b",   "foo-123456b", "foo-0.001b",
  };
  tw_model_size size;
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_false(tw_model_size_of_name(none[i], &size));
  }
  assert_false(tw_model_size_of_name(NULL, &size));
  assert_false(tw_model_size_of_name("foo-8b", NULL));
}

static void stand_ins_span_their_class(void **state) {
  (void)state;
  for (int size_class = TW_CLASS_SMALL; size_class <= TW_CLASS_ANY; size_class++) {
    const tw_model_stand_in *all = tw_model_stand_in_find(NULL, (tw_model_class)size_class);
    assert_string_equal(all->provider, "");
    assert_int_equal(all->size_class, size_class);
    assert_true(all->params_total_b.low < all->params_total_b.value);
    assert_true(all->params_total_b.value < all->params_total_b.high);
  }
  const tw_model_stand_in *openai = tw_model_stand_in_find("OpenAI", TW_CLASS_SMALL);
  assert_string_equal(openai->provider, "openai");
  assert_true(openai->params_total_b.value < 50);
  /* a provider that discloses nothing: the whole table */
  assert_string_equal(tw_model_stand_in_find("xAI", TW_CLASS_LARGE)->provider, "");
  assert_string_equal(tw_model_stand_in_find("nobody", TW_CLASS_ANY)->provider, "");
  assert_int_equal(tw_model_stand_in_find("nobody", (tw_model_class)99)->size_class,
                   TW_CLASS_SMALL);
}

static void words_tell_the_class(void **state) {
  (void)state;
  assert_int_equal(tw_model_class_of_name("GPT-9 mini"), TW_CLASS_SMALL);
  assert_int_equal(tw_model_class_of_name("gemini-9-flash-lite"), TW_CLASS_SMALL);
  assert_int_equal(tw_model_class_of_name("claude-opus-9"), TW_CLASS_LARGE);
  assert_int_equal(tw_model_class_of_name("x/y-pro:free"), TW_CLASS_LARGE);
  assert_int_equal(tw_model_class_of_name("minimax-9"), TW_CLASS_ANY);
  assert_int_equal(tw_model_class_of_name("gpt-9"), TW_CLASS_ANY);
  assert_int_equal(tw_model_class_of_name(NULL), TW_CLASS_ANY);
  assert_int_equal(tw_model_class_of_name("gemini-4-flash"), TW_CLASS_ANY);
}

/* What words say of unknown models they say of those in the table, mostly. */
static void words_tell_the_class_of_known_models(void **state) {
  (void)state;
  static const tw_model_class classes[] = {TW_CLASS_SMALL, TW_CLASS_LARGE};
  for (size_t k = 0; k < sizeof classes / sizeof classes[0]; k++) {
    size_t told = 0;
    size_t right = 0;
    for (size_t i = 0; i < tw_model_count(); i++) {
      const tw_model *model = tw_model_at(i);
      bool is_told = model->is_text_model && tw_model_class_of_name(model->id) == classes[k];
      told += is_told;
      right += is_told && model->size_class == classes[k];
    }
    if (told == 0 || right * 4 < told * 3) {
      fail_msg("%s: right of %zu in %zu", tw_model_class_name(classes[k]), right, told);
    }
  }
}

static void encodings_are_the_models_own(void **state) {
  (void)state;
  assert_string_equal(tw_model_encoding("openai/gpt-4"), "cl100k_base");
  assert_string_equal(tw_model_encoding("gpt-3.5-turbo"), "cl100k_base");
  assert_string_equal(tw_model_encoding("gpt-4o"), "o200k_base");
  assert_string_equal(tw_model_encoding("gpt-oss-120b"), "o200k_base");
  assert_string_equal(tw_model_encoding("claude-opus-4"), "o200k_base");
  assert_string_equal(tw_model_encoding("nothing known"), "o200k_base");
  assert_string_equal(tw_model_encoding(NULL), "o200k_base");
}

static void names_normalize(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"Claude 3.5 Sonnet", "claude-3-5-sonnet"},
      {"  A--B_.c  ", "a-b-c"},
      {"a - / - b : c", "a/b:c"},
      {"command-r+", "command-r-plus"},
      {"r+x", "r-plusx"},
      {"+", "plus"},
      {"GPT\xE2\x80\x91x", "gpt\xE2\x80\x91x"},
      {"DeepThink (R1)", "deepthink-r1"},
      {"llama-v3p1-8b", "llama-v3-1-8b"},
      {"3-p1 p1 3p", "3-p1-p1-3p"},
  };
  char normalized[TW_NAME_SIZE];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_true(tw_name_normalize(cases[i][0], normalized));
    assert_string_equal(normalized, cases[i][1]);
  }
  assert_false(tw_name_normalize(" -. ", normalized));
}

static void dates_end_names(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *undated;
  } cases[] = {
      {"gpt-4o-2024-08-06", "gpt-4o"},
      {"gpt-4-0613", "gpt-4"},
      {"mistral-large-2407", "mistral-large"},
      {"claude-3-opus-20240229", "claude-3-opus"},
      {"gemini-2-0-flash-001", "gemini-2-0-flash"},
      {"x-preview-09-2025", "x"},
      {"o1-preview", "o1"},
      {"x-latest", "x"},
      {"llama3-70b-8192", "llama3-70b-8192"},
      {"gpt-5", "gpt-5"},
      {"preview", "preview"},
      {"x-20241399", "x-20241399"},
      {"x-512", "x-512"},
      {"claude-3-5", "claude-3-5"},
      {"x-99-99", "x-99-99"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    size_t length = tw_name_undated(tw_name_whole(cases[i].name)).size;
    if (length != strlen(cases[i].undated)) {
      fail_msg("%s became %.*s", cases[i].name, (int)length, cases[i].name);
    }
  }
}

static void joints_and_versions_are_read(void **state) {
  (void)state;
  static const char *const same[][2] = {
      {"llama3-1", "llama-3-1"}, {"llama-v3-1", "llama-3-1"},  {"gpt4o", "gpt-4o"},
      {"x-9b-v2", "x-9b-2"},     {"deepseek-v3", "deepseek3"},
  };
  static const char *const different[][2] = {
      {"gpt-4", "gpt-4o"}, {"x-9-2", "x-92"}, {"xv-3", "x-3"}, {"x", ""}, {"x-v", "x"},
  };
  for (size_t i = 0; i < 5; i++) {
    assert_true(tw_name_part_equals(tw_name_whole(same[i][0]), tw_name_whole(same[i][1])));
    assert_false(
        tw_name_part_equals(tw_name_whole(different[i][0]), tw_name_whole(different[i][1])));
  }
  static const struct {
    const char *name;
    const char *before; /* NULL if it has no version */
    const char *after;
    int numbers[TW_NAME_VERSION_NUMBERS];
  } cases[] = {
      {"gpt-5-5", "gpt", "", {5, 5, 0}},
      {"gpt-5-mini", "gpt", "-mini", {5, 0, 0}},
      {"claude-3-7-sonnet", "claude", "-sonnet", {3, 7, 0}},
      {"qwen3-7-plus", "qwen", "-plus", {3, 7, 0}},
      {"5-2", "", "", {5, 2, 0}},
      {"x-1-2-3-4", "x", "-4", {1, 2, 3}},
      {"gpt-4o", NULL, NULL, {0}},
      {"llama-70b", NULL, NULL, {0}},
      {"x-2407", NULL, NULL, {0}},
      {"", NULL, NULL, {0}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_name_version version;
    bool found = tw_name_find_version(tw_name_whole(cases[i].name), &version);
    assert_int_equal(found, cases[i].before != NULL);
    if (found) {
      assert_int_equal(version.before.size, strlen(cases[i].before));
      assert_int_equal(version.after.size, strlen(cases[i].after));
      assert_memory_equal(version.after.text, cases[i].after, version.after.size);
      assert_memory_equal(version.numbers, cases[i].numbers, sizeof version.numbers);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_sorted_and_sane),
      cmocka_unit_test(every_id_resolves),
      cmocka_unit_test(published_ids_resolve),
      cmocka_unit_test(names_of_specs_and_pages_resolve),
      cmocka_unit_test(an_alias_of_one_provider_is_no_other_s),
      cmocka_unit_test(prefixes_and_suffixes_are_told),
      cmocka_unit_test(the_provider_decides_between_hosts),
      cmocka_unit_test(what_is_not_there_is_not_found),
      cmocka_unit_test(long_and_odd_names_are_safe),
      cmocka_unit_test(sizes_are_read_from_names),
      cmocka_unit_test(stand_ins_span_their_class),
      cmocka_unit_test(words_tell_the_class),
      cmocka_unit_test(words_tell_the_class_of_known_models),
      cmocka_unit_test(encodings_are_the_models_own),
      cmocka_unit_test(names_normalize),
      cmocka_unit_test(dates_end_names),
      cmocka_unit_test(joints_and_versions_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
