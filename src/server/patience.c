/* SPDX-License-Identifier: MIT */
#include "patience.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { LEAST_BYTES_A_SECOND = 1024 };

static const int64_t tick_us = 500000;

struct tw_patience_guest {
  int fd;
  unsigned timeout_s;
  atomic_int turn;
  atomic_int_fast64_t deadline_us;
  uint64_t taken; /* bytes that the client had at the last look; of the thread that looks */
  struct tw_patience_guest *before;
  struct tw_patience_guest *next;
};

struct tw_patience {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  tw_patience_guest *first;
  unsigned timeout_s;
  bool stopping;
  pthread_t thread;
};

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void tw_patience_turn_to(tw_patience_guest *guest, tw_patience_turn turn) {
  if (guest != NULL) {
    atomic_store(&guest->turn, TW_TURN_OURS); /* so that no deadline of before counts */
    atomic_store(&guest->deadline_us, now_us() + (int64_t)guest->timeout_s * 1000000);
    atomic_store(&guest->turn, turn);
  }
}

/* Whether it has taken enough of its answer since the last look, or waits for us. */
static bool takes_its_answer(tw_patience_guest *guest) {
  int waiting = 0;
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (ioctl(guest->fd, SIOCOUTQ, &waiting) != 0 ||
      getsockopt(guest->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return true;
  }
  uint64_t taken = info.tcpi_bytes_acked - guest->taken;
  guest->taken = info.tcpi_bytes_acked;
  return waiting == 0 || taken >= (uint64_t)LEAST_BYTES_A_SECOND * guest->timeout_s;
}

static void look_at(tw_patience_guest *guest, int64_t now) {
  int turn = atomic_load(&guest->turn);
  if (turn == TW_TURN_OURS || now < atomic_load(&guest->deadline_us)) {
    return;
  }
  if (turn == TW_TURN_TAKING && takes_its_answer(guest)) {
    atomic_store(&guest->deadline_us, now + (int64_t)guest->timeout_s * 1000000);
    return;
  }
  (void)shutdown(guest->fd, SHUT_RDWR); /* libmicrohttpd notices, and closes it */
}

static void *work(void *argument) {
  tw_patience *patience = argument;
  pthread_mutex_lock(&patience->lock);
  while (!patience->stopping) {
    int64_t now = now_us();
    for (tw_patience_guest *guest = patience->first; guest != NULL; guest = guest->next) {
      look_at(guest, now);
    }
    int64_t until = now + tick_us;
    struct timespec end = {.tv_sec = (time_t)(until / 1000000),
                           .tv_nsec = (long)(until % 1000000) * 1000};
    pthread_cond_timedwait(&patience->changed, &patience->lock, &end);
  }
  pthread_mutex_unlock(&patience->lock);
  return NULL;
}

tw_patience *tw_patience_open(unsigned timeout_s) {
  tw_patience *patience = calloc(1, sizeof *patience);
  if (patience == NULL) {
    return NULL;
  }
  patience->timeout_s = timeout_s;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&patience->lock, NULL);
  pthread_cond_init(&patience->changed, &attributes);
  pthread_condattr_destroy(&attributes);
  if (pthread_create(&patience->thread, NULL, work, patience) != 0) {
    pthread_cond_destroy(&patience->changed);
    pthread_mutex_destroy(&patience->lock);
    free(patience);
    return NULL;
  }
  return patience;
}

void tw_patience_close(tw_patience *patience) {
  if (patience != NULL) {
    pthread_mutex_lock(&patience->lock);
    patience->stopping = true;
    pthread_cond_signal(&patience->changed);
    pthread_mutex_unlock(&patience->lock);
    pthread_join(patience->thread, NULL);
    pthread_cond_destroy(&patience->changed);
    pthread_mutex_destroy(&patience->lock);
    free(patience);
  }
}

tw_patience_guest *tw_patience_enter(tw_patience *patience, int fd) {
  tw_patience_guest *guest = calloc(1, sizeof *guest);
  if (guest == NULL) {
    return NULL;
  }
  guest->fd = fd;
  guest->timeout_s = patience->timeout_s;
  tw_patience_turn_to(guest, TW_TURN_ASKING);
  pthread_mutex_lock(&patience->lock);
  guest->next = patience->first;
  if (guest->next != NULL) {
    guest->next->before = guest;
  }
  patience->first = guest;
  pthread_mutex_unlock(&patience->lock);
  return guest;
}

void tw_patience_leave(tw_patience *patience, tw_patience_guest *guest) {
  if (guest == NULL) {
    return;
  }
  pthread_mutex_lock(&patience->lock);
  if (guest->before != NULL) {
    guest->before->next = guest->next;
  } else {
    patience->first = guest->next;
  }
  if (guest->next != NULL) {
    guest->next->before = guest->before;
  }
  pthread_mutex_unlock(&patience->lock);
  free(guest);
}
