/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "piece_cache.h"

tw_status tw_buffer_reserve(tw_buffer *buffer, const tw_allocator *allocator, size_t more) {
  if (more > SIZE_MAX / 2 || buffer->size > SIZE_MAX / 2 - more) {
    return TW_ERR_MEMORY;
  }
  size_t needed = buffer->size + more;
  if (needed <= buffer->capacity) {
    return TW_OK;
  }
  size_t capacity = buffer->capacity + buffer->capacity / 2;
  capacity = capacity < needed ? needed : capacity;
  uint8_t *bytes = tw_reallocate(allocator, buffer->bytes, buffer->capacity, capacity);
  if (bytes == NULL) {
    return TW_ERR_MEMORY;
  }
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return TW_OK;
}

void tw_buffer_free(tw_buffer *buffer, const tw_allocator *allocator) {
  tw_release(allocator, buffer->bytes, buffer->capacity);
  *buffer = (tw_buffer){NULL, 0, 0};
}

tw_status tw_buffer_append_text(tw_buffer *buffer, const tw_allocator *allocator,
                                tw_cut_character *cut, const uint8_t *text, size_t size) {
  /* Each byte may become a replacement of three; a few more for what was cut and will be. */
  size_t valid = cut->size > 0 ? 0 : tw_utf8_valid_prefix(text, size);
  if (size - valid > (SIZE_MAX - valid) / 4) {
    return TW_ERR_MEMORY;
  }
  size_t room = valid + 3 * (size - valid) + 16;
  tw_status status = tw_buffer_reserve(buffer, allocator, room);
  if (status != TW_OK) {
    return status;
  }
  uint8_t *to = buffer->bytes + buffer->size;
  size_t written = valid;
  if (valid > 0) {
    memcpy(to, text, valid);
  }
  /* Complete the character that was cut, a byte at a time, until nothing of it is left over. */
  size_t at = valid;
  while (cut->size > 0 && at < size) {
    cut->bytes[cut->size++] = text[at++];
    size_t consumed = cut->size;
    written += tw_utf8_repair(cut->bytes, &consumed, 0, to + written, room - written);
    memmove(cut->bytes, cut->bytes + consumed, cut->size - consumed);
    cut->size -= consumed;
  }
  if (at < size) {
    size_t consumed = size - at;
    written += tw_utf8_repair(text + at, &consumed, 0, to + written, room - written);
    at += consumed;
    cut->size = size - at;
    memcpy(cut->bytes, text + at, cut->size);
  }
  buffer->size += written;
  return TW_OK;
}

void tw_stream_init(tw_stream *stream, const tw_vocabulary *vocabulary,
                    const tw_allocator *allocator) {
  *stream = (tw_stream){.vocabulary = vocabulary, .allocator = allocator};
}

void tw_stream_clear(tw_stream *stream) {
  tw_buffer_free(&stream->tail, stream->allocator);
  stream->cut.size = 0;
}

/* Puts the pieces that text still to come cannot move; *settled becomes where the others begin. */
static tw_status put_settled(const tw_stream *stream, tw_piece_cache *cache, tw_token_sink *sink,
                             size_t *settled) {
  const tw_vocabulary *v = stream->vocabulary;
  const tw_buffer *tail = &stream->tail;
  size_t starts[TW_UNSTABLE_PIECES] = {0}; /* of the pieces read but not put, a ring */
  size_t pieces = 0;
  size_t start = 0;
  while (start < tail->size) {
    if (pieces >= TW_UNSTABLE_PIECES) {
      size_t oldest = starts[pieces % TW_UNSTABLE_PIECES];
      size_t end = starts[(pieces + 1) % TW_UNSTABLE_PIECES];
      tw_status status =
          tw_piece_put(cache, v, tail->bytes + oldest, end - oldest, tail->size - oldest, sink);
      if (status != TW_OK) {
        return status;
      }
      *settled = end;
    }
    starts[pieces++ % TW_UNSTABLE_PIECES] = start;
    start = v->piece_end(tail->bytes, tail->size, start);
  }
  return TW_OK;
}

/* Puts the pieces from `start` on as if the text ended here. */
static tw_status put_rest(const tw_stream *stream, size_t start, tw_token_sink *sink) {
  const tw_buffer *tail = &stream->tail;
  size_t size = tail->size;
  if (stream->cut.size > 0) {
    /* Never to be completed: one replacement, for which appending has left room. */
    memcpy(tail->bytes + size, "\xEF\xBF\xBD", 3);
    size += 3;
  }
  return size == start ? TW_OK
                       : tw_pieces_put(stream->vocabulary, tail->bytes + start, size - start, sink);
}

tw_status tw_stream_append(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                           size_t *total) {
  tw_buffer *tail = &stream->tail;
  tw_cut_character cut_before = stream->cut;
  size_t size_before = tail->size;
  size_t count_before = sink->count;
  size_t settled = 0;

  tw_status status = tw_buffer_append_text(tail, stream->allocator, &stream->cut, text, size);
  if (status == TW_OK) {
    tw_piece_cache *cache = tw_piece_cache_take(stream->vocabulary->cache);
    status = put_settled(stream, cache, sink, &settled);
    tw_piece_cache_give_back(cache);
  }
  if (status == TW_OK && total != NULL) {
    tw_token_sink rest = {NULL, 0, sink->count};
    status = put_rest(stream, settled, &rest);
    *total = status == TW_OK ? rest.count : *total;
  }
  if (status != TW_OK) {
    stream->cut = cut_before;
    tail->size = size_before;
    sink->count = count_before;
    return status;
  }
  if (settled > 0) {
    memmove(tail->bytes, tail->bytes + settled, tail->size - settled);
    tail->size -= settled;
  }
  return TW_OK;
}

tw_status tw_stream_finish(const tw_stream *stream, tw_token_sink *sink) {
  return put_rest(stream, 0, sink);
}
