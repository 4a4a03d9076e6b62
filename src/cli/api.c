/* SPDX-License-Identifier: MIT */
/* tokenwatt api: any route of the APIs, without a server. */
#include "command.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "route.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Usage: tokenwatt api METHOD PATH [BODY-FILE]\n"
    "\n"
    "Asks a route of the APIs that 'tokenwatt serve' offers, offline and without a server.\n"
    "Prints the answer's body on standard output, indented if that is a terminal, and its\n"
    "HTTP status on standard error. PATH may have a query. For BODY-FILE '-', the body is\n"
    "read from standard input. Routes that need stored data answer 503.\n"
    "\n"
    "Options:\n"
    "  -h, --help     print this help\n"
    "  -V, --version  print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt api GET /api/v1/regions\n"
    "  tokenwatt api POST /api/v1/calculate payload.json\n"
    "\n"
    "Exit status: 0 for a status below 400, 1 for any other, 2 for a usage error.\n";

static const char *reason(int status) {
  static const struct {
    int status;
    const char *reason;
  } reasons[] = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {413, "Content Too Large"},
      {422, "Unprocessable Content"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
  };
  for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
    if (reasons[i].status == status) {
      return reasons[i].reason;
    }
  }
  return "";
}

static cli_exit ask(const cli_command *command, const char *method, char *path,
                    const char *body_path) {
  char *query = strchr(path, '?');
  if (query != NULL) {
    *query++ = '\0';
  }
  tw_api_response response;
  if (!cli_route_ask(command, method, path, query, body_path, &response)) {
    return CLI_BAD_DATA;
  }
  if (response.body_size > 0) {
    cli_output_json(response.body, response.body_size);
  }
  (void)fprintf(stderr, "%d %s\n", response.http_status, reason(response.http_status));
  cli_exit exit = response.http_status < 400 ? CLI_OK : CLI_BAD_DATA;
  tw_api_response_free(&response, NULL);
  return exit;
}

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":hV", long_options, CLI_OK};
  if (cli_options_next(&options) != CLI_OPTIONS_END) {
    return options.exit;
  }
  int count = argc - optind;
  if (count < 2 || count > 3) {
    return cli_usage_error(command, count < 2 ? "METHOD and PATH are needed"
                                              : "METHOD, PATH and one BODY-FILE are all it takes");
  }
  char *method = argv[optind];
  char *path = argv[optind + 1];
  for (char *c = method; *c != '\0'; c++) {
    if (!isalpha((unsigned char)*c)) {
      return cli_usage_error(command, "'%s' is no method: GET or POST", method);
    }
    *c = (char)toupper((unsigned char)*c);
  }
  if (path[0] != '/') {
    return cli_usage_error(command, "PATH must begin with '/', as in /api/health, not '%s'", path);
  }
  return ask(command, method, path, count == 3 ? argv[optind + 2] : NULL);
}

const cli_command cli_api_command = {
    .name = "api", .summary = "ask a route of the APIs, offline", .help = help, .run = run};
