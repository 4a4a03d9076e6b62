/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_standard_input(const char *path) {
  return path == NULL || strcmp(path, "-") == 0;
}

const char *cli_input_name(const char *path) {
  return is_standard_input(path) ? "standard input" : path;
}

bool cli_input_open(const cli_command *command, const char *path, cli_input *input) {
  *input =
      (cli_input){.command = command,
                  .name = cli_input_name(path),
                  .fd = is_standard_input(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)};
  struct stat info;
  if (input->fd < 0 || fstat(input->fd, &info) != 0) {
    cli_message(command, "%s: %s", input->name, strerror(errno));
    return false;
  }
  if (S_ISDIR(info.st_mode)) {
    cli_message(command, "%s: is a directory", input->name);
    cli_input_close(input);
    return false;
  }
  input->expected_size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
  posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return true;
}

void cli_input_close(cli_input *input) {
  if (input->fd > STDIN_FILENO) {
    close(input->fd);
  }
  input->fd = -1;
}

bool cli_input_read(const cli_input *input, void *bytes, size_t capacity, size_t *size) {
  ssize_t got;
  do {
    got = read(input->fd, bytes, capacity);
  } while (got < 0 && errno == EINTR);
  *size = got < 0 ? 0 : (size_t)got;
  if (got < 0) {
    cli_message(input->command, "%s: %s", input->name, strerror(errno));
  }
  return got >= 0;
}

static bool read_rest(const cli_input *input, size_t limit, char **bytes, size_t *size) {
  size_t capacity = 4096;
  if (input->expected_size > 0 && input->expected_size <= limit) {
    capacity = (size_t)input->expected_size + 2; /* the NUL, and a byte to see the end by */
  }
  char *block = malloc(capacity);
  size_t used = 0;
  size_t got = 0;
  do {
    if (used + 1 >= capacity && block != NULL) {
      capacity *= 2;
      char *larger = realloc(block, capacity);
      if (larger == NULL) {
        free(block);
      }
      block = larger;
    }
    if (block == NULL) {
      cli_message(input->command, "%s: not enough memory", input->name);
      return false;
    }
    if (!cli_input_read(input, block + used, capacity - 1 - used, &got)) {
      free(block);
      return false;
    }
    used += got;
    if (used > limit) {
      cli_message(input->command, "%s: larger than the limit of %zu bytes", input->name, limit);
      free(block);
      return false;
    }
  } while (got > 0);
  block[used] = '\0';
  *bytes = block;
  *size = used;
  return true;
}

bool cli_input_read_all(const cli_command *command, const char *path, size_t limit, char **bytes,
                        size_t *size) {
  *bytes = NULL;
  *size = 0;
  cli_input input;
  if (!cli_input_open(command, path, &input)) {
    return false;
  }
  bool read = read_rest(&input, limit, bytes, size);
  cli_input_close(&input);
  return read;
}
