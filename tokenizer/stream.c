/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "piece_cache.h"

enum { LONGEST_WORD = 64 }; /* bytes of one that is followed as it grows */

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
  stream->knows_last = 0;
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

/* The end of the tail as if the text ended here; a character that is cut off is replaced. */
static size_t end_of_tail(const tw_stream *stream) {
  const tw_buffer *tail = &stream->tail;
  if (stream->cut.size == 0) {
    return tail->size;
  }
  memcpy(tail->bytes + tail->size, "\xEF\xBF\xBD", 3); /* for which appending has left room */
  return tail->size + 3;
}

/* Counts the pieces from `start` on as if the text ended here, and notes where the last one is. */
static tw_status count_rest(tw_stream *stream, tw_piece_cache *cache, size_t start,
                            size_t *tokens) {
  const tw_vocabulary *v = stream->vocabulary;
  const uint8_t *bytes = stream->tail.bytes;
  size_t size = end_of_tail(stream);
  tw_token_sink sink = {NULL, 0, 0};
  while (start < size) {
    size_t end = v->piece_end(bytes, size, start);
    stream->last_start = start;
    stream->last_before = sink.count;
    tw_status status = tw_piece_put(cache, v, bytes + start, end - start, size - start, &sink);
    if (status != TW_OK) {
      return status;
    }
    start = end;
  }
  stream->last_tokens = sink.count - stream->last_before;
  stream->knows_last = sink.count > 0 && stream->cut.size == 0;
  *tokens = sink.count;
  return TW_OK;
}

static int is_lower(uint8_t byte) {
  return byte >= 'a' && byte <= 'z';
}

/* A blank or none, then lower-case letters, at least one. */
static int is_plain_word(const uint8_t *text, size_t size) {
  size_t at = text[0] == ' ';
  if (at == size) {
    return 0;
  }
  while (at < size && is_lower(text[at])) {
    at++;
  }
  return at == size;
}

/*
 * How most of a chat arrives: a blank and a word, or more of a word. What that does to the pieces
 * before is known without reading them again: a blank behind what is no white space begins a piece,
 * and nothing that follows it moves an end before it; and a word of lower-case letters grows by
 * such letters. 1 if it was so, and *total is set. Only for who counts: ids of the tail would be
 * lost.
 */
static int append_word(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                       size_t *total) {
  tw_buffer *tail = &stream->tail;
  if (!stream->knows_last || sink->capacity > 0 || size == 0 || size > LONGEST_WORD ||
      tail->size - stream->last_start > LONGEST_WORD - size || !is_plain_word(text, size) ||
      tw_buffer_reserve(tail, stream->allocator, size) != TW_OK) {
    return 0;
  }
  uint8_t last_byte = tail->bytes[tail->size - 1];
  if (text[0] == ' ') {
    if (last_byte <= ' ' || last_byte >= 0x7F) {
      return 0;
    }
    sink->count += stream->last_before + stream->last_tokens;
    tail->size = 0;
    stream->last_start = 0;
    stream->last_before = 0;
  } else if (!is_lower(last_byte) ||
             !is_plain_word(tail->bytes + stream->last_start, tail->size - stream->last_start)) {
    return 0;
  }
  memcpy(tail->bytes + tail->size, text, size);
  tail->size += size;

  const tw_vocabulary *v = stream->vocabulary;
  const uint8_t *word = tail->bytes + stream->last_start;
  size_t word_size = tail->size - stream->last_start;
  uint32_t id = tw_piece_find(&v->pieces, word, word_size);
  tw_token_sink last = {NULL, 0, 1};
  if (id == TW_NO_TOKEN) {
    last.count = 0;
    tw_piece_cache *cache = tw_piece_cache_take(v->cache);
    /* Never fails: only pieces longer than this word need memory. */
    stream->knows_last = tw_piece_cache_merge(cache, v, word, word_size, word_size, &last) == TW_OK;
    tw_piece_cache_give_back(cache);
  }
  stream->last_tokens = last.count;
  *total = sink->count + stream->last_before + last.count;
  return 1;
}

tw_status tw_stream_append(tw_stream *stream, const uint8_t *text, size_t size, tw_token_sink *sink,
                           size_t *total) {
  tw_buffer *tail = &stream->tail;
  if (total != NULL && append_word(stream, text, size, sink, total)) {
    return TW_OK;
  }
  tw_cut_character cut_before = stream->cut;
  size_t size_before = tail->size;
  size_t count_before = sink->count;
  size_t settled = 0;
  size_t rest = 0;
  stream->knows_last = 0;
  tw_piece_cache *cache = tw_piece_cache_take(stream->vocabulary->cache);
  tw_status status = tw_buffer_append_text(tail, stream->allocator, &stream->cut, text, size);
  if (status == TW_OK) {
    status = put_settled(stream, cache, sink, &settled);
  }
  if (status == TW_OK && total != NULL) {
    status = count_rest(stream, cache, settled, &rest);
  }
  tw_piece_cache_give_back(cache);
  if (status != TW_OK) {
    stream->cut = cut_before;
    tail->size = size_before;
    sink->count = count_before;
    return status;
  }
  if (total != NULL) {
    *total = sink->count + rest;
  }
  if (settled > 0) {
    memmove(tail->bytes, tail->bytes + settled, tail->size - settled);
    tail->size -= settled;
    stream->last_start -= settled;
  }
  return TW_OK;
}

tw_status tw_stream_finish(const tw_stream *stream, tw_token_sink *sink) {
  size_t size = end_of_tail(stream);
  return size == 0 ? TW_OK : tw_pieces_put(stream->vocabulary, stream->tail.bytes, size, sink);
}
