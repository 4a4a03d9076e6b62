/* SPDX-License-Identifier: MIT */
/* Times a calculate call and the parse of its payload, taking turns, on behalf of calculate.mjs:
 *
 *   native_calculate PAYLOAD ROUNDS
 *
 * prints a line a round: the nanoseconds of one parse, and of one call. */
#define _POSIX_C_SOURCE 200809L
#include "calculate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES = 2000 };

/* Of this process alone: a turn is long enough to be interrupted where others are at work. */
static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Nanoseconds of one run; negative if one failed. */
static double time_one(int (*run)(const char *, size_t, int), const char *payload) {
  double start = now_ns();
  int succeeded = run(payload, strlen(payload), TIMES);
  return succeeded == TIMES ? (now_ns() - start) / TIMES : -1;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s PAYLOAD ROUNDS\n", argv[0]);
    return 2;
  }
  for (int round = atoi(argv[2]); round > 0; round--) {
    double parse_ns = time_one(tw_bench_parse, argv[1]);
    double calculate_ns = time_one(tw_bench_calculate, argv[1]);
    if (parse_ns < 0 || calculate_ns < 0) {
      fprintf(stderr, "%s: the payload is refused\n", argv[0]);
      return 1;
    }
    printf("%.0f %.0f\n", parse_ns, calculate_ns);
  }
  return 0;
}
