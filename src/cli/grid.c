/* SPDX-License-Identifier: MIT */
/* tokenwatt grid import: readings of the grid's carbon for a collector. */
#include "tokenwatt/grid.h"
#include "input.h"
#include "lines.h"
#include "message.h"
#include "options.h"
#include "server/dates.h"
#include "store_option.h"
#include "tokenwatt/status.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char help[] =
    "Usage: tokenwatt grid import [OPTION]... [FILE]\n"
    "\n"
    "Adds readings of the carbon intensity of grids to a store, from a CSV file or standard\n"
    "input; GET /api/carbon/{region} of the server then answers with them. A reading of the\n"
    "same place and time replaces the older one. The first line names the columns, in any\n"
    "order; others are ignored:\n"
    "\n"
    "  region          a cloud region, a grid zone or a country; also 'zone', 'Zone id'\n"
    "  time            2025-12-31T12:00:00Z; also 'Datetime (UTC)'\n"
    "  gco2e_per_kwh   also 'Carbon intensity gCO2eq/kWh (Life cycle)'\n"
    "  source          where it is from, unless --source says so\n"
    "\n"
    "so that files of Electricity Maps can be imported as they are.\n"
    "\n"
    "Options:\n" CLI_STORE_HELP
    "      --source TEXT  where the readings are from (default: the file's name)\n"
    "  -h, --help         print this help\n"
    "  -V, --version      print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt grid import --store sqlite:usage.db --source 'Electricity Maps' NL_2025.csv\n"
    "\n"
    "Exit status: 0 done, 1 for a bad line (the message names it, and nothing is stored), 2 for\n"
    "a usage error.\n";

enum { OPTION_STORE = 256, OPTION_SOURCE, MOST_COLUMNS = 64, LONGEST_SOURCE = 200 };

/* The columns that are read. */
typedef enum column { REGION, TIME, VALUE, SOURCE, COLUMN_COUNT } column;

static const struct {
  const char *name; /* as it begins, in any case */
  column column;
} names[] = {
    {"region", REGION},
    {"zone id", REGION},
    {"zone", REGION},
    {"time", TIME},
    {"datetime", TIME},
    {"gco2e_per_kwh", VALUE},
    {"carbon intensity gco2eq/kwh (life cycle)", VALUE},
    {"carbon intensity gco\xE2\x82\x82"
     "eq/kwh (life cycle)",
     VALUE},
    {"carbon intensity gco\xE2\x82\x82"
     "eq/kwh (lca)",
     VALUE},
    {"source", SOURCE},
};

enum { NAME_COUNT = sizeof names / sizeof names[0] };

typedef struct grid {
  const cli_command *command;
  const char *store;
  const char *source; /* of --source */
  cli_lines lines;
  int places[COLUMN_COUNT]; /* of the columns in a line; -1 for none */
  tw_reading *readings;
  size_t count;
  size_t capacity;
} grid;

static bool refuse(const grid *g, const char *what, const char *message) {
  cli_message(g->command, "%s:%" PRIu64 ": %s %s", g->lines.input->name, g->lines.number, what,
              message);
  return false;
}

/* Cuts a line of CSV into its cells, in place; how many, or -1 for a quote that does not end. */
static int split(char *line, char *cells[MOST_COLUMNS]) {
  int count = 0;
  char *from = line;
  char *to = line;
  for (bool more = true; more && count < MOST_COLUMNS; count++) {
    cells[count] = to;
    if (*from == '"') {
      for (from++; *from != '"' || from[1] == '"'; from++) {
        if (*from == '\0') {
          return -1;
        }
        from += *from == '"';
        *to++ = *from;
      }
      from++;
    }
    while (*from != ',' && *from != '\0') {
      *to++ = *from++;
    }
    more = *from == ',';
    from += more;
    *to++ = '\0';
  }
  return count;
}

static bool read_header(grid *g, char *line) {
  char *cells[MOST_COLUMNS];
  if (strncmp(line, "\xEF\xBB\xBF", 3) == 0) {
    line += 3;
  }
  int count = split(line, cells);
  int ranks[COLUMN_COUNT]; /* of the names found: the more exact come first */
  for (int i = 0; i < COLUMN_COUNT; i++) {
    g->places[i] = -1;
    ranks[i] = NAME_COUNT;
  }
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < NAME_COUNT; j++) {
      bool is_prefix = names[j].column == TIME && strncasecmp(cells[i], names[j].name, 8) == 0;
      if ((is_prefix || strcasecmp(cells[i], names[j].name) == 0) && j < ranks[names[j].column]) {
        g->places[names[j].column] = i;
        ranks[names[j].column] = j;
      }
    }
  }
  for (int i = REGION; i <= VALUE; i++) {
    static const char *const needed[] = {"region", "time", "gco2e_per_kwh"};
    if (g->places[i] < 0) {
      return refuse(g, needed[i], "is no column of the first line");
    }
  }
  return true;
}

/* The name by which the tables know a place; NULL if they don't. Static. */
static const char *find_place(const char *name) {
  tw_grid_series series;
  return tw_grid_series_find(name, &series) == TW_OK ? series.code : NULL;
}

static bool read_value(const char *text, double *value) {
  char *end = NULL;
  *value = strtod(text, &end);
  return end != text && *end == '\0' && *value >= 0 && *value < 1e5;
}

static bool add_reading(grid *g, const tw_reading *reading) {
  if (g->count == g->capacity) {
    size_t capacity = g->capacity == 0 ? 1024 : 2 * g->capacity;
    tw_reading *larger = realloc(g->readings, capacity * sizeof *larger);
    if (larger == NULL) {
      return refuse(g, "there is", "not enough memory");
    }
    g->readings = larger;
    g->capacity = capacity;
  }
  g->readings[g->count] = *reading;
  g->readings[g->count].source = strdup(reading->source);
  if (g->readings[g->count].source == NULL) {
    return refuse(g, "there is", "not enough memory");
  }
  g->count++;
  return true;
}

static bool read_line(grid *g, char *line) {
  char *cells[MOST_COLUMNS];
  const char *found[COLUMN_COUNT] = {"", "", "", ""};
  int count = split(line, cells);
  for (int i = 0; i < COLUMN_COUNT; i++) {
    if (g->places[i] >= 0 && g->places[i] < count) {
      found[i] = cells[g->places[i]];
    }
  }
  tw_reading reading = {.region = find_place(found[REGION])};
  int64_t start_ms = 0;
  int64_t length_ms = 0;
  if (count < 0) {
    return refuse(g, "a quote", "is not closed");
  }
  if (reading.region == NULL) {
    return refuse(g, found[REGION], "is no known region, zone or country");
  }
  if (!tw_date_read(found[TIME], &start_ms, &length_ms)) {
    return refuse(g, found[TIME], "is no time such as 2025-12-31T12:00:00Z");
  }
  if (found[VALUE][0] == '\0') {
    return true; /* an hour without a reading */
  }
  if (!read_value(found[VALUE], &reading.gco2e_per_kwh)) {
    return refuse(g, found[VALUE], "is no carbon intensity in gCO2e/kWh");
  }
  reading.time_s = start_ms / 1000;
  reading.source = found[SOURCE][0] != '\0' ? found[SOURCE] : g->source;
  if (strlen(reading.source) > LONGEST_SOURCE) {
    return refuse(g, "the source", "is longer than 200 bytes");
  }
  return add_reading(g, &reading);
}

static bool read_file(grid *g) {
  bool failed = false;
  size_t size = 0;
  bool has_header = false;
  for (char *line; !failed && (line = cli_lines_next(&g->lines, &size, &failed)) != NULL;) {
    if (size == 0) {
      continue;
    }
    failed = has_header ? !read_line(g, line) : !read_header(g, line);
    has_header = true;
  }
  return !failed && (has_header || refuse(g, "the file", "is empty"));
}

static cli_exit import_file(grid *g, const char *path) {
  cli_input input;
  if (!cli_input_open(g->command, path, &input)) {
    return CLI_BAD_DATA;
  }
  g->lines.input = &input;
  g->source = g->source == NULL ? input.name : g->source;
  cli_exit exit = read_file(g) ? CLI_OK : CLI_BAD_DATA;
  cli_input_close(&input);
  tw_store *store = NULL;
  tw_store_error error = {""};
  if (exit == CLI_OK) {
    exit = cli_store_open(g->command, g->store, true, &store);
  }
  if (exit == CLI_OK &&
      tw_store_add_readings(store, g->readings, g->count, &error) != TW_STORE_OK) {
    cli_message(g->command, "%s", error.text);
    exit = CLI_BAD_DATA;
  }
  if (exit == CLI_OK) {
    (void)fprintf(stderr, "%zu reading%s\n", g->count, g->count == 1 ? "" : "s");
  }
  tw_store_close(store);
  for (size_t i = 0; i < g->count; i++) {
    free((char *)g->readings[i].source);
  }
  free(g->readings);
  free(g->lines.bytes);
  return exit;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {{"store", required_argument, NULL, OPTION_STORE},
                                               {"source", required_argument, NULL, OPTION_SOURCE},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":hV", long_options, CLI_OK};
  grid g = {.command = command};
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    switch (option) {
    case CLI_OPTIONS_EXIT:
      return options.exit;
    case OPTION_STORE:
      g.store = optarg;
      break;
    default:
      g.source = optarg;
      break;
    }
  }
  if (optind == argc || strcmp(argv[optind], "import") != 0) {
    return cli_usage_error(command, "say what to do: grid import FILE");
  }
  if (argc - optind > 2) {
    return cli_usage_error(command, "one FILE at most, but '%s' follows", argv[optind + 2]);
  }
  return import_file(&g, argc - optind == 2 ? argv[optind + 1] : "-");
}

const cli_command cli_grid_command = {
    .name = "grid", .summary = "import readings of the grid's carbon", .help = help, .run = run};
