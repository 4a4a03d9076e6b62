/* SPDX-License-Identifier: MIT */
#include "font_file.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  LARGEST = 32 << 20, /* bytes */
  HEAD_SIZE = 12,     /* version, number of tables, and what follows from it */
  ENTRY_SIZE = 16,    /* tag, check sum, offset, length */
  PART_SIZE = 16384,  /* read at once; a multiple of four */
  MOST_TABLES = 64,   /* fonts have some twenty */
  ADJUSTMENT_AT = 8   /* in the table "head": a number that its check sum leaves out */
};

static uint32_t read_number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Reads exactly so much. */
static bool read_at(int fd, size_t offset, uint8_t *bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t count = pread(fd, bytes + done, size - done, (off_t)(offset + done));
    if (count <= 0) {
      return false;
    }
    done += (size_t)count;
  }
  return true;
}

/* Adds up a table's numbers, the last filled up with zeros. */
static bool sum_up(int fd, size_t offset, size_t length, uint32_t *sum) {
  uint8_t part[PART_SIZE];
  for (size_t done = 0; done < length; done += PART_SIZE) {
    size_t size = length - done < PART_SIZE ? length - done : PART_SIZE;
    memset(part, 0, sizeof part);
    if (!read_at(fd, offset + done, part, size)) {
      return false;
    }
    for (size_t i = 0; i < size; i += 4) {
      *sum += read_number(part + i);
    }
  }
  return true;
}

static bool is_table_sound(int fd, size_t file_size, const uint8_t *entry) {
  size_t offset = read_number(entry + 8);
  size_t length = read_number(entry + 12);
  uint8_t adjustment[4] = {0};
  uint32_t sum = 0;
  if (offset > file_size || length > file_size - offset || !sum_up(fd, offset, length, &sum)) {
    return false;
  }
  if (memcmp(entry, "head", 4) == 0 &&
      (length < ADJUSTMENT_AT + 4 || !read_at(fd, offset + ADJUSTMENT_AT, adjustment, 4))) {
    return false;
  }
  return sum - read_number(adjustment) == read_number(entry + 4);
}

static bool is_font_sound(int fd, size_t file_size) {
  static const uint8_t version[4] = {0, 1, 0, 0};
  uint8_t head[HEAD_SIZE];
  if (!read_at(fd, 0, head, sizeof head) || memcmp(head, version, sizeof version) != 0) {
    return false;
  }
  size_t count = (size_t)head[4] << 8 | head[5];
  bool is_sound = count > 0 && count <= MOST_TABLES;
  for (size_t i = 0; i < count && is_sound; i++) {
    uint8_t entry[ENTRY_SIZE];
    is_sound = read_at(fd, HEAD_SIZE + i * ENTRY_SIZE, entry, sizeof entry) &&
               is_table_sound(fd, file_size, entry);
  }
  return is_sound;
}

bool tw_font_file_is_sound(const char *file, size_t *size) {
  struct stat found;
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  *size = 0;
  if (fd < 0) {
    return false;
  }
  if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_size <= LARGEST &&
      is_font_sound(fd, (size_t)found.st_size)) {
    *size = (size_t)found.st_size;
  }
  close(fd);
  return *size > 0;
}
