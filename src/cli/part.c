/* SPDX-License-Identifier: MIT */
#include "part.h"

#include "cut.h"
#include "message.h"
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  FIRST_SEARCH = 4 << 10,          /* bytes; nearly every text has a place to be cut in these */
  WIDEST_SEARCH = 1 << 20,         /* of what is searched at once, which grows */
  CUT_CONTEXT = 4,                 /* bytes at its end that the next search sees again */
  WHOLE_UP_TO = 2 * CLI_PART_SIZE, /* what is larger is read in chunks, as a pipe is */
  CHUNK_SIZE = CLI_PART_SIZE / 8,  /* of those; also where memory is scarce */
};

void cli_part_buffer_free(cli_part_buffer *buffer) {
  free(buffer->bytes);
  *buffer = (cli_part_buffer){NULL, 0};
}

static bool reserve(cli_part_buffer *buffer, size_t size) {
  if (size > buffer->capacity) {
    cli_part_buffer_free(buffer); /* what is in it is of no use any more */
    buffer->bytes = malloc(size);
    buffer->capacity = buffer->bytes == NULL ? 0 : size;
  }
  return size <= buffer->capacity;
}

/* Fills the beginning of the buffer, which has the room. */
static bool read_bytes(const cli_input *input, cli_part_buffer *buffer, uint64_t offset,
                       size_t size) {
  for (size_t used = 0; used < size;) {
    ssize_t got = pread(input->fd, buffer->bytes + used, size - used, (off_t)(offset + used));
    if (got == 0) {
      cli_message(input->command,
                  "%s: changed while being read: it became shorter; count it again once it is "
                  "complete",
                  input->name);
      return false;
    }
    if (got < 0 && errno != EINTR) {
      cli_message(input->command, "%s: %s", input->name, strerror(errno));
      return false;
    }
    used += got < 0 ? 0 : (size_t)got;
  }
  return true;
}

static bool check(const cli_input *input, tw_status status) {
  if (status != TW_OK) {
    cli_message(input->command, "%s: %s", input->name, tw_status_text(status));
  }
  return status == TW_OK;
}

bool cli_part_end(const tw_vocabulary *vocabulary, const cli_input *input, cli_part_buffer *buffer,
                  uint64_t start, uint64_t size, uint64_t *end) {
  *end = size;
  /* A last part of up to half more than usual beats one that is hardly worth the while. */
  if (size - start <= CLI_PART_SIZE + CLI_PART_SIZE / 2) {
    return true;
  }
  size_t width = FIRST_SEARCH;
  for (uint64_t at = start + CLI_PART_SIZE - 1; size - at > CUT_CONTEXT;) {
    size_t seen = size - at < width ? (size_t)(size - at) : width;
    if (!reserve(buffer, seen)) {
      return check(input, TW_ERR_MEMORY);
    }
    if (!read_bytes(input, buffer, at, seen)) {
      return false;
    }
    size_t found = tw_cut_find(vocabulary, buffer->bytes, seen, 1);
    if (found < seen) {
      *end = at + found;
      return true;
    }
    at += seen - CUT_CONTEXT;
    width = width < WIDEST_SEARCH ? 2 * width : width;
  }
  return true;
}

/* In chunks, which become as long as a piece without an end in sight: see tokenize.c. */
static bool count_in_chunks(const cli_input *input, cli_part_buffer *buffer, uint64_t start,
                            uint64_t end, tw_stream *stream, cli_progress *progress,
                            uint64_t *tokens) {
  tw_token_sink sink = {NULL, 0, 0};
  while (start < end) {
    size_t size = stream->tail.size > CHUNK_SIZE ? stream->tail.size : CHUNK_SIZE;
    size = end - start < size ? (size_t)(end - start) : size;
    if (!reserve(buffer, size)) {
      return check(input, TW_ERR_MEMORY);
    }
    if (!read_bytes(input, buffer, start, size) ||
        !check(input, tw_stream_append(stream, buffer->bytes, size, &sink, NULL))) {
      return false;
    }
    start += size;
    cli_progress_advance(progress, size);
  }
  bool finished = check(input, tw_stream_finish(stream, &sink));
  *tokens = sink.count;
  return finished;
}

bool cli_part_count(const tw_vocabulary *vocabulary, const cli_input *input,
                    cli_part_buffer *buffer, uint64_t start, uint64_t end, cli_progress *progress,
                    uint64_t *tokens) {
  *tokens = 0;
  if (end - start <= WHOLE_UP_TO && reserve(buffer, (size_t)(end - start))) {
    size_t size = (size_t)(end - start);
    size_t count = 0;
    bool counted =
        read_bytes(input, buffer, start, size) &&
        check(input, tw_tokens_count(vocabulary, (const char *)buffer->bytes, size, &count));
    *tokens = count;
    cli_progress_advance(progress, size);
    return counted;
  }
  tw_stream stream;
  tw_stream_init(&stream, vocabulary, &vocabulary->allocator);
  bool counted = count_in_chunks(input, buffer, start, end, &stream, progress, tokens);
  tw_stream_clear(&stream);
  return counted;
}
