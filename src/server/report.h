/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_H
#define TW_SERVER_REPORT_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/**
 * GET /api/v1/report: what was used in a month, as a document. `key` says whose records may be
 * seen; its id is 0 where no key is needed.
 *
 * response   out: the document with its headers; NULL if `error` is the answer, or the request was
 *            refused.
 * size       out: of the document, in bytes.
 * error      out: the answer to a wrong query; its body is NULL if there is none.
 */
void tw_report_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                      struct MHD_Response **response, uint64_t *size, tw_api_response *error);

#endif
