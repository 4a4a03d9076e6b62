/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_LISTING_H
#define TW_CLI_LISTING_H

#include "command.h"

#include <stdbool.h>

/** What `models` and `regions` have in common: options, a FILTER, and two ways to print. */
typedef struct cli_listing {
  const char *route; /* that answers the same table as JSON */
  size_t count;      /* rows of the whole table */
  /* Whether a row contains the filter, in any case. */
  bool (*fits)(size_t row, const char *filter);
  /* The row that a filter means although none contains it; `count` if there is none. May be NULL.
   */
  size_t (*find)(const char *filter);
  /* Prints the selected rows as a table. */
  bool (*print)(const cli_command *command, const bool *selected);
} cli_listing;

cli_exit cli_listing_run(const cli_command *command, int argc, char **argv,
                         const cli_listing *listing);

/** Whether a text contains another, in any case of ASCII letters. */
bool cli_text_contains(const char *text, const char *part);

#endif
