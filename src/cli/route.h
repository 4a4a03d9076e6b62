/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_ROUTE_H
#define TW_CLI_ROUTE_H

#include "command.h"
#include "tokenwatt/api.h"

#include <stdbool.h>

/**
 * Asks the router, with the body read from a file ("-": standard input, NULL: no body). Free the
 * response with tw_api_response_free(…, NULL). False, after a message, if the body cannot be read
 * or memory is short; an answer that is an error is an answer.
 */
bool cli_route_ask(const cli_command *command, const char *method, const char *path,
                   const char *query, const char *body_path, tw_api_response *response);

/**
 * Says on standard error what an error answer {"error":{"code","message","details"}} says; `source`
 * is where the refused input came from, or NULL. Returns CLI_BAD_DATA.
 */
cli_exit cli_route_report(const cli_command *command, const char *source,
                          const tw_api_response *response);

#endif
