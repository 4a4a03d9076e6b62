/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "api_client.h"

static void estimates_give_payload_and_answer(void **state) {
  (void)state;
  cJSON *answer = estimate("{" TURN ",\"origin\":\"page\",\"region\":\"europe-west4\"}", 200);
  expect_keys(answer, "usage footprint");
  expect_keys(at(answer, "usage"),
              "provider model prompt_tokens completion_tokens reasoning_tokens cached_tokens "
              "startTimeMs firstTokenTimeMs detected_region source is_estimated "
              "estimation_method");
  assert_string_equal(text_at(answer, "usage.source"), "dom_estimated");
  assert_string_equal(text_at(answer, "usage.estimation_method"), "dom_gpt_tokenizer_v1");
  assert_string_equal(text_at(answer, "usage.model"), "gemini-3-pro");
  assert_true(cJSON_IsTrue(at(answer, "usage.is_estimated")));
  assert_true(number_at(answer, "usage.startTimeMs") == 1710000000000.0);
  assert_string_equal(text_at(answer, "footprint.audit.finalProvider"), "GCP");
  assert_true(has_line(at(answer, "footprint.details.warnings"), "o200k_base"));

  /* what it returns is what it would have answered to the payload it returns */
  char *usage = cJSON_PrintUnformatted(at(answer, "usage"));
  cJSON *posted = ask("POST", "/api/v1/calculate", usage, 200);
  assert_true(number_at(posted, "energy_wh") == number_at(answer, "footprint.energy_wh"));
  assert_true(number_at(posted, "water_ml") == number_at(answer, "footprint.water_ml"));
  cJSON_free(usage);
  cJSON_Delete(posted);
  cJSON_Delete(answer);
}

static void unknown_parts_of_an_estimate_are_left_out(void **state) {
  (void)state;
  static const char body[] = "{\"provider\":\"OpenAI\",\"prompt_tokens\":9007199254740991,"
                             "\"completion_tokens\":2}";
  tw_api_response response;
  assert_int_equal(tw_api_estimate(body, strlen(body), NULL, &response), TW_OK);
  assert_non_null(strstr(response.body, "\"prompt_tokens\":9007199254740991,"));
  cJSON *answer = parse_and_free(&response);
  expect_keys(at(answer, "usage"),
              "provider prompt_tokens completion_tokens reasoning_tokens cached_tokens source "
              "is_estimated estimation_method");
  assert_string_equal(text_at(answer, "usage.source"), "text_estimated");
  assert_string_equal(text_at(answer, "usage.estimation_method"), "text_gpt_tokenizer_v1");
  cJSON_Delete(answer);
}

#define SMALL "\"provider\":\"OpenAI\",\"prompt_tokens\":1,\"completion_tokens\":2"

static void the_encoding_counted_with_is_checked(void **state) {
  (void)state;
  cJSON *answer = estimate("{" SMALL ",\"model\":\"gpt-4\"}", 200);
  assert_false(has_line(at(answer, "footprint.details.warnings"), "counted"));
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"model\":\"gpt-4\",\"encoding\":\"o200k_base\"}", 200);
  assert_true(has_line(at(answer, "footprint.details.warnings"), "cl100k_base"));
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"model\":\"claude-opus-4\"}", 200);
  assert_true(has_line(at(answer, "footprint.details.warnings"), "claude"));
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"model\":\"gpt-4o\",\"encoding\":\"p50k\"}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "encoding");
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"origin\":\"dream\"}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "origin");
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"region\":\"\"}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "region");
  cJSON_Delete(answer);
  answer = estimate("{" SMALL, 400);
  assert_true(number_at(answer, "error.details.offset") > 0);
  cJSON_Delete(answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(estimates_give_payload_and_answer),
      cmocka_unit_test(unknown_parts_of_an_estimate_are_left_out),
      cmocka_unit_test(the_encoding_counted_with_is_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
