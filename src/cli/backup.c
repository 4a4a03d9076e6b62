/* SPDX-License-Identifier: MIT */
/* tokenwatt backup: a copy of a store while it is used. */
#include "message.h"
#include "options.h"
#include "progress.h"
#include "store_option.h"

static const char help[] =
    "Usage: tokenwatt backup [OPTION]... FILE\n"
    "\n"
    "Writes a copy of a store as of this moment to the new FILE, while a server goes on\n"
    "writing. The copy is a store itself: serve it, or put it in the place of the damaged one.\n"
    "PostgreSQL has a tool of its own, pg_dump.\n"
    "\n"
    "Options:\n"
    "      --store STORE  sqlite:FILE; default: what TOKENWATT_STORE says\n"
    "  -h, --help         print this help\n"
    "  -V, --version      print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt backup --store sqlite:usage.db usage-2025-12-31.db\n"
    "\n"
    "Exit status: 0 done, 1 if there is such a FILE already, or one of the two fails; 2 for a\n"
    "usage error.\n";

enum { OPTION_STORE = 256, PAGE_SIZE = 4096 };

static bool show(void *context, uint64_t done, uint64_t total) {
  cli_progress *progress = context;
  progress->total = total * PAGE_SIZE;
  uint64_t known = atomic_load(&progress->done);
  cli_progress_advance(progress, done * PAGE_SIZE > known ? done * PAGE_SIZE - known : 0);
  return true;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":hV", long_options, CLI_OK};
  const char *address = NULL;
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    if (option == CLI_OPTIONS_EXIT) {
      return options.exit;
    }
    address = optarg;
  }
  if (argc - optind != 1) {
    return cli_usage_error(command, "one FILE is needed: where to write the copy");
  }
  tw_store *store = NULL;
  cli_exit exit = cli_store_open(command, address, false, &store);
  if (exit == CLI_OK) {
    cli_progress progress;
    tw_store_error error = {""};
    cli_progress_begin(&progress, "copying", 0);
    if (tw_store_backup(store, argv[optind], show, &progress, &error) != TW_STORE_OK) {
      cli_progress_clear(&progress);
      cli_message(command, "%s", error.text);
      exit = CLI_BAD_DATA;
    }
    cli_progress_clear(&progress);
  }
  tw_store_close(store);
  return exit;
}

const cli_command cli_backup_command = {.name = "backup",
                                        .summary = "copy a collector's store while it is used",
                                        .help = help,
                                        .run = run};
