/* SPDX-License-Identifier: MIT */
/* tokenwatt count: how many tokens texts have, in the manner of wc. */
#include "command.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "progress.h"
#include "tally.h"
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
    "  -t, --threads N         count on N threads at once; default: as many as there are cores\n"
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
  tw_json_node *files; /* NULL for lines of text */
  int width;           /* of the column of numbers */
  cli_text_size total;
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

static void report_count(const char *path, const cli_text_size *size, void *context) {
  counting *c = context;
  c->total.tokens += size->tokens;
  c->total.bytes += size->bytes;
  if (c->files == NULL) {
    cli_progress_clear(&c->progress);
    printf("%*" PRIu64 "%s%s\n", c->width, size->tokens, path == NULL ? "" : " ",
           path == NULL ? "" : path);
    return;
  }
  tw_json_node *entry = tw_json_object(&c->json, c->files, NULL);
  cli_json_text(&c->json, entry, "file", path == NULL ? "-" : path);
  tw_json_integer(&c->json, entry, "tokens", (double)size->tokens);
  tw_json_integer(&c->json, entry, "bytes", (double)size->bytes);
}

/* Without a path, standard input. */
static cli_exit count_all(counting *c, char **paths, int count, unsigned threads, bool as_json) {
  char *no_paths[] = {NULL};
  uint64_t bytes = 0;
  survey(paths, count, &bytes, &c->width);
  cli_progress_begin(&c->progress, "counting", bytes);
  tw_json_node *answer = NULL;
  if (as_json) {
    answer = tw_json_root(&c->json);
    tw_json_text(&c->json, answer, "encoding", tw_vocabulary_name(c->vocabulary));
    c->files = tw_json_array(&c->json, answer, "files");
  }
  cli_tally tally = {.command = c->command,
                     .vocabulary = c->vocabulary,
                     .paths = count > 0 ? paths : no_paths,
                     .count = count > 0 ? (size_t)count : 1,
                     .threads = threads,
                     .progress = &c->progress,
                     .counted = report_count,
                     .context = c};
  bool all = cli_tally_run(&tally);
  cli_progress_clear(&c->progress);
  if (as_json) {
    tw_json_node *sum = tw_json_object(&c->json, answer, "total");
    tw_json_integer(&c->json, sum, "tokens", (double)c->total.tokens);
    tw_json_integer(&c->json, sum, "bytes", (double)c->total.bytes);
    all = cli_json_print(c->command, &c->json) && all;
  } else if (count > 1) {
    printf("%*" PRIu64 " total\n", c->width, c->total.tokens);
  }
  return all ? CLI_OK : CLI_BAD_DATA;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {CLI_VOCABULARY_OPTIONS,
                                               {"json", no_argument, NULL, 'j'},
                                               {"threads", required_argument, NULL, 't'},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":e:v:jt:hV", long_options, CLI_OK};
  const char *encoding = NULL;
  const char *vocabulary_file = NULL;
  bool as_json = false;
  int64_t threads = cli_available_cores();
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
    case 't':
      if (!cli_number_between(command, "--threads", optarg, 1, CLI_MOST_THREADS, &threads)) {
        return CLI_USAGE;
      }
      break;
    default:
      return options.exit;
    }
  }
  tw_vocabulary *vocabulary = NULL;
  cli_exit exit = cli_vocabulary_open(command, encoding, vocabulary_file, &vocabulary);
  if (exit == CLI_OK) {
    counting c = {.command = command, .vocabulary = vocabulary};
    exit = count_all(&c, argv + optind, argc - optind, (unsigned)threads, as_json);
  }
  tw_vocabulary_close(vocabulary);
  return exit;
}

const cli_command cli_count_command = {
    .name = "count", .summary = "count the tokens of texts", .help = help, .run = run};
