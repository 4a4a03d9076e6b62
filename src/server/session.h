/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_SESSION_H
#define TW_SERVER_SESSION_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/** Whether a path is /api/v1/session/{developer_id}/today. */
bool tw_session_is_path(const char *path);

/**
 * A path as the log may have it: who the developer is, often by a mail address, is not for a log.
 * The path itself if it names none.
 */
const char *tw_session_loggable_path(const char *path);

/**
 * Answers that route: what a developer used today (UTC), by session. `key` says whose records may
 * be seen. The request is refused if the store failed; then the response has no body.
 */
void tw_session_answer(tw_collector *collector, tw_request *request, const tw_key *key,
                       tw_api_response *response);

#endif
