/* SPDX-License-Identifier: MIT */
#include "server.h"

#include "access_log.h"
#include "api_routes.h"
#include "collector.h"
#include "host_names.h"
#include "listener.h"
#include "patience.h"
#include "reply.h"
#include "request.h"
#include "session.h"
#include "static_files.h"
#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
  DEFAULT_TIMEOUT_S = 30,
  MOST_CONNECTIONS = 16384,
  SPARE_FILES = 128,         /* of the limit of open files: the store, the log, the web folder */
  CONNECTION_MEMORY = 16384, /* bytes, for a request's line and headers */
  LEAST_THREADS = 4,         /* one that reads the store must not keep all others waiting */
  MOST_THREADS = 8           /* answers take microseconds; more threads would only wait */
};

struct tw_server {
  tw_workers *workers;
  tw_patience *patience;
  tw_listener listener;
  tw_host_names host_names;
  tw_access_log log;
  tw_collector collector;
  int web_fd; /* -1 for none */
  int64_t timeout_us;
  atomic_uint active_requests;
  atomic_size_t all_bodies; /* bytes */
  char daemon_message[256]; /* what libmicrohttpd said while starting */
  bool started;
};

static void *begin_request(void *context, const char *target, struct MHD_Connection *connection) {
  tw_server *server = context;
  atomic_fetch_add(&server->active_requests, 1);
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  tw_patience_guest *guest = info == NULL ? NULL : info->socket_context;
  tw_patience_turn_to(guest, TW_TURN_ASKING);
  tw_request *request = tw_request_open(target, connection, &server->all_bodies);
  if (request != NULL) {
    request->guest = guest;
    request->worker = tw_workers_of(server->workers, connection);
  }
  return request;
}

/* Called when a client connects, and before its socket is closed. */
static void watch_connection(void *context, struct MHD_Connection *connection,
                             void **socket_context, enum MHD_ConnectionNotificationCode code) {
  tw_server *server = context;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    tw_patience_leave(server->patience, *socket_context);
    *socket_context = NULL;
    return;
  }
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  *socket_context = info == NULL ? NULL : tw_patience_enter(server->patience, info->connect_fd);
}

static void end_request(void *context, struct MHD_Connection *connection, void **request_context,
                        enum MHD_RequestTerminationCode code) {
  (void)code;
  tw_server *server = context;
  tw_request *request = *request_context;
  if (request != NULL) {
    tw_access_entry entry = {.time_ms = request->time_ms,
                             .method = request->method,
                             .path = tw_session_loggable_path(request->path),
                             .status = request->status,
                             .bytes = request->sent,
                             .duration_us = tw_request_age_us(request)};
    if (request->begun) { /* else nothing but a first line came */
      tw_access_log_write(&server->log, &entry);
    }
    tw_patience_turn_to(request->guest, TW_TURN_ASKING);
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT,
                              (unsigned)(server->timeout_us / 1000000));
    tw_request_close(request);
    *request_context = NULL;
  }
  atomic_fetch_sub(&server->active_requests, 1);
}

/* The Host headers of a request: how many there are, and one of them. */
typedef struct host_headers {
  unsigned count;
  const char *value;
} host_headers;

static enum MHD_Result find_host(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value) {
  (void)kind;
  host_headers *hosts = context;
  if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
    hosts->count++;
    hosts->value = value == NULL ? "" : value;
  }
  return MHD_YES;
}

static void check_request(const tw_server *server, tw_request *request) {
  host_headers hosts = {0, ""};
  MHD_get_connection_values(request->connection, MHD_HEADER_KIND, find_host, &hosts);
  if (request->path[0] != '/') {
    tw_request_refuse(request, MHD_HTTP_BAD_REQUEST, "bad_request",
                      "The request must name a path that begins with a slash.", "{}");
  }
  if (hosts.count != 1) {
    tw_request_refuse(request, MHD_HTTP_BAD_REQUEST, "bad_request",
                      "The request must have exactly one Host header.", "{\"header\":\"Host\"}");
  }
  if (!tw_host_names_allow(&server->host_names, hosts.value)) {
    tw_request_refuse(request, MHD_HTTP_MISDIRECTED_REQUEST, "misdirected_request",
                      "This server does not go by the name in the Host header. Use 127.0.0.1 or "
                      "localhost, or start it with --host NAME.",
                      "{\"header\":\"Host\"}");
  }
  if (tw_request_is_api(request)) {
    tw_request_check_headers(request);
  }
}

static enum MHD_Result answer(tw_server *server, tw_request *request) {
  const char *front = server->collector.store != NULL ? "dashboard.html" : NULL;
  return tw_request_is_api(request) ? tw_api_routes_answer(request, &server->collector)
                                    : tw_static_files_answer(request, server->web_fd, front);
}

/* Called with the headers, then with each part of the body, then once more at its end. */
static enum MHD_Result handle_request(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *upload_data, size_t *upload_data_size,
                                      void **request_context) {
  (void)connection;
  (void)url; /* already percent-decoded: the request keeps its own */
  (void)version;
  tw_server *server = context;
  tw_request *request = *request_context;
  if (request == NULL) {
    return MHD_NO; /* no memory for it */
  }
  if (!request->begun) {
    request->begun = true;
    tw_patience_turn_to(request->guest, TW_TURN_OURS);
    request->method = method;
    check_request(server, request);
    return tw_request_answers_at_once(request) ? answer(server, request) : MHD_YES;
  }
  if (*upload_data_size == 0) {
    return answer(server, request);
  }
  bool received = tw_request_receive(request, upload_data, *upload_data_size);
  *upload_data_size = 0;
  /* The connection's own timeout is for silence only: one byte now and then would evade it. */
  return received && tw_request_age_us(request) < server->timeout_us ? MHD_YES : MHD_NO;
}

/* Keeps what libmicrohttpd says while it starts; later it has nothing to say but on bad clients. */
__attribute__((format(printf, 2, 0))) static void keep_message(void *context, const char *format,
                                                               va_list arguments) {
  tw_server *server = context;
  if (!server->started) {
    (void)vsnprintf(server->daemon_message, sizeof server->daemon_message, format, arguments);
  }
}

static unsigned thread_count(void) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < LEAST_THREADS) {
    return LEAST_THREADS;
  }
  return processors > MOST_THREADS ? MOST_THREADS : (unsigned)processors;
}

static tw_server_status fail(tw_server_error *error, const char *what, const char *why) {
  (void)snprintf(error->text, sizeof error->text, "%.250s: %.250s", what, why);
  return TW_SERVER_FAILED;
}

static tw_server_status fill_host_names(tw_server *server, const tw_server_options *options,
                                        tw_server_error *error) {
  bool filled = tw_host_names_open(&server->host_names) &&
                tw_host_names_add(&server->host_names, server->listener.host);
  for (size_t i = 0; i < options->host_name_count && filled; i++) {
    filled = tw_host_names_add(&server->host_names, options->host_names[i]);
  }
  server->host_names.any_address = !server->listener.is_loopback;
  return filled ? TW_SERVER_OK : fail(error, "cannot start", "not enough memory");
}

/* As many as the system lets this program have open. */
static unsigned connection_limit(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
    return 512;
  }
  if (files.rlim_cur < files.rlim_max && files.rlim_cur < MOST_CONNECTIONS + SPARE_FILES) {
    rlim_t wanted = MOST_CONNECTIONS + SPARE_FILES;
    files.rlim_cur = wanted < files.rlim_max ? wanted : files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur >= MOST_CONNECTIONS + SPARE_FILES) {
    return MOST_CONNECTIONS;
  }
  return files.rlim_cur > (rlim_t)2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES
                                                  : SPARE_FILES;
}

static const unsigned lane_threads[TW_LANES] = {
    [TW_LANE_HEALTH] = 2, [TW_LANE_OPEN] = 2, [TW_LANE_KEYED] = 4};

/* What the routes for stored data need; the origins are copied. */
static tw_server_status fill_collector(tw_server *server, const tw_server_options *options,
                                       tw_server_error *error) {
  tw_collector *collector = &server->collector;
  collector->store = options->store;
  collector->is_loopback = server->listener.is_loopback;
  collector->free_events = options->free_events;
  collector->billing_url = options->billing_url;
  collector->report_font = options->report_font;
  collector->origins = calloc(options->origin_count + 1, sizeof *collector->origins);
  bool filled = collector->origins != NULL;
  for (int lane = 0; lane < TW_LANES && options->store != NULL && filled; lane++) {
    collector->errands[lane] = tw_errands_open(lane_threads[lane]);
    filled = collector->errands[lane] != NULL;
  }
  for (size_t i = 0; i < options->origin_count && filled; i++) {
    collector->origins[i] = strdup(options->origins[i]);
    filled = collector->origins[i] != NULL;
    collector->origin_count += filled;
  }
  return filled ? TW_SERVER_OK : fail(error, "cannot start", "not enough memory");
}

static struct MHD_Daemon *make_daemon(void *context, int listen_fd) {
  tw_server *server = context;
  return MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle_request,
      server, MHD_OPTION_EXTERNAL_LOGGER, keep_message, server, MHD_OPTION_LISTEN_SOCKET, listen_fd,
      MHD_OPTION_CONNECTION_LIMIT, connection_limit() / thread_count(),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT,
      (unsigned)(server->timeout_us / 1000000), MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_URI_LOG_CALLBACK, begin_request, server, MHD_OPTION_NOTIFY_COMPLETED, end_request,
      server, MHD_OPTION_NOTIFY_CONNECTION, watch_connection, server, MHD_OPTION_END);
}

static tw_server_status start_workers(tw_server *server, unsigned timeout_s,
                                      tw_server_error *error) {
  server->timeout_us = (int64_t)timeout_s * 1000000;
  server->patience = tw_patience_open(timeout_s);
  if (server->patience == NULL) {
    return fail(error, "cannot start the HTTP server", "not enough memory or threads");
  }
  server->workers = tw_workers_open(thread_count(), server->listener.fd, make_daemon, server);
  if (server->workers == NULL) {
    const char *why = server->daemon_message;
    return fail(error, "cannot start the HTTP server",
                why[0] == '\0' ? "not enough memory or files" : why);
  }
  server->started = true;
  return tw_workers_start(server->workers)
             ? TW_SERVER_OK
             : fail(error, "cannot start the HTTP server", "not enough threads");
}

static tw_server_status open_parts(tw_server *server, const tw_server_options *options,
                                   tw_server_error *error) {
  tw_server_status status =
      tw_listener_open(options->listen, options->allow_remote, &server->listener, error);
  if (status == TW_SERVER_OK) {
    status = fill_host_names(server, options, error);
  }
  if (status == TW_SERVER_OK) {
    status = fill_collector(server, options, error);
  }
  if (status == TW_SERVER_OK && options->web_folder != NULL) {
    server->web_fd = open(options->web_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (server->web_fd < 0) {
      status = fail(error, options->web_folder, strerror(errno));
    }
  }
  if (status == TW_SERVER_OK) {
    status = start_workers(server, options->timeout_s == 0 ? DEFAULT_TIMEOUT_S : options->timeout_s,
                           error);
  }
  return status;
}

tw_server_status tw_server_open(const tw_server_options *options, tw_server **server,
                                tw_server_error *error) {
  *server = NULL;
  tw_server *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    return fail(error, "cannot start", "not enough memory");
  }
  opened->listener.fd = -1;
  opened->web_fd = -1;
  opened->log.fd = options->log_fd;
  tw_server_status status = open_parts(opened, options, error);
  if (status == TW_SERVER_OK) {
    *server = opened;
  } else {
    tw_server_close(opened);
  }
  return status;
}

const char *tw_server_url(const tw_server *server) {
  return server->listener.url;
}

void tw_server_stop_accepting(tw_server *server) {
  tw_workers_stop_accepting(server->workers);
  close(server->listener.fd);
  server->listener.fd = -1;
}

unsigned tw_server_active_requests(const tw_server *server) {
  return atomic_load(&server->active_requests);
}

uint64_t tw_server_log_lines_lost(const tw_server *server) {
  return atomic_load(&server->log.lines_lost);
}

void tw_server_close(tw_server *server) {
  if (server == NULL) {
    return;
  }
  for (int lane = 0; lane < TW_LANES; lane++) { /* so that no connection sleeps any more */
    tw_errands_stop(server->collector.errands[lane]);
  }
  tw_workers_close(server->workers);
  tw_patience_close(server->patience);
  if (server->listener.fd >= 0) {
    close(server->listener.fd);
  }
  if (server->web_fd >= 0) {
    close(server->web_fd);
  }
  tw_host_names_close(&server->host_names);
  for (size_t i = 0; i < server->collector.origin_count; i++) {
    free(server->collector.origins[i]);
  }
  free(server->collector.origins);
  for (int lane = 0; lane < TW_LANES; lane++) {
    tw_errands_close(server->collector.errands[lane]);
  }
  free(server);
}
