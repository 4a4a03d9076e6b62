/* SPDX-License-Identifier: MIT */
#include "tokenize.h"

#include "message.h"
#include "stream.h"

#include <stdlib.h>

enum { CHUNK_SIZE = 1 << 20 };

/* The state of one input's way through the tokenizer. */
typedef struct tokenizing {
  tw_stream stream;
  uint8_t *chunk;
  size_t chunk_capacity;
  uint32_t *ids;
  size_t ids_capacity;
  bool ended;
} tokenizing;

/*
 * A piece without an end in sight (a megabyte of one letter) stays in the stream's tail and is read
 * again with each chunk: chunks as long as the tail keep the whole work linear.
 */
static bool reserve_chunk(tokenizing *t) {
  size_t capacity = t->stream.tail.size > CHUNK_SIZE ? t->stream.tail.size : CHUNK_SIZE;
  if (capacity > t->chunk_capacity) {
    uint8_t *chunk = realloc(t->chunk, capacity);
    if (chunk == NULL) {
      return false;
    }
    t->chunk = chunk;
    t->chunk_capacity = capacity;
  }
  return true;
}

/* Fills the chunk, or reads to the end: a pipe gives little at a time, and each chunk costs a tail.
 */
static bool read_chunk(tokenizing *t, const cli_input *input, size_t *size) {
  *size = 0;
  while (!t->ended && *size < t->chunk_capacity) {
    size_t more = 0;
    if (!cli_input_read(input, t->chunk + *size, t->chunk_capacity - *size, &more)) {
      return false;
    }
    *size += more;
    t->ended = more == 0; /* a terminal would ask for the end a second time */
  }
  return true;
}

/* Room for one id a byte: no text has more, once ill-formed bytes have become three each. */
static bool reserve_ids(tokenizing *t, size_t chunk_size) {
  size_t capacity = t->stream.tail.size + 3 * chunk_size + 16;
  if (capacity > t->ids_capacity) {
    free(t->ids);
    t->ids = malloc(capacity * sizeof *t->ids);
    t->ids_capacity = t->ids == NULL ? 0 : capacity;
  }
  return t->ids != NULL;
}

/* Adds a chunk, or ends the text for size 0. */
static tw_status put_chunk(tokenizing *t, size_t chunk_size, tw_token_sink *sink) {
  return chunk_size == 0 ? tw_stream_finish(&t->stream, sink)
                         : tw_stream_append(&t->stream, t->chunk, chunk_size, sink, NULL);
}

static bool tokenize(tokenizing *t, const cli_input *input, cli_ids_fn ids_fn, void *context,
                     cli_progress *progress, cli_text_size *size) {
  for (;;) {
    size_t chunk_size = 0;
    bool has_room = reserve_chunk(t);
    if (has_room && !read_chunk(t, input, &chunk_size)) {
      return false;
    }
    has_room = has_room && (ids_fn == NULL || reserve_ids(t, chunk_size));
    tw_token_sink sink = {t->ids, t->ids_capacity, 0};
    tw_status status = has_room ? put_chunk(t, chunk_size, &sink) : TW_ERR_MEMORY;
    if (status != TW_OK) {
      cli_message(input->command, "%s: %s", input->name, tw_status_text(status));
      return false;
    }
    size->tokens += sink.count;
    size->bytes += chunk_size;
    tw_ids_to_public(t->stream.vocabulary, t->ids, ids_fn == NULL ? 0 : sink.count);
    if (ids_fn != NULL && !ids_fn(t->ids, sink.count, context)) {
      return false;
    }
    if (chunk_size == 0) {
      return true;
    }
    cli_progress_advance(progress, chunk_size);
  }
}

bool cli_tokenize(const tw_vocabulary *vocabulary, const cli_input *input, cli_ids_fn ids_fn,
                  void *context, cli_progress *progress, cli_text_size *size) {
  *size = (cli_text_size){0, 0};
  tokenizing t = {.chunk = NULL};
  tw_stream_init(&t.stream, vocabulary, &vocabulary->allocator);
  bool done = tokenize(&t, input, ids_fn, context, progress, size);
  tw_stream_clear(&t.stream);
  free(t.chunk);
  free(t.ids);
  return done;
}
