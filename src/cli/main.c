/* SPDX-License-Identifier: MIT */
/* The command line: finds the command and runs it. */
#include "command.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "suggest.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const cli_command *const commands[] = {
    &cli_count_command,     &cli_encode_command, &cli_decode_command, &cli_estimate_command,
    &cli_calculate_command, &cli_api_command,    &cli_models_command, &cli_regions_command,
    &cli_serve_command,     &cli_keys_command,   &cli_export_command, &cli_import_command,
    &cli_grid_command,      &cli_backup_command,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(FILE *to) {
  (void)fputs(
      "Usage: tokenwatt COMMAND [OPTION]... [OPERAND]...\n"
      "\n"
      "What a chat with a language model costs in tokens, energy, CO2e and water, worked out\n"
      "on this machine: no text leaves it.\n"
      "\n"
      "Commands:\n",
      to);
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    (void)fprintf(to, "  %-11s%s\n", commands[i]->name, commands[i]->summary);
  }
  (void)fputs("\n"
              "Options:\n"
              "  -h, --help     print this help; 'tokenwatt COMMAND --help' has the details\n"
              "  -V, --version  print the version\n"
              "\n"
              "Results go to standard output, everything else to standard error.\n"
              "Exit status: 0 done, 1 bad data, 2 usage error.\n",
              to);
}

static const cli_command *find_command(const char *name) {
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    if (strcmp(commands[i]->name, name) == 0) {
      return commands[i];
    }
  }
  return NULL;
}

static cli_exit unknown_command(const char *name) {
  const char *nearest = NULL;
  size_t nearest_distance = SIZE_MAX;
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    size_t distance = cli_word_distance(name, commands[i]->name);
    if (distance < nearest_distance && cli_word_is_near(name, commands[i]->name)) {
      nearest = commands[i]->name;
      nearest_distance = distance;
    }
  }
  const char *kind = name[0] == '-' ? "option" : "command";
  if (nearest != NULL) {
    return cli_usage_error(NULL, "unknown %s '%s': did you mean '%s'?", kind, name, nearest);
  }
  return cli_usage_error(NULL, "unknown %s '%s'", kind, name);
}

/* "tokenwatt help" and "tokenwatt help COMMAND", which people try first. */
static cli_exit help(const char *name) {
  const cli_command *command = name == NULL ? NULL : find_command(name);
  if (name != NULL && command == NULL) {
    return unknown_command(name);
  }
  if (command == NULL) {
    print_help(stdout);
  } else {
    (void)fputs(command->help, stdout);
  }
  return CLI_OK;
}

static cli_exit run(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : NULL;
  if (name == NULL) {
    print_help(stderr);
    return CLI_USAGE;
  }
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    return help(NULL);
  }
  if (strcmp(name, "help") == 0) {
    return help(argv[2]);
  }
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    cli_version_print();
    return CLI_OK;
  }
  const cli_command *command = find_command(name);
  if (command == NULL) {
    return unknown_command(name);
  }
  return command->run(command, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
  (void)signal(SIGPIPE, SIG_IGN); /* a reader that left is a failed write, reported as one */
  return (int)cli_output_close(run(argc, argv));
}
