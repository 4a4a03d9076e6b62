/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include "input.h"
#include "message.h"
#include "suggest.h"

#include <stdlib.h>
#include <string.h>

/* From vocabularies.S. */
extern const unsigned char cli_o200k_base[];
extern const unsigned char cli_o200k_base_end[];
extern const unsigned char cli_cl100k_base[];
extern const unsigned char cli_cl100k_base_end[];

static const struct {
  const char *name;
  const unsigned char *begin;
  const unsigned char *end;
} built_in[] = {
    {"o200k_base", cli_o200k_base, cli_o200k_base_end},
    {"cl100k_base", cli_cl100k_base, cli_cl100k_base_end},
};

enum {
  BUILT_IN_COUNT = sizeof built_in / sizeof built_in[0],
  FILE_LIMIT = 256 << 20 /* bytes; the largest vocabulary there is has about one */
};

static cli_exit open_file(const cli_command *command, const char *encoding, const char *file,
                          tw_vocabulary **vocabulary) {
  char *bytes = NULL;
  size_t size = 0;
  if (!cli_input_read_all(command, file, FILE_LIMIT, &bytes, &size)) {
    return CLI_BAD_DATA;
  }
  tw_status status = tw_vocabulary_open(bytes, size, NULL, vocabulary);
  free(bytes);
  if (status != TW_OK) {
    cli_message(command, "%s: %s (%s)", file, tw_status_text(status), tw_status_code(status));
    return CLI_BAD_DATA;
  }
  if (tw_vocabulary_is_composed(*vocabulary)) {
    cli_message(command,
                "%s: exact for text in Unicode normalization form C only; it is not checked", file);
  }
  if (encoding != NULL && strcmp(encoding, tw_vocabulary_name(*vocabulary)) != 0) {
    cli_message(command, "%s: holds '%s', not '%s'", file, tw_vocabulary_name(*vocabulary),
                encoding);
    tw_vocabulary_close(*vocabulary);
    *vocabulary = NULL;
    return CLI_BAD_DATA;
  }
  return CLI_OK;
}

cli_exit cli_vocabulary_open(const cli_command *command, const char *encoding, const char *file,
                             tw_vocabulary **vocabulary) {
  *vocabulary = NULL;
  if (file != NULL) {
    return open_file(command, encoding, file, vocabulary);
  }
  const char *name = encoding == NULL ? built_in[0].name : encoding;
  for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
    if (strcmp(name, built_in[i].name) == 0) {
      tw_status status = tw_vocabulary_open(
          built_in[i].begin, (size_t)(built_in[i].end - built_in[i].begin), NULL, vocabulary);
      if (status != TW_OK) {
        cli_message(command, "built-in vocabulary %s: %s", name, tw_status_text(status));
        return CLI_BAD_DATA;
      }
      return CLI_OK;
    }
  }
  for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
    if (cli_word_is_near(name, built_in[i].name)) {
      return cli_usage_error(command, "unknown encoding '%s': did you mean '%s'?", name,
                             built_in[i].name);
    }
  }
  return cli_usage_error(command, "unknown encoding '%s': o200k_base and cl100k_base are built in",
                         name);
}
