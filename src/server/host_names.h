/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_HOST_NAMES_H
#define TW_SERVER_HOST_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Which names a request may call this server by. A web page can make its own name resolve to
 * 127.0.0.1 (DNS rebinding) and would then count as being of the server's origin: but its requests
 * still carry that name in their Host header. IP addresses cannot be rebound.
 */
typedef struct tw_host_names {
  char **names; /* without port: loopback's, the listen address, the user's own */
  size_t count;
  bool any_address; /* every IP address will do: for a server that other machines reach */
} tw_host_names;

/** Starts with loopback's own names. False for want of memory. */
bool tw_host_names_open(tw_host_names *names);

bool tw_host_names_add(tw_host_names *names, const char *name);

/** Whether the value of a Host header ("localhost:8787") is one of the names, at any port. */
bool tw_host_names_allow(const tw_host_names *names, const char *host);

/**
 * Whether a host, without a port, is this machine alone: localhost and names below it (RFC 6761),
 * 127.0.0.0/8.
 */
bool tw_host_name_is_loopback(const char *name);

void tw_host_names_close(tw_host_names *names);

#endif
