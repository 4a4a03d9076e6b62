/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_ESTIMATE_REPORT_H
#define TW_CLI_ESTIMATE_REPORT_H

#include "command.h"
#include "tokenwatt/api.h"

/** Prints an answer of tw_api_estimate() for people. */
cli_exit cli_estimate_report(const cli_command *command, const tw_api_response *response);

#endif
