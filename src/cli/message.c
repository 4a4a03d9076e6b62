/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-tidy 14 does not see va_start where it checks several files at once: hence the NOLINTs. */

/* Threads that work ahead keep their messages for the one that prints results in order. */
static _Thread_local char **kept_message;

enum { MESSAGE_SIZE = 2048 };

/* Messages that do not fit are cut: what they name is at their beginning. */
static void print_message(const cli_command *command, char *text) {
  for (char *c = text; *c != '\0'; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F) {
      *c = '?';
    }
  }
  (void)fprintf(stderr, "tokenwatt%s%s: %s\n", command == NULL ? "" : " ",
                command == NULL ? "" : command->name, text);
}

void cli_message_keep(char **kept) {
  kept_message = kept;
}

void cli_message(const cli_command *command, const char *format, ...) {
  char text[MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (kept_message != NULL && *kept_message == NULL) {
    *kept_message = strdup(text);
  }
  if (kept_message == NULL || *kept_message == NULL) { /* better out of order than lost */
    print_message(command, text);
  }
}

cli_exit cli_usage_error(const cli_command *command, const char *format, ...) {
  char text[MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  print_message(command, text);
  (void)fprintf(stderr, "Try 'tokenwatt %s%s--help'.\n", command == NULL ? "" : command->name,
                command == NULL ? "" : " ");
  return CLI_USAGE;
}
