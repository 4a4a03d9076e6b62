/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include "json_output.h"
#include "message.h"
#include "options.h"
#include "tokenwatt/status.h"

#include <stdlib.h>
#include <string.h>

bool cli_text_contains(const char *text, const char *part) {
  return strcasestr(text, part) != NULL;
}

static size_t select_fitting(const cli_listing *listing, const char *filter, bool *selected) {
  size_t found = 0;
  for (size_t i = 0; i < listing->count; i++) {
    selected[i] = filter == NULL || listing->fits(i, filter);
    found += selected[i];
  }
  return found;
}

/* As ids are written: "claude 3.5" is in "claude-3.5-sonnet". */
static size_t select_with_dashes(const cli_listing *listing, const char *filter, bool *selected) {
  char *dashed = strdup(filter);
  if (dashed == NULL) {
    return 0;
  }
  for (char *blank = dashed; (blank = strchr(blank, ' ')) != NULL;) {
    *blank = '-';
  }
  size_t found = select_fitting(listing, dashed, selected);
  free(dashed);
  return found;
}

/* The rows that fit a filter (all for NULL); how many there are. */
static size_t select_rows(const cli_listing *listing, const char *filter, bool *selected) {
  size_t found = select_fitting(listing, filter, selected);
  if (found == 0 && listing->find != NULL) {
    size_t meant = listing->find(filter);
    if (meant < listing->count) {
      selected[meant] = true;
      found = 1;
    }
  }
  if (found == 0 && filter != NULL) {
    found = select_with_dashes(listing, filter, selected);
  }
  return found;
}

static cli_exit list(const cli_command *command, const cli_listing *listing, const char *filter,
                     bool as_json) {
  bool *selected = calloc(listing->count, sizeof *selected);
  if (selected == NULL) {
    cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
    return CLI_BAD_DATA;
  }
  cli_exit exit = CLI_OK;
  if (select_rows(listing, filter, selected) == 0) {
    cli_message(command, "nothing fits '%s'; 'tokenwatt %s' prints all", filter, command->name);
    exit = CLI_BAD_DATA;
  } else if (as_json) {
    exit = cli_json_print_rows(command, listing->route, selected, listing->count);
  } else {
    exit = listing->print(command, selected) ? CLI_OK : CLI_BAD_DATA;
  }
  free(selected);
  return exit;
}

cli_exit cli_listing_run(const cli_command *command, int argc, char **argv,
                         const cli_listing *listing) {
  static const struct option long_options[] = {{"json", no_argument, NULL, 'j'},
                                               CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":jhV", long_options, CLI_OK};
  bool as_json = false;
  for (int option; (option = cli_options_next(&options)) != CLI_OPTIONS_END;) {
    if (option != 'j') {
      return options.exit;
    }
    as_json = true;
  }
  if (argc - optind > 1) {
    return cli_usage_error(command, "one FILTER at most, but '%s' follows", argv[optind + 1]);
  }
  return list(command, listing, argv[optind], as_json);
}
