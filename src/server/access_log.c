/* SPDX-License-Identifier: MIT */
#include "access_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  LONGEST_TEXT = 2048, /* of a path or method; the rest is left out */
  LINE_SIZE = 2 * 3 * LONGEST_TEXT + 256
};

/*
 * What a well-behaved client sends (printable ASCII) is logged as it is, the two characters that
 * JSON gives a meaning and anything else as %XX.
 */
static size_t put_text(char *to, const char *text) {
  static const char digits[] = "0123456789ABCDEF";
  size_t used = 0;
  for (size_t i = 0; text[i] != '\0' && i < LONGEST_TEXT; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c > 0x20 && c < 0x7F && c != '"' && c != '\\') {
      to[used++] = (char)c;
    } else {
      to[used++] = '%';
      to[used++] = digits[c >> 4];
      to[used++] = digits[c & 15];
    }
  }
  to[used] = '\0';
  return used;
}

static bool write_all(int fd, const char *line, size_t size) {
  while (size > 0) {
    ssize_t written = write(fd, line, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written > 0) {
      line += written;
      size -= (size_t)written;
    }
  }
  return true;
}

void tw_access_log_write(tw_access_log *log, const tw_access_entry *entry) {
  if (log->fd < 0) {
    return;
  }
  char line[LINE_SIZE];
  time_t seconds = (time_t)(entry->time_ms / 1000);
  struct tm utc;
  gmtime_r(&seconds, &utc);
  size_t used = strftime(line, sizeof line, "{\"time\":\"%Y-%m-%dT%H:%M:%S", &utc);
  used += (size_t)snprintf(line + used, sizeof line - used, ".%03dZ\",\"method\":\"",
                           (int)(entry->time_ms % 1000));
  used += put_text(line + used, entry->method);
  used += (size_t)snprintf(line + used, sizeof line - used, "\",\"path\":\"");
  used += put_text(line + used, entry->path);
  used += (size_t)snprintf(line + used, sizeof line - used, "\",\"status\":");
  used += entry->status == 0
              ? (size_t)snprintf(line + used, sizeof line - used, "null")
              : (size_t)snprintf(line + used, sizeof line - used, "%u", entry->status);
  used += (size_t)snprintf(line + used, sizeof line - used,
                           ",\"bytes\":%" PRIu64 ",\"duration_us\":%" PRId64 "}\n", entry->bytes,
                           entry->duration_us);
  if (!write_all(log->fd, line, used)) {
    atomic_fetch_add(&log->lines_lost, 1);
  }
}
