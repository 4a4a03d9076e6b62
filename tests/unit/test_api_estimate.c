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
  assert_true(has_line(at(answer, "footprint.details.warnings"), "Gemma 3"));
  assert_string_equal(text_at(answer, "footprint.details.tokens.family"), "gemma3");
  /* 788 tokens of o200k_base, and the ratio of English chat */
  assert_in_range((unsigned)number_at(answer, "usage.prompt_tokens"), 800, 840);

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

/* Tokens of the template in front of each other: 1000 prompt tokens of which 400 are cached. */
static void expect_template(const char *model, int messages, int cached_messages,
                            const char *tokenizer, int request, int prefix) {
  char body[400];
  snprintf(body, sizeof body,
           "{\"provider\":\"x\",\"model\":\"%s\",\"prompt_tokens\":1000,\"cached_tokens\":400,"
           "\"completion_tokens\":1,\"origin\":\"page\",\"messages\":%d,\"cached_messages\":%d}",
           model, messages, cached_messages);
  cJSON *page = estimate(body, 200);
  char *text_body = strstr(body, "page");
  memcpy(text_body, "text", 4);
  cJSON *text = estimate(body, 200);
  double prompt = number_at(page, "usage.prompt_tokens") - number_at(text, "usage.prompt_tokens");
  double cached = number_at(page, "usage.cached_tokens") - number_at(text, "usage.cached_tokens");
  assert_int_equal((int)prompt, request);
  assert_int_equal((int)cached, prefix);
  assert_string_equal(text_at(page, "footprint.details.chat_template.tokenizer"), tokenizer);
  assert_int_equal((int)number_at(page, "footprint.details.chat_template.tokens"), request);
  assert_int_equal((int)number_at(page, "footprint.details.chat_template.messages"), messages);
  assert_null(cJSON_GetObjectItemCaseSensitive(at(text, "footprint.details"), "chat_template"));
  cJSON_Delete(page);
  cJSON_Delete(text);
}

static void what_a_page_sent_has_the_tokens_of_a_chat_template(void **state) {
  (void)state;
  expect_template("gpt-4o", 1, 0, "o200k_base", 4 + 3, 0);
  expect_template("gpt-4o", 5, 3, "o200k_base", 5 * 4 + 3, 3 * 4);
  expect_template("deepseek/deepseek-chat", 1, 0, "deepseek", 1 + 1 + 2, 0);
  /* three prompts, two answers; of the first three messages two are prompts */
  expect_template("deepseek/deepseek-chat", 5, 3, "deepseek", 1 + 3 * 1 + 2 * 3 + 2, 1 + 2 + 3);
  /* a conversation that is only known from an answer on */
  expect_template("deepseek/deepseek-chat", 4, 1, "deepseek", 1 + 2 * 1 + 2 * 3 + 2, 1 + 3);
  expect_template("nobody/knows-it", 3, 3, "any", 1 + 3 * 5 + 3, 1 + 3 * 5);
}

static void messages_are_counted_from_one(void **state) {
  (void)state;
  cJSON *answer = estimate("{\"provider\":\"x\",\"prompt_tokens\":1,\"completion_tokens\":2,"
                           "\"messages\":0}",
                           400);
  assert_string_equal(text_at(answer, "error.details.field"), "messages");
  cJSON_Delete(answer);
  answer = estimate("{\"provider\":\"x\",\"prompt_tokens\":1,\"completion_tokens\":2,"
                    "\"messages\":1.5}",
                    400);
  assert_string_equal(text_at(answer, "error.details.field"), "messages");
  cJSON_Delete(answer);
  answer = estimate("{\"provider\":\"x\",\"prompt_tokens\":1,\"completion_tokens\":2,"
                    "\"messages\":2,\"cached_messages\":3}",
                    400);
  assert_string_equal(text_at(answer, "error.details.field"), "cached_messages");
  cJSON_Delete(answer);
}

static void details_say_how_the_model_and_hidden_reasoning_were_found(void **state) {
  (void)state;
  cJSON *answer =
      estimate("{\"provider\":\"OpenAI\",\"model\":\"gpt-5\",\"prompt_tokens\":10,"
               "\"completion_tokens\":300,\"startTimeMs\":1000,\"firstTokenTimeMs\":4500,"
               "\"lastTokenTimeMs\":7500,\"modelFoundBy\":\"picker\"}",
               200);
  assert_string_equal(text_at(answer, "footprint.details.matched.foundBy"), "picker");
  /* 4.5 s − 1 s − 0.5 s of an ordinary wait, at the 300 tokens in 3 s of this answer */
  assert_int_equal((int)number_at(answer, "footprint.details.hidden_reasoning_tokens"), 300);
  assert_string_equal(text_at(answer, "footprint.details.hidden_reasoning.speed_from"), "answer");
  assert_true(number_at(answer, "footprint.details.hidden_reasoning.wait_s") == 3);
  assert_true(number_at(answer, "footprint.details.hidden_reasoning.tokens_per_s") == 100);
  assert_true(number_at(answer, "usage.reasoning_tokens") == 0);
  assert_null(cJSON_GetObjectItemCaseSensitive(at(answer, "usage"), "lastTokenTimeMs"));
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
  assert_true(has_line(at(answer, "footprint.details.warnings"), "Claude 2"));
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"model\":\"grok-4\"}", 200);
  assert_true(has_line(at(answer, "footprint.details.warnings"), "grok"));
  cJSON_Delete(answer);
  answer = estimate("{" SMALL ",\"model\":\"gpt-4o\",\"encoding\":\"p50k\"}", 200);
  assert_string_equal(text_at(answer, "footprint.details.tokens.basis"), "counted with p50k");
  assert_true(has_line(at(answer, "footprint.details.warnings"), "encoding is o200k_base"));
  cJSON_Delete(answer);
  static const char *const wrong[] = {"", "a\\nb", "caf\\u00e9",
                                      "12345678901234567890123456789012"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char body[256];
    (void)snprintf(body, sizeof body, "{" SMALL ",\"encoding\":\"%s\"}", wrong[i]);
    answer = estimate(body, 400);
    assert_string_equal(text_at(answer, "error.details.field"), "encoding");
    cJSON_Delete(answer);
  }
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

/* What details.tokens says of a hundred tokens counted so, which are never changed. */
static void expect_basis(const char *model, const char *encoding, const char *basis,
                         const char *stand_in, double uncertainty) {
  char body[256];
  (void)snprintf(body, sizeof body,
                 "{\"provider\":\"x\",\"model\":\"%s\",\"encoding\":\"%s\",\"prompt_tokens\":100,"
                 "\"completion_tokens\":100}",
                 model, encoding);
  cJSON *answer = estimate(body, 200);
  assert_true(number_at(answer, "usage.prompt_tokens") == 100);
  cJSON *tokens = at(answer, "footprint.details.tokens");
  assert_string_equal(text_at(tokens, "basis"), basis);
  assert_string_equal(text_at(tokens, "encoding"), encoding);
  assert_true(number_at(tokens, "uncertainty") == uncertainty);
  const cJSON *found = cJSON_GetObjectItemCaseSensitive(tokens, "stand_in");
  assert_true((found == NULL) == (stand_in == NULL));
  assert_true(found == NULL || strcmp(cJSON_GetStringValue(found), stand_in) == 0);
  bool is_sure = uncertainty == 0;
  assert_true(is_sure != has_line(at(answer, "footprint.details.warnings"), "tokens"));
  assert_true(is_sure || strcmp(text_at(answer, "footprint.details.confidence"), "estimated") == 0);
  cJSON_Delete(answer);
}

static void counts_of_the_familys_vocabulary_are_exact(void **state) {
  (void)state;
  expect_basis("gpt-4", "cl100k_base", "exact for the cl100k_base vocabulary", NULL, 0);
  expect_basis("llama-3.3-70b-instruct", "llama3", "exact for the llama3 vocabulary", NULL, 0);
  expect_basis("qwen/qwen3-32b", "qwen3", "exact for the qwen3 vocabulary", NULL, 0);
  expect_basis("mistralai/mistral-nemo", "tekken", "exact for the tekken vocabulary", NULL, 0);
  expect_basis("moonshotai/kimi-k2", "kimi", "exact for the kimi vocabulary", NULL, 0);
  expect_basis("claude-opus-4", "claude2",
               "exact for the claude2 vocabulary, which stands in for the model's own", "Claude 2",
               0.14);
  expect_basis("gemini-2.5-pro", "gemma3",
               "exact for the gemma3 vocabulary, which stands in for the model's own", "Gemma 3",
               0.14);
  /* of another family: no ratio leads from there */
  expect_basis("gemini-2.5-pro", "llama3", "counted with llama3", NULL, 0.17);
  expect_basis("llama-3.3-70b-instruct", "cl100k_base", "counted with cl100k_base", NULL, 0.17);
  /* no vocabulary is that of a model whose vendor does not say which it has */
  expect_basis("amazon/nova-pro-v1", "undisclosed", "counted with undisclosed", NULL, 0.17);
  expect_basis("nobody/knows-it", "llama3", "counted with llama3", NULL, 0.17);
}

static double width_of(cJSON *answer) {
  return number_at(answer, "footprint.details.range.energy_wh.high") /
         number_at(answer, "footprint.details.range.energy_wh.low");
}

static void the_range_widens_by_the_doubt(void **state) {
  (void)state;
#define HUNDRED                                                                                    \
  "\"provider\":\"Meta\",\"prompt_tokens\":100,\"completion_tokens\":100,"                         \
  "\"model\":\"llama-3.3-70b-instruct\""
  cJSON *sure = estimate("{" HUNDRED ",\"has_ratios\":true,\"token_doubt\":0}", 200);
  cJSON *unsure = estimate("{" HUNDRED ",\"has_ratios\":true,\"token_doubt\":0.5}", 200);
  assert_true(number_at(sure, "usage.prompt_tokens") == 100); /* counted as the model counts */
  assert_true(number_at(sure, "footprint.energy_wh") == number_at(unsure, "footprint.energy_wh"));
  double ratio = width_of(unsure) / width_of(sure);
  assert_true(ratio > 2.999 && ratio < 3.001); /* 1.5 / 0.5 */
  assert_true(number_at(unsure, "footprint.details.tokens.uncertainty") == 0.5);
  cJSON_Delete(sure);
  cJSON_Delete(unsure);
  cJSON *answer = estimate("{" HUNDRED ",\"token_doubt\":2}", 400);
  assert_string_equal(text_at(answer, "error.details.field"), "token_doubt");
  cJSON_Delete(answer);
  answer = estimate("{" HUNDRED ",\"token_doubt\":\"much\"}", 400);
  cJSON_Delete(answer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_page_sent_has_the_tokens_of_a_chat_template),
      cmocka_unit_test(messages_are_counted_from_one),
      cmocka_unit_test(details_say_how_the_model_and_hidden_reasoning_were_found),
      cmocka_unit_test(estimates_give_payload_and_answer),
      cmocka_unit_test(unknown_parts_of_an_estimate_are_left_out),
      cmocka_unit_test(the_encoding_counted_with_is_checked),
      cmocka_unit_test(counts_of_the_familys_vocabulary_are_exact),
      cmocka_unit_test(the_range_widens_by_the_doubt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
