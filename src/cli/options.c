/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "message.h"
#include "suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_version_print(void) {
  printf("tokenwatt %s\n", TW_VERSION);
}

/* The word that getopt stumbled over, without the value after "=". */
static void copy_option_name(const char *argument, char *name, size_t size) {
  size_t length = strcspn(argument, "=");
  length = length < size - 1 ? length : size - 1;
  memcpy(name, argument, length);
  name[length] = '\0';
}

static cli_exit unknown_option(const cli_options *options, const char *argument) {
  char name[128];
  copy_option_name(argument, name, sizeof name);
  const char *nearest = NULL;
  size_t matches = 0; /* options that begin so: getopt refuses an abbreviation of several */
  size_t nearest_distance = SIZE_MAX;
  const char *word = name + (strncmp(name, "--", 2) == 0 ? 2 : 1);
  for (const struct option *o = options->long_options; o->name != NULL; o++) {
    matches += strncmp(o->name, word, strlen(word)) == 0;
    size_t distance = cli_word_distance(word, o->name);
    if (distance < nearest_distance && cli_word_is_near(word, o->name)) {
      nearest = o->name;
      nearest_distance = distance;
    }
  }
  if (strncmp(name, "--", 2) == 0 && matches > 1) {
    return cli_usage_error(options->command, "option '%s' is ambiguous", name);
  }
  if (nearest != NULL && strlen(word) > 1) {
    return cli_usage_error(options->command, "unknown option '%s': did you mean '--%s'?", name,
                           nearest);
  }
  return cli_usage_error(options->command, "unknown option '%s'", name);
}

static cli_exit wrong_option(const cli_options *options, int before) {
  /* A long option is the word just read; of a cluster of short ones only the letter is known. */
  const char *argument = options->argv[optind > before ? optind - 1 : optind];
  if (strncmp(argument, "--", 2) != 0) {
    char letter[] = {'-', (char)optopt, '\0'};
    return unknown_option(options, letter);
  }
  for (const struct option *o = options->long_options; o->name != NULL && optopt != 0; o++) {
    if (o->val == optopt && strchr(argument, '=') != NULL) {
      return cli_usage_error(options->command, "option '--%s' takes no value", o->name);
    }
  }
  return unknown_option(options, argument);
}

int cli_options_next(cli_options *options) {
  opterr = 0; /* our own messages say more */
  int before = optind;
  int option = getopt_long(options->argc, options->argv, options->short_options,
                           options->long_options, NULL);
  switch (option) {
  case 'h':
    (void)fputs(options->command->help, stdout);
    options->exit = CLI_OK;
    return CLI_OPTIONS_EXIT;
  case 'V':
    cli_version_print();
    options->exit = CLI_OK;
    return CLI_OPTIONS_EXIT;
  case ':':
    options->exit =
        cli_usage_error(options->command, "option '%s' needs a value", options->argv[optind - 1]);
    return CLI_OPTIONS_EXIT;
  case '?':
    options->exit = wrong_option(options, before);
    return CLI_OPTIONS_EXIT;
  default:
    return option;
  }
}

static bool read_number(const char *text, int64_t *number) {
  char *end = NULL;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  *number = value;
  return end != text && *end == '\0' && errno == 0;
}

bool cli_number_between(const cli_command *command, const char *option, const char *text,
                        int64_t least, int64_t most, int64_t *number) {
  if (!read_number(text, number) || *number < least || *number > most) {
    cli_usage_error(command,
                    "option '%s' needs a whole number from %" PRId64 " to %" PRId64 ", not '%s'",
                    option, least, most, text);
    return false;
  }
  return true;
}

bool cli_number_read(const cli_command *command, const char *option, const char *text,
                     int64_t *number) {
  if (!read_number(text, number) || *number < 0) {
    cli_usage_error(command, "option '%s' needs a whole number from 0, not '%s'", option, text);
    return false;
  }
  return true;
}
