/* SPDX-License-Identifier: MIT */
/* tokenwatt models: the table of models. */
#include "tokenwatt/models.h"

#include "listing.h"
#include "table.h"

#include <math.h>
#include <stdio.h>

static const char help[] =
    "Usage: tokenwatt models [OPTION]... [FILTER]\n"
    "\n"
    "Prints the table of models, or only those with FILTER in their id, provider or family;\n"
    "a FILTER that is in none is looked up as estimates look up a name (\"Claude 3.5\n"
    "Sonnet\"), then with dashes for its blanks (\"claude 3.5\"). Parameters are in billions,\n"
    "with the bounds they may lie in.\n"
    "\n"
    "Options:\n"
    "  -j, --json     print everything that is known, as GET /api/v1/models answers it\n"
    "  -h, --help     print this help\n"
    "  -V, --version  print the version\n"
    "\n"
    "Confidence of the parameters:\n"
    "  published   by whoever made the model, or readable from its name\n"
    "  unverified  said to be published, but read only in a secondary source\n"
    "  estimated   the vendor does not say; somebody's estimate\n"
    "  unknown     no number: similar models stand in\n"
    "\n"
    "Examples:\n"
    "  tokenwatt models\n"
    "  tokenwatt models mistral\n"
    "  tokenwatt models --json gpt-4o\n"
    "\n"
    "Exit status: 0, 1 if nothing fits FILTER, 2 for a usage error.\n";

static bool fits(size_t row, const char *filter) {
  const tw_model *model = tw_model_at(row);
  return cli_text_contains(model->id, filter) || cli_text_contains(model->provider, filter) ||
         cli_text_contains(model->family, filter);
}

static size_t find(const char *name) {
  tw_model_match match;
  size_t row = 0;
  if (tw_model_find(name, NULL, &match) != TW_OK) {
    return tw_model_count();
  }
  while (tw_model_at(row) != match.model) {
    row++;
  }
  return row;
}

static void add_range(cli_table *table, tw_range range) {
  char text[64] = "";
  if (!isnan(range.value) && range.low < range.high) {
    (void)snprintf(text, sizeof text, "%.4g (%.4g-%.4g)", range.value, range.low, range.high);
  } else if (!isnan(range.value)) {
    (void)snprintf(text, sizeof text, "%.4g", range.value);
  }
  cli_table_add(table, text);
}

static bool print(const cli_command *command, const bool *selected) {
  static const char *const titles[] = {"MODEL",      "TOTAL B",  "ACTIVE B",
                                       "CONFIDENCE", "ENCODING", "SOURCE"};
  cli_table table = {.columns = sizeof titles / sizeof titles[0]};
  for (size_t i = 0; i < table.columns; i++) {
    cli_table_add(&table, titles[i]);
  }
  for (size_t i = 0; i < tw_model_count(); i++) {
    if (selected[i]) {
      const tw_model *model = tw_model_at(i);
      cli_table_add(&table, model->id);
      add_range(&table, model->params_total_b);
      add_range(&table, model->params_active_b);
      cli_table_add(&table, tw_params_confidence_name(model->params_confidence));
      cli_table_add(&table, model->encoding == NULL ? "" : model->encoding);
      cli_table_add(&table, model->source);
    }
  }
  return cli_table_print(command, &table);
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  const cli_listing listing = {
      .route = "/api/v1/models",
      .count = tw_model_count(),
      .fits = fits,
      .find = find,
      .print = print,
  };
  return cli_listing_run(command, argc, argv, &listing);
}

const cli_command cli_models_command = {
    .name = "models", .summary = "print the table of models", .help = help, .run = run};
