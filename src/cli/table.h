/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_TABLE_H
#define TW_CLI_TABLE_H

#include "command.h"

#include <stdbool.h>

/** A table whose columns are as wide as their widest cell. Cells are added row by row. */
typedef struct cli_table {
  size_t columns;
  unsigned right; /* bit i: column i is aligned to the right */
  char **cells;
  size_t count;
  size_t capacity;
  bool is_out_of_memory;
} cli_table;

/** Adds a cell; the text is copied. An empty one is shown as "-". */
void cli_table_add(cli_table *table, const char *text);

/** The same, with a number of `decimals` decimals; NaN is an empty cell. */
void cli_table_add_number(cli_table *table, double number, int decimals);

/** Prints the table and frees its cells. False, after a message, if memory ran short. */
bool cli_table_print(const cli_command *command, cli_table *table);

#endif
