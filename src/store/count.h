/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_COUNT_H
#define TW_STORE_COUNT_H

#include "driver.h"

/*
 * Counting and skipping records by the counts of whole days, hours and minutes that the drivers
 * keep, so that the last page of a long history costs what the first does.
 */

/** As tw_store_count() and tw_store_skip(). */
tw_store_status tw_count_all(const tw_store_driver *driver, void *context,
                             const tw_record_filter *filter, uint64_t *count,
                             tw_store_error *error);
tw_store_status tw_count_skip(const tw_store_driver *driver, void *context,
                              const tw_record_filter *filter, uint64_t skip, tw_record_place *place,
                              tw_store_error *error);

/** The last whole step at or before a time. */
int64_t tw_count_floor(int64_t time_ms, int64_t step_ms);

#endif
