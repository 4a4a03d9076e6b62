/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "footprints.h"

#include <stdio.h>
#include <stdlib.h>

/* Written out once more, with its numbers, from docs/methodology.md. */
static double joules(double total_b, double active_b, double batch) {
  return 0.2236 * pow(total_b, 0.590) * pow(active_b, 0.293) * pow(batch, -0.529) * 1.72;
}

static void the_formula_is_the_documented_one(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  usage.reasoning_tokens = 60;
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  double value = joules(440, 76.21, 256) * (0.20 * 600 + 0.02 * 400 + 560) / 3600;
  double low = joules(440, 44, 512) / 1.47 * (0.05 * 600 + 0.03 * 0.05 * 400 + 560) / 3600;
  double high = joules(440, 132, 64) * 1.47 * (0.40 * 600 + 0.37 * 0.40 * 400 + 560) / 3600;
  assert_near(footprint.energy_wh.value, value);
  assert_near(footprint.energy_wh.low, low);
  assert_near(footprint.energy_wh.high, high);
  assert_near(footprint.co2_g.value, value * 208 / 1000);
  assert_near(footprint.co2_g.high, high * 208 / 1000);
  assert_near(footprint.water_onsite_ml.value, 0.92 * value * 0.51);
  assert_near(footprint.water_offsite_ml.value, value * 5.1893);
  assert_near(footprint.water_ml.low, low * (0.92 * 0.51 + 5.1893));
  assert_near(footprint.tree_days.value, value * 208 / 1000 / 244);
  assert_string_equal(footprint.method, "tokenwatt");
  /* the making of the hardware, beside the CO2e */
  assert_int_equal(footprint.impact_count, 1);
  assert_string_equal(footprint.impacts[0].name, "embodied_co2_grams");
  assert_near(footprint.impacts[0].range.value, 0.92 * value * 7012000 / (26280 * 5240.0));
  assert_near(footprint.impacts[0].range.low, 0.92 * low * 7012000 / (26280 * 5660.0));
  assert_near(footprint.impacts[0].range.high, 0.92 * high * 7012000 / (26280 * 4820.0));
  assert_int_equal(footprint.warnings, 0);
}

/* Figures from a pocket calculator, so that a slip in the formula above would show. */
static void a_pocket_calculator_agrees(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_true(fabs(factor(&footprint, "joules_per_output_token").value - 2.64307) < 1e-5);
  assert_true(fabs(factor(&footprint, "joules_per_output_token").low - 1.06083) < 1e-5);
  assert_true(fabs(factor(&footprint, "joules_per_output_token").high - 9.50197) < 1e-5);
}

/* 500 tokens of a GPT-4o class model: 0.37 Wh, where OpenAI says 0.34 and Epoch 0.30 a query. */
static void disclosed_prompts_are_of_this_size(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  usage.prompt_tokens = usage.cached_tokens = 0;
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_true(footprint.energy_wh.value > 0.36 && footprint.energy_wh.value < 0.38);
  assert_true(footprint.energy_wh.low < 0.30 && footprint.energy_wh.high > 0.34);
}

static void nothing_used_costs_nothing(void **state) {
  (void)state;
  tw_usage usage;
  tw_usage_init(&usage);
  usage.provider = "OpenAI";
  usage.model = "gpt-4o";
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_true(footprint.energy_wh.value == 0 && footprint.energy_wh.high == 0);
  assert_true(footprint.co2_g.value == 0 && footprint.water_ml.value == 0);
}

static void assert_ordered(tw_range range) {
  assert_true(isfinite(range.value) && isfinite(range.low) && isfinite(range.high));
  assert_true(range.low > 0 && range.low <= range.value && range.value <= range.high);
}

static int compare_numbers(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* docs/methodology.md from a heading on. */
static const char *documentation(const char *heading) {
  static char text[65536];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/methodology.md", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  (void)fclose(file);
  const char *section = strstr(text, heading);
  assert_non_null(section);
  return section;
}

static void bounds_enclose_the_value_for_all_models(void **state) {
  (void)state;
  static double spreads[1000];
  size_t count = 0;
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    for (size_t j = 0; j < tw_region_count(); j += 7) {
      tw_usage usage = usage_of(model->provider, model->id, tw_region_at(j)->code);
      tw_footprint footprint = footprint_of(&usage, "tokenwatt");
      assert_ordered(footprint.energy_wh);
      assert_ordered(footprint.co2_g);
      assert_ordered(footprint.water_ml);
      assert_ordered(footprint.tree_days);
      assert_int_equal(footprint.place.method, TW_PLACE_EXACT_REGION);
      if (j == 0) {
        spreads[count++] = footprint.energy_wh.high / footprint.energy_wh.low;
      }
    }
  }
  qsort(spreads, count, sizeof spreads[0], compare_numbers);
  char line[64];
  (void)snprintf(line, sizeof line, "the median of high/low is %.1f", spreads[count / 2]);
  print_message("over %zu models %s\n", count, line);
  assert_non_null(strstr(documentation("### Energy"), line)); /* what the documentation says */
}

static void large_counts_stay_finite(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-5.4-pro", NULL);
  usage.prompt_tokens = usage.completion_tokens = usage.reasoning_tokens = TW_USAGE_MAX;
  usage.cached_tokens = 0;
  assert_ordered(footprint_of(&usage, "tokenwatt").energy_wh);
}

static void more_of_anything_costs_more(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  double before = footprint_of(&usage, "tokenwatt").energy_wh.value;
  usage.prompt_tokens++;
  double longer = footprint_of(&usage, "tokenwatt").energy_wh.value;
  assert_true(longer > before);
  usage.cached_tokens++;
  assert_true(footprint_of(&usage, "tokenwatt").energy_wh.value < longer);
  usage.completion_tokens++;
  double completed = footprint_of(&usage, "tokenwatt").energy_wh.value;
  usage.completion_tokens--;
  usage.reasoning_tokens++;
  assert_near(footprint_of(&usage, "tokenwatt").energy_wh.value, completed);
}

static void unknown_parameters_are_stood_in_for(void **state) {
  (void)state;
  tw_usage usage = usage_of("xAI", "grok-4", NULL);
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_string_equal(footprint.match.model->id, "x-ai/grok-4");
  assert_ptr_equal(footprint.stand_in, tw_model_stand_in_find("", TW_CLASS_LARGE));
  assert_true(has_warning(&footprint, TW_WARNING_PARAMS_UNKNOWN));
  assert_int_equal(footprint.confidence, TW_CONFIDENCE_ESTIMATED);
  assert_near(factor(&footprint, "params_total_b").high, footprint.stand_in->params_total_b.high);
}

static void an_unknown_model_falls_back_with_a_warning(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-99-mini", NULL);
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_null(footprint.match.model);
  assert_ptr_equal(footprint.stand_in, tw_model_stand_in_find("openai", TW_CLASS_SMALL));
  assert_true(has_warning(&footprint, TW_WARNING_MODEL_UNKNOWN));
  usage.model = NULL;
  footprint = footprint_of(&usage, "tokenwatt");
  assert_ptr_equal(footprint.stand_in, tw_model_stand_in_find("openai", TW_CLASS_ANY));
  assert_true(has_warning(&footprint, TW_WARNING_MODEL_MISSING));
  usage.provider = "nobody";
  footprint = footprint_of(&usage, "tokenwatt");
  assert_string_equal(footprint.stand_in->provider, "");
  assert_true(has_warning(&footprint, TW_WARNING_PROVIDER_UNKNOWN));
  assert_true(has_warning(&footprint, TW_WARNING_WORLD_MEAN));
}

static void an_unknown_model_has_the_size_in_its_name(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "tiiuae/falcon-40b", NULL);
  for (size_t i = 0; i < tw_method_count(); i++) {
    tw_footprint footprint = footprint_of(&usage, tw_method_name(i));
    assert_null(footprint.match.model);
    assert_null(footprint.stand_in);
    assert_true(has_warning(&footprint, TW_WARNING_MODEL_SIZE_NAMED));
    assert_false(has_warning(&footprint, TW_WARNING_MODEL_UNKNOWN));
    assert_int_equal(footprint.confidence, TW_CONFIDENCE_ESTIMATED);
    assert_true(footprint.energy_wh.low < footprint.energy_wh.value);
    assert_true(footprint.energy_wh.value < footprint.energy_wh.high);
  }
  tw_footprint large = footprint_of(&usage, "tokenwatt");
  assert_near(factor(&large, "params_total_b").value, 40);
  usage.model = "smollm-135m";
  tw_footprint small = footprint_of(&usage, "tokenwatt");
  assert_near(factor(&small, "params_active_b").value, 0.135);
  assert_true(small.energy_wh.high < large.energy_wh.low);
}

static void a_place_that_is_not_used_is_told(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  tw_footprint there = footprint_of(&usage, "carbon-llm");
  assert_true(has_warning(&there, TW_WARNING_PLACE_UNUSED));
  tw_footprint ours = footprint_of(&usage, "tokenwatt");
  assert_false(has_warning(&ours, TW_WARNING_PLACE_UNUSED));
  usage.region = NULL;
  tw_footprint anywhere = footprint_of(&usage, "carbon-llm");
  assert_false(has_warning(&anywhere, TW_WARNING_PLACE_UNUSED));
  assert_near(anywhere.co2_g.value, there.co2_g.value);
  usage.region = "us-west-1";
  usage.model = "grok-4"; /* no coefficient: the method tokenwatt, which has a place */
  tw_footprint other = footprint_of(&usage, "carbon-llm");
  assert_false(has_warning(&other, TW_WARNING_PLACE_UNUSED));
}

static void inexact_matches_and_other_kinds_are_told(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o-2099-01-01", NULL);
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  assert_true(has_warning(&footprint, TW_WARNING_MODEL_INEXACT));
  usage = usage_of("Google", "google/lyria-3-pro-preview", NULL);
  footprint = footprint_of(&usage, "tokenwatt");
  assert_true(has_warning(&footprint, TW_WARNING_MODEL_NOT_TEXT));
  usage = usage_of("OpenAI", "gpt-4o", "atlantis");
  footprint = footprint_of(&usage, "tokenwatt");
  assert_true(has_warning(&footprint, TW_WARNING_REGION_UNKNOWN));
  assert_int_equal(footprint.place.method, TW_PLACE_PROVIDER_DEFAULT);
  usage = usage_of("Upstage", "solar-pro-3", NULL);
  footprint = footprint_of(&usage, "tokenwatt");
  assert_true(has_warning(&footprint, TW_WARNING_PARAMS_UNVERIFIED));
  usage = usage_of("OpenAI", "gpt-5.99", NULL);
  footprint = footprint_of(&usage, "tokenwatt");
  assert_true(has_warning(&footprint, TW_WARNING_MODEL_NEAREST));
  assert_int_equal(footprint.confidence, TW_CONFIDENCE_ESTIMATED);
}

static void published_sizes_are_benchmarked(void **state) {
  (void)state;
  tw_usage usage = usage_of("Groq", "llama-3.3-70b-versatile", NULL);
  assert_int_equal(footprint_of(&usage, "tokenwatt").confidence, TW_CONFIDENCE_BENCHMARKED);
  usage = usage_of("OpenAI", "gpt-4o", NULL);
  assert_int_equal(footprint_of(&usage, "tokenwatt").confidence, TW_CONFIDENCE_ESTIMATED);
}

static void hidden_reasoning_widens_only_the_upper_bound(void **state) {
  (void)state;
  tw_usage usage = usage_of("Google", "gemini-3-pro", NULL);
  tw_footprint without = footprint_of(&usage, "tokenwatt");
  assert_true(without.hidden_reasoning_tokens == 0);
  usage.start_time_ms = INT64_C(1710000000000);
  usage.first_token_time_ms = INT64_C(1710000010000);
  tw_footprint with = footprint_of(&usage, "tokenwatt");
  assert_near(with.hidden_reasoning_tokens, (10 - 0.5) * 71.6);
  assert_near(with.energy_wh.value, without.energy_wh.value);
  assert_near(with.energy_wh.low, without.energy_wh.low);
  assert_near(with.energy_wh.high,
              without.energy_wh.high + factor(&with, "joules_per_output_token").high *
                                           with.hidden_reasoning_tokens / 3600);
  assert_true(has_warning(&with, TW_WARNING_HIDDEN_REASONING));

  usage.reasoning_tokens = 1; /* what is visible is counted, not guessed */
  assert_true(footprint_of(&usage, "tokenwatt").hidden_reasoning_tokens == 0);
  usage.reasoning_tokens = 0;
  usage.first_token_time_ms = usage.start_time_ms + 500;
  assert_true(footprint_of(&usage, "tokenwatt").hidden_reasoning_tokens == 0);
  usage.start_time_ms = 0;
  with = footprint_of(&usage, "tokenwatt");
  assert_true(with.hidden_reasoning_tokens == 0);
  assert_true(has_warning(&with, TW_WARNING_WAIT_IMPLAUSIBLE));
  usage = usage_of("OpenAI", "gpt-4o", NULL); /* cannot reason */
  usage.start_time_ms = 0;
  usage.first_token_time_ms = 10000;
  assert_true(footprint_of(&usage, "tokenwatt").hidden_reasoning_tokens == 0);
}

static void errors_are_told(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  tw_footprint footprint;
  tw_usage_problem problem;
  assert_int_equal(tw_footprint_calculate(&usage, "magic", &footprint, &problem), TW_ERR_NOT_FOUND);
  assert_int_equal(tw_footprint_calculate(&usage, NULL, &footprint, &problem), TW_OK);
  assert_string_equal(footprint.method, "tokenwatt"); /* the default */
  usage.cached_tokens = 2000;
  assert_int_equal(tw_footprint_calculate(&usage, NULL, &footprint, &problem), TW_ERR_FIELD);
  assert_string_equal(problem.field, "cached_tokens");
  assert_int_equal(tw_footprint_calculate(&usage, NULL, NULL, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_footprint_calculate(NULL, NULL, &footprint, NULL), TW_ERR_ARGUMENT);
}

static void methods_and_warnings_have_names(void **state) {
  (void)state;
  assert_string_equal(tw_method_name(0), "tokenwatt");
  assert_null(tw_method_name(tw_method_count()));
  for (tw_warning i = 0; i < TW_WARNING_COUNT; i++) {
    assert_true(strlen(tw_warning_text(i)) > 10);
  }
  assert_string_equal(tw_warning_text(TW_WARNING_COUNT), "");
}

/* The worked example of the documentation, figure by figure. */
static void the_documented_example_is_right(void **state) {
  (void)state;
  const char *example = documentation("## A worked example");
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  const struct {
    const char *format;
    double number;
  } figures[] = {
      {"e = %.4f J", factor(&footprint, "joules_per_output_token").value},
      {"E = %.4f Wh", footprint.energy_wh.value},
      {"low %.4f Wh", footprint.energy_wh.low},
      {"high %.4f Wh", footprint.energy_wh.high},
      {"%.4f g CO2e", footprint.co2_g.value},
      {"%.4f mL on-site", footprint.water_onsite_ml.value},
      {"%.4f mL off-site", footprint.water_offsite_ml.value},
      {"%.5f days of a tree", footprint.tree_days.value},
      {"= %.4f g embodied", footprint.impacts[0].range.value},
  };
  for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
    char expected[64];
    (void)snprintf(expected, sizeof expected, figures[i].format, figures[i].number);
    if (strstr(example, expected) == NULL) {
      fail_msg("docs/methodology.md does not have '%s'", expected);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_formula_is_the_documented_one),
      cmocka_unit_test(a_pocket_calculator_agrees),
      cmocka_unit_test(disclosed_prompts_are_of_this_size),
      cmocka_unit_test(nothing_used_costs_nothing),
      cmocka_unit_test(bounds_enclose_the_value_for_all_models),
      cmocka_unit_test(large_counts_stay_finite),
      cmocka_unit_test(more_of_anything_costs_more),
      cmocka_unit_test(unknown_parameters_are_stood_in_for),
      cmocka_unit_test(an_unknown_model_falls_back_with_a_warning),
      cmocka_unit_test(an_unknown_model_has_the_size_in_its_name),
      cmocka_unit_test(a_place_that_is_not_used_is_told),
      cmocka_unit_test(inexact_matches_and_other_kinds_are_told),
      cmocka_unit_test(published_sizes_are_benchmarked),
      cmocka_unit_test(hidden_reasoning_widens_only_the_upper_bound),
      cmocka_unit_test(errors_are_told),
      cmocka_unit_test(methods_and_warnings_have_names),
      cmocka_unit_test(the_documented_example_is_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
