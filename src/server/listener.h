/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_LISTENER_H
#define TW_SERVER_LISTENER_H

#include "server.h"

#include <netinet/in.h>

enum { TW_URL_SIZE = 80 };

/** A socket that listens, and its address as clients write it. */
typedef struct tw_listener {
  int fd;
  bool is_loopback;
  char host[INET6_ADDRSTRLEN + 2]; /* "127.0.0.1", "[::1]" */
  char url[TW_URL_SIZE];
} tw_listener;

/**
 * Listens on "HOST:PORT" or "PORT"; HOST is an IP address, in brackets for IPv6, or "localhost".
 * No name is looked up: what one listens on must not depend on DNS.
 */
tw_server_status tw_listener_open(const char *address, bool allow_remote, tw_listener *listener,
                                  tw_server_error *error);

#endif
