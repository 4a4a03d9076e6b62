/* SPDX-License-Identifier: MIT */
/* tokenwatt decode: the text of token ids. */
#include "command.h"
#include "input.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "vocabulary.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

static const char help[] =
    "Usage: tokenwatt decode [OPTION]... [FILE]\n"
    "\n"
    "Prints the text of the token ids in FILE: decimal numbers, separated by white space.\n"
    "Without FILE, and for '-', reads standard input. The text is printed as it is, with no\n"
    "newline added; if an id is wrong, nothing is printed.\n"
    "\n"
    "Options:\n"
    "  -e, --encoding NAME     o200k_base (default) or cl100k_base\n"
    "  -v, --vocabulary FILE   use the vocabulary of a .twv file\n"
    "  -h, --help              print this help\n"
    "  -V, --version           print the version\n"
    "\n"
    "Examples:\n"
    "  echo 13225 11 2375 0 | tokenwatt decode\n"
    "  tokenwatt encode notes.txt | tokenwatt decode    # the same text again\n";

enum {
  INPUT_LIMIT = 1 << 30, /* bytes of text with ids */
  BLOCK_IDS = 4096,      /* decoded at once */
  SHOWN_WORD = 40        /* characters of a wrong word that a message shows */
};

/* The ids of an input and where in it one is looking. */
typedef struct id_list {
  const char *name; /* of the input */
  uint32_t *ids;
  size_t count;
} id_list;

static bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where a word stands, for people: lines and columns (in bytes) from 1. */
static void find_position(const char *text, size_t at, size_t *line, size_t *column) {
  *line = 1;
  *column = 1;
  for (size_t i = 0; i < at; i++) {
    *column = text[i] == '\n' ? 1 : *column + 1;
    *line += text[i] == '\n';
  }
}

/* Reads the word [begin, end) as an id below `limit`. */
static bool read_id(const char *text, size_t begin, size_t end, uint32_t limit, uint32_t *id) {
  uint64_t value = 0;
  for (size_t i = begin; i < end; i++) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
    value = value * 10 + (uint64_t)(text[i] - '0');
    if (value >= limit) {
      return false;
    }
  }
  *id = (uint32_t)value;
  return true;
}

static bool is_number(const char *text, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
  }
  return true;
}

static void report_wrong_id(const cli_command *command, const tw_vocabulary *vocabulary,
                            const id_list *list, const char *text, size_t begin, size_t end) {
  size_t line = 0;
  size_t column = 0;
  find_position(text, begin, &line, &column);
  int shown = (int)(end - begin > SHOWN_WORD ? SHOWN_WORD : end - begin);
  const char *dots = end - begin > SHOWN_WORD ? "..." : "";
  if (is_number(text, begin, end)) {
    cli_message(command,
                "%s: id %.*s%s (number %zu, line %zu, column %zu) is not in %s, whose ids are 0 to "
                "%" PRIu32,
                list->name, shown, text + begin, dots, list->count + 1, line, column,
                tw_vocabulary_name(vocabulary), tw_vocabulary_size(vocabulary) - 1);
  } else {
    cli_message(command,
                "%s: '%.*s%s' (number %zu, line %zu, column %zu) is not a token id: ids are whole "
                "numbers, separated by white space",
                list->name, shown, text + begin, dots, list->count + 1, line, column);
  }
}

static bool read_ids(const cli_command *command, const tw_vocabulary *vocabulary, const char *text,
                     size_t size, id_list *list) {
  uint32_t limit = tw_vocabulary_size(vocabulary);
  for (size_t at = 0;;) {
    while (at < size && is_space(text[at])) {
      at++;
    }
    if (at == size) {
      return true;
    }
    size_t begin = at;
    while (at < size && !is_space(text[at])) {
      at++;
    }
    if (!read_id(text, begin, at, limit, &list->ids[list->count])) {
      report_wrong_id(command, vocabulary, list, text, begin, at);
      return false;
    }
    list->count++;
  }
}

static bool print_text(const cli_command *command, const tw_vocabulary *vocabulary,
                       const id_list *list) {
  size_t capacity = (size_t)64 * BLOCK_IDS;
  char *text = malloc(capacity);
  size_t done = 0;
  while (text != NULL && done < list->count && cli_output_works()) {
    size_t block = list->count - done < BLOCK_IDS ? list->count - done : BLOCK_IDS;
    size_t size = 0;
    tw_status status = tw_tokens_decode(vocabulary, list->ids + done, block, text, capacity, &size);
    if (status == TW_ERR_BUFFER) {
      free(text);
      text = malloc(size);
      capacity = size;
    } else if (status != TW_OK) {
      cli_message(command, "%s: %s", list->name, tw_status_text(status));
      free(text);
      return false;
    } else {
      cli_output_bytes(text, size);
      done += block;
    }
  }
  if (text == NULL) {
    cli_message(command, "%s: not enough memory", list->name);
  }
  free(text);
  return text != NULL;
}

static cli_exit decode(const cli_command *command, const tw_vocabulary *vocabulary,
                       const char *path) {
  char *text = NULL;
  size_t size = 0;
  if (!cli_input_read_all(command, path, INPUT_LIMIT, &text, &size)) {
    return CLI_BAD_DATA;
  }
  id_list list = {.name = cli_input_name(path)};
  list.ids = malloc((size / 2 + 1) * sizeof *list.ids); /* an id and its space take two bytes */
  bool done = list.ids != NULL;
  if (!done) {
    cli_message(command, "%s: not enough memory", list.name);
  }
  done = done && read_ids(command, vocabulary, text, size, &list);
  free(text);
  done = done && print_text(command, vocabulary, &list);
  free(list.ids);
  return done ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {CLI_VOCABULARY_OPTIONS, CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":e:v:hV", long_options, CLI_OK};
  const char *encoding = NULL;
  const char *vocabulary_file = NULL;
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    switch (option) {
    case 'e':
      encoding = optarg;
      break;
    case 'v':
      vocabulary_file = optarg;
      break;
    default:
      return options.exit;
    }
  }
  if (argc - optind > 1) {
    return cli_usage_error(command, "one FILE at most, but '%s' follows", argv[optind + 1]);
  }
  tw_vocabulary *vocabulary = NULL;
  cli_exit exit = cli_vocabulary_open(command, encoding, vocabulary_file, &vocabulary);
  if (exit == CLI_OK) {
    exit = decode(command, vocabulary, argv[optind]);
  }
  tw_vocabulary_close(vocabulary);
  return exit;
}

const cli_command cli_decode_command = {
    .name = "decode", .summary = "print the text of token ids", .help = help, .run = run};
