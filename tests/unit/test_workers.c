/* SPDX-License-Identifier: MIT */
/* Requests that come at once, as many as a worker looks at together or nearly: all are answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/workers.h"

#include <arpa/inet.h>
#include <semaphore.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { FEWEST = 120, MOST = 136, PATIENCE_S = 5 };

/* Holds the worker up, so that what comes meanwhile is ready at once. */
typedef struct gate {
  sem_t entered;
  sem_t opened;
} gate;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_size, void **request) {
  (void)method;
  (void)version;
  (void)data;
  (void)data_size;
  gate *own = context;
  if (*request == NULL) { /* only its headers: an answer to them would end the connection */
    *request = own;
    return MHD_YES;
  }
  if (strcmp(url, "/gate") == 0) {
    sem_post(&own->entered);
    sem_wait(&own->opened);
  }
  static char text[] = "ok";
  struct MHD_Response *response = MHD_create_response_from_buffer(2, text, MHD_RESPMEM_PERSISTENT);
  enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
  MHD_destroy_response(response);
  return result;
}

static struct MHD_Daemon *make(void *context, int listen_fd) {
  return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, context, MHD_OPTION_LISTEN_SOCKET,
                          listen_fd, MHD_OPTION_END);
}

static struct MHD_Daemon *make_none(void *context, int listen_fd) {
  (void)context;
  (void)listen_fd;
  return NULL;
}

static int listen_on(struct sockaddr_in *address) {
  socklen_t size = sizeof *address;
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)address, size), 0);
  assert_int_equal(listen(fd, SOMAXCONN), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)address, &size), 0);
  return fd;
}

static int connect_to(const struct sockaddr_in *address) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const struct timeval patience = {.tv_sec = PATIENCE_S};
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  assert_int_equal(connect(fd, (const struct sockaddr *)address, sizeof *address), 0);
  return fd;
}

static void ask(int fd, const char *request) {
  assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
}

static void expect_answer(int fd) {
  char answered[1024];
  size_t size = 0;
  while (size < 6 || memcmp(answered + size - 6, "\r\n\r\nok", 6) != 0) {
    ssize_t got = recv(fd, answered + size, sizeof answered - size, 0);
    assert_true(got > 0);
    size += (size_t)got;
  }
}

static void all_of_a_burst_are_answered(void **state) {
  (void)state;
  static const char plain[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  struct sockaddr_in address;
  gate own;
  assert_int_equal(sem_init(&own.entered, 0, 0), 0);
  assert_int_equal(sem_init(&own.opened, 0, 0), 0);
  int listen_fd = listen_on(&address);
  tw_workers *workers = tw_workers_open(1, listen_fd, make, &own);
  assert_non_null(workers);
  assert_true(tw_workers_start(workers));
  int holder = connect_to(&address);
  int clients[MOST];
  for (size_t i = 0; i < MOST; i++) {
    clients[i] = connect_to(&address);
    ask(clients[i], plain);
    expect_answer(clients[i]);
  }
  for (size_t count = FEWEST; count <= MOST; count++) {
    ask(holder, "GET /gate HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_int_equal(sem_wait(&own.entered), 0);
    for (size_t i = 0; i < count; i++) {
      ask(clients[i], plain);
    }
    sem_post(&own.opened);
    expect_answer(holder);
    for (size_t i = 0; i < count; i++) {
      expect_answer(clients[i]);
    }
  }
  tw_workers_stop_accepting(workers);
  for (size_t i = 0; i < MOST; i++) {
    close(clients[i]);
  }
  close(holder);
  tw_workers_close(workers);
  close(listen_fd);
  sem_destroy(&own.entered);
  sem_destroy(&own.opened);
}

static void without_a_daemon_there_are_no_workers(void **state) {
  (void)state;
  struct sockaddr_in address;
  int listen_fd = listen_on(&address);
  assert_null(tw_workers_open(2, listen_fd, make_none, NULL));
  close(listen_fd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_of_a_burst_are_answered),
      cmocka_unit_test(without_a_daemon_there_are_no_workers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
