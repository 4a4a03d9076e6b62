/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_PATIENCE_H
#define TW_SERVER_PATIENCE_H

/**
 * Cuts off clients that are too slow: over the lines of a request, or over taking an answer.
 * libmicrohttpd's own timeout is for silence only, and one byte now and then evades it. A body has
 * a check of its own, where it is received.
 *
 * Threads: tw_patience_open() and _close() one thread, the others any.
 */

#include <stdint.h>

typedef struct tw_patience tw_patience;

/** A connection that is watched. */
typedef struct tw_patience_guest tw_patience_guest;

/** What the client of a connection has to do. */
typedef enum tw_patience_turn {
  TW_TURN_ASKING, /* to send the lines of its next request, within the timeout */
  TW_TURN_OURS,   /* nothing */
  TW_TURN_TAKING  /* to take the answer, 1 KiB a second */
} tw_patience_turn;

/** NULL if there is no memory or no thread. */
tw_patience *tw_patience_open(unsigned timeout_s);

/** Every guest must have left. NULL is allowed. */
void tw_patience_close(tw_patience *patience);

/** Watches a connected socket, which asks. NULL for want of memory: it is not watched then. */
tw_patience_guest *tw_patience_enter(tw_patience *patience, int fd);

/** Before the socket is closed. NULL is allowed. */
void tw_patience_leave(tw_patience *patience, tw_patience_guest *guest);

/** Whose turn it is from now on. NULL is allowed. */
void tw_patience_turn_to(tw_patience_guest *guest, tw_patience_turn turn);

#endif
