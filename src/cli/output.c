/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

bool cli_output_works(void) {
  return !ferror(stdout);
}

cli_exit cli_output_close(cli_exit exit) {
  bool failed = ferror(stdout) != 0;
  bool is_empty = __fpending(stdout) == 0;
  if (fclose(stdout) != 0 && !(is_empty && errno == EBADF)) { /* closed by the caller, unused */
    failed = true;
  }
  if (failed) {
    cli_message(NULL, "cannot write to standard output: %s", strerror(errno));
    return CLI_BAD_DATA;
  }
  return exit;
}

void cli_output_bytes(const void *bytes, size_t size) {
  (void)fwrite(bytes, 1, size, stdout);
}

static void begin_line(size_t depth) {
  putchar('\n');
  for (size_t i = 0; i < depth; i++) {
    (void)fputs("  ", stdout);
  }
}

/* Works on the text alone, so that every number is printed with the digits it came with. */
static void print_indented(const char *json, size_t size) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < size; i++) {
    char c = json[i];
    if (in_string) {
      putchar(c);
      if (c == '\\' && i + 1 < size) {
        putchar(json[++i]);
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
      putchar(c);
    } else if (c == '{' || c == '[') {
      putchar(c);
      if (i + 1 < size && (json[i + 1] == '}' || json[i + 1] == ']')) {
        putchar(json[++i]);
      } else {
        begin_line(++depth);
      }
    } else if (c == '}' || c == ']') {
      begin_line(depth > 0 ? --depth : 0);
      putchar(c);
    } else if (c == ',') {
      putchar(c);
      begin_line(depth);
    } else if (c == ':') {
      (void)fputs(": ", stdout);
    } else if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
      putchar(c);
    }
  }
}

void cli_output_json(const char *json, size_t size) {
  if (isatty(STDOUT_FILENO)) {
    print_indented(json, size);
  } else {
    cli_output_bytes(json, size);
  }
  if (size == 0 || json[size - 1] != '\n') {
    putchar('\n');
  }
}
