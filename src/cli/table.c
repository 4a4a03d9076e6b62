/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "message.h"
#include "tokenwatt/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, MOST_COLUMNS = 16 };

void cli_table_add(cli_table *table, const char *text) {
  if (table->count == table->capacity) {
    size_t capacity = table->capacity == 0 ? 256 : 2 * table->capacity;
    char **cells = realloc(table->cells, capacity * sizeof *cells);
    if (cells == NULL) {
      table->is_out_of_memory = true;
      return;
    }
    table->cells = cells;
    table->capacity = capacity;
  }
  char *copy = strdup(*text == '\0' ? "-" : text);
  if (copy == NULL) {
    table->is_out_of_memory = true;
    return;
  }
  table->cells[table->count++] = copy;
}

void cli_table_add_number(cli_table *table, double number, int decimals) {
  char text[64] = "";
  if (!isnan(number)) {
    (void)snprintf(text, sizeof text, "%.*f", decimals, number);
  }
  cli_table_add(table, text);
}

/* Characters, which in the scripts of our tables are columns of the screen. */
static size_t width_of(const char *text) {
  size_t width = 0;
  for (; *text != '\0'; text++) {
    width += ((unsigned char)*text & 0xC0) != 0x80;
  }
  return width;
}

static void print_cell(const cli_table *table, size_t column, const char *text, size_t width) {
  int padding = (int)(width - width_of(text));
  if ((table->right >> column & 1) != 0) {
    printf("%*s%s", padding, "", text);
    padding = 0;
  } else {
    printf("%s", text);
  }
  if (column + 1 == table->columns) {
    putchar('\n'); /* without blanks before it */
  } else {
    printf("%*s", padding + GAP, "");
  }
}

bool cli_table_print(const cli_command *command, cli_table *table) {
  size_t widths[MOST_COLUMNS] = {0};
  for (size_t i = 0; i < table->count; i++) {
    size_t width = width_of(table->cells[i]);
    size_t *widest = &widths[i % table->columns];
    *widest = width > *widest ? width : *widest;
  }
  for (size_t i = 0; i < table->count && !table->is_out_of_memory; i++) {
    print_cell(table, i % table->columns, table->cells[i], widths[i % table->columns]);
  }
  for (size_t i = 0; i < table->count; i++) {
    free(table->cells[i]);
  }
  free(table->cells);
  table->cells = NULL;
  table->count = 0;
  if (table->is_out_of_memory) {
    cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
  }
  return !table->is_out_of_memory;
}
