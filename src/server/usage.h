/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_USAGE_H
#define TW_SERVER_USAGE_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/**
 * GET /api/v1/usage: sums of what was used, by span of time and by model, provider, key or tenant.
 * `key` says whose records may be seen; its id is 0 where no key is needed. The body of `response`
 * stays NULL if the request was refused.
 */
void tw_usage_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                     tw_api_response *response);

#endif
