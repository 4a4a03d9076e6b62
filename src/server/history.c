/* SPDX-License-Identifier: MIT */
#include "history.h"

#include "access.h"
#include "api_call.h"
#include "dates.h"
#include "key_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  DEFAULT_LIMIT = 100,
  MOST_LIMIT = 100000,
  MOST_PAGE = 1000000000,
  ROWS_A_PART = 200,     /* read from the store at once: what a slow client keeps in memory */
  PART_SIZE = 64 * 1024, /* bytes; grows for long rows */
  BLOCK_SIZE = 32 * 1024 /* bytes that libmicrohttpd asks for */
};

/* What the query asks. */
typedef struct question {
  tw_record_filter filter;
  int page;
  int limit;
  tw_query query; /* holds what key_name and tenant point to */
  const char *key_name;
  const char *tenant;
} question;

/* A text that grows. */
typedef struct part {
  char *bytes;
  size_t size;
  size_t capacity;
  bool failed; /* for want of memory */
} part;

typedef struct history {
  tw_collector *collector;
  tw_request *request;
  question asked;
  char tenant[TW_KEY_TENANT_SIZE]; /* what filter.tenant points to */
  tw_key_names keys;
  tw_record_place last;
  bool has_last;
  uint64_t total;
  uint64_t left; /* rows to come */
  bool begun;    /* a row was written */
  bool ended;    /* the closing bracket was, too */
  part part;
  size_t sent; /* of the part */
} history;

static void history_free(void *context) {
  history *h = context;
  tw_key_names_free(&h->keys);
  free(h->part.bytes);
  free(h);
}

/* ---- The query ---- */

static void read_question(tw_api_call *call) {
  question *asked = call->context;
  const char *start = NULL;
  const char *end = NULL;
  const tw_api_parameter parameters[] = {
      {.name = "startDate", .text = &start},
      {.name = "endDate", .text = &end},
      {.name = "keyName", .text = &asked->key_name},
      {.name = "tenant", .text = &asked->tenant},
      {.name = "page", .count = &asked->page, .least = 1, .most = MOST_PAGE},
      {.name = "limit", .count = &asked->limit, .least = 1, .most = MOST_LIMIT},
  };
  if (!tw_api_read_query(call, parameters, sizeof parameters / sizeof parameters[0],
                         &asked->query) ||
      !tw_date_read_bound(call, "startDate", start, false, &asked->filter.from_ms) ||
      !tw_date_read_bound(call, "endDate", end, true, &asked->filter.to_ms)) {
    return;
  }
  tw_api_succeed(call);
}

/* ---- Rows ---- */

static bool reserve(part *p, size_t more) {
  if (p->capacity - p->size < more) {
    size_t capacity = p->capacity * 2 + more + PART_SIZE;
    char *larger = realloc(p->bytes, capacity);
    if (larger == NULL) {
      p->failed = true;
      return false;
    }
    p->bytes = larger;
    p->capacity = capacity;
  }
  return true;
}

__attribute__((format(printf, 2, 3))) static void put(part *p, const char *format, ...) {
  enum { LONGEST = 512 };
  if (reserve(p, LONGEST)) {
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    int size = vsnprintf(p->bytes + p->size, LONGEST, format, arguments);
    va_end(arguments);
    p->size += size < 0 ? 0 : (size_t)size;
  }
}

/* A member with a text, or null for "". The texts were checked to be UTF-8 when they came. */
static void put_text(part *p, const char *name, const char *text) {
  if (*text == '\0') {
    put(p, ",\"%s\":null", name);
    return;
  }
  put(p, ",\"%s\":\"", name);
  for (; *text != '\0'; text++) {
    unsigned char c = (unsigned char)*text;
    if (!reserve(p, 8)) {
      return;
    }
    if (c == '"' || c == '\\') {
      p->bytes[p->size++] = '\\';
      p->bytes[p->size++] = (char)c;
    } else if (c < 0x20) {
      p->size += (size_t)snprintf(p->bytes + p->size, 8, "\\u%04x", c);
    } else {
      p->bytes[p->size++] = (char)c;
    }
  }
  put(p, "\"");
}

static void put_row(history *h, const tw_record *record) {
  part *p = &h->part;
  const tw_key *key = record->key_id == 0 ? NULL : tw_key_names_find(&h->keys, record->key_id);
  char date[TW_DATE_SIZE];
  tw_date_write(record->time_ms, date);
  put(p, "%s{\"id\":\"%s\",\"logDate\":\"%s\"", h->begun ? "," : "", record->id, date);
  put_text(p, "keyName", key == NULL ? "" : key->name);
  put_text(p, "maskedKey", key == NULL ? "" : key->masked);
  put_text(p, "provider", record->provider);
  put_text(p, "model", record->model);
  put(p, ",\"inputTokens\":%" PRId64 ",\"outputTokens\":%" PRId64, record->prompt_tokens,
      record->completion_tokens);
  put(p, ",\"energyWh\":%.10g,\"co2Grams\":%.10g", record->energy_wh, record->co2_g);
  put(p, ",\"reasoningTokens\":%" PRId64 ",\"cachedTokens\":%" PRId64 ",\"waterMl\":%.10g",
      record->reasoning_tokens, record->cached_tokens, record->water_ml);
  put_text(p, "region", record->final_region);
  put_text(p, "method", record->method);
  put_text(p, "confidence", record->confidence);
  put_text(p, "tenant", record->tenant);
  put_text(p, "developerId", record->developer_id);
  put_text(p, "sessionId", record->session_id);
  put(p, ",\"isTest\":%s}", record->is_test != 0 ? "true" : "false");
}

static bool take_row(void *context, const tw_record *record) {
  history *h = context;
  put_row(h, record);
  h->begun = true;
  h->has_last = true;
  h->last.time_ms = record->time_ms;
  (void)snprintf(h->last.id, sizeof h->last.id, "%s", record->id);
  h->left--;
  return !h->part.failed;
}

static void put_end(history *h) {
  uint64_t limit = (uint64_t)h->asked.limit;
  put(&h->part,
      "],\"pagination\":{\"totalElements\":%" PRIu64 ",\"totalPages\":%" PRIu64
      ",\"currentPage\":%d,\"limit\":%d}}",
      h->total, (h->total + limit - 1) / limit, h->asked.page, h->asked.limit);
  h->ended = true;
}

/* The next rows, and after the last the end. */
static tw_store_status read_part(history *h, tw_store_error *error) {
  h->part.size = 0;
  h->sent = 0;
  uint64_t before = h->left;
  size_t rows = h->left < ROWS_A_PART ? (size_t)h->left : ROWS_A_PART;
  tw_store_status status = TW_STORE_OK;
  if (!h->begun) {
    put(&h->part, "{\"status\":\"success\",\"data\":[");
  }
  if (rows > 0) {
    status = tw_store_list(h->collector->store, &h->asked.filter, true,
                           h->has_last ? &h->last : NULL, rows, take_row, h, error);
  }
  if (h->part.failed) {
    (void)snprintf(error->text, sizeof error->text, "not enough memory");
    return TW_STORE_UNAVAILABLE;
  }
  if (status == TW_STORE_OK && before - h->left < ROWS_A_PART) {
    put_end(h);
  }
  return status;
}

static ssize_t send_part(void *context, uint64_t position, char *to, size_t capacity) {
  (void)position;
  history *h = context;
  if (h->sent == h->part.size) {
    tw_store_error error;
    if (h->ended) {
      return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (read_part(h, &error) != TW_STORE_OK) {
      return MHD_CONTENT_READER_END_WITH_ERROR; /* cut off: the client sees that it is not whole */
    }
  }
  size_t size = h->part.size - h->sent;
  size = size < capacity ? size : capacity;
  memcpy(to, h->part.bytes + h->sent, size);
  h->sent += size;
  h->request->sent += size;
  return (ssize_t)size;
}

/* ---- Beginning ---- */

/* Which records, by the names in the query and by what the key may see. */
static bool choose_records(history *h, const tw_key *key) {
  question *asked = &h->asked;
  bool exists = true;
  if (asked->key_name != NULL) {
    asked->filter.key_id = tw_key_names_id(&h->keys, asked->key_name);
  }
  if (key->tenant[0] != '\0') {
    exists = asked->tenant == NULL || strcmp(asked->tenant, key->tenant) == 0;
    (void)snprintf(h->tenant, sizeof h->tenant, "%s", key->tenant);
    asked->filter.tenant = h->tenant;
  } else {
    asked->filter.tenant = asked->tenant;
  }
  return exists;
}

/* Counts, goes to the page, and reads its first rows. */
static tw_store_status start(history *h, const tw_key *key, tw_store_error *error) {
  question *asked = &h->asked;
  tw_store *store = h->collector->store;
  tw_store_status status = tw_key_names_read(&h->keys, store, error);
  if (status == TW_STORE_OK && choose_records(h, key)) {
    status = tw_store_count(store, &asked->filter, &h->total, error);
  }
  uint64_t skip = (uint64_t)(asked->page - 1) * (uint64_t)asked->limit;
  h->left = (uint64_t)asked->limit;
  if (skip >= h->total) {
    h->left = 0;
  } else if (status == TW_STORE_OK && skip > 0) {
    status = tw_store_skip(store, &asked->filter, skip, &h->last, error);
    h->has_last = status == TW_STORE_OK;
    if (status == TW_STORE_NOT_FOUND) {
      h->left = 0;
      status = TW_STORE_OK;
    }
  }
  return status == TW_STORE_OK ? read_part(h, error) : status;
}

void tw_history_begin(tw_collector *collector, tw_request *request, const tw_key *key,
                      struct MHD_Response **response, tw_api_response *error) {
  *response = NULL;
  *error = (tw_api_response){0};
  history *h = calloc(1, sizeof *h);
  tw_store_error failure = {"not enough memory"};
  if (h == NULL) {
    tw_access_refuse_store(request, TW_STORE_UNAVAILABLE, &failure);
    return;
  }
  h->collector = collector;
  h->request = request;
  h->asked.page = 1;
  h->asked.limit = DEFAULT_LIMIT;
  h->asked.filter = TW_RECORD_FILTER_ALL;
  tw_api_request asked = {
      .method = request->method, .path = request->path, .query = request->query};
  tw_store_status status = TW_STORE_OK;
  if (tw_api_run(&asked, read_question, &h->asked, NULL, error) != TW_OK) {
    status = TW_STORE_UNAVAILABLE;
  } else if (error->http_status == MHD_HTTP_OK) {
    tw_api_response_free(error, NULL);
    status = start(h, key, &failure);
    if (status == TW_STORE_OK) {
      *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, send_part, h,
                                                    history_free);
      if (*response != NULL) {
        return;
      }
      status = TW_STORE_UNAVAILABLE;
    }
  }
  if (status != TW_STORE_OK) {
    tw_access_refuse_store(request, status, &failure);
  }
  history_free(h);
}
