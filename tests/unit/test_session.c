/* SPDX-License-Identifier: MIT */
/* The day of a developer who does very much, and for want of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing_program.h"
#include "server/session.h"
#include "store_under_test.h"

#include <cjson/cJSON.h>

typedef struct answer {
  unsigned status; /* as HTTP has it */
  char *body;      /* the caller's */
} answer;

static answer ask(tw_store *store) {
  tw_collector collector = {.store = store};
  tw_request request = {
      .method = "GET", .path = "/api/v1/session/ada/today", .time_ms = start_ms + HOUR_MS};
  tw_key key = {0};
  tw_api_response response = {0};
  tw_session_answer(&collector, &request, &key, &response);
  if (request.refusal.code != NULL) {
    assert_non_null(strstr(request.refusal.message, "memory"));
    return (answer){request.refusal.status, NULL};
  }
  return (answer){(unsigned)response.http_status, response.body};
}

enum { NAME_SIZE = 32 };

/* Adds `count` records of ada, each of another session or model, a millisecond after the other. */
static void add_records(tw_store *store, int count, const char *session, const char *model) {
  tw_record_entry *entries = calloc((size_t)count, sizeof *entries);
  char(*ids)[TW_RECORD_ID_SIZE] = calloc((size_t)count, sizeof *ids);
  char(*names)[2][NAME_SIZE] = calloc((size_t)count, sizeof *names);
  assert_true(entries != NULL && ids != NULL && names != NULL);
  for (int n = 0; n < count; n++) {
    /* In the order of their ids the sessions come in no order of time. */
    (void)snprintf(names[n][0], NAME_SIZE, session, (unsigned)n * 2654435761U);
    (void)snprintf(names[n][1], NAME_SIZE, model, (unsigned)n);
    entries[n] = make_entry(ids[n], n, 7, start_ms + n);
    entries[n].record.developer_id = "ada";
    entries[n].record.session_id = names[n][0];
    entries[n].record.model = names[n][1];
    entries[n].record.prompt_tokens = 10;
    entries[n].record.completion_tokens = 1;
    entries[n].record.co2_g = 0.5;
  }
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(store, entries, (size_t)count, &error), TW_STORE_OK);
  free(entries);
  free(ids);
  free(names);
}

static double number(const cJSON *json, const char *name) {
  const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
  assert_true(cJSON_IsNumber(member));
  return member->valuedouble;
}

static void the_latest_sessions_of_very_many(void **state) {
  store_under_test *test = *state;
  enum { SESSIONS = 2500, LISTED = 1000 };
  add_records(test->store, SESSIONS, "s-%08x", "gpt-4o");
  answer got = ask(test->store);
  assert_int_equal(got.status, 200);
  cJSON *day = cJSON_Parse(got.body);
  assert_true(number(day, "today_prompts") == SESSIONS);
  assert_true(number(day, "today_tokens") == 11.0 * SESSIONS);
  assert_true(number(day, "today_co2_grams") == 0.5 * SESSIONS);
  assert_true(number(day, "sessions_left_out") == SESSIONS - LISTED);
  const cJSON *sessions = cJSON_GetObjectItemCaseSensitive(day, "sessions");
  assert_int_equal(cJSON_GetArraySize(sessions), LISTED);
  bool is_listed[SESSIONS] = {false};
  const cJSON *session = NULL;
  const char *last = "";
  cJSON_ArrayForEach(session, sessions) {
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(session, "session_id"));
    assert_true(strcmp(last, id) < 0);
    last = id;
    for (unsigned n = 0; n < SESSIONS; n++) {
      char name[NAME_SIZE];
      (void)snprintf(name, sizeof name, "s-%08x", n * 2654435761U);
      is_listed[n] = is_listed[n] || strcmp(name, id) == 0;
    }
  }
  for (int n = 0; n < SESSIONS; n++) {
    assert_int_equal(is_listed[n], n >= SESSIONS - LISTED);
  }
  cJSON_Delete(day);
  free(got.body);
}

static void the_top_of_very_many_models(void **state) {
  store_under_test *test = *state;
  enum { MODELS = 12000 };
  add_records(test->store, MODELS, "", "m-%05u");
  char id[TW_RECORD_ID_SIZE];
  tw_record_entry again = make_entry(id, MODELS, 7, start_ms + MODELS);
  again.record.developer_id = "ada";
  again.record.model = "m-04242";
  assert_int_equal(add(test->store, again), TW_RECORD_ADDED);
  answer got = ask(test->store);
  assert_int_equal(got.status, 200);
  cJSON *day = cJSON_Parse(got.body);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(day, "top_model")), "m-04242");
  assert_true(number(day, "today_prompts") == MODELS + 1);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(day, "sessions")), 0);
  assert_null(cJSON_GetObjectItem(day, "sessions_left_out"));
  cJSON_Delete(day);
  free(got.body);
}

static void whole_or_refused_for_want_of_memory(void **state) {
  store_under_test *test = *state;
  add_records(test->store, 20, "s-%08x", "m-%u");
  fails_at = SIZE_MAX;
  answer whole = ask(test->store);
  assert_int_equal(whole.status, 200);
  size_t refused = 0;
  answer got = {0, NULL};
  for (; got.status != 200; refused += got.status == 503) {
    allocations = 0;
    fails_at = refused;
    got = ask(test->store);
    fails_at = SIZE_MAX;
    assert_true(got.status == 200 || got.status == 503);
  }
  assert_string_equal(got.body, whole.body);
  assert_true(refused > 100);
  free(got.body);
  free(whole.body);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      STORE_TEST(the_latest_sessions_of_very_many),
      STORE_TEST(the_top_of_very_many_models),
      STORE_TEST(whole_or_refused_for_want_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
