/* SPDX-License-Identifier: MIT */
/* tokenwatt count: how many tokens texts have, in the manner of wc. */
#include "command.h"
#include "input.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "progress.h"
#include "tokenize.h"
#include "vocabulary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char help[] =
    "Usage: tokenwatt count [OPTION]... [FILE]...\n"
    "\n"
    "Counts the tokens of each FILE, and of all if there are several. Without FILE, and\n"
    "for '-', reads standard input. Text is UTF-8; ill-formed bytes count as U+FFFD, the\n"
    "names of special tokens (<|endoftext|>) count as plain text.\n"
    "\n"
    "Options:\n"
    "  -e, --encoding NAME     o200k_base (default) or cl100k_base\n"
    "  -v, --vocabulary FILE   use the vocabulary of a .twv file\n"
    "  -j, --json              print "
    "{\"encoding\",\"files\":[{\"file\",\"tokens\",\"bytes\"}],\"total\"}\n"
    "  -h, --help              print this help\n"
    "  -V, --version           print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt count README.md\n"
    "  tokenwatt count --encoding cl100k_base src/*.c\n"
    "  git diff | tokenwatt count\n"
    "\n"
    "Exit status: 0 if all was counted, 1 if a file could not be read (the others are\n"
    "counted all the same), 2 for a usage error.\n";

/* What one call of the command works with. */
typedef struct counting {
  const cli_command *command;
  const tw_vocabulary *vocabulary;
  cli_progress progress;
  tw_json json;
  cJSON *files; /* NULL for lines of text */
  int width;    /* of the column of numbers */
} counting;

/* Tokens never outnumber the bytes of well-formed text, so the files' sizes bound the width. */
static void survey(char **paths, int count, uint64_t *bytes, int *width) {
  bool known = true;
  *bytes = 0;
  for (int i = 0; i < count; i++) {
    struct stat info;
    if (strcmp(paths[i], "-") == 0) {
      known = false;
    } else if (stat(paths[i], &info) == 0 && !S_ISDIR(info.st_mode)) {
      known = known && S_ISREG(info.st_mode);
      *bytes += S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    }
  }
  *width = count > 1 ? snprintf(NULL, 0, "%" PRIu64, *bytes) : 1;
  if (count > 1 && !known && *width < 7) {
    *width = 7;
  }
  *bytes = known ? *bytes : 0;
}

static void report_count(counting *c, const char *path, const cli_text_size *size) {
  if (c->files == NULL) {
    cli_progress_clear(&c->progress);
    printf("%*" PRIu64 "%s%s\n", c->width, size->tokens, path == NULL ? "" : " ",
           path == NULL ? "" : path);
    return;
  }
  cJSON *entry = tw_json_object(&c->json, c->files, NULL);
  cli_json_text(&c->json, entry, "file", path == NULL ? "-" : path);
  tw_json_integer(&c->json, entry, "tokens", (double)size->tokens);
  tw_json_integer(&c->json, entry, "bytes", (double)size->bytes);
}

static bool count_input(counting *c, const char *path, cli_text_size *total) {
  cli_input input;
  if (!cli_input_open(c->command, path, &input)) {
    return false;
  }
  cli_text_size size;
  bool counted = cli_tokenize(c->vocabulary, &input, NULL, NULL, &c->progress, &size);
  cli_input_close(&input);
  if (counted) {
    report_count(c, path, &size);
    total->tokens += size.tokens;
    total->bytes += size.bytes;
  }
  return counted;
}

static cli_exit count_all(counting *c, char **paths, int count, bool as_json) {
  static char standard_input[] = "-";
  char *no_paths[] = {standard_input};
  uint64_t bytes = 0;
  survey(count > 0 ? paths : no_paths, count > 0 ? count : 1, &bytes, &c->width);
  cli_progress_begin(&c->progress, "counting", bytes);
  cJSON *answer = NULL;
  if (as_json) {
    answer = tw_json_root(&c->json);
    tw_json_text(&c->json, answer, "encoding", tw_vocabulary_name(c->vocabulary));
    c->files = tw_json_array(&c->json, answer, "files");
  }

  cli_text_size total = {0, 0};
  bool all = true;
  if (count == 0) {
    all = count_input(c, NULL, &total);
  }
  for (int i = 0; i < count && cli_output_works(); i++) {
    all = count_input(c, paths[i], &total) && all;
  }
  cli_progress_clear(&c->progress);
  if (as_json) {
    cJSON *sum = tw_json_object(&c->json, answer, "total");
    tw_json_integer(&c->json, sum, "tokens", (double)total.tokens);
    tw_json_integer(&c->json, sum, "bytes", (double)total.bytes);
    all = cli_json_print(c->command, &c->json, answer) && all;
  } else if (count > 1) {
    printf("%*" PRIu64 " total\n", c->width, total.tokens);
  }
  return all ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {
      CLI_VOCABULARY_OPTIONS, {"json", no_argument, NULL, 'j'}, CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":e:v:jhV", long_options, CLI_OK};
  const char *encoding = NULL;
  const char *vocabulary_file = NULL;
  bool as_json = false;
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    switch (option) {
    case 'e':
      encoding = optarg;
      break;
    case 'v':
      vocabulary_file = optarg;
      break;
    case 'j':
      as_json = true;
      break;
    default:
      return options.exit;
    }
  }
  tw_vocabulary *vocabulary = NULL;
  cli_exit exit = cli_vocabulary_open(command, encoding, vocabulary_file, &vocabulary);
  if (exit == CLI_OK) {
    counting c = {.command = command, .vocabulary = vocabulary};
    exit = count_all(&c, argv + optind, argc - optind, as_json);
  }
  tw_vocabulary_close(vocabulary);
  return exit;
}

const cli_command cli_count_command = {
    .name = "count", .summary = "count the tokens of texts", .help = help, .run = run};
