/* SPDX-License-Identifier: MIT */
/* The body of a request, and the bound on what all of them take up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/request.h"

#include <stdlib.h>
#include <string.h>

static void a_body_comes_in_parts(void **state) {
  (void)state;
  atomic_size_t all_bodies = 0;
  tw_request *request = tw_request_open("/api/v1/track?x", NULL, &all_bodies);
  for (int i = 0; i < 1000; i++) {
    assert_true(tw_request_receive(request, "0123456789", 10));
  }
  assert_int_equal(request->body_size, 10000);
  assert_int_equal(strlen(request->body), 10000);
  assert_true(all_bodies > 10000);
  tw_request_close(request);
  assert_int_equal(all_bodies, 0);
}

static void bodies_together_take_up_so_much_and_no_more(void **state) {
  (void)state;
  atomic_size_t all_bodies = TW_BODIES_LIMIT - 100;
  char part[200] = {0};
  tw_request *request = tw_request_open("/api/v1/track", NULL, &all_bodies);
  assert_true(tw_request_receive(request, part, 50));
  assert_null(request->refusal.code);
  assert_true(tw_request_receive(request, part, sizeof part)); /* read on, but not kept */
  assert_int_equal(request->refusal.status, MHD_HTTP_SERVICE_UNAVAILABLE);
  assert_string_equal(request->retry_after, "1");
  assert_int_equal(all_bodies, TW_BODIES_LIMIT - 100 + 51);
  tw_request_close(request);
  assert_int_equal(all_bodies, TW_BODIES_LIMIT - 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_body_comes_in_parts),
      cmocka_unit_test(bodies_together_take_up_so_much_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
