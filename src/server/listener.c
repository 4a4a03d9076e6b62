/* SPDX-License-Identifier: MIT */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* An address of either family. */
typedef union any_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} any_address;

static bool parse_port(const char *text, in_port_t *port) {
  unsigned value = 0;
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 5 || text[digits] != '\0') {
    return false;
  }
  for (size_t i = 0; i < digits; i++) {
    value = value * 10 + (unsigned)(text[i] - '0');
  }
  *port = htons((in_port_t)value);
  return value <= 65535;
}

static bool parse_host(const char *host, in_port_t port, any_address *address) {
  size_t size = strlen(host);
  char bare[INET6_ADDRSTRLEN];
  if (size > 2 && size < sizeof bare && host[0] == '[' && host[size - 1] == ']') {
    memcpy(bare, host + 1, size - 2);
    bare[size - 2] = '\0';
    address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
    return inet_pton(AF_INET6, bare, &address->v6.sin6_addr) == 1;
  }
  address->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
  const char *number = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
  return inet_pton(AF_INET, number, &address->v4.sin_addr) == 1;
}

static bool parse_address(const char *text, any_address *address) {
  char host[INET6_ADDRSTRLEN + 2] = "127.0.0.1";
  const char *colon = strrchr(text, ':');
  const char *port_text = colon == NULL ? text : colon + 1;
  if (colon != NULL) {
    size_t size = (size_t)(colon - text);
    if (size == 0 || size >= sizeof host) {
      return false;
    }
    memcpy(host, text, size);
    host[size] = '\0';
  }
  in_port_t port = 0;
  return parse_port(port_text, &port) && parse_host(host, port, address);
}

static bool is_loopback(const any_address *address) {
  if (address->any.sa_family == AF_INET6) {
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
  }
  return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* Writes the names by which clients know the address, with the port the system chose. */
static void name_listener(tw_listener *listener) {
  any_address address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  getsockname(listener->fd, &address.any, &size);
  char number[INET6_ADDRSTRLEN] = "";
  if (address.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &address.v6.sin6_addr, number, sizeof number);
    (void)snprintf(listener->host, sizeof listener->host, "[%s]", number);
  } else {
    inet_ntop(AF_INET, &address.v4.sin_addr, number, sizeof number);
    (void)snprintf(listener->host, sizeof listener->host, "%s", number);
  }
  in_port_t port = address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port;
  (void)snprintf(listener->url, sizeof listener->url, "http://%s:%u", listener->host,
                 (unsigned)ntohs(port));
}

static void explain_failure(const char *address, int number, tw_server_error *error) {
  const char *hint = "";
  if (number == EADDRINUSE) {
    hint = ": another program listens there; choose another port, or port 0 for any free one";
  } else if (number == EACCES) {
    hint = ": ports below 1024 need privileges; choose a higher one";
  } else if (number == EADDRNOTAVAIL) {
    hint = ": it is no address of this machine";
  }
  (void)snprintf(error->text, sizeof error->text, "cannot listen on %s: %s%s", address,
                 strerror(number), hint);
}

tw_server_status tw_listener_open(const char *address, bool allow_remote, tw_listener *listener,
                                  tw_server_error *error) {
  *listener = (tw_listener){.fd = -1};
  any_address parsed;
  if (!parse_address(address, &parsed)) {
    (void)snprintf(error->text, sizeof error->text,
                   "'%.100s' is no address to listen on: write it as 127.0.0.1:8787, [::1]:8787, "
                   "localhost:8787 or 8787",
                   address);
    return TW_SERVER_BAD_OPTION;
  }
  listener->is_loopback = is_loopback(&parsed);
  if (!listener->is_loopback && !allow_remote) {
    (void)snprintf(
        error->text, sizeof error->text,
        "%s can be reached from other machines, and the server has neither encryption nor "
        "passwords; if that is what you want, add --allow-remote",
        address);
    return TW_SERVER_BAD_OPTION;
  }
  int yes = 1;
  socklen_t size = parsed.any.sa_family == AF_INET6 ? sizeof parsed.v6 : sizeof parsed.v4;
  listener->fd = socket(parsed.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener->fd < 0 ||
      setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(listener->fd, &parsed.any, size) != 0 || listen(listener->fd, SOMAXCONN) != 0) {
    explain_failure(address, errno, error);
    if (listener->fd >= 0) {
      close(listener->fd);
    }
    return TW_SERVER_FAILED;
  }
  name_listener(listener);
  return TW_SERVER_OK;
}
