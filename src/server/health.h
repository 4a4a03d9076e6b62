/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_HEALTH_H
#define TW_SERVER_HEALTH_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/**
 * Answers GET /api/health with the rows of the store beside those of the tables: 503 if the store
 * cannot be read or the last record could not be written.
 */
void tw_health_answer(tw_collector *collector, tw_request *request, tw_api_response *response);

#endif
