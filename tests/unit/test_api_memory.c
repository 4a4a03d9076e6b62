/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "../failing_heap.h"
#include "api_client.h"

#include <stdlib.h>

typedef tw_status (*call)(const tw_allocator *allocator, tw_api_response *response);

static tw_status call_calculate(const tw_allocator *allocator, tw_api_response *response) {
  static const char body[] = "{" TURN ",\"detected_region\":\"x\",\"y\":[1,{\"z\":\"\"}]}";
  tw_api_request request = {
      .method = "POST", .path = "/api/v1/calculate", .body = body, .body_size = strlen(body)};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_co2_estimate(const tw_allocator *allocator, tw_api_response *response) {
  static const char body[] = "{\"model\":\"?\",\"prompt_tokens\":1,\"completion_tokens\":1,"
                             "\"method\":\"hardware\",\"duration_ms\":1}";
  tw_api_request request = {
      .method = "POST", .path = "/api/v1/estimate", .body = body, .body_size = strlen(body)};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_estimate(const tw_allocator *allocator, tw_api_response *response) {
  static const char body[] = "{" TURN ",\"region\":\"us-west-1\"}";
  return tw_api_estimate(body, strlen(body), allocator, response);
}

static tw_status call_refused(const tw_allocator *allocator, tw_api_response *response) {
  static const char body[] = "{\"provider\":\"a\",\"method\":\"?\",\"prompt_tokens\":1,"
                             "\"completion_tokens\":1}";
  return tw_api_estimate(body, strlen(body), allocator, response);
}

static tw_status call_regions(const tw_allocator *allocator, tw_api_response *response) {
  tw_api_request request = {.path = "/api/health", .now_ms = 1};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_leaderboard(const tw_allocator *allocator, tw_api_response *response) {
  tw_api_request request = {
      .path = "/api/leaderboard", .query = "model=llama&limit=2&x=1", .now_ms = 1};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_recommend(const tw_allocator *allocator, tw_api_response *response) {
  tw_api_request request = {.path = "/api/recommend", .query = "model=llama&maxLatencyMs=0"};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_carbon(const tw_allocator *allocator, tw_api_response *response) {
  tw_api_request request = {.path = "/api/carbon/us-west-2"};
  return tw_api_handle(&request, allocator, response);
}

static tw_status call_nowhere(const tw_allocator *allocator, tw_api_response *response) {
  tw_api_request request = {.path = "/nowhere"};
  return tw_api_handle(&request, allocator, response);
}

/* Each allocation fails once: there is an error, no leak, and no half an answer. */
static void every_allocation_may_fail(void **state) {
  (void)state;
  static const call calls[] = {call_calculate, call_co2_estimate, call_estimate,
                               call_refused,   call_regions,      call_leaderboard,
                               call_recommend, call_carbon,       call_nowhere};
  cJSON_Hooks hooks = {failing_malloc, counting_free};
  const tw_allocator allocator = {failing_resize, NULL};
  cJSON_InitHooks(&hooks);
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
    tw_status status = TW_ERR_MEMORY;
    size_t failures = 0;
    for (; status != TW_OK; failures++) {
      heap.count = heap.live = 0;
      heap.fails_at = failures;
      tw_api_response response;
      status = calls[i](&allocator, &response);
      if (status == TW_OK) {
        assert_non_null(response.body);
        tw_api_response_free(&response, &allocator);
      } else {
        assert_int_equal(status, TW_ERR_MEMORY);
        assert_null(response.body);
      }
      assert_int_equal(heap.live, 0);
    }
    assert_true(failures > 0);
  }
  cJSON_InitHooks(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
