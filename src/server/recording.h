/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_RECORDING_H
#define TW_SERVER_RECORDING_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/**
 * A request that records usage: POST /api/v1/calculate and /api/v1/track with a store. Its answer
 * is calculated at once and sent when the record is on the disk; meanwhile the connection sleeps,
 * so that a few threads serve many of them, which share a commit.
 */
typedef struct tw_recording tw_recording;

/** What became of it. */
typedef enum tw_recording_state {
  TW_RECORDING_FAILED,   /* the request was refused (tw_request_refuse) */
  TW_RECORDING_ANSWERED, /* the body was no usage: tw_recording_answer() says so */
  TW_RECORDING_SLEEPING  /* come again when the connection wakes: tw_recording_finish() */
} tw_recording_state;

/** Begins. `key` may have the id 0; its tenant is the record's. */
tw_recording_state tw_recording_begin(tw_collector *collector, tw_request *request,
                                      const tw_key *key, bool is_track);

/** After the connection woke: refuses the request if the record was not taken. */
void tw_recording_finish(tw_collector *collector, tw_request *request);

/** The answer's status and body. */
const tw_api_response *tw_recording_answer(const tw_recording *recording);

/** Of a tracked event: "evt_…"; else NULL. */
const char *tw_recording_event_id(const tw_recording *recording);

/** NULL is allowed. */
void tw_recording_free(tw_recording *recording);

#endif
