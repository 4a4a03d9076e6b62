/* SPDX-License-Identifier: MIT */
/* Clients that are too slow are cut off, also where they never fall silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/server.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FILE_SIZE = 16 << 20, TIMEOUT_S = 1, PATIENCE_S = 10, HARDLY_S = 4 };

typedef struct serving {
  char folder[32];
  char file[48];
  tw_server *server;
} serving;

static int start(void **state) {
  static serving s;
  (void)snprintf(s.folder, sizeof s.folder, "/tmp/tokenwatt-slow-XXXXXX");
  if (mkdtemp(s.folder) == NULL) {
    return -1;
  }
  (void)snprintf(s.file, sizeof s.file, "%s/large", s.folder);
  FILE *file = fopen(s.file, "w");
  if (file == NULL || ftruncate(fileno(file), FILE_SIZE) != 0 || fclose(file) != 0) {
    return -1;
  }
  tw_server_options options = {
      .listen = "127.0.0.1:0", .web_folder = s.folder, .log_fd = -1, .timeout_s = TIMEOUT_S};
  tw_server_error error;
  *state = &s;
  return tw_server_open(&options, &s.server, &error) == TW_SERVER_OK ? 0 : -1;
}

static int stop(void **state) {
  serving *s = *state;
  tw_server_close(s->server);
  return unlink(s->file) != 0 || rmdir(s->folder) != 0;
}

/* A client that can take little at once. */
static int connect_to(const serving *s) {
  const char *port = strrchr(tw_server_url(s->server), ':') + 1;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((in_port_t)strtoul(port, NULL, 10)),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int small = 2048;
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
  assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
  return fd;
}

static void say(int fd, const char *text) {
  (void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void pause_ms(long ms) {
  const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static void a_line_that_never_ends(void **state) {
  static const char *const beginnings[] = {"", "GET /large HTTP/1.1\r\n",
                                           "GET /large HTTP/1.1\r\nHost: localhost\r\nX-Slow: "};
  for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
    int fd = connect_to(*state);
    say(fd, beginnings[i]);
    bool is_cut = false;
    time_t end = time(NULL) + PATIENCE_S;
    while (!is_cut && time(NULL) < end) {
      char byte;
      say(fd, "a");
      pause_ms(100);
      is_cut = recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
    }
    assert_true(is_cut);
    close(fd);
  }
}

static void an_answer_that_is_hardly_taken(void **state) {
  int fd = connect_to(*state);
  char bytes[50];
  ssize_t got = 1;
  time_t end = time(NULL) + HARDLY_S;
  say(fd, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (pause_ms(200); got > 0 && time(NULL) < end; pause_ms(100)) { /* 500 bytes a second */
    got = recv(fd, bytes, sizeof bytes, 0);
  }
  /* What was on its way may still come; that it ends shows that it was cut. */
  ssize_t rest = 0;
  char *large = malloc(1 << 20);
  while (got > 0 && (got = recv(fd, large, 1 << 20, 0)) > 0) {
    rest += got;
  }
  assert_true(rest < FILE_SIZE / 2);
  free(large);
  close(fd);
}

static void an_answer_that_is_taken_steadily(void **state) {
  int fd = connect_to(*state);
  static char bytes[1 << 16];
  size_t taken = 0;
  ssize_t got;
  time_t begin = time(NULL);
  say(fd, "GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0) {
    taken += (size_t)got;
    if (time(NULL) < begin + 4 * TIMEOUT_S) {
      pause_ms(50); /* far longer than the timeout in all */
    }
  }
  assert_int_equal(got, 0);
  assert_true(taken > FILE_SIZE);
  close(fd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_line_that_never_ends, start, stop),
      cmocka_unit_test_setup_teardown(an_answer_that_is_hardly_taken, start, stop),
      cmocka_unit_test_setup_teardown(an_answer_that_is_taken_steadily, start, stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
