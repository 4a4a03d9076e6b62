/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include "access.h"
#include "entry.h"
#include "workers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_ID = 200 };

struct tw_recording {
  tw_collector *collector;
  tw_request *request;
  tw_entry entry;
  tw_addition addition;
  tw_store_status status;
  tw_store_error error;
  tw_api_response response;
};

/* In a thread of the store: the connection wakes, and the rest is done where it is served. */
static void wake(tw_addition *addition, tw_store_status status, const tw_store_error *error) {
  tw_recording *recording = addition->context;
  recording->status = status;
  recording->error = *error;
  atomic_store(&recording->collector->write_failing, status == TW_STORE_UNAVAILABLE);
  tw_worker_resume(recording->request->worker, recording->request->connection);
}

/* NULL where there is none; refuses one that is no id. */
static const char *read_idempotency_key(tw_request *request) {
  const char *header = tw_request_header(request, "Idempotency-Key");
  if (header == NULL) {
    return NULL;
  }
  size_t size = strlen(header);
  for (size_t i = 0; i < size; i++) {
    if (header[i] < 0x21 || header[i] > 0x7E) {
      size = 0;
    }
  }
  if (size == 0 || size > LONGEST_ID) {
    tw_request_refuse(request, MHD_HTTP_BAD_REQUEST, "validation_error",
                      "The header Idempotency-Key must be 1 to 200 printable ASCII characters.",
                      "{\"header\":\"Idempotency-Key\"}");
  }
  return header;
}

static void refuse_for_memory(tw_request *request) {
  tw_request_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "service_unavailable",
                    "The server is short of memory.", "{}");
}

tw_recording_state tw_recording_begin(tw_collector *collector, tw_request *request,
                                      const tw_key *key, bool is_track) {
  const char *client_id = read_idempotency_key(request);
  tw_recording *recording = request->refusal.code == NULL ? calloc(1, sizeof *recording) : NULL;
  if (recording == NULL) {
    refuse_for_memory(request);
    return TW_RECORDING_FAILED;
  }
  request->recording = recording;
  recording->collector = collector;
  recording->request = request;
  recording->entry = (tw_entry){.key = key,
                                .client_id = client_id,
                                .free_events = collector->free_events,
                                .is_track = is_track};
  tw_api_request api_request = {.method = request->method,
                                .path = request->path,
                                .body = request->body,
                                .body_size = request->body_size,
                                .now_ms = request->time_ms};
  if (tw_api_run(&api_request, tw_entry_answer, &recording->entry, NULL, &recording->response) !=
      TW_OK) {
    refuse_for_memory(request);
    return TW_RECORDING_FAILED;
  }
  if (!recording->entry.is_made) {
    return TW_RECORDING_ANSWERED;
  }
  recording->addition = (tw_addition){
      .entries = &recording->entry.stored, .count = 1, .done = wake, .context = recording};
  MHD_suspend_connection(request->connection);
  tw_store_status status = tw_store_add(collector->store, &recording->addition);
  if (status != TW_STORE_OK) {
    recording->status = status;
    tw_worker_resume(request->worker, request->connection);
  }
  return TW_RECORDING_SLEEPING;
}

static void refuse_quota(tw_collector *collector, tw_request *request) {
  (void)snprintf(request->refusal_text, sizeof request->refusal_text,
                 "The %" PRId64 " free events of this live key are used up.",
                 collector->free_events);
  tw_request_refuse(request, MHD_HTTP_PAYMENT_REQUIRED, "payment_required", request->refusal_text,
                    "{}");
  request->refusal.billing_url = collector->billing_url;
}

/* Appends the one member that is known only now. */
static void add_remaining(tw_recording *recording) {
  tw_api_response *response = &recording->response;
  int64_t left = recording->entry.stored.quota - recording->entry.stored.used;
  char *body = NULL;
  int size = asprintf(&body, "%.*s,\"free_events_remaining\":%" PRId64 "}",
                      (int)response->body_size - 1, response->body, left > 0 ? left : 0);
  if (size > 0) { /* else it is left out: the event is stored all the same */
    int http_status = response->http_status;
    tw_api_response_free(response, NULL);
    *response = (tw_api_response){http_status, body, (size_t)size};
  }
}

void tw_recording_finish(tw_collector *collector, tw_request *request) {
  tw_recording *recording = request->recording;
  if (recording->status != TW_STORE_OK) {
    tw_access_refuse_store(request, recording->status, &recording->error);
    return;
  }
  switch (recording->entry.stored.outcome) {
  case TW_RECORD_CONFLICT:
    tw_request_refuse(request, MHD_HTTP_CONFLICT, "conflict",
                      "Another usage was recorded under this id. An id is for one usage and its "
                      "retries only.",
                      "{\"field\":\"event_id\"}");
    break;
  case TW_RECORD_OVER_QUOTA:
    refuse_quota(collector, request);
    break;
  default:
    if (recording->entry.stored.quota >= 0) {
      add_remaining(recording);
    }
    break;
  }
}

const tw_api_response *tw_recording_answer(const tw_recording *recording) {
  return &recording->response;
}

const char *tw_recording_event_id(const tw_recording *recording) {
  return recording->entry.event_id[0] == '\0' ? NULL : recording->entry.event_id;
}

void tw_recording_free(tw_recording *recording) {
  if (recording != NULL) {
    tw_api_response_free(&recording->response, NULL);
    tw_entry_close(&recording->entry);
    free(recording);
  }
}
