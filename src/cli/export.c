/* SPDX-License-Identifier: MIT */
/* tokenwatt export: the records of a store as JSON Lines. */
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "server/dates.h"
#include "store_keys.h"
#include "store_option.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: tokenwatt export [OPTION]...\n"
    "\n"
    "Prints the records of a store as JSON Lines, the oldest first: one object a line, with\n"
    "every column and the name of the key. 'tokenwatt import' reads them. A server may go on\n"
    "writing meanwhile.\n"
    "\n"
    "Options:\n" CLI_STORE_HELP
    "      --from DATE    from this day or time on (2025-12-31, 2025-12-31T12:00:00Z)\n"
    "      --to DATE      to the end of this day, or this time\n"
    "      --key NAME     of this key\n"
    "      --tenant T     of this tenant\n"
    "  -h, --help         print this help\n"
    "  -V, --version      print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt export --store sqlite:usage.db > usage.jsonl\n"
    "  tokenwatt export --store sqlite:usage.db --from 2025-01-01 --to 2025-12-31 --tenant acme\n"
    "\n"
    "Exit status: 0 done, 1 if the store cannot be read, 2 for a usage error.\n";

enum { OPTION_STORE = 256, OPTION_FROM, OPTION_TO, OPTION_KEY, OPTION_TENANT, ROWS_A_PART = 1000 };

typedef struct exporting {
  const cli_command *command;
  const char *store;
  const char *key_name;
  tw_record_filter filter;
  cli_store_keys keys;
  cli_progress progress;
  tw_record_place last;
  uint64_t rows;
} exporting;

static size_t put_text(const char *text) {
  size_t size = 2;
  (void)putchar('"');
  for (; *text != '\0'; text++, size++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\') {
      (void)putchar('\\');
      (void)putchar(c);
    } else if (c < 0x20) {
      printf("\\u%04x", c);
    } else {
      (void)putchar(c);
    }
  }
  (void)putchar('"');
  return size;
}

static size_t put_column(tw_record *record, const tw_record_column *column) {
  int size = printf("%s\"%s\":", column == tw_record_column_at(0) ? "{" : ",", column->name);
  switch (column->kind) {
  case TW_COLUMN_TEXT:
    return (size_t)size + put_text(*tw_record_text(record, column));
  case TW_COLUMN_INTEGER:
    size += *tw_record_integer(record, column) == TW_RECORD_UNKNOWN
                ? printf("null")
                : printf("%" PRId64, *tw_record_integer(record, column));
    break;
  case TW_COLUMN_REAL:
  default:
    size += printf("%.17g", *tw_record_real(record, column));
    break;
  }
  return (size_t)size;
}

static bool put_record(void *context, const tw_record *visited) {
  exporting *e = context;
  tw_record record = *visited;
  size_t size = 0;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    size += put_column(&record, tw_record_column_at(i));
  }
  const tw_key *key = cli_store_keys_find(&e->keys, record.key_id);
  printf(",\"key_name\":");
  size += put_text(key == NULL ? "" : key->name);
  printf(",\"key_masked\":");
  size += put_text(key == NULL ? "" : key->masked);
  printf("}\n");
  e->rows++;
  e->last.time_ms = record.time_ms;
  (void)snprintf(e->last.id, sizeof e->last.id, "%s", record.id);
  cli_progress_advance(&e->progress, size);
  return cli_output_works();
}

static cli_exit export(exporting *e, tw_store *store) {
  tw_store_error error = {""};
  if (!cli_store_keys_read(e->command, store, &e->keys)) {
    return CLI_BAD_DATA;
  }
  if (e->key_name != NULL) {
    const tw_key *key = cli_store_keys_named(&e->keys, e->key_name);
    if (key == NULL) {
      cli_message(e->command, "there is no key '%s'", e->key_name);
      return CLI_BAD_DATA;
    }
    e->filter.key_id = key->id;
  }
  cli_progress_begin(&e->progress, "exporting", 0);
  uint64_t before;
  tw_store_status status;
  do {
    before = e->rows;
    status = tw_store_list(store, &e->filter, false, before == 0 ? NULL : &e->last, ROWS_A_PART,
                           put_record, e, &error);
  } while (status == TW_STORE_OK && e->rows - before == ROWS_A_PART);
  cli_progress_clear(&e->progress);
  if (status == TW_STORE_UNAVAILABLE) {
    cli_message(e->command, "%s", error.text);
  }
  return status == TW_STORE_OK ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit read_date(exporting *e, const char *option, const char *text, int64_t *start_ms,
                          int64_t *length_ms) {
  return tw_date_read(text, start_ms, length_ms)
             ? CLI_OK
             : cli_usage_error(e->command,
                               "option '%s' needs a day or time such as 2025-12-31 or "
                               "2025-12-31T12:00:00Z, not '%s'",
                               option, text);
}

static cli_exit set_option(exporting *e, int option) {
  int64_t start_ms = 0;
  int64_t length_ms = 0;
  cli_exit exit = CLI_OK;
  switch (option) {
  case OPTION_STORE:
    e->store = optarg;
    break;
  case OPTION_FROM:
    exit = read_date(e, "--from", optarg, &start_ms, &length_ms);
    e->filter.from_ms = start_ms;
    break;
  case OPTION_TO:
    exit = read_date(e, "--to", optarg, &start_ms, &length_ms);
    e->filter.to_ms = start_ms + length_ms;
    break;
  case OPTION_KEY:
    e->key_name = optarg;
    break;
  default:
    e->filter.tenant = optarg;
    break;
  }
  return exit;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                               {"from", required_argument, NULL, OPTION_FROM},
                                               {"to", required_argument, NULL, OPTION_TO},
                                               {"key", required_argument, NULL, OPTION_KEY},
                                               {"tenant", required_argument, NULL, OPTION_TENANT},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":hV", long_options, CLI_OK};
  exporting e = {.command = command, .filter = TW_RECORD_FILTER_ALL};
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    cli_exit exit = option == CLI_OPTIONS_EXIT ? options.exit : set_option(&e, option);
    if (option == CLI_OPTIONS_EXIT || exit != CLI_OK) {
      return exit;
    }
  }
  if (optind < argc) {
    return cli_usage_error(command, "unexpected '%s': the records go to standard output",
                           argv[optind]);
  }
  tw_store *store = NULL;
  cli_exit exit = cli_store_open(command, e.store, false, &store);
  if (exit == CLI_OK) {
    exit = export(&e, store);
  }
  cli_store_keys_free(&e.keys);
  tw_store_close(store);
  return exit;
}

const cli_command cli_export_command = {.name = "export",
                                        .summary = "print a collector's records as JSON Lines",
                                        .help = help,
                                        .run = run};
