/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_HISTORY_H
#define TW_SERVER_HISTORY_H

#include "collector.h"
#include "reply.h"
#include "tokenwatt/api.h"

/**
 * GET /api/v1/history: a page of records as a stream, so that its size takes no memory. `key` says
 * whose records may be seen; its id is 0 where no key is needed.
 *
 * response   out: the stream; NULL if `error` is the answer, or the request was refused.
 * error      out: the answer to a wrong query; its body is NULL if there is none.
 */
void tw_history_begin(tw_collector *collector, tw_request *request, const tw_key *key,
                      struct MHD_Response **response, tw_api_response *error);

#endif
