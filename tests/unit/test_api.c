/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "api_client.h"
#include "tokenwatt/footprint.h"

#include <math.h>
#include <stdlib.h>

static void calculate_answers_as_documented(void **state) {
  (void)state;
  cJSON *answer = ask("POST", "/api/v1/calculate", PAYLOAD, 200);
  expect_keys(answer, "energy_wh co2_grams water_ml tree_days audit message details");
  tw_usage usage;
  tw_usage_init(&usage);
  usage.provider = "Google";
  usage.model = "gemini-3-pro";
  usage.prompt_tokens = 788;
  usage.completion_tokens = 312;
  tw_footprint footprint;
  assert_int_equal(tw_footprint_calculate(&usage, NULL, &footprint, NULL), TW_OK);
  double energy = number_at(answer, "energy_wh");
  assert_true(fabs(energy / footprint.energy_wh.value - 1) < 1e-9);
  assert_true(fabs(number_at(answer, "co2_grams") / footprint.co2_g.value - 1) < 1e-9);
  assert_true(fabs(number_at(answer, "water_ml") / footprint.water_ml.value - 1) < 1e-9);
  assert_true(fabs(number_at(answer, "tree_days") / footprint.tree_days.value - 1) < 1e-9);
  assert_true(number_at(answer, "details.range.energy_wh.low") < energy);
  assert_true(number_at(answer, "details.range.energy_wh.high") > energy);
  expect_keys(at(answer, "audit"), "calculationMethod finalRegion finalProvider");
  assert_string_equal(text_at(answer, "audit.calculationMethod"), "PROVIDER_DEFAULT");
  assert_string_equal(text_at(answer, "audit.finalRegion"), "US");
  assert_string_equal(text_at(answer, "audit.finalProvider"), "GCP");
  assert_string_equal(
      text_at(answer, "message"),
      "This request cost the equivalent of 0.0013 days of a tree's carbon absorption.");
  assert_string_equal(text_at(answer, "details.method"), "tokenwatt");
  assert_string_equal(text_at(answer, "details.confidence"), "estimated");
  assert_string_equal(text_at(answer, "details.matched.model"), "google/gemini-3-pro-preview");
  assert_string_equal(text_at(answer, "details.matched.how"), "alias");
  assert_true(has_line(at(answer, "details.warnings"), "reasoned"));
  assert_true(has_line(at(answer, "details.sources"), "grid: Ember, 2024"));
  assert_null(cJSON_GetObjectItem(at(answer, "details"), "contextIncomplete"));
  cJSON_Delete(answer);
}

/* docs/api.md shows this very answer. */
static void the_documented_answer_is_right(void **state) {
  (void)state;
  static char docs[65536];
  FILE *file = fopen(TW_SOURCE_DIR "/docs/api.md", "r");
  assert_non_null(file);
  docs[fread(docs, 1, sizeof docs - 1, file)] = '\0';
  (void)fclose(file);
  cJSON *answer = ask("POST", "/api/v1/calculate", PAYLOAD, 200);
  static const char *const members[] = {"energy_wh", "co2_grams", "water_ml", "tree_days"};
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    char line[64];
    (void)snprintf(line, sizeof line, "\"%s\": %.10g,", members[i], number_at(answer, members[i]));
    if (strstr(docs, line) == NULL) {
      fail_msg("docs/api.md does not have %s", line);
    }
  }
  assert_non_null(strstr(docs, text_at(answer, "message")));
  cJSON_Delete(answer);
}

static void the_region_decides_the_audit(void **state) {
  (void)state;
  cJSON *answer =
      ask("POST", "/api/v1/calculate",
          "{" TURN ",\"detected_region\":\"us-west-1\",\"contextIncomplete\":true}", 200);
  assert_string_equal(text_at(answer, "audit.calculationMethod"), "EXACT_REGION");
  assert_string_equal(text_at(answer, "audit.finalRegion"), "us-west-1");
  assert_string_equal(text_at(answer, "audit.finalProvider"), "AWS");
  assert_true(cJSON_IsTrue(at(answer, "details.contextIncomplete")));
  assert_true(number_at(answer, "details.factors.grid_gco2e_per_kwh") == 208);
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate", "{" TURN ",\"detected_region\":\"atlantis\"}", 200);
  assert_string_equal(text_at(answer, "audit.calculationMethod"), "PROVIDER_DEFAULT");
  assert_true(has_line(at(answer, "details.warnings"), "'atlantis'"));
  cJSON_Delete(answer);
}

static void what_is_unknown_falls_back(void **state) {
  (void)state;
  cJSON *answer = ask("POST", "/api/v1/calculate",
                      "{\"provider\":\"N\\u00f6body\",\"model\":\"m-1\",\"prompt_tokens\":1,"
                      "\"completion_tokens\":1,\"colour\":\"red\"}",
                      200);
  assert_string_equal(text_at(answer, "audit.calculationMethod"), "WORLD");
  assert_string_equal(text_at(answer, "audit.finalRegion"), "WORLD");
  assert_string_equal(text_at(answer, "audit.finalProvider"), "N\xC3\xB6"
                                                              "body");
  assert_true(cJSON_IsNull(at(answer, "details.matched.model")));
  assert_string_equal(text_at(answer, "details.matched.how"), "none");
  cJSON *warnings = at(answer, "details.warnings");
  assert_true(has_line(warnings, "'m-1' is not in the table"));
  assert_true(has_line(warnings, "'N\xC3\xB6"
                                 "body'"));
  assert_true(has_line(warnings, "'colour'"));
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate",
               "{\"provider\":\"OpenAI\",\"model\":null,\"prompt_tokens\":1e3,"
               "\"completion_tokens\":0.0,\"detected_region\":null}",
               200);
  assert_true(has_line(at(answer, "details.warnings"), "No model"));
  assert_true(has_line(at(answer, "details.sources"), "median of"));
  cJSON_Delete(answer);
}

static void small_days_keep_two_digits(void **state) {
  (void)state;
  cJSON *answer = ask("POST", "/api/v1/calculate",
                      "{\"provider\":\"OpenAI\",\"model\":\"gpt-4o\",\"prompt_tokens\":0,"
                      "\"completion_tokens\":1}",
                      200);
  assert_string_equal(
      text_at(answer, "message"),
      "This request cost the equivalent of 0.0000012 days of a tree's carbon absorption.");
  cJSON_Delete(answer);
  answer = ask("POST", "/api/v1/calculate",
               "{\"provider\":\"OpenAI\",\"prompt_tokens\":0,\"completion_tokens\":0}", 200);
  assert_string_equal(
      text_at(answer, "message"),
      "This request cost the equivalent of 0.0000 days of a tree's carbon absorption.");
  assert_true(number_at(answer, "energy_wh") == 0);
  cJSON_Delete(answer);
}

static void expect_refusal(const char *body, const char *field, const char *message) {
  cJSON *answer = ask("POST", "/api/v1/calculate", body, 400);
  expect_keys(answer, "error");
  expect_keys(at(answer, "error"), "code message details");
  assert_string_equal(text_at(answer, "error.code"), "validation_error");
  if (strstr(text_at(answer, "error.message"), message) == NULL) {
    fail_msg("%s: %s", body, text_at(answer, "error.message"));
  }
  if (field != NULL) {
    assert_string_equal(text_at(answer, "error.details.field"), field);
  }
  cJSON_Delete(answer);
}

static void bad_fields_are_named(void **state) {
  (void)state;
  static const struct {
    const char *body;
    const char *field;
    const char *message;
  } cases[] = {
      {"{}", "provider", "is required"},
      {"{\"provider\":null}", "provider", "is required"},
      {"{\"provider\":1}", "provider", "must be a string"},
      {"{\"provider\":\"\",\"prompt_tokens\":1,\"completion_tokens\":1}", "provider", "empty"},
      {"{\"provider\":\"a\"}", "prompt_tokens", "is required"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1}", "completion_tokens", "is required"},
      {"{\"provider\":\"a\",\"prompt_tokens\":-1}", "prompt_tokens", "negative"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1.5}", "prompt_tokens", "whole"},
      {"{\"provider\":\"a\",\"prompt_tokens\":\"1\"}", "prompt_tokens", "number"},
      {"{\"provider\":\"a\",\"prompt_tokens\":true}", "prompt_tokens", "number"},
      {"{\"provider\":\"a\",\"prompt_tokens\":[1]}", "prompt_tokens", "number"},
      {"{\"provider\":\"a\",\"prompt_tokens\":9007199254740992}", "prompt_tokens", "2^53"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1e999}", "prompt_tokens", "2^53"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1,\"prompt_tokens\":2}", "prompt_tokens", "twice"},
      {"{" TURN ",\"cached_tokens\":1}", "cached_tokens", "twice"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1,\"completion_tokens\":1,\"cached_tokens\":2}",
       "cached_tokens", "prompt_tokens"},
      {"{\"provider\":\"a\",\"prompt_tokens\":1,\"completion_tokens\":1,\"startTimeMs\":2,"
       "\"firstTokenTimeMs\":1}",
       "firstTokenTimeMs", "startTimeMs"},
      {"{" TURN ",\"detected_region\":5}", "detected_region", "string"},
      {"{" TURN ",\"detected_region\":\"\"}", "detected_region", "empty"},
      {"{" TURN ",\"source\":5}", "source", "string"},
      {"{" TURN ",\"is_estimated\":\"true\"}", "is_estimated", "true or false"},
      {"{" TURN ",\"estimation_method\":{}}", "estimation_method", "string"},
      {"{" TURN ",\"contextIncomplete\":0}", "contextIncomplete", "true or false"},
      {"{" TURN ",\"method\":\"magic\"}", "method", "unknown"},
      {"[]", NULL, "must be a JSON object"},
      {"5", NULL, "must be a JSON object"},
      {"", NULL, "missing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    expect_refusal(cases[i].body, cases[i].field, cases[i].message);
  }
  cJSON *answer = ask("POST", "/api/v1/calculate", "{" TURN ",\"method\":\"magic\"}", 400);
  assert_true(has_line(at(answer, "error.details.allowed"), "tokenwatt"));
  cJSON_Delete(answer);
}

static void bad_json_is_placed(void **state) {
  (void)state;
  cJSON *answer = ask("POST", "/api/v1/calculate", "{\"provider\":\"a\",}", 400);
  assert_true(number_at(answer, "error.details.offset") == 16);
  assert_non_null(strstr(text_at(answer, "error.message"), "at byte 16"));
  cJSON_Delete(answer);
  expect_refusal("\xEF\xBB\xBF{\"provider\"", NULL, "at byte 14");
  expect_refusal("\xEF\xBB\xBF"
                 "0",
                 NULL, "must be a JSON object");
  cJSON_Delete(ask("POST", "/api/v1/calculate", "\xEF\xBB\xBF" PAYLOAD, 200));
  expect_refusal("{\"provider\":\"a\\u0000b\"}", NULL, "NUL");
  static char bomb[100001];
  memset(bomb, '[', sizeof bomb - 1);
  expect_refusal(bomb, NULL, "nested");
  static char long_name[400];
  (void)snprintf(long_name, sizeof long_name,
                 "{\"provider\":\"%0300d\",\"prompt_tokens\":1,\"completion_tokens\":1}", 0);
  expect_refusal(long_name, "provider", "longer");
}

/* Each is an error that says what is wrong, at once: none is taken apart first. */
static void hostile_bodies_are_refused(void **state) {
  (void)state;
  enum { SIZE = 10 * 1024 * 1024 };
  char *body = malloc(SIZE + 1);
  assert_non_null(body);
  body[SIZE] = '\0';
  memset(body, '[', SIZE);
  expect_refusal(body, NULL, "nested");
  memset(body, ' ', SIZE);
  expect_refusal(body, NULL, "not valid JSON");
  memset(body, 'x', SIZE);
  memcpy(body, "{\"provider\":\"", 13);
  memcpy(body + SIZE - strlen("\",\"prompt_tokens\":1,\"completion_tokens\":1}"),
         "\",\"prompt_tokens\":1,\"completion_tokens\":1}",
         strlen("\",\"prompt_tokens\":1,\"completion_tokens\":1}"));
  expect_refusal(body, "provider", "longer");
  free(body);
  static const char *const bodies[] = {
      "{\"provider\":\"\xff\"}",         "{\"provider\":\"\xc3\"}",
      "{\"provider\":\"\xed\xa0\x80\"}", "{\"provider\":\"\\ud800\"}",
      "{\"prompt_tokens\":NaN}",         "{\"prompt_tokens\":Infinity}",
      "{\"prompt_tokens\":01}",          "{\"prompt_tokens\":+1}",
      "{\"prompt_tokens\":.5}",          "{'provider':1}",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    expect_refusal(bodies[i], NULL, "not valid JSON");
  }
  static const char *const counts[] = {"-1",    "0.5",  "1e300", "-1e300", "1e-300",
                                       "\"1\"", "true", "[]",    "{}",     "9007199254740993"};
  static const char *const fields[] = {"prompt_tokens", "completion_tokens", "reasoning_tokens",
                                       "cached_tokens", "startTimeMs",       "firstTokenTimeMs"};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
      char text[160];
      (void)snprintf(text, sizeof text, "{\"provider\":\"a\",\"%s\":%s%s%s}", fields[k], counts[i],
                     k == 0 ? "" : ",\"prompt_tokens\":9",
                     k == 1 ? "" : ",\"completion_tokens\":9");
      expect_refusal(text, fields[k], fields[k]);
    }
  }
}

static void routes_know_their_methods(void **state) {
  (void)state;
  static const char *const routes[][2] = {
      {"POST", "/api/v1/calculate"}, {"POST", "/api/v1/estimate"},
      {"GET", "/api/v1/models"},     {"GET", "/api/v1/regions"},
      {"GET", "/api/health"},        {"GET", "/api/v1/history"},
      {"POST", "/api/v1/track"},     {"GET", "/api/v1/session/me%40example/today"},
      {"GET", "/api/v1/usage"},      {"GET", "/api/v1/report"},
  };
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    const char *wrong = strcmp(routes[i][0], "GET") == 0 ? "POST" : "GET";
    cJSON *answer = ask(wrong, routes[i][1], NULL, 405);
    assert_string_equal(text_at(answer, "error.code"), "method_not_allowed");
    assert_true(has_line(at(answer, "error.details.allow"), routes[i][0]));
    assert_true(has_line(at(answer, "error.details.allow"), "OPTIONS"));
    cJSON_Delete(answer);
    answer = ask("OPTIONS", routes[i][1], NULL, 200);
    assert_true(has_line(at(answer, "allow"), routes[i][0]));
    cJSON_Delete(answer);
  }
}

static void stored_routes_say_what_they_lack(void **state) {
  (void)state;
  static const char *const routes[][3] = {
      {"GET", "/api/v1/history", "/api/v1/history"},
      {"GET", "/api/v1/usage", "/api/v1/usage"},
      {"GET", "/api/v1/report", "/api/v1/report"},
      {"POST", "/api/v1/track", "/api/v1/track"},
      {"GET", "/api/v1/session/x/today", "/api/v1/session/{developer_id}/today"},
  };
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    cJSON *answer = ask(routes[i][0], routes[i][1], NULL, 503);
    assert_string_equal(text_at(answer, "error.code"), "service_unavailable");
    assert_string_equal(text_at(answer, "error.details.route"), routes[i][2]);
    assert_non_null(strstr(text_at(answer, "error.message"), routes[i][2]));
    cJSON_Delete(answer);
  }
}

static void unknown_routes_get_the_list(void **state) {
  (void)state;
  static const char *const paths[] = {
      "",
      "/",
      "/api/v1/calculate/",
      "/api/v1/calculat",
      "/api/v1/session//today",
      "x",
      "/api/v1/session/a/b/today",
      "/API/v1/calculate",
  };
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    cJSON *answer = ask("GET", paths[i], NULL, 404);
    assert_string_equal(text_at(answer, "error.code"), "not_found");
    assert_true(has_line(at(answer, "error.details.routes"), "POST /api/v1/calculate"));
    cJSON_Delete(answer);
  }
}

static void the_tables_are_served(void **state) {
  (void)state;
  cJSON *answer = ask(NULL, "/api/v1/models", NULL, 200);
  assert_int_equal(cJSON_GetArraySize(at(answer, "data")), tw_model_count());
  assert_true(number_at(answer, "meta.total") == (double)tw_model_count());
  cJSON *model = NULL;
  cJSON_ArrayForEach(model, at(answer, "data")) {
    assert_true(strlen(text_at(model, "source")) > 0);
    if (strcmp(text_at(model, "id"), "openai/gpt-4o") == 0) {
      assert_true(number_at(model, "params_total_b.value") == 440);
      assert_true(number_at(model, "params_active_b.low") == 44);
      assert_string_equal(text_at(model, "params_confidence"), "estimated");
      assert_string_equal(text_at(model, "encoding"), "o200k_base");
    }
    if (strcmp(text_at(model, "id"), "x-ai/grok-4") == 0) {
      assert_true(cJSON_IsNull(at(model, "params_total_b")));
      assert_true(cJSON_IsNull(at(model, "encoding")));
    }
  }
  cJSON_Delete(answer);
  answer = ask("GET", "/api/v1/regions", NULL, 200);
  assert_int_equal(cJSON_GetArraySize(at(answer, "data")), 149);
  cJSON *region = cJSON_GetArrayItem(at(answer, "data"), 0);
  expect_keys(region,
              "code name cloud location country zone grid_gco2e_per_kwh grid_year grid_source "
              "grid_previous_gco2e_per_kwh grid_operator_gco2e_per_kwh pue wue_onsite_l_per_kwh "
              "site_source water_offsite_l_per_kwh water_offsite_source");
  cJSON_Delete(answer);
}

static void health_counts_the_rows(void **state) {
  (void)state;
  static const struct {
    int64_t now_ms;
    const char *timestamp;
  } cases[] = {
      {INT64_C(1776438001000), "2026-04-17T15:00:01.000Z"},
      {INT64_C(1709164800000), "2024-02-29T00:00:00.000Z"},
      {INT64_C(951868799999), "2000-02-29T23:59:59.999Z"},
      {INT64_C(1), "1970-01-01T00:00:00.001Z"},
      {INT64_C(-1), "1969-12-31T23:59:59.999Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tw_api_request request = {.path = "/api/health", .now_ms = cases[i].now_ms};
    tw_api_response response;
    assert_int_equal(tw_api_handle(&request, NULL, &response), TW_OK);
    cJSON *answer = parse_and_free(&response);
    assert_string_equal(text_at(answer, "meta.timestamp"), cases[i].timestamp);
    assert_string_equal(text_at(answer, "meta.status"), "healthy");
    assert_true(number_at(answer, "data.models") == (double)tw_model_count());
    assert_true(number_at(answer, "data.regions") == 149);
    cJSON_Delete(answer);
  }
  cJSON *answer = ask("GET", "/api/health", NULL, 200);
  expect_keys(at(answer, "meta"), "status");
  cJSON_Delete(answer);
}

static void arguments_are_checked(void **state) {
  (void)state;
  tw_api_request request = {.path = NULL};
  tw_api_response response = {1, (char *)"x", 1};
  assert_int_equal(tw_api_handle(NULL, NULL, &response), TW_ERR_ARGUMENT);
  assert_null(response.body);
  assert_int_equal(tw_api_handle(&request, NULL, &response), TW_ERR_ARGUMENT);
  assert_int_equal(tw_api_handle(&request, NULL, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_api_estimate("{}", 2, NULL, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_api_estimate(NULL, 2, NULL, &response), TW_ERR_ARGUMENT);
  assert_int_equal(tw_api_estimate(NULL, 0, NULL, &response), TW_OK);
  assert_int_equal(response.http_status, 400);
  tw_api_response_free(&response, NULL);
  tw_api_response_free(&response, NULL);
  tw_api_response_free(NULL, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calculate_answers_as_documented),
      cmocka_unit_test(the_documented_answer_is_right),
      cmocka_unit_test(the_region_decides_the_audit),
      cmocka_unit_test(what_is_unknown_falls_back),
      cmocka_unit_test(small_days_keep_two_digits),
      cmocka_unit_test(bad_fields_are_named),
      cmocka_unit_test(bad_json_is_placed),
      cmocka_unit_test(hostile_bodies_are_refused),
      cmocka_unit_test(routes_know_their_methods),
      cmocka_unit_test(stored_routes_say_what_they_lack),
      cmocka_unit_test(unknown_routes_get_the_list),
      cmocka_unit_test(the_tables_are_served),
      cmocka_unit_test(health_counts_the_rows),
      cmocka_unit_test(arguments_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
