/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_API_ROUTES_H
#define TW_SERVER_API_ROUTES_H

#include "collector.h"
#include "request.h"

/**
 * Answers a request below /api/: by its refusal, as a CORS preflight, from the store, or by the
 * router. Called again for a request that records, once its connection woke.
 */
enum MHD_Result tw_api_routes_answer(tw_request *request, tw_collector *collector);

#endif
