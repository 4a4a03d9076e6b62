/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_TRACK_H
#define TW_SERVER_TRACK_H

#include "api_call.h"

/**
 * POST /api/v1/track: reads the event, tells call->on_turn, and begins the 202 of what was
 * accepted. An error answer tells nobody.
 */
void tw_track_answer(tw_api_call *call);

/** Adds to such an answer what only the recorder knows. */
void tw_track_complete(tw_api_call *call, const char *event_id, bool is_test);

#endif
