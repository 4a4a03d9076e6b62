/* SPDX-License-Identifier: MIT */
#include "host_names.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_NAME = 253 }; /* of a DNS name */

bool tw_host_names_open(tw_host_names *names) {
  *names = (tw_host_names){NULL, 0, false};
  return tw_host_names_add(names, "localhost") && tw_host_names_add(names, "127.0.0.1") &&
         tw_host_names_add(names, "[::1]");
}

bool tw_host_names_add(tw_host_names *names, const char *name) {
  char **larger = realloc(names->names, (names->count + 1) * sizeof *larger);
  if (larger == NULL) {
    return false;
  }
  names->names = larger;
  larger[names->count] = strdup(name);
  return larger[names->count++] != NULL;
}

/* Copies the host without its port; false if it is none. */
static bool split_host(const char *header, char *host, size_t capacity) {
  size_t size = header[0] == '[' ? strcspn(header, "]") + 1 : strcspn(header, ":");
  if (size == 0 || size >= capacity || size > strlen(header)) {
    return false;
  }
  const char *rest = header + size;
  if (rest[0] == ':') {
    rest += 1 + strspn(rest + 1, "0123456789");
  }
  if (rest[0] != '\0') {
    return false;
  }
  memcpy(host, header, size);
  host[size] = '\0';
  return true;
}

static bool is_address(char *host) {
  struct in6_addr address;
  size_t size = strlen(host);
  if (host[0] == '[') {
    host[size - 1] = '\0';
    bool is_v6 = inet_pton(AF_INET6, host + 1, &address) == 1;
    host[size - 1] = ']';
    return is_v6;
  }
  return inet_pton(AF_INET, host, &address) == 1;
}

bool tw_host_names_allow(const tw_host_names *names, const char *header) {
  char host[LONGEST_NAME + 1];
  if (!split_host(header, host, sizeof host)) {
    return false;
  }
  for (size_t i = 0; i < names->count; i++) {
    if (strcasecmp(host, names->names[i]) == 0) {
      return true;
    }
  }
  return names->any_address && is_address(host);
}

bool tw_host_name_is_loopback(const char *name) {
  static const char local[] = "localhost";
  struct in_addr address;
  if (inet_pton(AF_INET, name, &address) == 1) {
    return ntohl(address.s_addr) >> 24 == 127;
  }
  size_t size = strlen(name);
  size_t before = size - strlen(local);
  return size >= strlen(local) && strcasecmp(name + before, local) == 0 &&
         (before == 0 || name[before - 1] == '.');
}

void tw_host_names_close(tw_host_names *names) {
  for (size_t i = 0; i < names->count; i++) {
    free(names->names[i]);
  }
  free(names->names);
  *names = (tw_host_names){NULL, 0, false};
}
