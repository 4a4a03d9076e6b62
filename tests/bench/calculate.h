/* SPDX-License-Identifier: MIT */
#ifndef TW_BENCH_CALCULATE_H
#define TW_BENCH_CALCULATE_H

#include <stddef.h>

/*
 * What a call of the calculate API is held against: the same payload merely parsed by cJSON. Both
 * run `times` times and return how often they succeeded.
 */
int tw_bench_parse(const char *payload, size_t size, int times);
int tw_bench_calculate(const char *payload, size_t size, int times);

#endif
