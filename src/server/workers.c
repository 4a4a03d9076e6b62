/* SPDX-License-Identifier: MIT */
#include "workers.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct tw_worker {
  struct MHD_Daemon *daemon;
  int ready_fd; /* can be read when the daemon has something to do; its own */
  int wake_fd;  /* when another thread wants it to look */
  bool is_running;
  atomic_bool stopping;
  pthread_t thread;
};

struct tw_workers {
  unsigned count;
  tw_worker workers[];
};

static void wake(int wake_fd) {
  const uint64_t one = 1;
  (void)!write(wake_fd, &one, sizeof one);
}

static void *work(void *argument) {
  tw_worker *worker = argument;
  struct pollfd waits[] = {{.fd = worker->ready_fd, .events = POLLIN},
                           {.fd = worker->wake_fd, .events = POLLIN}};
  while (!atomic_load(&worker->stopping)) {
    MHD_UNSIGNED_LONG_LONG left_ms = 0;
    int wait_ms = -1;
    if (MHD_get_timeout(worker->daemon, &left_ms) == MHD_YES) {
      wait_ms = left_ms > INT_MAX ? INT_MAX : (int)left_ms;
    }
    if (poll(waits, sizeof waits / sizeof *waits, wait_ms) > 0 && waits[1].revents != 0) {
      uint64_t times; /* before the daemon looks: what is resumed later wakes it again */
      (void)!read(worker->wake_fd, &times, sizeof times);
    }
    (void)MHD_run(worker->daemon);
  }
  return NULL;
}

static bool open_worker(tw_worker *worker, int listen_fd, tw_worker_daemon *make, void *context) {
  worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int own_fd = fcntl(listen_fd, F_DUPFD_CLOEXEC, 0);
  if (worker->wake_fd < 0 || own_fd < 0) {
    if (own_fd >= 0) {
      close(own_fd);
    }
    return false;
  }
  worker->daemon = make(context, own_fd);
  if (worker->daemon == NULL) {
    close(own_fd);
    return false;
  }
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  worker->ready_fd = info == NULL ? -1 : info->epoll_fd;
  return worker->ready_fd >= 0;
}

tw_workers *tw_workers_open(unsigned count, int listen_fd, tw_worker_daemon *make, void *context) {
  tw_workers *workers = calloc(1, sizeof *workers + count * sizeof *workers->workers);
  bool is_open = workers != NULL;
  while (is_open && workers->count < count) {
    is_open = open_worker(&workers->workers[workers->count], listen_fd, make, context);
    workers->count++;
  }
  if (!is_open) {
    tw_workers_close(workers);
    return NULL;
  }
  return workers;
}

bool tw_workers_start(tw_workers *workers) {
  for (unsigned i = 0; i < workers->count; i++) {
    tw_worker *worker = &workers->workers[i];
    worker->is_running = pthread_create(&worker->thread, NULL, work, worker) == 0;
    if (!worker->is_running) {
      return false;
    }
  }
  return true;
}

tw_worker *tw_workers_of(tw_workers *workers, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON);
  unsigned i = 0;
  while (i < workers->count - 1 && workers->workers[i].daemon != info->daemon) {
    i++;
  }
  return &workers->workers[i];
}

void tw_worker_resume(tw_worker *worker, struct MHD_Connection *connection) {
  MHD_resume_connection(connection); /* from here on it may be gone */
  wake(worker->wake_fd);
}

void tw_workers_stop_accepting(tw_workers *workers) {
  for (unsigned i = 0; i < workers->count; i++) {
    MHD_socket listen_fd = MHD_quiesce_daemon(workers->workers[i].daemon);
    if (listen_fd != MHD_INVALID_SOCKET) {
      close(listen_fd);
    }
  }
}

void tw_workers_close(tw_workers *workers) {
  if (workers == NULL) {
    return;
  }
  for (unsigned i = 0; i < workers->count; i++) {
    tw_worker *worker = &workers->workers[i];
    if (worker->is_running) {
      atomic_store(&worker->stopping, true);
      wake(worker->wake_fd);
      pthread_join(worker->thread, NULL);
    }
    if (worker->daemon != NULL) {
      MHD_stop_daemon(worker->daemon);
    }
    if (worker->wake_fd >= 0) {
      close(worker->wake_fd);
    }
  }
  free(workers);
}
