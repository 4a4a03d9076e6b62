/* SPDX-License-Identifier: MIT */
/* tokenwatt encode: the token ids of a text. */
#include "command.h"
#include "input.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "tokenize.h"
#include "vocabulary.h"

static const char help[] =
    "Usage: tokenwatt encode [OPTION]... [FILE]\n"
    "\n"
    "Prints the token ids of FILE on one line. Without FILE, and for '-', reads standard\n"
    "input. The names of special tokens (<|endoftext|>) are plain text.\n"
    "\n"
    "Options:\n"
    "  -e, --encoding NAME     o200k_base (default) or cl100k_base\n"
    "  -v, --vocabulary FILE   use the vocabulary of a .twv file\n"
    "  -h, --help              print this help\n"
    "  -V, --version           print the version\n"
    "\n"
    "Examples:\n"
    "  printf 'Hello, world!' | tokenwatt encode\n"
    "  tokenwatt encode notes.txt | tokenwatt decode    # the same text again\n";

/* Ids go out in decimal through a block of our own: printf would take most of the time. */
typedef struct id_line {
  bool begun;
} id_line;

static bool print_ids(const uint32_t *ids, size_t count, void *context) {
  id_line *line = context;
  char text[4096];
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    char digits[12];
    size_t at = sizeof digits;
    uint32_t id = ids[i];
    do {
      digits[--at] = (char)('0' + id % 10);
      id /= 10;
    } while (id > 0);
    if (used + sizeof digits > sizeof text) {
      cli_output_bytes(text, used);
      used = 0;
    }
    if (line->begun) {
      text[used++] = ' ';
    }
    line->begun = true;
    while (at < sizeof digits) {
      text[used++] = digits[at++];
    }
  }
  cli_output_bytes(text, used);
  return cli_output_works();
}

static cli_exit encode(const cli_command *command, const tw_vocabulary *vocabulary,
                       const char *path) {
  cli_input input;
  if (!cli_input_open(command, path, &input)) {
    return CLI_BAD_DATA;
  }
  id_line line = {false};
  cli_text_size size;
  bool done = cli_tokenize(vocabulary, &input, print_ids, &line, NULL, &size);
  cli_input_close(&input);
  cli_output_bytes("\n", 1);
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
    exit = encode(command, vocabulary, argv[optind]);
  }
  tw_vocabulary_close(vocabulary);
  return exit;
}

const cli_command cli_encode_command = {
    .name = "encode", .summary = "print the token ids of a text", .help = help, .run = run};
