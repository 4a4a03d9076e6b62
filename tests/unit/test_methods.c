/* SPDX-License-Identifier: MIT */
/* What holds for all methods, and the methods beside tokenwatt but for ecologits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "footprints.h"

#include <stdlib.h>

static void assert_ordered(const tw_footprint *footprint, tw_range range) {
  bool is_ordered = isfinite(range.high) && 0 <= range.low && range.low <= range.value &&
                    range.value <= range.high;
  if (!is_ordered) {
    fail_msg("%s of %s: %g, %g to %g", footprint->method,
             footprint->match.model == NULL ? "?" : footprint->match.model->id, range.value,
             range.low, range.high);
  }
}

static void assert_sound(const tw_footprint *footprint) {
  const tw_range ranges[] = {footprint->energy_wh,        footprint->co2_g,
                             footprint->water_ml,         footprint->water_onsite_ml,
                             footprint->water_offsite_ml, footprint->tree_days};
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
    assert_ordered(footprint, ranges[i]);
  }
  for (size_t i = 0; i < footprint->impact_count; i++) {
    if (!isnan(footprint->impacts[i].range.value)) { /* null: it is not known */
      assert_ordered(footprint, footprint->impacts[i].range);
    }
  }
  assert_within(footprint->water_onsite_ml.value + footprint->water_offsite_ml.value,
                footprint->water_ml.value, 1e-9);
  /* one more than there is room for would be dropped in silence */
  assert_in_range(footprint->factor_count, 1, TW_FACTORS_MAX - 1);
  assert_in_range(footprint->source_count, 1, TW_SOURCES_MAX - 1);
  for (size_t i = 0; i < footprint->factor_count; i++) {
    const tw_figure *figure = &footprint->factors[i];
    assert_ptr_equal(tw_footprint_factor(footprint, figure->name),
                     figure); /* none is there twice */
  }
  for (size_t i = 0; i < footprint->source_count; i++) {
    const tw_source *source = &footprint->sources[i];
    assert_true(source->text != NULL ? *source->text != '\0' : footprint->stand_in != NULL);
  }
}

static void every_model_has_an_answer_from_every_method(void **state) {
  (void)state;
  static const char *const regions[] = {NULL, "us-west-1", "SG", "world"};
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    for (size_t j = 0; j < tw_method_count(); j++) {
      tw_usage usage = usage_of(model->provider, model->id, regions[i % 4]);
      tw_footprint footprint = footprint_of(&usage, tw_method_name(j));
      assert_sound(&footprint);
      assert_true(footprint.energy_wh.value > 0 && footprint.co2_g.value > 0);
    }
  }
}

/* Each of these is never less with more. */
static void assert_no_less(const tw_footprint *more, const tw_footprint *less) {
  assert_true(more->energy_wh.value >= less->energy_wh.value);
  assert_true(more->energy_wh.low >= less->energy_wh.low);
  assert_true(more->energy_wh.high >= less->energy_wh.high);
  assert_true(more->co2_g.value >= less->co2_g.value);
  assert_true(more->water_ml.value >= less->water_ml.value);
}

static void more_tokens_never_cost_less(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_model_count(); i += 3) {
    const tw_model *model = tw_model_at(i);
    for (size_t j = 0; j < tw_method_count(); j++) {
      tw_usage usage = usage_of(model->provider, model->id, NULL);
      tw_footprint before = footprint_of(&usage, tw_method_name(j));
      int64_t *const counts[] = {&usage.prompt_tokens, &usage.completion_tokens,
                                 &usage.reasoning_tokens};
      for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        *counts[k] += 1 + (int64_t)(i * i);
        tw_footprint after = footprint_of(&usage, tw_method_name(j));
        assert_no_less(&after, &before);
        before = after;
      }
    }
  }
}

static void the_largest_counts_stay_finite(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4", "ZA");
  usage.prompt_tokens = usage.completion_tokens = usage.reasoning_tokens = TW_USAGE_MAX;
  for (size_t i = 0; i < tw_method_count(); i++) {
    tw_footprint footprint = footprint_of(&usage, tw_method_name(i));
    assert_sound(&footprint);
  }
  usage.start_time_ms = 0;
  usage.last_token_time_ms = TW_USAGE_MAX;
  for (size_t i = 0; i < tw_method_count(); i++) {
    tw_footprint footprint = footprint_of(&usage, tw_method_name(i));
    assert_sound(&footprint);
  }
}

/* Input tokens are none of EcoLogits' business, nor of carbonbench's. */
static void some_methods_count_output_only(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  tw_footprint ecologits = footprint_of(&usage, "ecologits");
  tw_footprint carbonbench = footprint_of(&usage, "carbonbench");
  usage.prompt_tokens = usage.cached_tokens = 0;
  usage.reasoning_tokens = 100;
  usage.completion_tokens -= 100;
  assert_near(footprint_of(&usage, "ecologits").energy_wh.value, ecologits.energy_wh.value);
  assert_near(footprint_of(&usage, "carbonbench").energy_wh.value, carbonbench.energy_wh.value);
}

/* The table of its landing page, for 1000 tokens of any kind. */
static void carbon_llm_has_its_table(void **state) {
  (void)state;
  static const struct {
    const char *model;
    double g_per_1k;
    tw_confidence confidence;
  } rows[] = {
      {"gpt-4o", 0.3, TW_CONFIDENCE_ESTIMATED},
      {"gpt-4o-mini", 0.1, TW_CONFIDENCE_ESTIMATED},
      {"gpt-4-turbo", 0.35, TW_CONFIDENCE_ESTIMATED},
      {"gpt-3.5-turbo", 0.08, TW_CONFIDENCE_ESTIMATED},
      {"claude-3-5-sonnet", 0.3, TW_CONFIDENCE_ESTIMATED},
      {"claude-3-opus", 0.45, TW_CONFIDENCE_ESTIMATED},
      {"claude-3-haiku", 0.1, TW_CONFIDENCE_ESTIMATED},
      {"mistral-large-2", 2.85, TW_CONFIDENCE_MEASURED},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    tw_usage usage = usage_of("anyone", rows[i].model, "FR");
    usage.reasoning_tokens = 100;
    usage.prompt_tokens = usage.cached_tokens = 400;
    tw_footprint footprint = footprint_of(&usage, "carbon-llm");
    assert_near(footprint.co2_g.value, rows[i].g_per_1k);
    assert_int_equal(footprint.confidence, rows[i].confidence);
    bool is_measured = rows[i].confidence == TW_CONFIDENCE_MEASURED;
    assert_near(footprint.co2_g.high, rows[i].g_per_1k * (is_measured ? 1 : 8));
    assert_near(footprint.co2_g.low, rows[i].g_per_1k * 0.6 / (is_measured ? 1 : 8));
    assert_near(footprint.energy_wh.value, rows[i].g_per_1k / 0.47294);
    assert_false(has_warning(&footprint, TW_WARNING_COEFFICIENT_MISSING));
  }
}

/* "measured" and "benchmarked" are said of the model that was asked for, not of a relative. */
static void relatives_are_estimated(void **state) {
  (void)state;
  static const char *const names[] = {"mistral-large-2.1", "azure/mistral-large-2407"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    tw_usage usage = usage_of("Mistral", names[i], NULL);
    for (size_t k = 0; k < tw_method_count(); k++) {
      tw_footprint footprint = footprint_of(&usage, tw_method_name(k));
      assert_string_equal(footprint.match.model->id, "mistralai/mistral-large-2407");
      assert_int_equal(footprint.confidence, TW_CONFIDENCE_ESTIMATED);
    }
    tw_footprint footprint = footprint_of(&usage, "carbon-llm");
    assert_near(footprint.co2_g.value, 2.85 * 1.5);
    assert_near(footprint.co2_g.high, 2.85 * 1.5 * 8);
  }
  tw_usage usage = usage_of("Mistral", "mistral-large-2407", NULL);
  assert_int_equal(footprint_of(&usage, "carbon-llm").confidence, TW_CONFIDENCE_MEASURED);
  assert_int_equal(footprint_of(&usage, "ecologits").confidence, TW_CONFIDENCE_BENCHMARKED);
}

static void others_get_tokenwatt_of_carbon_llm(void **state) {
  (void)state;
  tw_usage usage = usage_of("Google", "gemini-2.5-pro", "europe-west4");
  tw_footprint ours = footprint_of(&usage, "tokenwatt");
  tw_footprint footprint = footprint_of(&usage, "carbon-llm");
  assert_true(has_warning(&footprint, TW_WARNING_COEFFICIENT_MISSING));
  assert_memory_equal(&footprint.co2_g, &ours.co2_g, sizeof ours.co2_g);
  assert_memory_equal(&footprint.energy_wh, &ours.energy_wh, sizeof ours.energy_wh);
  assert_string_equal(footprint.sources[0].of, "CO2e");
}

/* The typical error of carbon-llm's estimated coefficients is their distance from EcoLogits. */
static void the_error_of_coefficients_is_what_constants_say(void **state) {
  (void)state;
  static const struct {
    const char *provider;
    const char *model;
  } rows[] = {
      {"OpenAI", "gpt-4o"},
      {"OpenAI", "gpt-4o-mini"},
      {"OpenAI", "gpt-4-turbo"},
      {"OpenAI", "gpt-3.5-turbo"},
      {"Anthropic", "claude-3-opus"},
      {"Anthropic", "claude-3-5-sonnet"},
      {"Anthropic", "claude-3-haiku"},
  };
  double sum = 0;
  enum { COUNT = sizeof rows / sizeof rows[0] };
  for (size_t i = 0; i < COUNT; i++) {
    tw_usage usage = usage_of(rows[i].provider, rows[i].model, NULL);
    usage.prompt_tokens = usage.cached_tokens = 0;
    usage.completion_tokens = 1000;
    double ratio = footprint_of(&usage, "ecologits").co2_g.value /
                   footprint_of(&usage, "carbon-llm").co2_g.value;
    sum += log(ratio) * log(ratio);
  }
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  tw_footprint footprint = footprint_of(&usage, "carbon-llm");
  tw_range used = factor(&footprint, "gco2e_per_1k_tokens");
  assert_within(exp(sqrt(sum / COUNT)), used.high / used.value, 0.01);
}

/* The fit as the default method has it, without hosts and cooling; and carbonbench's example:
 * Llama 3.1 8B in the Netherlands, 4 gCO2 per million tokens. */
static void carbonbench_is_the_accelerator_alone(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  tw_footprint footprint = footprint_of(&usage, "carbonbench");
  tw_footprint ours = footprint_of(&usage, "tokenwatt");
  assert_near(factor(&footprint, "joules_per_output_token").low * 1.72,
              factor(&ours, "joules_per_output_token").low);
  assert_near(factor(&footprint, "joules_per_output_token").high * 1.72,
              factor(&ours, "joules_per_output_token").high);
  assert_near(footprint.water_onsite_ml.value, footprint.energy_wh.value * 0.51);
  usage = usage_of("GCP", "meta-llama/llama-3.1-8b", "europe-west4");
  usage.prompt_tokens = usage.cached_tokens = 0;
  usage.completion_tokens = 1000000;
  footprint = footprint_of(&usage, "carbonbench");
  assert_true(round(footprint.co2_g.value) == 4);
  assert_int_equal(footprint.confidence, TW_CONFIDENCE_BENCHMARKED);
}

static void hardware_takes_the_time_that_is_given(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", "us-west-1");
  usage.start_time_ms = 5000;
  usage.first_token_time_ms = 6000;
  usage.last_token_time_ms = 11000;
  tw_footprint footprint = footprint_of(&usage, "hardware");
  double power_w = 8.0 / 8 / 64 * (5600 * (0.45 + 0.60) / 2 + 4600 * 0.5);
  assert_near(factor(&footprint, "power_w").value, power_w);
  assert_near(factor(&footprint, "power_w").low, (5600 * 0.45 + 2300) / 256);
  assert_near(factor(&footprint, "power_w").high, (5600 * 0.60 + 2300) / 8);
  assert_near(footprint.energy_wh.value, 6.0 / 3600 * power_w * 1.18);
  assert_near(footprint.co2_g.value, footprint.energy_wh.value * 0.208);
  assert_near(footprint.water_onsite_ml.value, footprint.energy_wh.value / 1.18 * 0.51);
  assert_false(has_warning(&footprint, TW_WARNING_DURATION_ESTIMATED));
  assert_null(tw_footprint_factor(&footprint, "tokens_per_s"));
  assert_false(has_warning(&footprint, TW_WARNING_DURATION_LONG));
  usage.last_token_time_ms = usage.start_time_ms + 3600001;
  footprint = footprint_of(&usage, "hardware");
  assert_true(has_warning(&footprint, TW_WARNING_DURATION_LONG));
  assert_near(factor(&footprint, "duration_s").value, 3600.001);
}

/* A clock that stood still says nothing: 500 tokens in no time would cost nothing. */
static void hardware_takes_no_clock_that_stood(void **state) {
  (void)state;
  tw_usage usage = usage_of("nobody", "no-such-model", NULL);
  usage.start_time_ms = usage.last_token_time_ms = 5000;
  tw_footprint footprint = footprint_of(&usage, "hardware");
  assert_true(has_warning(&footprint, TW_WARNING_DURATION_ESTIMATED));
  assert_near(factor(&footprint, "duration_s").value, 0.5 + 500 / 50.0);
  usage.start_time_ms = TW_TIME_UNKNOWN;
  usage.first_token_time_ms = 5000; /* all at once: an answer that was not streamed */
  footprint = footprint_of(&usage, "hardware");
  assert_near(factor(&footprint, "duration_s").value, 0.5 + 500 / 50.0);
  usage.completion_tokens = 1;
  footprint = footprint_of(&usage, "hardware");
  assert_near(factor(&footprint, "duration_s").value, 0.5);
  usage.start_time_ms = 5000;
  usage.completion_tokens = 0;
  assert_near(footprint_of(&usage, "hardware").energy_wh.value, 0);
}

static void hardware_estimates_the_time_otherwise(void **state) {
  (void)state;
  tw_usage usage = usage_of("nobody", "no-such-model", NULL);
  tw_footprint footprint = footprint_of(&usage, "hardware");
  assert_true(has_warning(&footprint, TW_WARNING_DURATION_ESTIMATED));
  assert_near(factor(&footprint, "duration_s").value, 0.5 + 500 / 50.0);
  assert_near(factor(&footprint, "duration_s").low, 0.5 + 500 / 92.0);
  assert_near(factor(&footprint, "duration_s").high, 0.5 + 500 / 25.9);
  usage.start_time_ms = 0;
  usage.first_token_time_ms = 2500;
  footprint = footprint_of(&usage, "hardware");
  assert_near(factor(&footprint, "duration_s").value, 2.5 + 500 / 50.0);
  usage.first_token_time_ms = 3600001; /* more than an hour is a mistake of the clock */
  footprint = footprint_of(&usage, "hardware");
  assert_true(has_warning(&footprint, TW_WARNING_WAIT_IMPLAUSIBLE));
  assert_near(factor(&footprint, "first_token_s").value, 0.5);
  usage.start_time_ms = TW_TIME_UNKNOWN;
  usage.last_token_time_ms = usage.first_token_time_ms + 4000;
  footprint = footprint_of(&usage, "hardware");
  assert_near(factor(&footprint, "duration_s").value, 0.5 + 4);
  assert_near(factor(&footprint, "duration_s").high, 0.5 + 4);
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    if (!isnan(model->output_tokens_per_s) && !isnan(model->first_token_s)) {
      usage = usage_of(model->provider, model->id, NULL);
      footprint = footprint_of(&usage, "hardware");
      assert_near(factor(&footprint, "duration_s").value,
                  model->first_token_s + 500 / model->output_tokens_per_s);
      return;
    }
  }
  fail_msg("no model has a speed");
}

static int compare_numbers(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The speeds for models without their own are the table's: tenths and median, as it stands. */
static void usual_speeds_are_those_of_the_table(void **state) {
  (void)state;
  static double speeds[1000];
  size_t count = 0;
  for (size_t i = 0; i < tw_model_count(); i++) {
    double speed = tw_model_at(i)->output_tokens_per_s;
    if (!isnan(speed)) {
      speeds[count++] = speed;
    }
  }
  qsort(speeds, count, sizeof speeds[0], compare_numbers);
  tw_usage usage = usage_of("nobody", "no-such-model", NULL);
  tw_footprint footprint = footprint_of(&usage, "hardware");
  tw_range used = factor(&footprint, "tokens_per_s");
  assert_within(used.high, speeds[count / 10], 0.2);
  assert_within(used.value, speeds[count / 2], 0.2);
  assert_within(used.low, speeds[count * 9 / 10], 0.2);
}

/* A method names no factor that only another one has. */
static void factors_are_each_methods_own(void **state) {
  (void)state;
  static const struct {
    const char *factor;
    const char *methods;
  } owners[] = {
      {"input_weight", "tokenwatt"},
      {"cached_weight", "tokenwatt"},
      {"full_stack", "tokenwatt"},
      {"it_share", "tokenwatt carbon-llm"},
      {"joules_per_output_token", "tokenwatt carbonbench"},
      {"gpu_wh_per_token", "ecologits"},
      {"gco2e_per_1k_tokens", "carbon-llm"},
      {"power_w", "hardware"},
      {"pue", "ecologits hardware"},
      {"grid_gco2e_per_kwh", "tokenwatt ecologits carbonbench hardware"},
      {"tree_gco2e_per_day", "tokenwatt ecologits carbon-llm carbonbench hardware"},
  };
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  for (size_t i = 0; i < tw_method_count(); i++) {
    tw_footprint footprint = footprint_of(&usage, tw_method_name(i));
    for (size_t j = 0; j < sizeof owners / sizeof owners[0]; j++) {
      bool is_own = strstr(owners[j].methods, footprint.method) != NULL;
      assert_int_equal(tw_footprint_factor(&footprint, owners[j].factor) != NULL, is_own);
    }
  }
}

static void trees_can_be_the_published_ones(void **state) {
  (void)state;
  tw_usage usage = usage_of("OpenAI", "gpt-4o", NULL);
  tw_footprint footprint = footprint_of(&usage, "tokenwatt");
  double example = footprint.tree_days.value;
  tw_footprint_set_tree(&footprint, TW_TREE_PUBLISHED);
  assert_near(footprint.tree_days.value, footprint.co2_g.value / (21770.0 / 365));
  assert_near(footprint.tree_days.high, footprint.co2_g.high / (21770.0 / 365));
  assert_near(factor(&footprint, "tree_gco2e_per_day").value, 21770.0 / 365);
  tw_footprint_set_tree(&footprint, TW_TREE_EXAMPLE);
  assert_near(footprint.tree_days.value, example);
  tw_footprint_set_tree(NULL, TW_TREE_EXAMPLE);
  assert_null(tw_footprint_factor(&footprint, NULL));
  assert_null(tw_footprint_factor(NULL, "batch"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_has_an_answer_from_every_method),
      cmocka_unit_test(more_tokens_never_cost_less),
      cmocka_unit_test(the_largest_counts_stay_finite),
      cmocka_unit_test(some_methods_count_output_only),
      cmocka_unit_test(carbon_llm_has_its_table),
      cmocka_unit_test(relatives_are_estimated),
      cmocka_unit_test(others_get_tokenwatt_of_carbon_llm),
      cmocka_unit_test(the_error_of_coefficients_is_what_constants_say),
      cmocka_unit_test(carbonbench_is_the_accelerator_alone),
      cmocka_unit_test(hardware_takes_the_time_that_is_given),
      cmocka_unit_test(hardware_takes_no_clock_that_stood),
      cmocka_unit_test(hardware_estimates_the_time_otherwise),
      cmocka_unit_test(usual_speeds_are_those_of_the_table),
      cmocka_unit_test(factors_are_each_methods_own),
      cmocka_unit_test(trees_can_be_the_published_ones),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
