/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_WORKERS_H
#define TW_SERVER_WORKERS_H

#include <microhttpd.h>
#include <stdbool.h>

/**
 * Threads that answer requests, each with a daemon of libmicrohttpd of its own that listens on the
 * same socket.
 *
 * libmicrohttpd can run its threads itself. There (to 1.0.1), a thread that finds exactly as many
 * sockets ready as it asks for at a time, 128, asks again before it looks at them, and waits: a
 * burst of requests is answered only when another comes, or is cut off when its time is over.
 */
typedef struct tw_workers tw_workers;
typedef struct tw_worker tw_worker;

/**
 * Makes a worker's daemon, by MHD_USE_EPOLL without threads of its own. It is given its own copy of
 * the socket, which it closes unless it returns NULL.
 */
typedef struct MHD_Daemon *tw_worker_daemon(void *context, int listen_fd);

/** @return NULL if a daemon could not be made, or for want of memory or files */
tw_workers *tw_workers_open(unsigned count, int listen_fd, tw_worker_daemon *make, void *context);

/** Begins to answer. @return false for want of threads */
bool tw_workers_start(tw_workers *workers);

/** Whose connection it is. */
tw_worker *tw_workers_of(tw_workers *workers, struct MHD_Connection *connection);

/** As MHD_resume_connection, for any thread: a daemon without threads is not woken by that alone.
 */
void tw_worker_resume(tw_worker *worker, struct MHD_Connection *connection);

/** Answers those that are connected, takes no others. For any thread, once. */
void tw_workers_stop_accepting(tw_workers *workers);

/** Drops all that are connected. NULL does nothing. */
void tw_workers_close(tw_workers *workers);

#endif
