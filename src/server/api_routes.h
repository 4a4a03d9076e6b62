/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_API_ROUTES_H
#define TW_SERVER_API_ROUTES_H

#include "request.h"

/** Answers a request below /api/: by its refusal, as a CORS preflight, or by the router. */
enum MHD_Result tw_api_routes_answer(tw_request *request);

#endif
