/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_API_CLIENT_H
#define TW_TESTS_API_CLIENT_H

/* Asking the API and looking into its answers, for tests. Include after cmocka.h. */

#include "tokenwatt/api.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The payload of the calculate API's documentation. */
#define TURN                                                                                       \
  "\"provider\":\"Google\",\"model\":\"gemini-3-pro\",\"prompt_tokens\":788,"                      \
  "\"completion_tokens\":312,\"reasoning_tokens\":0,\"cached_tokens\":0,"                          \
  "\"startTimeMs\":1710000000000,\"firstTokenTimeMs\":1710000010000"
#define PAYLOAD                                                                                    \
  "{" TURN ",\"source\":\"dom_estimated\",\"is_estimated\":true,"                                  \
  "\"estimation_method\":\"dom_gpt_tokenizer_v1\"}"

static inline cJSON *parse_and_free(tw_api_response *response) {
  assert_int_equal(strlen(response->body), response->body_size);
  cJSON *parsed = cJSON_Parse(response->body);
  assert_non_null(parsed);
  tw_api_response_free(response, NULL);
  assert_null(response->body);
  return parsed;
}

static inline cJSON *ask(const char *method, const char *path, const char *body, int http_status) {
  tw_api_request request = {.method = method,
                            .path = path,
                            .query = "",
                            .body = body,
                            .body_size = body == NULL ? 0 : strlen(body)};
  tw_api_response response;
  assert_int_equal(tw_api_handle(&request, NULL, &response), TW_OK);
  if (response.http_status != http_status) {
    fail_msg("%s %s %s: %d %s", method == NULL ? "GET" : method, path, body == NULL ? "" : body,
             response.http_status, response.body);
  }
  return parse_and_free(&response);
}

static inline cJSON *estimate(const char *body, int http_status) {
  tw_api_response response;
  assert_int_equal(tw_api_estimate(body, strlen(body), NULL, &response), TW_OK);
  if (response.http_status != http_status) {
    fail_msg("%s: %d %s", body, response.http_status, response.body);
  }
  return parse_and_free(&response);
}

/* The value at a path such as "details.range.energy_wh.low"; fails if there is none. */
static inline cJSON *at(cJSON *json, const char *path) {
  char key[64];
  cJSON *value = json;
  for (const char *rest = path; *rest != '\0';) {
    size_t size = strcspn(rest, ".");
    (void)snprintf(key, sizeof key, "%.*s", (int)size, rest);
    value = cJSON_GetObjectItemCaseSensitive(value, key);
    if (value == NULL) {
      fail_msg("no %s", path);
    }
    rest += size + (rest[size] == '.');
  }
  return value;
}

static inline const char *text_at(cJSON *json, const char *path) {
  const char *text = cJSON_GetStringValue(at(json, path));
  assert_non_null(text);
  return text;
}

static inline double number_at(cJSON *json, const char *path) {
  cJSON *value = at(json, path);
  assert_true(cJSON_IsNumber(value));
  return value->valuedouble;
}

static inline bool has_line(cJSON *list, const char *part) {
  const cJSON *line = NULL;
  cJSON_ArrayForEach(line, list) {
    if (strstr(cJSON_GetStringValue(line), part) != NULL) {
      return true;
    }
  }
  return false;
}

static inline void expect_keys(cJSON *object, const char *keys) {
  char found[512] = "";
  const cJSON *item = NULL;
  cJSON_ArrayForEach(item, object) {
    size_t size = strlen(found);
    (void)snprintf(found + size, sizeof found - size, "%s%s", size == 0 ? "" : " ", item->string);
  }
  assert_string_equal(found, keys);
}

#endif
