/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include "message.h"
#include "tokenwatt/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { READ_SIZE = 64 * 1024 };

static char *fail(cli_lines *lines, const char *message, bool *failed) {
  if (message != NULL) {
    cli_message(lines->input->command, "%s:%" PRIu64 ": %s", lines->input->name, lines->number,
                message);
  }
  *failed = true;
  return NULL;
}

/* Reads on, behind what is left. False after a message. */
static bool read_more(cli_lines *lines) {
  if (lines->next > 0 && lines->bytes != NULL) {
    memmove(lines->bytes, lines->bytes + lines->next, lines->size - lines->next);
    lines->size -= lines->next;
    lines->next = 0;
  }
  if (lines->capacity - lines->size < READ_SIZE) {
    size_t capacity = lines->capacity * 2 + READ_SIZE;
    char *larger = realloc(lines->bytes, capacity);
    if (larger == NULL) {
      cli_message(lines->input->command, "%s", tw_status_text(TW_ERR_MEMORY));
      return false;
    }
    lines->bytes = larger;
    lines->capacity = capacity;
  }
  size_t got = 0;
  if (!cli_input_read(lines->input, lines->bytes + lines->size, lines->capacity - lines->size - 1,
                      &got)) {
    return false;
  }
  lines->size += got;
  lines->ended = got == 0;
  return true;
}

char *cli_lines_next(cli_lines *lines, size_t *size, bool *failed) {
  *failed = false;
  lines->number++;
  char *end = NULL;
  if (lines->bytes == NULL && (!read_more(lines) || lines->bytes == NULL)) {
    return fail(lines, NULL, failed);
  }
  while ((end = memchr(lines->bytes + lines->next, '\n', lines->size - lines->next)) == NULL &&
         !lines->ended) {
    if (lines->size - lines->next > CLI_LONGEST_LINE) {
      return fail(lines, "the line is longer than 1 MiB", failed);
    }
    if (!read_more(lines)) {
      return fail(lines, NULL, failed);
    }
  }
  char *line = lines->bytes + lines->next;
  if (end == NULL) {
    end = lines->bytes + lines->size; /* the last line needs no end; there is a byte for the NUL */
    if (end == line) {
      return NULL;
    }
    lines->next = lines->size;
  } else {
    lines->next = (size_t)(end - lines->bytes) + 1;
  }
  *end = '\0';
  *size = (size_t)(end - line);
  if (*size > 0 && line[*size - 1] == '\r') {
    line[--*size] = '\0';
  }
  return strlen(line) == *size ? line : fail(lines, "a NUL byte is in the line", failed);
}
