/* SPDX-License-Identifier: MIT */
/* tokenwatt import: records from JSON Lines, as `tokenwatt export` prints them. */
#include "input.h"
#include "json_syntax.h"
#include "lines.h"
#include "message.h"
#include "options.h"
#include "progress.h"
#include "store/key_secret.h"
#include "store_keys.h"
#include "store_option.h"
#include "tokenwatt/status.h"
#include "tokenwatt/usage.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: tokenwatt import [OPTION]... [FILE]\n"
    "\n"
    "Adds records to a store from JSON Lines as 'tokenwatt export' prints them, from FILE or\n"
    "standard input. Records that are there already are left as they are, so that an import\n"
    "can be repeated. A key that the store does not have is made anew, as a revoked one: keys\n"
    "themselves are in no export. Each thousand records are stored together.\n"
    "\n"
    "Options:\n" CLI_STORE_HELP "  -h, --help         print this help\n"
    "  -V, --version      print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt import --store sqlite:usage.db usage.jsonl\n"
    "\n"
    "Exit status: 0 done, 1 for a bad line (the message names it; what came before it is\n"
    "stored), for a record whose id another one has, or if the store cannot be written; 2 for\n"
    "a usage error.\n";

enum { OPTION_STORE = 256, ROWS_TOGETHER = 1000 };

static const int64_t latest_ms = INT64_C(253402300799999); /* the year 9999 */

/* Far more than any record has of anything, and sums of any number of records are still finite. */
static const double largest_amount = 1e18;

typedef struct importing {
  const cli_command *command;
  tw_store *store;
  cli_lines lines;
  cli_store_keys keys;
  cli_progress progress;
  tw_record_entry entries[ROWS_TOGETHER];
  cJSON *objects[ROWS_TOGETHER]; /* hold the texts */
  uint64_t numbers[ROWS_TOGETHER];
  size_t count;
  uint64_t added;
  uint64_t repeated;
  uint64_t conflicts;
} importing;

static bool refuse(importing *m, const char *column, const char *message) {
  cli_message(m->command, "%s:%" PRIu64 ": %s %s", m->lines.input->name, m->lines.number, column,
              message);
  return false;
}

static bool read_integer(importing *m, const char *name, const cJSON *item, int64_t *value) {
  bool is_time = strcmp(name, "start_time_ms") == 0 || strcmp(name, "first_token_time_ms") == 0;
  if (cJSON_IsNull(item) && is_time) {
    *value = TW_RECORD_UNKNOWN;
    return true;
  }
  double number = cJSON_IsNumber(item) ? cJSON_GetNumberValue(item) : NAN;
  if (!(number >= 0 && number <= (double)TW_USAGE_MAX && number == floor(number))) {
    return refuse(m, name, "must be a whole number, and not negative");
  }
  *value = (int64_t)number;
  return true;
}

static bool read_column(importing *m, const cJSON *object, const tw_record_column *column,
                        tw_record *record) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, column->name);
  if (item == NULL) {
    return refuse(m, column->name, "is missing");
  }
  if (column->kind == TW_COLUMN_INTEGER) {
    return read_integer(m, column->name, item, tw_record_integer(record, column));
  }
  if (column->kind == TW_COLUMN_REAL) {
    double number = cJSON_IsNumber(item) ? cJSON_GetNumberValue(item) : NAN;
    *tw_record_real(record, column) = number;
    return (number >= 0 && number <= largest_amount) ||
           refuse(m, column->name, "must be a number from 0 to 1e18");
  }
  const char *text = cJSON_GetStringValue(item);
  if (text == NULL || strlen(text) > TW_USAGE_NAME_MAX) {
    return refuse(m, column->name, "must be a string of at most 200 bytes");
  }
  *tw_record_text(record, column) = text;
  return true;
}

static bool is_uuid(const char *text) {
  for (int i = 0; i < TW_RECORD_ID_SIZE - 1; i++) {
    bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool fits = is_dash ? text[i] == '-' : text[i] != '\0' && strchr("0123456789abcdef", text[i]);
    if (!fits) {
      return false;
    }
  }
  return text[TW_RECORD_ID_SIZE - 1] == '\0';
}

static bool check_record(importing *m, const tw_record *record) {
  if (!is_uuid(record->id)) {
    return refuse(m, "id", "must be a UUID in lower case");
  }
  if (strcmp(record->route, "calculate") != 0 && strcmp(record->route, "track") != 0) {
    return refuse(m, "route", "must be 'calculate' or 'track'");
  }
  if (record->time_ms > latest_ms || record->received_ms > latest_ms) {
    return refuse(m, "time_ms", "is after the year 9999");
  }
  if (record->is_test > 1 || record->context_incomplete > 1) {
    return refuse(m, "is_test and context_incomplete", "must be 0 or 1");
  }
  if (record->cached_tokens > record->prompt_tokens) {
    return refuse(m, "cached_tokens", "must not be more than prompt_tokens");
  }
  return true;
}

/* Without control characters: lists of keys are shown in terminals. */
static bool is_printable(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < 0x20 || *text == 0x7F) {
      return false;
    }
  }
  return true;
}

static const char *text_of(const cJSON *object, const char *name) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  return text == NULL ? "" : text;
}

/* A key that nobody can use: its history keeps its name. */
static bool make_key(importing *m, const cJSON *object, int64_t id, tw_key *key) {
  const char *name = text_of(object, "key_name");
  char secret[TW_SECRET_SIZE];
  *key = (tw_key){.created_ms = cli_now_ms(), .revoked_ms = cli_now_ms()};
  if (tw_secret_make(TW_KEY_PLAIN, secret, key) != 0) {
    return refuse(m, "key_id", "needs random numbers, and there are none");
  }
  memset(secret, 0, sizeof secret);
  if (strlen(name) >= sizeof key->name) {
    return refuse(m, "key_name", "must be a string of at most 100 bytes");
  }
  const char *masked = text_of(object, "key_masked");
  if (!is_printable(name) || !is_printable(masked)) {
    return refuse(m, "key_name and key_masked", "must have no control characters");
  }
  if (strlen(masked) >= sizeof key->masked) {
    return refuse(m, "key_masked", "must be a string of at most 39 bytes");
  }
  key->id = id;
  (void)snprintf(key->masked, sizeof key->masked, "%s", masked);
  if (name[0] == '\0') {
    (void)snprintf(key->name, sizeof key->name, "key %" PRId64, id);
  } else {
    (void)snprintf(key->name, sizeof key->name, "%s", name);
  }
  tw_store_error error = {""};
  if (tw_store_add_key(m->store, key, &error) != TW_STORE_OK) {
    cli_message(m->command, "%s", error.text);
    return false;
  }
  return cli_store_keys_add(m->command, &m->keys, key);
}

/* The key of a record: by its id, else by its name, else a new one. */
static bool find_key(importing *m, const cJSON *object, tw_record *record) {
  if (record->key_id == 0 || cli_store_keys_find(&m->keys, record->key_id) != NULL) {
    return true;
  }
  const tw_key *named = cli_store_keys_named(&m->keys, text_of(object, "key_name"));
  tw_key made;
  if (named == NULL) {
    if (!make_key(m, object, record->key_id, &made)) {
      return false;
    }
    named = &made;
  }
  record->key_id = named->id;
  return true;
}

static bool read_record(importing *m, const cJSON *object, tw_record *record) {
  tw_record_init(record);
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    if (!read_column(m, object, tw_record_column_at(i), record)) {
      return false;
    }
  }
  return check_record(m, record) && find_key(m, object, record);
}

/* Stores what was read. */
static bool flush(importing *m) {
  tw_store_error error = {""};
  bool is_stored =
      m->count == 0 || tw_store_add_and_wait(m->store, m->entries, m->count, &error) == TW_STORE_OK;
  if (!is_stored) {
    cli_message(m->command, "%s", error.text);
  }
  for (size_t i = 0; i < m->count; i++) {
    if (is_stored) {
      m->added += m->entries[i].outcome == TW_RECORD_ADDED;
      m->repeated += m->entries[i].outcome == TW_RECORD_REPEATED;
      if (m->entries[i].outcome == TW_RECORD_CONFLICT && m->conflicts++ == 0) {
        cli_progress_clear(&m->progress);
        cli_message(m->command, "%s:%" PRIu64 ": there is another record with the id %s",
                    m->lines.input->name, m->numbers[i], m->entries[i].record.id);
      }
    }
    cJSON_Delete(m->objects[i]);
  }
  m->count = 0;
  return is_stored;
}

static bool take_line(importing *m, const char *line, size_t size) {
  tw_json_fault fault;
  if (!tw_json_is_valid(line, size, &fault)) {
    return refuse(m, "the line is not valid JSON:", fault.message);
  }
  cJSON *object = cJSON_ParseWithLength(line, size);
  if (object == NULL) {
    cli_message(m->command, "%s", tw_status_text(TW_ERR_MEMORY));
    return false;
  }
  m->objects[m->count] = object;
  m->numbers[m->count] = m->lines.number;
  tw_record_entry *entry = &m->entries[m->count];
  *entry = (tw_record_entry){.quota = -1};
  if (!read_record(m, object, &entry->record)) {
    cJSON_Delete(object);
    return false;
  }
  m->count++;
  return m->count < ROWS_TOGETHER || flush(m);
}

static cli_exit import(importing *m) {
  if (!cli_store_keys_read(m->command, m->store, &m->keys)) {
    return CLI_BAD_DATA;
  }
  cli_progress_begin(&m->progress, "importing", m->lines.input->expected_size);
  bool failed = false;
  size_t size = 0;
  for (char *line; !failed && (line = cli_lines_next(&m->lines, &size, &failed)) != NULL;) {
    failed = size > 0 && !take_line(m, line, size);
    cli_progress_advance(&m->progress, size + 1);
  }
  failed = !flush(m) || failed;
  cli_progress_clear(&m->progress);
  (void)fprintf(stderr, "%" PRIu64 " added, %" PRIu64 " there already, %" PRIu64 " in conflict\n",
                m->added, m->repeated, m->conflicts);
  return failed || m->conflicts > 0 ? CLI_BAD_DATA : CLI_OK;
}

static cli_exit import_file(const cli_command *command, const char *address, const char *path) {
  importing *m = calloc(1, sizeof *m);
  if (m == NULL) {
    cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
    return CLI_BAD_DATA;
  }
  cli_input input;
  m->command = command;
  cli_exit exit = cli_input_open(command, path, &input) ? CLI_OK : CLI_BAD_DATA;
  if (exit == CLI_OK) {
    m->lines.input = &input;
    exit = cli_store_open(command, address, true, &m->store);
    if (exit == CLI_OK) {
      exit = import(m);
    }
    cli_input_close(&input);
  }
  free(m->lines.bytes);
  cli_store_keys_free(&m->keys);
  tw_store_close(m->store);
  free(m);
  return exit;
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
  if (argc - optind > 1) {
    return cli_usage_error(command, "one FILE at most, but '%s' follows", argv[optind + 1]);
  }
  return import_file(command, address, argc > optind ? argv[optind] : "-");
}

const cli_command cli_import_command = {.name = "import",
                                        .summary = "add records to a collector from JSON Lines",
                                        .help = help,
                                        .run = run};
