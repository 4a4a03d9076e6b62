/* SPDX-License-Identifier: MIT */
/* tokenwatt calculate: the answer to a calculate payload. */
#include "command.h"
#include "input.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "route.h"

static const char help[] =
    "Usage: tokenwatt calculate [FILE]\n"
    "\n"
    "Reads a payload of POST /api/v1/calculate and prints the answer as JSON, offline.\n"
    "Without FILE, and for '-', reads standard input.\n"
    "\n"
    "Options:\n"
    "  -h, --help     print this help\n"
    "  -V, --version  print the version\n"
    "\n"
    "Examples:\n"
    "  tokenwatt calculate payload.json\n"
    "  echo '{\"provider\":\"OpenAI\",\"model\":\"gpt-4o\",\"prompt_tokens\":800,\n"
    "         \"completion_tokens\":300}' | tokenwatt calculate\n"
    "\n"
    "Exit status: 0 if it was answered, 1 for a bad payload (the message names the field),\n"
    "2 for a usage error.\n";

static cli_exit run(const cli_command *command, int argc, char **argv) {
  static const struct option long_options[] = {CLI_COMMON_OPTIONS};
  cli_options options = {command, argc, argv, ":hV", long_options, CLI_OK};
  if (cli_options_next(&options) != CLI_OPTIONS_END) {
    return options.exit;
  }
  if (argc - optind > 1) {
    return cli_usage_error(command, "one FILE at most, but '%s' follows", argv[optind + 1]);
  }
  const char *path = argc > optind ? argv[optind] : "-";
  tw_api_response response;
  if (!cli_route_ask(command, "POST", "/api/v1/calculate", NULL, path, &response)) {
    return CLI_BAD_DATA;
  }
  cli_exit exit = CLI_OK;
  if (response.http_status == 200) {
    cli_output_json(response.body, response.body_size);
  } else {
    exit = cli_route_report(command, cli_input_name(path), &response);
  }
  tw_api_response_free(&response, NULL);
  return exit;
}

const cli_command cli_calculate_command = {.name = "calculate",
                                           .summary = "answer a calculate payload, offline",
                                           .help = help,
                                           .run = run};
