/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_READINGS_H
#define TW_SERVER_READINGS_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/** Whether a path is /api/carbon/{region} or /api/carbon/all. */
bool tw_readings_is_path(const char *path);

/**
 * Answers these routes from the readings that were imported: of the region itself, else of its grid
 * zone; from the tables if there are none. The request is refused if the store failed; then the
 * response has no body.
 */
void tw_readings_answer(tw_collector *collector, tw_request *request, tw_api_response *response);

#endif
