/* SPDX-License-Identifier: MIT */
/* POST /api/v1/estimate, and the methods as the calculate route shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "api_client.h"
#include "tokenwatt/footprint.h"

#include <math.h>

#define TOKENS "\"model\":\"gpt-4o\",\"prompt_tokens\":100,\"completion_tokens\":50"
#define HARDWARE TOKENS ",\"method\":\"hardware\",\"duration_ms\":120000"

static const char head_keys[] = "estimated_co2_grams confidence source billed_event total_tokens "
                                "co2_per_1k_tokens_used calculation_details";

static cJSON *ask_estimate(const char *body, int http_status) {
  return ask("POST", "/api/v1/estimate", body, http_status);
}

static void expect_number(cJSON *answer, const char *path, double expected) {
  double actual = number_at(answer, path);
  if (!(fabs(actual - expected) <= 1e-9 * fabs(expected))) {
    fail_msg("%s is %.17g, not %.17g", path, actual, expected);
  }
}

/* The first example of the API's specification. */
static void tokens_have_their_coefficient(void **state) {
  (void)state;
  cJSON *answer = ask_estimate("{" TOKENS "}", 200);
  char keys[256];
  (void)snprintf(keys, sizeof keys, "%s details", head_keys);
  expect_keys(answer, keys);
  expect_number(answer, "estimated_co2_grams", 0.3 * 150 / 1000);
  expect_number(answer, "total_tokens", 150);
  expect_number(answer, "co2_per_1k_tokens_used", 0.3);
  assert_string_equal(text_at(answer, "confidence"), "estimated");
  assert_non_null(strstr(text_at(answer, "source"), "Gravity Climate"));
  assert_true(cJSON_IsFalse(at(answer, "billed_event")));
  expect_keys(at(answer, "calculation_details"), "formula total_tokens coefficient_per_1k method");
  assert_string_equal(text_at(answer, "calculation_details.method"), "token");
  expect_number(answer, "calculation_details.coefficient_per_1k", 0.3);
  assert_string_equal(text_at(answer, "details.method"), "carbon-llm");
  assert_true(number_at(answer, "details.range.co2_grams.low") < 0.045);
  assert_true(number_at(answer, "details.range.co2_grams.high") > 0.045);
  cJSON_Delete(answer);
  answer = ask_estimate(
      "{\"model\":\"mistral-large-2\",\"prompt_tokens\":600,\"completion_tokens\":400}", 200);
  expect_number(answer, "estimated_co2_grams", 2.85);
  assert_string_equal(text_at(answer, "confidence"), "measured");
  cJSON_Delete(answer);
}

/* Every id of the table is answered; those that are not in carbon-llm's by the method tokenwatt. */
static void other_models_say_whose_estimate_it_is(void **state) {
  (void)state;
  cJSON *answer = ask_estimate(
      "{\"model\":\"gemini-2.5-pro\",\"prompt_tokens\":100,\"completion_tokens\":50}", 200);
  assert_null(cJSON_GetObjectItem(answer, "warning"));
  assert_non_null(strstr(text_at(answer, "source"), "Tokenwatt, method tokenwatt"));
  expect_number(answer, "co2_per_1k_tokens_used", number_at(answer, "estimated_co2_grams") / 0.15);
  expect_number(answer, "details.range.co2_grams.high",
                number_at(answer, "details.range.energy_wh.high") *
                    number_at(answer, "details.factors.grid_gco2e_per_kwh") / 1000);
  cJSON_Delete(answer);
  answer =
      ask_estimate("{\"model\":\"mystery-9\",\"prompt_tokens\":100,\"completion_tokens\":50}", 200);
  assert_non_null(strstr(text_at(answer, "warning"), "'mystery-9'"));
  assert_string_equal(text_at(answer, "confidence"), "estimated");
  assert_true(number_at(answer, "estimated_co2_grams") > 0);
  assert_false(has_line(at(answer, "details.warnings"), "'unknown'")); /* no provider was given */
  cJSON_Delete(answer);
  /* nor is one needed, where the model's name has the vendor */
  answer = ask_estimate(
      "{\"model\":\"openai/mystery-9\",\"prompt_tokens\":100,\"completion_tokens\":50}", 200);
  assert_true(has_line(at(answer, "details.sources"), "of openai"));
  assert_true(has_line(at(answer, "details.sources"), "Ember, 2024"));
  cJSON_Delete(answer);
  answer = ask_estimate(
      "{\"model\":\"nobody/mystery-9\",\"prompt_tokens\":100,\"completion_tokens\":50}", 200);
  assert_true(has_line(at(answer, "details.sources"), "of all"));
  cJSON_Delete(answer);
  answer =
      ask_estimate("{\"model\":\"mystery-9\",\"prompt_tokens\":0,\"completion_tokens\":0}", 200);
  assert_true(number_at(answer, "co2_per_1k_tokens_used") == 0);
  cJSON_Delete(answer);
}

/* The second example of the API's specification: two minutes in Finland. */
static void hardware_has_its_context(void **state) {
  (void)state;
  cJSON *answer = ask_estimate("{" HARDWARE ",\"datacenter_country\":\"FI\"}", 200);
  char keys[256];
  (void)snprintf(keys, sizeof keys, "%s hardware_context comparison green_datacenter_tip details",
                 head_keys);
  expect_keys(answer, keys);
  double power_w = number_at(answer, "hardware_context.power_w");
  double pue = number_at(answer, "hardware_context.pue");
  double grid = number_at(answer, "hardware_context.grid_gco2e_per_kwh");
  double co2_g = 120.0 / 3600 * power_w * pue * grid / 1000;
  expect_number(answer, "estimated_co2_grams", co2_g);
  expect_number(answer, "hardware_context.duration_ms", 120000);
  assert_string_equal(text_at(answer, "hardware_context.datacenter_country"), "FI");
  assert_string_equal(text_at(answer, "calculation_details.method"), "hardware");
  expect_number(answer, "comparison.token_co2_grams", 0.045);
  expect_number(answer, "comparison.hardware_co2_grams", co2_g);
  expect_number(answer, "comparison.hardware_to_token_ratio", co2_g / 0.045);
  assert_string_equal(text_at(answer, "details.method"), "hardware");
  assert_non_null(strstr(text_at(answer, "green_datacenter_tip"), "less."));
  cJSON_Delete(answer);
  /* the country of the tip has nothing to improve; letters of any case; no country at all */
  answer = ask_estimate("{" HARDWARE ",\"datacenter_country\":\"no\"}", 200);
  assert_non_null(strstr(text_at(answer, "green_datacenter_tip"), "No country"));
  cJSON_Delete(answer);
  answer = ask_estimate("{" HARDWARE "}", 200);
  assert_string_equal(text_at(answer, "hardware_context.datacenter_country"), "US");
  cJSON_Delete(answer);
  answer = ask_estimate("{\"model\":\"x\",\"prompt_tokens\":0,\"completion_tokens\":0,"
                        "\"method\":\"hardware\",\"duration_ms\":1}",
                        200);
  assert_true(cJSON_IsNull(at(answer, "hardware_context.datacenter_country")));
  assert_true(number_at(answer, "estimated_co2_grams") > 0);
  cJSON_Delete(answer);
}

static void unknown_fields_are_ignored_with_a_warning(void **state) {
  (void)state;
  cJSON *answer = ask_estimate("{" TOKENS ",\"colour\":1,\"duration_ms\":null}", 200);
  assert_true(has_line(at(answer, "details.warnings"), "'colour'"));
  cJSON_Delete(answer);
}

static void bad_fields_are_named(void **state) {
  (void)state;
  static const struct {
    const char *body;
    const char *field;
    const char *message;
  } cases[] = {
      {"{}", "model", "is required"},
      {"{\"model\":null}", "model", "is required"},
      {"{\"model\":5}", "model", "must be a string"},
      {"{\"model\":\"\",\"prompt_tokens\":1,\"completion_tokens\":1}", "model", "empty"},
      {"{\"model\":\"a\"}", "prompt_tokens", "is required"},
      {"{\"model\":\"a\",\"prompt_tokens\":1}", "completion_tokens", "is required"},
      {"{\"model\":\"a\",\"prompt_tokens\":-1}", "prompt_tokens", "negative"},
      {"{\"model\":\"a\",\"prompt_tokens\":0.5}", "prompt_tokens", "whole"},
      {"{\"model\":\"a\",\"prompt_tokens\":1e300}", "prompt_tokens", "2^53"},
      {"{\"model\":\"a\",\"prompt_tokens\":\"7\"}", "prompt_tokens", "number"},
      {"{\"model\":\"a\",\"prompt_tokens\":[]}", "prompt_tokens", "number"},
      {"{" TOKENS ",\"model\":\"b\"}", "model", "twice"},
      {"{" TOKENS ",\"method\":\"magic\"}", "method", "'token' or 'hardware'"},
      {"{" TOKENS ",\"method\":\"tokenwatt\"}", "method", "'token' or 'hardware'"},
      {"{" TOKENS ",\"method\":true}", "method", "string"},
      {"{" TOKENS ",\"method\":\"hardware\"}", "duration_ms", "is required"},
      {"{" TOKENS ",\"duration_ms\":0}", "duration_ms", "at least 1"},
      {"{" TOKENS ",\"duration_ms\":-5}", "duration_ms", "from 0"},
      {"{" TOKENS ",\"duration_ms\":1.5}", "duration_ms", "whole"},
      {"{" TOKENS ",\"duration_ms\":1e300}", "duration_ms", "2^53"},
      {"{" TOKENS ",\"duration_ms\":\"1\"}", "duration_ms", "whole number"},
      {"{" TOKENS ",\"datacenter_country\":5}", "datacenter_country", "string"},
      {"{" TOKENS ",\"datacenter_country\":\"\"}", "datacenter_country", "empty"},
      {"{" TOKENS ",\"datacenter_country\":\"DEU\"}", "datacenter_country", "two letters"},
      {"{" TOKENS ",\"datacenter_country\":\"XX\"}", "datacenter_country", "'XX'"},
      {"[]", NULL, "must be a JSON object"},
      {"", NULL, "missing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    cJSON *answer = ask_estimate(cases[i].body, 400);
    expect_keys(at(answer, "error"), "code message details");
    assert_string_equal(text_at(answer, "error.code"), "validation_error");
    if (strstr(text_at(answer, "error.message"), cases[i].message) == NULL) {
      fail_msg("%s: %s", cases[i].body, text_at(answer, "error.message"));
    }
    if (cases[i].field != NULL) {
      assert_string_equal(text_at(answer, "error.details.field"), cases[i].field);
    }
    cJSON_Delete(answer);
  }
}

static void every_model_is_answered(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_model_count(); i++) {
    char body[256];
    (void)snprintf(
        body, sizeof body, "{\"model\":\"%s\",\"prompt_tokens\":9,\"completion_tokens\":7%s}",
        tw_model_at(i)->id, i % 2 == 0 ? "" : ",\"method\":\"hardware\",\"duration_ms\":900");
    cJSON *answer = ask_estimate(body, 200);
    assert_true(number_at(answer, "estimated_co2_grams") > 0);
    assert_true(strlen(text_at(answer, "source")) > 0);
    assert_true(number_at(answer, "details.range.co2_grams.low") <=
                number_at(answer, "estimated_co2_grams"));
    cJSON_Delete(answer);
  }
}

/* The calculate route by each method: its own name, factors and sources, and the usual members. */
static void calculate_shows_the_method(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_method_count(); i++) {
    char body[512];
    (void)snprintf(body, sizeof body, "{" TURN ",\"method\":\"%s\"}", tw_method_name(i));
    cJSON *answer = ask("POST", "/api/v1/calculate", body, 200);
    expect_keys(answer, "energy_wh co2_grams water_ml tree_days audit message details");
    assert_string_equal(text_at(answer, "details.method"), tw_method_name(i));
    assert_true(cJSON_GetArraySize(at(answer, "details.sources")) >= 3);
    assert_true(cJSON_GetArraySize(at(answer, "details.factors")) >= 6);
    assert_true(number_at(answer, "energy_wh") > 0);
    cJSON_Delete(answer);
  }
  cJSON *answer = ask("POST", "/api/v1/calculate",
                      "{\"provider\":\"OpenAI\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,"
                      "\"completion_tokens\":1,\"method\":\"ecologits\","
                      "\"detected_region\":\"SG\"}",
                      200);
  assert_true(cJSON_IsNull(at(at(answer, "details.impacts"), "primary_energy_mj.value")));
  assert_true(has_line(at(answer, "details.warnings"), "electricity mix"));
  cJSON_Delete(answer);
  /* a warning about a model that has no name */
  answer = ask("POST", "/api/v1/calculate",
               "{\"provider\":\"OpenAI\",\"prompt_tokens\":1,\"completion_tokens\":1,"
               "\"method\":\"carbon-llm\"}",
               200);
  assert_true(has_line(at(answer, "details.warnings"), "The model has no coefficient"));
  cJSON_Delete(answer);
}

static void calculate_takes_the_end_and_another_tree(void **state) {
  (void)state;
#define ENDED                                                                                      \
  "{\"provider\":\"OpenAI\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"completion_tokens\":9,"     \
  "\"startTimeMs\":1000,\"lastTokenTimeMs\":"
  cJSON *answer = ask("POST", "/api/v1/calculate", ENDED "3000,\"method\":\"hardware\"}", 200);
  expect_number(answer, "details.factors.duration_s.value", 2);
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate", ENDED "999}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "lastTokenTimeMs");
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate", ENDED "3000,\"tree_basis\":\"published\"}", 200);
  expect_number(answer, "tree_days", number_at(answer, "co2_grams") / (21770.0 / 365));
  expect_number(answer, "details.factors.tree_gco2e_per_day", 21770.0 / 365);
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate", ENDED "3000,\"tree_basis\":\"oak\"}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "tree_basis");
  cJSON_Delete(answer);
}

/* The doubt about the tokens is in every range of a local estimate, impacts included. */
static void doubts_widen_impacts_too(void **state) {
  (void)state;
#define COUNTED                                                                                    \
  "{\"provider\":\"Anthropic\",\"model\":\"claude-3.5-sonnet\",\"prompt_tokens\":9,"               \
  "\"completion_tokens\":100,\"method\":\"ecologits\""
  cJSON *posted = ask("POST", "/api/v1/calculate", COUNTED "}", 200);
  cJSON *local = estimate(COUNTED ",\"has_ratios\":true,\"token_doubt\":0.5}", 200);
  cJSON *footprint = at(local, "footprint");
  double doubt = number_at(footprint, "details.tokens.uncertainty");
  assert_true(doubt >= 0.5);
  static const char *const paths[] = {"details.range.energy_wh.high",
                                      "details.impacts.embodied_co2_grams.high",
                                      "details.impacts.primary_energy_mj.high"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    expect_number(footprint, paths[i], number_at(posted, paths[i]) * (1 + doubt));
  }
  cJSON_Delete(posted);
  cJSON_Delete(local);
}

/* The numbers of docs/api.md beside the published examples. */
static void the_documented_examples_are_right(void **state) {
  (void)state;
  static char docs[131072];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/api.md", "r");
  assert_non_null(file);
  docs[fread(docs, 1, sizeof docs - 1, file)] = '\0';
  (void)fclose(file);
  cJSON *calculated =
      ask("POST", "/api/v1/calculate", "{" TURN ",\"detected_region\":\"us-west-1\"}", 200);
  cJSON *hardware = ask_estimate("{" HARDWARE ",\"datacenter_country\":\"FI\"}", 200);
  const struct {
    const char *format;
    cJSON *answer;
    const char *path;
  } figures[] = {
      {"%.3f Wh (", calculated, "energy_wh"},
      {"(%.3f to", calculated, "details.range.energy_wh.low"},
      {"to %.3f)", calculated, "details.range.energy_wh.high"},
      {"%.3f g (", calculated, "co2_grams"},
      {"to %.3f)", calculated, "details.range.co2_grams.high"},
      {"%.3f mL (", calculated, "water_ml"},
      {"to %.3f)", calculated, "details.range.water_ml.high"},
      {"%.5f tree days", calculated, "tree_days"},
      {"on-site part is %.3f mL", calculated, "details.water.onsite_ml"},
      {"| %.3f g: ", hardware, "estimated_co2_grams"},
      {"%.3f Wh at ", hardware, "hardware_context.energy_wh"},
      {"at %.0f g/kWh", hardware, "hardware_context.grid_gco2e_per_kwh"},
      {"%.1f times as much", hardware, "comparison.hardware_to_token_ratio"},
  };
  for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
    char line[64];
    (void)snprintf(line, sizeof line, figures[i].format,
                   number_at(figures[i].answer, figures[i].path));
    if (strstr(docs, line) == NULL) {
      fail_msg("docs/api.md does not have '%s'", line);
    }
  }
  cJSON_Delete(calculated);
  cJSON_Delete(hardware);
}

static void a_country_that_is_not_used_is_told(void **state) {
  (void)state;
  cJSON *answer = ask_estimate("{" TOKENS ",\"datacenter_country\":\"FI\"}", 200);
  bool is_told = false;
  cJSON *warning = NULL;
  cJSON_ArrayForEach(warning, at(answer, "details.warnings")) {
    is_told = is_told || strstr(warning->valuestring, "'FI' changes only the water") != NULL;
  }
  assert_true(is_told);
  cJSON_Delete(answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tokens_have_their_coefficient),
      cmocka_unit_test(other_models_say_whose_estimate_it_is),
      cmocka_unit_test(hardware_has_its_context),
      cmocka_unit_test(unknown_fields_are_ignored_with_a_warning),
      cmocka_unit_test(bad_fields_are_named),
      cmocka_unit_test(every_model_is_answered),
      cmocka_unit_test(calculate_shows_the_method),
      cmocka_unit_test(calculate_takes_the_end_and_another_tree),
      cmocka_unit_test(doubts_widen_impacts_too),
      cmocka_unit_test(the_documented_examples_are_right),
      cmocka_unit_test(a_country_that_is_not_used_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
