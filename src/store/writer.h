/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_WRITER_H
#define TW_STORE_WRITER_H

#include "driver.h"

/**
 * The queue before a driver, and the threads that empty it. All that waits when a commit ends goes
 * into the next one: a commit costs one flush of the disk, however many records it has.
 */
typedef struct tw_writer tw_writer;

/** NULL if threads or memory are short. `driver` and `context` are borrowed. */
tw_writer *tw_writer_open(const tw_store_driver *driver, void *context);

/** As tw_store_add(). */
tw_store_status tw_writer_add(tw_writer *writer, tw_addition *addition);

/** Takes nothing more, and returns when what waited is written. */
void tw_writer_stop(tw_writer *writer);

/** Stops and frees. NULL is allowed. */
void tw_writer_close(tw_writer *writer);

#endif
