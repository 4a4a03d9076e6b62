/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program by a test: its clock of the day is ahead by as many seconds as the file
 * CLOCK_OFFSET_FILE says at that moment (an int64_t). The monotonic clock stays as it is.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t offset_s(void) {
  int64_t offset = 0;
  const char *file = getenv("CLOCK_OFFSET_FILE");
  int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (read(fd, &offset, sizeof offset) != (ssize_t)sizeof offset) {
      offset = 0;
    }
    close(fd);
  }
  return offset;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int code = (int)syscall(SYS_clock_gettime, clock, now);
  if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += offset_s();
  }
  return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  (void)clock_gettime(CLOCK_REALTIME, &precise);
  *now = (struct timeval){.tv_sec = precise.tv_sec, .tv_usec = precise.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *now) {
  struct timespec precise;
  (void)clock_gettime(CLOCK_REALTIME, &precise);
  if (now != NULL) {
    *now = precise.tv_sec;
  }
  return precise.tv_sec;
}
